"""Practices, for anyone: the shelf with its search, one sheet, the same on paper, open data."""

import json
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from marelle.base import clock, origins, pdf, stamps
from marelle.base.countries import country_name
from marelle.base.languages import native_name
from marelle.base.tabular import Line, csv_lines
from marelle.framework.models import text
from marelle.library import documents
from marelle.library.models import Practice
from marelle.library.operations.practices import TEXTS, reference
from marelle.library.queries import corrections
from marelle.library.queries import practices as queries
from marelle.library.queries.facets import Counts, facets
from marelle.library.queries.practices import Filters
from marelle.library.states import PracticeState
from marelle.library.stems import LANGUAGES
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.files import attachment
from marelle.web.parts.practices import answers, rights_name
from marelle.web.public.show import public, show

SIZES = {  # inhabitants of the town, as one reads them
    "0-5000": gettext_lazy("less than 5,000 inhabitants"),
    "5000-20000": gettext_lazy("5,000 to 20,000 inhabitants"),
    "20000-100000": gettext_lazy("20,000 to 100,000 inhabitants"),
    "100000-": gettext_lazy("100,000 inhabitants and more"),
}
PAGE_SIZE = 20
MOST_SHEETS = 30  # sheets drawn a minute for one address: each takes a second of a processor
KEPT = 3600  # seconds


@public
def practices(request: HttpRequest) -> HttpResponse:
    """The shelf: search, filters, twenty a page; the address carries what is asked."""
    filters = Filters.read(request.GET)
    counts = facets(filters)
    paginator = Paginator(queries.shelf(filters), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "practices": queries.cards(list(page.object_list)),
        "count": paginator.count,
        "narrowing": narrowing(filters, counts),
        "retained": counts["retained"].get("1", 0),
        "query": urlencode(filters.parameters),
        "noindex": bool(filters.parameters),
    }
    return show(request, "public/practices.html", context)


def narrowing(filters: Filters, counts: Counts) -> list[dict[str, Any]]:
    """Each filter of the shelf: its answers that leave something, and how many; the answer chosen is always there."""
    offered = queries.choices()
    codes = sorted({*counts["country"], filters.country} - {""})
    answers_of: dict[str, tuple[Any, list[tuple[str, Any]]]] = {
        "domain": (_("Domain"), [(domain.slug, domain.short_name) for domain in offered["domains"]]),
        "service": (_("Service"), [(service.code, str(service)) for service in offered["services"]]),
        "evidence": (_("Evidence"), offered["levels"]),
        "language": (_("Told in"), [(code, native_name(code)) for code in LANGUAGES]),
        "population": (_("Size of the town"), list(SIZES.items())),
        "country": (_("Country"), sorted(((code, country_name(code)) for code in codes), key=itemgetter(1))),
    }
    return [
        {
            "name": name,
            "title": title,
            "chosen": getattr(filters, name),
            "options": options(filters, counts, name, all_),
        }
        for name, (title, all_) in answers_of.items()
    ]


def options(filters: Filters, counts: Counts, name: str, answers: list[tuple[str, Any]]) -> list[tuple[str, Any, int]]:
    """The answers of one filter worth offering: value, words, how many practices it leaves."""
    found, chosen = counts[name], getattr(filters, name)
    return [(value, words, found.get(value, 0)) for value, words in answers if value in found or value == chosen]


@public
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """One sheet: what was done, what it gave elsewhere, what looks like it."""
    found, similar = queries.sheet_and_similar(code)
    if found is None:
        raise Http404
    words = queries.words_of(found)
    others = [text for text in found.texts.all() if text.name and text.language != words.language]
    named, more = queries.public_adoptions(found)
    context = {
        "practice": found,
        "words": words,
        "answers": answers(words),
        "others": [(text, native_name(text.language), answers(text)) for text in others],
        "spoken": [(code, native_name(code)) for code in found.languages],
        "rights": rights_name(found.rights),
        "files": list(found.files.filter(removed_at=None).order_by("label", "pk")),
        "strip": origins.strip_for(reference(found), None),
        "adoptions": named,
        "more": more,
        "history": corrections.history(found),
        "similar": similar,
    }
    return show(request, "public/practice.html", context)


@public
def practice_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet on paper, in the language of the address; drawn once for as long as nothing public changes."""
    found = found_or_404(code)
    language = (get_language() or "fr")[:2]
    key = f"practice-pdf:{found.code}:{language}:{stamps.current()}"
    drawn = caches["local"].get(key)
    if drawn is None:
        limits.count("practice-pdf", client_address(request), most=MOST_SHEETS, seconds=limits.MINUTE)
        words = queries.words_of(found)
        spoken = ", ".join(native_name(code) for code in found.languages)
        content = documents.sheet(found, words, answers(words), rights_name(found.rights), spoken)
        drawn = pdf.render(
            "practice", content, language=language, title=words.name, at=found.published_at or clock.now()
        )
        caches["local"].set(key, drawn, KEPT)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="pratique-{found.code}.pdf"'
    return response


@public
def practice_file(request: HttpRequest, code: str, file_code: str) -> FileResponse:
    """A file joined to a public practice; any other is a 404."""
    file = found_or_404(code).files.filter(code=file_code, removed_at=None).first()
    if file is None:
        raise Http404
    return attachment(file)


def found_or_404(code: str) -> Practice:
    found = queries.sheet(code)
    if found is None:
        raise Http404
    return found


# -------------------------------------------------------------------------------------------------------------- open data
COLUMNS = (
    "code",
    "name",
    "summary",
    "languages",
    "city",
    "city_code",
    "domains",
    "services",
    "evidence",
    "cost_eur",
    "retained",
    "published_on",
    "rights",
    "url",
    "country",
    "corrected_on",
    "answers_in",
    "may_be_asked",
    "adoptions",
)


def record(practice: Practice) -> dict[str, Any]:
    """One practice under names that stay; its words in its own language, unknown as None."""
    words = queries.words_of(practice, practice.language)
    return {
        "code": practice.code,
        "name": words.name,
        "summary": words.summary,
        "languages": sorted(told.language for told in practice.texts.all() if told.name),
        "city": practice.organisation.name,
        "city_code": practice.organisation.code,
        "domains": sorted(domain.slug for domain in practice.domains.all()),
        "services": sorted(service.code for service in practice.services.all()),
        "evidence": practice.evidence_level,
        "cost_eur": practice.cost_eur,
        "retained": practice.state == PracticeState.RETAINED,
        "published_on": day(practice.published_at),
        "rights": practice.rights,
        "url": f"{settings.SITE_ADDRESS}/pratiques/{practice.code}",
        "country": practice.organisation.country,
        "corrected_on": day(practice.corrected_at),
        "answers_in": practice.languages,
        "may_be_asked": practice.contact_id is not None,
        "adoptions": practice.taken,  # type: ignore[attr-defined]
    }


def day(at: datetime | None) -> str | None:
    """The day in Paris; None when there is none."""
    return clock.day_of(at).isoformat() if at else None


def full_record(practice: Practice) -> dict[str, Any]:
    """The same with every word, by language."""
    told = {
        words.language: {field: getattr(words, field) for field in TEXTS}
        for words in sorted(practice.texts.all(), key=lambda words: words.language)
        if words.name
    }
    return record(practice) | {"domain_names": {d.slug: text(d.name) for d in practice.domains.all()}, "texts": told}


@public
def practices_json(request: HttpRequest) -> StreamingHttpResponse:
    """Every public practice, whole, as a top-level array."""

    def written() -> Iterator[str]:
        yield "["
        for position, practice in enumerate(queries.every_one()):
            yield (",\n" if position else "") + json.dumps(full_record(practice), ensure_ascii=False)
        yield "]\n"

    return opened(written(), "application/json", "pratiques.json")


@public
def practices_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every public practice, a line each; `bom=1` for old spreadsheets. Several values of a cell stand apart by a bar."""

    def written() -> Iterator[Line]:
        told = [field for field in TEXTS if field not in ("name", "summary")]
        names = ["evidence_told" if field == "evidence" else field for field in told]  # `evidence` is its level
        yield [*COLUMNS, *names]
        for practice in queries.every_one():
            words = queries.words_of(practice, practice.language)
            values = [*record(practice).values(), *(getattr(words, field) for field in told)]
            yield ["|".join(value) if isinstance(value, list) else value for value in values]

    lines = csv_lines(written(), with_mark=request.GET.get("bom") == "1")
    return opened(lines, "text/csv; charset=utf-8", "pratiques.csv")


def opened(written: Iterator[str], kind: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(written, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"  # open data: pages of other sites may read it
    return response
