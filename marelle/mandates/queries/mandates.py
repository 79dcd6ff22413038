"""Mandates as pages show them: their milestones, and where they stand on the thread."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, QuerySet, When
from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.base.origins import Shown
from marelle.mandates.models import Mandate
from marelle.mandates.queries.milestones import milestones_of
from marelle.mandates.states import RUNNING, MandateState

LIVING = sorted(RUNNING | {MandateState.PLANNED})


def living(organisation: Organisation, person: Person) -> QuerySet[Mandate]:
    """The mandates that run, then those about to, as `person` may see them; the latest of several tracks first."""
    rows = Mandate.objects.visible_to(person).filter(organisation=organisation, state__in=LIVING)
    planned_last = Case(When(state=MandateState.PLANNED, then=1), default=0)
    return rows.select_related("track").order_by(planned_last, "-starts_on", "pk")


def milestones(mandate: Mandate, *, is_public: bool = False) -> list[dict[str, Any]]:
    """What is asked during a mandate, for the mandate line: name, day, where it stands, whether its day has passed."""
    today = clock.today()
    return [
        {
            "name": milestone_name(m.kind),
            "on": m.on,
            "done": m.is_done,
            "is_past": m.on < today,
            "word": m.public_word if is_public else m.word,
        }
        for m in milestones_of([mandate], today)[mandate.pk]
    ]


def milestone_name(kind: str) -> str:
    """The words of a milestone."""
    return {"yearly": _("Yearly sheet"), "mid_term": _("Mid-term report"), "final": _("Final report")}[kind]


def show_mandates(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """How mandates show themselves on the thread: members to everyone, the others to those who may see them."""
    shown = Mandate.objects.members().filter(code__in=codes).select_related("organisation", "track")
    found = {mandate.code: mandate for mandate in shown}
    left = set(codes) - found.keys()
    if left and isinstance(reader, Person):
        seen = Mandate.objects.visible_to(reader).filter(code__in=left).select_related("organisation", "track")
        found |= {mandate.code: mandate for mandate in seen}
    return {code: _shown(mandate) for code, mandate in found.items()}


def _shown(mandate: Mandate) -> Shown:
    return Shown(
        title=_("Mandate of %(organisation)s, %(track)s")
        % {"organisation": mandate.organisation.name, "track": mandate.track},
        sentence=_("From %(start)s to %(end)s.")
        % {"start": formatted(mandate.starts_on, "j F Y"), "end": formatted(mandate.last_day, "j F Y")},
        address=f"/villes/{mandate.organisation.code}",
        state=mandate.get_state_display(),
    )
