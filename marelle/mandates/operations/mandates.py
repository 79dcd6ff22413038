"""Mandates: started by the last signature, begun on their day, ended after it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.base import clock, origins, stamps
from marelle.base.errors import WrongState
from marelle.mandates import figures, rules
from marelle.mandates.letters import agreements as letters
from marelle.mandates.models import Agreement, Application, Mandate
from marelle.mandates.operations.amendments import withdraw_open
from marelle.mandates.states import (
    AGREEMENT_STEPS,
    APPLICATION_STEPS,
    MANDATE_STEPS,
    RUNNING,
    ApplicationState,
    MandateState,
)
from marelle.plans.models import Plan
from marelle.plans.states import PLAN_STEPS, PlanState, ReportKind, ReportState


@transaction.atomic
def start_mandate(agreement: Agreement, *, by: Person, at: datetime) -> Mandate:
    """What the last signature opens: application signed, plan adopted, mandate on its dates.

    Called by `sign_agreement`, which holds the agreement. A renewal is signed while the mandate before
    still runs: it waits. Raises WrongState when another one waits already.
    """
    application = Application.rows.lock(agreement.application_id)
    if application.state == ApplicationState.ACCEPTED and application.track.council_vote != "required":
        APPLICATION_STEPS.take(application, "adopt")
        adopt_plan(application, on=clock.day_of(at))
    APPLICATION_STEPS.take(application, "sign")
    application.save(update_fields=["state"])
    mandate = _written(agreement, application)
    origins.link(
        "application",
        parent=f"mandates.application:{application.code}",
        offspring=f"mandates.mandate:{mandate.code}",
        label=str(application.call),
        excerpt=application.plan.vision,
        address=f"/espace/{application.organisation.code}/candidature",
        by=by,
    )
    journal.record(mandate, "mandate_started", by=by, starts_on=mandate.starts_on.isoformat())
    if mandate.starts_on <= clock.day_of(at) and not _one_before(mandate):
        begin_mandate(mandate.pk, by=robot(), on=clock.day_of(at))
        mandate.refresh_from_db()
    stamps.bump("public")
    return mandate


def adopt_plan(application: Application, *, on: date) -> Plan:
    """The plan is no longer a proposal: the council voted it, or all the parties signed. What was taken out of it goes.

    Raises WrongState.
    """
    plan = Plan.rows.lock(application.plan_id)
    PLAN_STEPS.take(plan, "adopt")
    plan.adopted_on = on
    plan.save(update_fields=["state", "adopted_on"])
    plan.removals.all().delete()
    return plan


@transaction.atomic
def begin_mandate(mandate_id: int, *, by: Person, on: date) -> Mandate:
    """The first day has come: the mandate runs, and its plan with it.

    Raises NotAllowed, WrongState: before that day, or while the mandate before has not ended.
    """
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_end_mandate, by, mandate)
    if on < mandate.starts_on:
        raise WrongState(_("This mandate has not reached its first day."), mandate=mandate.pk)
    if _one_before(mandate):
        raise WrongState(_("The mandate before this one still runs: it must end first."), mandate=mandate.pk)
    MANDATE_STEPS.take(mandate, "begin")
    mandate.save(update_fields=["state"])
    plan = Plan.rows.lock(mandate.plan_id)
    PLAN_STEPS.take(plan, "begin")
    plan.save(update_fields=["state"])
    _renew(mandate, by)
    stamps.bump("public")
    return mandate


@transaction.atomic
def end_mandate(mandate_id: int, *, by: Person, on: date) -> Mandate:
    """Close a mandate whose last day is past: its plan and agreement close too, its page stays as history.

    Raises NotAllowed, WrongState.
    """
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_end_mandate, by, mandate)
    if on < mandate.ends_on:
        raise WrongState(_("This mandate has not reached its last day."), mandate=mandate.pk)
    MANDATE_STEPS.take(mandate, "end")
    mandate.save(update_fields=["state"])
    close_plan_and_agreement(mandate)
    stamps.bump("public")
    journal.record(mandate, "mandate_ended", by=by, ended_on=on.isoformat())
    letters.tell_ended(mandate)
    return mandate


def close_plan_and_agreement(mandate: Mandate) -> None:
    """What a mandate that is over takes with it. Called by whoever holds the mandate."""
    plan = Plan.rows.lock(mandate.plan_id)
    if plan.state == PlanState.RUNNING:
        withdraw_open(plan, by=robot())
        PLAN_STEPS.take(plan, "close")
        plan.save(update_fields=["state"])
        evaluate_plan(plan, by=robot())
    agreement = Agreement.rows.lock(mandate.agreement_id)
    AGREEMENT_STEPS.take(agreement, "end")
    agreement.save(update_fields=["state"])


def evaluate_plan(plan: Plan, *, by: Person) -> None:
    """A plan that is closed is evaluated once its final report is accepted, whichever comes last. Called by who holds it."""
    told = plan.reports.filter(kind=ReportKind.FINAL, state=ReportState.ACCEPTED)
    if not PLAN_STEPS.allows(plan, "evaluate") or not told.exists():
        return
    PLAN_STEPS.take(plan, "evaluate")
    plan.save(update_fields=["state"])
    journal.record(plan, "plan_evaluated", by=by, organisation=plan.organisation)


def end_due_mandates(at: datetime) -> None:
    """A round: end the mandates whose last day is past, so that those signed to follow may begin. May run twice."""
    day = clock.day_of(at)
    past = Mandate.rows.filter(state__in=[MandateState.ACTIVE, MandateState.PROLONGED], ends_on__lte=day)
    for pk in list(past.order_by("ends_on", "pk").values_list("pk", flat=True)):
        end_mandate(pk, by=robot(), on=day)


def begin_due_mandates(at: datetime) -> None:
    """A round: begin the mandates whose first day has come, unless the one before still runs. May run twice."""
    day = clock.day_of(at)
    due = Mandate.rows.filter(state=MandateState.PLANNED, starts_on__lte=day)
    before = Mandate.rows.filter(
        organisation=OuterRef("organisation"), track=OuterRef("track"), state__in=sorted(RUNNING)
    )
    for pk in list(due.exclude(Exists(before)).order_by("starts_on", "pk").values_list("pk", flat=True)):
        begin_mandate(pk, by=robot(), on=day)


def _renew(mandate: Mandate, by: Person) -> None:
    """The mandate before the one that begins, when it ended without being closed, is renewed by it."""
    ended = Mandate.rows.select_for_update().filter(organisation=mandate.organisation_id, track=mandate.track_id)
    before = ended.filter(state=MandateState.ENDED, ends_on__lte=mandate.starts_on).order_by("-ends_on", "-pk").first()
    if before is None:
        return
    MANDATE_STEPS.take(before, "renew")
    before.renewed_by = mandate
    before.save(update_fields=["state", "renewed_by"])
    journal.record(before, "mandate_renewed", by=by, following=mandate.code)


def _one_before(mandate: Mandate) -> bool:
    """Whether a mandate of the same organisation and track still runs."""
    rows = Mandate.rows.filter(organisation=mandate.organisation_id, track=mandate.track_id, state__in=sorted(RUNNING))
    return rows.exclude(pk=mandate.pk).exists()


def _written(agreement: Agreement, application: Application) -> Mandate:
    starts_on = application.call.mandate_starts_on
    try:
        with transaction.atomic():
            return Mandate.rows.create(
                organisation=application.organisation,
                agreement=agreement,
                track=application.track,
                plan=application.plan,
                starts_on=starts_on,
                ends_on=figures.mandate_end(starts_on, application.track.years),
            )
    except IntegrityError:
        raise WrongState(_("Another mandate of the same track is already signed and about to start.")) from None
