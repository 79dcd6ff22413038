"""What a council votes on: the draft resolution, the plan and the agreement annexed. A tagged PDF, and a text one can edit."""

from datetime import date, datetime, timedelta
from string import Template
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from marelle.accounts.states import OrganisationKind
from marelle.base import pdf
from marelle.base.editable import Paper
from marelle.framework.models import text
from marelle.mandates import figures
from marelle.mandates.documents import agreement_text, day, plan_domains, years_in_words
from marelle.mandates.models import Agreement, Application

TEXTS = settings.BASE / "data" / "council"
KINDS = frozenset({OrganisationKind.COMMUNE, OrganisationKind.INTERCOMMUNALITY})  # whose councils the text knows
INTENT_NUMBER, INTENT_DAY = "documents.vote_number", "documents.voted_on"
CHILDREN = "presentation.children_words"


def council_pdf(application: Application, *, language: str, at: datetime) -> bytes:
    """The papers as one tagged PDF, dated `at`. The same application gives the same bytes."""
    with override(language):
        given = council_content(application, language=language)
        return pdf.render("council", given, language=language, title=given["heading"], at=at)


def council_docx(application: Application, *, language: str) -> bytes:
    """The same as an editable text (DOCX), its draft mention in the header."""
    with override(language):
        given = council_content(application, language=language)
        paper = Paper(given["heading"], language, header=given["draft"])
        for line in (given["subject"], given["who"], *given["seen"], *given["considering"], given["decides"]):
            paper.write(line)
        for number, line in enumerate(given["decisions"], start=1):
            paper.write(f"{number}. {line}")
        paper.write(given["vote"])
        paper.new_page()
        _write_plan(paper, given)
        paper.new_page()
        _write_agreement(paper, given)
        return paper.content()


def council_content(application: Application, *, language: str) -> dict[str, Any]:
    """All that the papers show, as words of that language. Raises ValueError for a language without a text."""
    words = _read(language)
    names, holds = _names(application, words, language), _holds(application)

    def filled(piece: str) -> str:
        return Template(piece).safe_substitute(names).strip()

    def lines(key: str) -> list[str]:
        return [filled(line["text"]) for line in words[key] if holds[line.get("when")]]

    return {
        "heading": words["title"],
        "draft": _("Draft, to be read over before it is put to the vote"),
        "subject": filled(words["subject"]),
        "who": filled(words["who"]),
        "seen": lines("seen"),
        "considering": lines("considering"),
        "decides": filled(words["decides"]),
        "decisions": lines("decisions"),
        "vote": words["vote"],
        "vision": application.plan.vision,
        "domains": plan_domains(application.plan),
        "agreement": _agreement(application, language),
        "action_columns": [_("Action"), _("Lead service"), _("Dates"), _("Budget")],
        "indicator_columns": [_("Indicator"), _("Start"), _("Target"), _("Source")],
        "keywords": [f"marelle:council:{application.code}"],
        "words": _words(),
    }


def _read(language: str) -> dict[str, Any]:
    place = TEXTS / f"{language}.yaml"
    if not place.is_file():
        raise ValueError(f"no text of a council's papers in {language!r}")
    words: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
    return words


def _names(application: Application, words: dict[str, Any], language: str) -> dict[str, str]:
    organisation, track = application.organisation, application.track
    kind = organisation.kind if organisation.kind in KINDS else "other"
    answers = _answers(application)
    decision = application.decisions.order_by("-decided_at", "-pk").first()
    starts_on = application.call.mandate_starts_on
    last = figures.mandate_end(starts_on, track.years) - timedelta(days=1)
    counts = _counts(application)
    return {
        "organisation": organisation.name,
        "council": words["body"][kind],
        "signatory": words["signatory"][kind],
        "programme": text(track.programme.name, language),
        "call": text(application.call.name, language),
        "intent_number": answers.get(INTENT_NUMBER, ""),
        "intent_day": day(_date(answers.get(INTENT_DAY, ""))),
        "submitted_day": day(application.submitted_at),
        "session_on": day(decision.session_on if decision else None),
        "years": years_in_words(track.years),
        "starts_on": day(starts_on),
        "years_span": f"{starts_on.year}-{last.year}",
        **counts,
    }


def _counts(application: Application) -> dict[str, str]:
    objectives = list(application.plan.objectives.prefetch_related("actions"))
    actions = sum(len(objective.actions.all()) for objective in objectives)
    domains = len({objective.domain_id for objective in objectives})
    return {
        "objectives": ngettext("%(count)s objective", "%(count)s objectives", len(objectives))
        % {"count": len(objectives)},
        "actions": ngettext("%(count)s action", "%(count)s actions", actions) % {"count": actions},
        "domains": ngettext("%(count)s domain", "%(count)s domains", domains) % {"count": domains},
    }


def _holds(application: Application) -> dict[str | None, bool]:
    """Which lines of the text hold for this application."""
    answers, kind = _answers(application), application.organisation.kind
    return {
        None: True,
        "commune": kind == OrganisationKind.COMMUNE,
        "intercommunality": kind == OrganisationKind.INTERCOMMUNALITY,
        "intent": bool(answers.get(INTENT_NUMBER) and _date(answers.get(INTENT_DAY, ""))),
        "submitted": application.submitted_at is not None,
        "decided": application.decisions.exists(),
        "children": CHILDREN in answers,
    }


def _answers(application: Application) -> dict[str, str]:
    return dict(application.answers.exclude(value="").values_list("key", "value"))


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _agreement(application: Application, language: str) -> dict[str, Any]:
    """The agreement as it stands once the committee prepares it; before, the text it starts from."""
    found = Agreement.objects.filter(application=application).everyone(reason="of this very application").first()
    return found.content if found and found.content else agreement_text(application, [], language=language)


def _write_plan(paper: Paper, given: dict[str, Any]) -> None:
    paper.heading(given["words"]["plan"], 1)
    paper.write(given["vision"])
    for domain in given["domains"]:
        paper.heading(domain["name"], 2, colour=domain["colour"])
        for objective in domain["objectives"]:
            paper.heading(objective["name"], 3)
            for name in ("action", "indicator"):
                if objective[f"{name}s"]:
                    paper.table(given[f"{name}_columns"], objective[f"{name}s"])
            for line in objective.get("more", ()):
                paper.write(line)


def _write_agreement(paper: Paper, given: dict[str, Any]) -> None:
    agreement = given["agreement"]
    paper.heading(f"{given['words']['agreement']} {agreement['heading']}", 1)
    paper.write(agreement["preamble"])
    for number, article in enumerate(agreement["articles"], start=1):
        paper.heading(f"{given['words']['article']} {number}. {article['title']}", 2)
        paper.write(article["text"])


def _words() -> dict[str, str]:
    return {
        "plan": _("Annex 1: the action plan"),
        "agreement": _("Annex 2:"),
        "article": _("Article"),
        "promise": _("Our promise:"),
        "page": _("page"),
        "verify": "",
        "fingerprint": "",
        "nothing_written": _("Nothing written."),
    }
