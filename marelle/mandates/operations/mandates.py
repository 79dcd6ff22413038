"""Mandates: started by the last signature, begun on their day, ended after it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.robot import robot
from marelle.base import clock, origins, stamps
from marelle.base.errors import WrongState
from marelle.mandates import figures, rules
from marelle.mandates.letters import agreements as letters
from marelle.mandates.models import Agreement, Application, Mandate
from marelle.mandates.states import AGREEMENT_STEPS, APPLICATION_STEPS, MANDATE_STEPS, ApplicationState, MandateState
from marelle.plans.models import Plan
from marelle.plans.states import PLAN_STEPS, PlanState


@transaction.atomic
def start_mandate(agreement: Agreement, *, by: Person, at: datetime) -> Mandate:
    """What the last signature opens: application signed, plan adopted, mandate on its dates.

    Called by `sign_agreement`, which holds the agreement. Raises WrongState when a mandate of
    the same track still runs.
    """
    application = Application.rows.lock(agreement.application_id)
    if application.state == ApplicationState.ACCEPTED and application.track.council_vote != "required":
        APPLICATION_STEPS.take(application, "adopt")
        adopt_plan(application, on=_day_of(at))
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
    if mandate.starts_on <= _day_of(at):
        begin_mandate(mandate.pk, by=robot(), on=_day_of(at))
        mandate.refresh_from_db()
    stamps.bump("public")
    return mandate


def adopt_plan(application: Application, *, on: date) -> Plan:
    """The plan is no longer a proposal: the council voted it, or all the parties signed. Raises WrongState."""
    plan = Plan.rows.lock(application.plan_id)
    PLAN_STEPS.take(plan, "adopt")
    plan.adopted_on = on
    plan.save(update_fields=["state", "adopted_on"])
    return plan


@transaction.atomic
def begin_mandate(mandate_id: int, *, by: Person, on: date) -> Mandate:
    """The first day has come: the mandate runs, and its plan with it. Raises NotAllowed, WrongState."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_end_mandate, by, mandate)
    if on < mandate.starts_on:
        raise WrongState(_("This mandate has not reached its first day."), mandate=mandate.pk)
    MANDATE_STEPS.take(mandate, "begin")
    mandate.save(update_fields=["state"])
    plan = Plan.rows.lock(mandate.plan_id)
    PLAN_STEPS.take(plan, "begin")
    plan.save(update_fields=["state"])
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
    plan = Plan.rows.lock(mandate.plan_id)
    if plan.state == PlanState.RUNNING:
        PLAN_STEPS.take(plan, "close")
        plan.save(update_fields=["state"])
    agreement = Agreement.rows.lock(mandate.agreement_id)
    AGREEMENT_STEPS.take(agreement, "end")
    agreement.save(update_fields=["state"])
    stamps.bump("public")
    journal.record(mandate, "mandate_ended", by=by, ended_on=on.isoformat())
    letters.tell_ended(mandate)
    return mandate


def begin_due_mandates(at: datetime) -> None:
    """A round: begin the mandates whose first day has come. May run twice."""
    day = _day_of(at)
    due = Mandate.rows.filter(state=MandateState.PLANNED, starts_on__lte=day).order_by("starts_on", "pk")
    for pk in list(due.values_list("pk", flat=True)):
        begin_mandate(pk, by=robot(), on=day)


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
        raise WrongState(_("A mandate of the same track is still running: it must end first.")) from None


def _day_of(moment: datetime) -> date:
    return moment.astimezone(clock.PARIS).date()
