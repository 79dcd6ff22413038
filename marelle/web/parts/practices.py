"""The questions a practice answers, and how its pages name languages and rights: the same on every face."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from marelle.base.languages import native_name
from marelle.library.queries.corrections import Change
from marelle.library.states import EvidenceLevel

FIELDS: dict[str, tuple[Any, Any]] = {  # in the order they are read: the question, and what helps to answer it
    "name": (_("Its name, in a few words"), ""),
    "summary": (_("In one or two sentences"), _("What a colleague of another town would tell at lunch.")),
    "context": (_("Where it happened"), _("The town, its size, what was there before.")),
    "problem": (_("What was wrong for children"), _("Name no child: speak of what they live, not of who they are.")),
    "what_was_done": (_("What was done"), _("In the order it was done, so that another town can do it.")),
    "cost": (_("What it costs, in money and in time"), ""),
    "partners": (_("With whom"), _("Services and bodies, never a person’s name.")),
    "childrens_part": (
        _("What children decided"),
        _("What they proposed, what they chose, what they were told afterwards."),
    ),
    "evidence": (_("What shows that it works"), _("Figures before and after, who counted, what is not known.")),
    "conditions": (_("What one needs to do the same"), ""),
    "pitfalls": (_("What went wrong, what we would do otherwise"), ""),
}
RIGHTS = [
    ("CC-BY-4.0", _("Creative Commons: copy, change, name the town")),
    ("CC-BY-SA-4.0", _("Creative Commons: the same, under the same terms")),
    ("CC0-1.0", _("No condition at all (CC0)")),
    ("etalab-2.0", _("Open Licence 2.0")),
]


ABOUT: dict[str, Any] = {  # what is said of a practice beside its words
    "evidence_level": _("How sure is one of the effect?"),
    "cost_eur": _("Cost of the first year, in euros"),
    "rights": _("Under which terms may it be copied?"),
    "languages": _("Languages your people answer in"),
    "domains": _("Domains"),
    "services": _("Services"),
    "files": _("Files joined"),
}


def answers(words: Any) -> list[tuple[Any, str]]:
    """What a practice tells, question by question, after its name and summary; what is not told is left out."""
    told = ((title, getattr(words, name)) for name, (title, _hint) in FIELDS.items() if name not in ("name", "summary"))
    return [(title, text) for title, text in told if text]


def rights_name(code: str) -> Any:
    """The terms in words."""
    return dict(RIGHTS).get(code, code)


def told_changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Each change as it is read: the question, the language of the words, what was said, what is said now."""
    return [
        {
            "title": FIELDS[change.field][0] if change.field in FIELDS else ABOUT[change.field],
            "language": change.language,
            "was": in_words(change.field, change.was),
            "now": in_words(change.field, change.now),
        }
        for change in changes
    ]


def in_words(field: str, value: Any) -> str:
    """A value of a practice as one reads it."""
    if field == "evidence_level":
        return str(EvidenceLevel(value).label)
    if field == "rights":
        return str(rights_name(value))
    if field == "languages":
        return ", ".join(native_name(code) for code in value)
    if field == "files":
        return ", ".join(file.label for file in value)
    if field == "cost_eur":
        return "" if value is None else f"{number_format(value, force_grouping=True)} €"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
