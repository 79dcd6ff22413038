"""Places of a dossier that a point may name: a section, one of its questions, the plan or one of its domains.

A place is written "presentation", "self_assessment/sante", the key of a question, "plan", or "plan/" and a domain's code.
What stands in the plan ("action.<code>.budget_eur") and a file ("file.<SHA-256>") are places too, as remarks name them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.framework.models import Domain
from marelle.mandates.models import Application
from marelle.mandates.queries.applications import Dossier, plan_address, section_address
from marelle.mandates.questions import Section
from marelle.mandates.states import ApplicationState

PLAN = "plan"
PLAN_PARTS = frozenset({PLAN, "objective", "action", "indicator"})


@dataclass(frozen=True)
class Place:
    """A part of a dossier: its title, and where its city writes it. `title` is blank for no place in particular."""

    title: str
    address: str


@dataclass(frozen=True)
class Reopened:
    """What may be written on probation: sections by name and slug, and whether the plan is one of them."""

    sections: Collection[str] = field(default_factory=frozenset)
    plan: bool = False


def key_of(section: Section) -> str:
    """How a section is named as a place."""
    return f"{section.name}/{section.slug}" if section.slug else section.name


def is_in_plan(place: str) -> bool:
    """Whether a place stands in the plan."""
    return place.partition("/")[0].partition(".")[0] in PLAN_PARTS


def section_of(sections: Sequence[Section], place: str) -> Section | None:
    """The section a place is, or stands in."""
    place = "documents" if place.startswith("file.") else place
    held = (s for s in sections if place == key_of(s) or any(q.key == place for q in s.questions))
    return next(held, None)


def is_known(place: str, sections: Sequence[Section], domains: Sequence[Domain]) -> bool:
    """Whether this dossier has such a place; none in particular is one."""
    plan = {PLAN, *(f"{PLAN}/{domain.code}" for domain in domains)}
    in_parts = is_in_plan(place) and "." in place
    return not place or place in plan or in_parts or section_of(sections, place) is not None


def choices(dossier: Dossier) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a point may name, by section: the whole of it, then each of its questions."""
    groups = [
        (
            section.title,
            [
                (key_of(section), _("%(section)s: the whole of it") % {"section": section.title}),
                *(
                    (q.key, f"{group.title} – {q.title}" if group.title else q.title)
                    for group in section.groups
                    for q in group.questions
                ),
            ],
        )
        for section in dossier.sections
    ]
    if dossier.application.track.follows_framework:
        plan = [(PLAN, _("The whole plan")), *((f"{PLAN}/{d.code}", d.short_name) for d in dossier.domains)]
        groups.insert(-1, (_("Action plan"), plan))
    return groups


def place_of(dossier: Dossier, place: str) -> Place:
    """A place in words, and where it is written."""
    application = dossier.application
    if is_in_plan(place):
        return _in_plan(dossier, place)
    section = section_of(dossier.sections, place)
    if section is None:
        return Place("", reverse("city:application_documents", args=[application.organisation.code]))
    address = section_address(application, section)
    for group in section.groups:
        for question in group.questions:
            if question.key == place:
                return Place(f"{group.title or section.title} – {question.title}", f"{address}#{question.key}")
    return Place(section.title, address)


def reopened(application: Application, sections: Sequence[Section]) -> Reopened:
    """What the open points of an application let its city write; a point without a place, its documents."""
    named = set(application.points.open().values_list("place", flat=True))
    found = [section_of(sections, place) for place in named if place and not is_in_plan(place)]
    keys = {key_of(section) for section in found if section}
    return Reopened(
        sections=frozenset(keys | ({"documents"} if "" in named else set())),
        plan=any(is_in_plan(place) for place in named),
    )


def may_change(application: Application, section: Section, sections: Sequence[Section]) -> bool:
    """Whether a section may be written: all of them, or on probation those that its conditions name."""
    if application.state != ApplicationState.ON_PROBATION:
        return application.is_being_written
    return key_of(section) in reopened(application, sections).sections


def may_change_plan(application: Application) -> bool:
    """Whether the plan of an application may be written."""
    if application.state != ApplicationState.ON_PROBATION:
        return application.is_being_written
    return reopened(application, []).plan


def _in_plan(dossier: Dossier, place: str) -> Place:
    address = plan_address(dossier.application)
    kind, _slash, code = place.partition("/")
    if kind != PLAN:
        code = "" if place.startswith(PLAN) else place.partition(".")[2].partition(".")[0]
        return Place(_("Action plan"), f"{address}#{code}" if code else address)
    domain = next((d for d in dossier.domains if d.code == code), None)
    if domain is None:
        return Place(_("Action plan"), address)
    return Place(_("Action plan, %(domain)s") % {"domain": domain.short_name}, f"{address}#{domain.slug}")
