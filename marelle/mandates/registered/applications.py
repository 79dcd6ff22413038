"""What an application brings to "Aujourd'hui", to calendars, and to the thread."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.base import clock, origins, registers, rounds
from marelle.base.origins import Shown
from marelle.base.registers import Act, Change, Moment, Today
from marelle.mandates import checks
from marelle.mandates.models import Application, Call
from marelle.mandates.operations.chasing import remind_writers
from marelle.mandates.operations.lapsing import lapse_drafts, tell_before_lapsing
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries.points import tasks

MOST_ACTS = 3  # of one application: the next sections, not all of them


def register() -> None:
    """Join the registers."""
    origins.register("mandates.application", show_applications)
    registers.today_providers.append(today)
    registers.calendar_providers.append(moments)
    registers.invariants["plans follow their applications"] = checks.plans_follow_applications
    registers.invariants["what was handed in has its receipt"] = checks.applications_handed_in_have_a_receipt
    rounds.register(remind)
    rounds.register(look_after_drafts)


def remind(at: datetime) -> None:
    """A round of the worker."""
    remind_writers(at)


def look_after_drafts(at: datetime) -> None:
    """A round of the worker: who wrote a draft is told, and a week later it lapses."""
    tell_before_lapsing(at)
    lapse_drafts(at)


def today(person: Person, organisation: Organisation) -> Today:
    """The next sections to write, the end of the window, what was handed in."""
    if not accounts.may_read(person, organisation):
        return Today(acts=[], moments=[], changes=[])
    application = queries.current(organisation, person)
    if application is None:
        return _first_act(person, organisation)
    changes = [_handed_in(application)] if application.submitted_at else []
    if not application.is_being_written:
        return Today(acts=[], moments=[], changes=changes)
    acts = _acts(application, person) if accounts.may_write(person, organisation) else []
    return Today(acts=acts, moments=[_end(application)], changes=changes)


def moments(person: Person | None, organisation: Organisation | None) -> Iterator[Moment]:
    """The end of the window, for those with a draft."""
    if person is None or organisation is None or not accounts.may_read(person, organisation):
        return
    application = queries.current(organisation, person)
    if application is not None and application.is_being_written:
        yield _end(application)


def show_applications(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Applications in the thread, for those who may read them."""
    if reader is None or not reader.is_authenticated:
        return {}
    rows = Application.objects.visible_to(reader).filter(code__in=codes).select_related("call", "organisation")
    return {application.code: _shown(application, reader) for application in rows}


def _shown(application: Application, reader: Person) -> Shown:
    own, city = application.organisation_id in reader.organisation_ids, application.organisation
    return Shown(
        title=str(application.call),
        sentence=city.name,
        address=reverse("city:application", args=[city.code]) if own else f"/bureau/candidatures/{application.code}",
        state=application.get_state_display(),
        on=application.submitted_at or application.created_at,
    )


def _first_act(person: Person, organisation: Organisation) -> Today:
    offers = queries.calls_for(organisation, clock.now()) if accounts.may_write(person, organisation) else []
    address = reverse("city:application", args=[organisation.code])
    acts, moments = [], []
    for call in [offer.call for offer in offers[:1]]:
        acts.append(
            Act(
                _("Start the application to “%(call)s”") % {"call": call},
                address,
                due_at=call.closes_at,
                zone=call.zone,
            )
        )
        moments.append(Moment(f"call-{call.code}", _last_moment(call), call.closes_at, address, zone=call.zone))
    return Today(acts=acts, moments=moments, changes=[])


def _last_moment(call: Call) -> str:
    return _("Last moment to hand in: %(call)s") % {"call": call}


def _acts(application: Application, person: Person) -> list[Act]:
    due_at = queries.closes_at(application)
    lines = [t for t in tasks(queries.dossier(application), person, advised=False) if t.state in ("todo", "begun")]
    address = reverse("city:application_submit", args=[application.organisation.code])
    if [line.url for line in lines] == [address] and not accounts.may_hand_in(person, application.organisation):
        ready = _("Everything is there: tell who hands the application in")
        return [Act(ready, address, due_at=due_at, zone=application.call.zone)]
    return [
        Act(
            _("Complete “%(section)s”") % {"section": line.title},
            line.url,
            due_at=due_at,
            zone=application.call.zone,
        )
        for line in lines[:MOST_ACTS]
    ]


def _end(application: Application) -> Moment:
    return Moment(
        code=f"application-{application.code}",
        title=_last_moment(application.call),
        starts_at=queries.closes_at(application),
        address=reverse("city:application", args=[application.organisation.code]),
        sentence=_("Your application is not handed in yet."),
        zone=application.call.zone,
    )


def _handed_in(application: Application) -> Change:
    return Change(
        sentence=_("Your application was handed in."),
        at=application.submitted_at,  # type: ignore[arg-type]
        address=reverse("city:application_receipt", args=[application.organisation.code]),
    )
