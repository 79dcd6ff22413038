"""A report on paper: a tagged PDF, and a text the council's secretary can still edit. Both say the same, in the same order."""

from datetime import date, datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from marelle.base import pdf
from marelle.base.editable import Paper
from marelle.mandates.documents import COLOUR, day, fingerprint
from marelle.plans import reporting
from marelle.plans.models import Report
from marelle.plans.states import ActionState, ProofLevel, RatedBy, ReportKind, Verdict

__all__ = ["fingerprint"]

Sides = dict[str, list[dict[str, str]]]  # code of objective → groups of children, committee: by, who, verdict, why


def sides(report: Report) -> Sides:
    """What each group of children and the committee say of each objective. Children's own words stay with their review."""
    held: Sides = {}
    rows = report.ratings.filter(replaced_at=None).exclude(by=RatedBy.CITY).select_related("objective", "group")
    for rating in rows.order_by("group__made_at", "group", "pk"):
        why = rating.why if rating.by == RatedBy.COMMITTEE else ""
        who = capfirst(str(rating.group)) if rating.group else str(RatedBy(rating.by).label)
        said = {"by": rating.by, "who": who, "verdict": rating.verdict, "why": why}
        held.setdefault(rating.objective.code, []).append(said)
    return held


def report_pdf(content: dict[str, Any], others: Sides, *, at: datetime, draft: bool = False) -> bytes:
    """The report as a tagged PDF in the language of the moment, dated `at`. The same report gives the same bytes."""
    language = (get_language() or "fr")[:2]
    given = printed(content, others, draft=draft)
    return pdf.render("report", given, language=language, title=given["heading"], at=at)


def printed(content: dict[str, Any], others: Sides, *, draft: bool = False) -> dict[str, Any]:
    """All that a report shows on paper, as words. `draft`: not handed in yet, said on every page."""
    first, last = (date.fromisoformat(value) for value in content["covers"])
    kind = str(ReportKind(content["kind"]).label)
    name = f"{kind} {content['year']}" if content["kind"] == ReportKind.YEARLY else kind
    return {
        "kind": name,
        "heading": f"{content['organisation']}, {name[0].lower()}{name[1:]}",
        "facts": [
            {"name": _("Organisation"), "value": f"{content['organisation']} ({content['code']})"},
            {
                "name": _("Period told of"),
                "value": _("from %(start)s to %(end)s") % {"start": day(first), "end": day(last)},
            },
        ],
        "texts": [
            {"title": title, "value": content["words"][field]}
            for field, title in reporting.titles().items()
            if field in content["words"]
        ],
        "domains": [_domain(domain, others) for domain in content["domains"]],
        "action_columns": [_("Action"), _("State"), pgettext("of a state", "Since")],
        "indicator_columns": [_("Indicator"), _("Start"), _("Reading"), _("Target"), _("Proof level")],
        "side_columns": [_("Who says it"), _("How far it is"), _("Why")],
        "fingerprint": "" if draft else fingerprint(content),
        "draft": _("Draft: not handed in") if draft else "",
        "keywords": [f"marelle:report:{content['code']}:{content['kind']}:{content['year']}"],
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "fingerprint": _("Fingerprint of the content:"),
        "verify": "",
        "page": _("page"),
        "promise": _("Our promise:"),
        "objectives": _("Objective by objective"),
        "apart": _(
            "The town, children and the committee each say how far an objective is: side by side, never averaged."
        ),
        "nothing_written": _("Nothing written."),
    }


def _domain(domain: dict[str, Any], others: Sides) -> dict[str, Any]:
    return {
        "name": domain["name"],
        "colour": domain["colour"] or COLOUR,
        "objectives": [_objective(o, others.get(o["code"], [])) for o in domain["objectives"]],
    }


def _objective(objective: dict[str, Any], others: list[dict[str, str]]) -> dict[str, Any]:
    said = [side for by in RatedBy for side in _said_by(by, objective, others)]
    return {
        "name": objective["name"] or _("Objective without a name"),
        "promise": objective["promise"],
        "sides": [[side["who"], str(Verdict(side["verdict"]).label), side["why"] or "–"] for side in said],
        "verdicts": [side["verdict"] for side in said],
        "actions": [_action(a) for a in objective["actions"]],
        "indicators": [_indicator(i) for i in objective["indicators"]],
    }


def _said_by(by: RatedBy, objective: dict[str, Any], others: list[dict[str, str]]) -> list[dict[str, str]]:
    """What one of the three says: the town once, each group of children, the committee; "not rated" when nobody did."""
    silent = {"who": str(by.label), "verdict": Verdict.NOT_RATED.value, "why": ""}
    if by == RatedBy.CITY:
        return [silent | {"verdict": objective["verdict"] or silent["verdict"], "why": objective["why"]}]
    return [side for side in others if side["by"] == by] or [silent]


def _action(action: dict[str, str]) -> list[str]:
    state = str(ActionState(action["state"]).label)
    since = day(date.fromisoformat(action["since"])) if action["since"] else "–"
    return [action["name"], f"{state} ({action['reason']})" if action["reason"] else state, since]


def _indicator(indicator: dict[str, Any]) -> list[str]:
    value = _number(indicator["value"])
    read = f"{value} ({indicator['period']})" if value else indicator["missing_because"] or _("no reading")
    if indicator["percent"] is not None:
        read += pgettext("of the way to a target", ", %(percent)s %% of the way") % {"percent": indicator["percent"]}
    level = indicator["proof_level"]
    name = f"{indicator['name']} ({indicator['unit']})" if indicator["unit"] else indicator["name"]
    return [
        name,
        _number(indicator["baseline"]) or _("not measured"),
        read,
        _number(indicator["target"]) or "–",
        str(ProofLevel(level).label) if level else "–",
    ]


def _number(value: str | None) -> str:
    if not value:
        return ""
    return value.replace(".", ",") if (get_language() or "").startswith("fr") else value


# ------------------------------------------------------------------------------------------------------------ editable text
def report_docx(content: dict[str, Any], others: Sides, *, draft: bool = False) -> bytes:
    """The same as an editable text (DOCX): real headings and tables, its language said, "draft" in its header."""
    given = printed(content, others, draft=draft)
    paper = Paper(given["heading"], (get_language() or "fr")[:2], header=given["draft"])
    for fact in given["facts"]:
        paper.fact(fact["name"], fact["value"])
    for text in given["texts"]:
        paper.heading(text["title"], 1)
        paper.write(text["value"] or given["words"]["nothing_written"])
    paper.heading(given["words"]["objectives"], 1)
    paper.write(given["words"]["apart"])
    for domain in given["domains"]:
        paper.heading(domain["name"], 2, colour=domain["colour"])
        for objective in domain["objectives"]:
            _write_objective(paper, objective, given)
    return paper.content()


def _write_objective(paper: Paper, objective: dict[str, Any], given: dict[str, Any]) -> None:
    paper.heading(objective["name"], 3)
    if objective["promise"]:
        paper.write(f"{given['words']['promise']} {objective['promise']}")
    paper.table(given["side_columns"], objective["sides"])
    for name in ("action", "indicator"):
        if objective[f"{name}s"]:
            paper.table(given[f"{name}_columns"], objective[f"{name}s"])
