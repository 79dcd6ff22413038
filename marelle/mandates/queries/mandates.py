"""Mandates as pages show them: their milestones, and where they stand on the thread."""

from typing import Any

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _

from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.base.origins import Shown
from marelle.mandates import figures
from marelle.mandates.models import Application, Mandate
from marelle.mandates.states import RUNNING, MandateState

LIVING = sorted(RUNNING | {MandateState.PLANNED})


def living(organisation: Organisation, person: Person) -> QuerySet[Mandate]:
    """The mandates that run, then those about to, as `person` may see them; the latest of several tracks first."""
    rows = Mandate.objects.visible_to(person).filter(organisation=organisation, state__in=LIVING)
    planned_last = Case(When(state=MandateState.PLANNED, then=1), default=0)
    return rows.select_related("track").order_by(planned_last, "-starts_on", "pk")


def milestones(mandate: Mandate) -> list[dict[str, Any]]:
    """What is asked during a mandate, for the mandate line: name, day, whether it has passed.

    Never done: no report can be handed in yet, and a date behind us is not a report.
    """
    today = clock.today()
    return [
        {"name": milestone_name(m.kind), "on": m.on, "done": False, "is_past": m.on < today}
        for m in milestones_of(mandate)
    ]


def milestones_of(mandate: Mandate) -> list[figures.Milestone]:
    """What its track asks for, when."""
    track = mandate.track
    return figures.milestones(mandate.starts_on, mandate.ends_on, track.reports, track.report_dates)


def milestone_name(kind: str) -> str:
    """The words of a milestone."""
    return {"yearly": _("Yearly sheet"), "mid_term": _("Mid-term report"), "final": _("Final report")}[kind]


def show_application(code: str, reader: Person | None) -> Shown | None:
    """How an application shows itself on the thread: to its organisation's people and the committee, never drafts to it."""
    if not isinstance(reader, Person):
        return None
    rows = Application.objects.visible_to(reader).filter(code=code).select_related("organisation", "call", "plan")
    application = rows.first()
    if application is None:
        return None
    own = application.organisation_id in reader.organisation_ids
    return Shown(
        title=str(application.call),
        sentence=application.plan.vision,
        address=f"/espace/{application.organisation.code}/candidature"
        if own
        else f"/bureau/candidatures/{application.code}",
        state=application.get_state_display(),
        on=application.submitted_at,
    )


def show_mandate(code: str, reader: Person | None) -> Shown | None:
    """How a mandate shows itself on the thread: members to everyone, the others to those who may see them."""
    public = Mandate.objects.members().filter(code=code)
    mandate = public.select_related("organisation", "track").first()
    if mandate is None and isinstance(reader, Person):
        seen = Mandate.objects.visible_to(reader).filter(code=code)
        mandate = seen.select_related("organisation", "track").first()
    if mandate is None:
        return None
    return Shown(
        title=_("Mandate of %(organisation)s, %(track)s")
        % {"organisation": mandate.organisation.name, "track": mandate.track},
        sentence=_("From %(start)s to %(end)s, that day excluded.")
        % {"start": mandate.starts_on.isoformat(), "end": mandate.ends_on.isoformat()},
        address=f"/villes/{mandate.organisation.code}",
        state=mandate.get_state_display(),
    )
