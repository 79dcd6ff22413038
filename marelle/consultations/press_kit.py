"""The press kit of an edition: what stands clear, in French and English, with its charts, its table and what it is worth."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.base.addresses import whole
from marelle.consultations import press_charts, result_documents, telling
from marelle.consultations.catalogue import FRANCE
from marelle.consultations.exports import texts
from marelle.consultations.exports.caution import day
from marelle.consultations.exports.lines import lines_of
from marelle.consultations.method import protection
from marelle.consultations.queries import open_data, places, published
from marelle.consultations.queries.contrasts import Finding, findings
from marelle.consultations.queries.published import Edition
from marelle.consultations.queries.reports import Report, address_of, report_of
from marelle.consultations.result_documents import LANGUAGES
from marelle.consultations.states import ConsultationState
from marelle.framework.models import text

FINDINGS = 10  # told first; the report tells them all
WHEN = (2026, 1, 1, 0, 0, 0)  # of every file inside: the same tables give the same bytes


def kit(read: Edition) -> bytes:
    """The archive, from the published tables of the whole country alone. Raises Unavailable."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(read):
            archive.writestr(zipfile.ZipInfo(name, WHEN), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _files(read: Edition) -> Iterator[tuple[str, bytes]]:
    """Each file with its name: the same in each language, and one table for all."""
    told = report_of(read, places.country())
    for language in LANGUAGES:
        with override(language):
            spoken = list(_spoken(told, language)) if told else []
        yield from ((f"{language}/{name}", content) for name, content in spoken)
    yield "france.csv", table(read).encode()


def table(read: Edition) -> str:
    """Every number told of the whole country, as its open data has them; crossed questions are left to it."""
    country = published.told(read, lambda _said: True, [places.country()])[FRANCE]
    columns = (column for result in country.results for column in result.columns.values())
    weighted = read.is_weighted(FRANCE)
    return "".join(texts.tables(lines_of(FRANCE, columns, read.freeze.code, weighted=weighted)))


def _spoken(told: Report, language: str) -> Iterator[tuple[str, bytes]]:
    """What is said in one language."""
    found = findings(told.here.results, FINDINGS)
    yield _("facts.md"), facts(told, found).encode()
    yield _("method.md"), method(told).encode()
    yield _("report.pdf"), result_documents.report(told, language)
    source, folder = result_documents.citation(told), _("charts")
    for number, one in enumerate(found, start=1):
        name = f"{folder}/{number:02}-{one.result.question.name}.svg"
        yield name, press_charts.chart(one.result, source).encode()


# Words ---------------------------------------------------------------------------------------------------------------
def facts(told: Report, found: list[Finding]) -> str:
    """The sheet of facts: what stands clear, each with its interval, then what one must know before writing."""
    edition = told.read.consultation
    title = _("%(edition)s: the facts") % {"edition": text(edition.name)}
    lead = _("About %(children)s children of 6 to 18 answered, from %(start)s to %(end)s.") % _counted(told)
    rule = _(
        "The answers that stand clearest: those whose indicative interval does not touch that of the next answer, the widest lead first. Every other result is in report.pdf and in france.csv."
    )
    said = [_title(title), *_embargo(told), lead, _heading(_("What stands clear")), rule]
    said += [f"{number}. {fact(one)}" for number, one in enumerate(found, start=1)]
    said += [] if found else [_("No answer stands clear of the others.")]
    return "\n\n".join([*said, *_before_writing(told)]) + "\n"


def _counted(told: Report) -> dict[str, str]:
    first, last = (day(on) for on in open_data.fieldwork(told.read.consultation))
    return {"children": telling.plain(told.here.children or 0), "start": first, "end": last}


def _embargo(told: Report) -> list[str]:
    edition = told.read.consultation
    if edition.state != ConsultationState.EMBARGOED or edition.embargo_until is None:
        return []
    until = _("%(day)s, %(hour)s") % result_documents.moment(edition.embargo_until)
    words = _("Under embargo until %(until)s: not to be published, quoted or passed on before.") % {"until": until}
    return [f"**{words}**"]


def _title(words: str) -> str:
    return f"# {words}"


def _heading(words: str) -> str:
    return f"## {words}"


def _list(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def fact(found: Finding) -> str:
    """One finding: the question, the answer given most often, its share, its interval, how many were asked."""
    result, row = found.result, found.row
    said = {
        "question": result.title,
        "answer": result.name(row.option),
        "share": telling.share(row),
        "children": telling.children(result.everyone.base),
    }
    between = telling.between(row)
    if not between:
        return _("%(question)s “%(answer)s”: %(share)s (%(children)s).") % said
    said["between"] = between
    return _("%(question)s “%(answer)s”: %(share)s (indicative interval: %(between)s; %(children)s).") % said


def _before_writing(told: Report) -> list[str]:
    """Three cautions, the addresses, the citation."""
    return [
        _heading(_("Before you write")),
        _list(cautions()),
        _heading(_("To read on")),
        _list(addresses(told)),
        _heading(_("How to cite")),
        result_documents.citation(told),
        _("Licence: etalab-2.0. One may use it again, also for money, by saying where it comes from."),
    ]


def cautions() -> list[str]:
    """What a reader of a headline would get wrong."""
    return [
        _("Say “the children who answered”, not “children”: taking part was free, it is no sample drawn at random."),
        _("There is no margin of error. The indicative interval holds the number of children and the noise that protects them, not who chose to answer."),
        _("Two shares whose intervals overlap much may be the same: the pages say “higher” or “lower” only beyond noise."),
        _("Do not look for the child behind a number, and publish no table that would help others to."),
    ]  # fmt: skip


def addresses(told: Report) -> list[str]:
    """Where the pages stand, in the language now spoken."""
    code = told.read.consultation.code
    known = {
        _("Results by theme:"): address_of(code, told.place),
        _("By place:"): whole("public:results_places", code),
        _("Version for children:"): whole("public:results_children", code),
        _("Method:"): whole("public:results_method", code),
        _("Open data:"): whole("public:results_data", code),
    }
    return [f"{title} {address}" for title, address in known.items()]


def method(told: Report) -> str:
    """How the numbers are made, what protects the children, the recipe, each as the report says it."""
    colon = _(": ")
    recipe = [f"{each['name']}{colon}{each['value']}" for each in result_documents.recipe(told)]
    said = [
        _title(_("How these numbers are made")),
        _list(result_documents.sentences(told)),
        _heading(_("What protects the children")),
        _list(protection(told.read.consultation)),
        _heading(_("The recipe of this edition")),
        _list(recipe),
    ]
    return "\n\n".join(said) + "\n"
