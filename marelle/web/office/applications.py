"""One application in the office: the dossier, its readers, the opinion, the decision."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import committee, programme_team
from marelle.accounts.models import PendingAct
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Application, Point
from marelle.mandates.operations import decisions, remarks, reviews
from marelle.mandates.queries import office, people
from marelle.mandates.queries.applications import dossier
from marelle.mandates.queries.changed import at_last
from marelle.mandates.queries.decisions import waiting_decision
from marelle.mandates.queries.hearings import hearings_of
from marelle.mandates.queries.pairs import pairs_of
from marelle.mandates.queries.points import with_places
from marelle.mandates.queries.queue import own_reading
from marelle.mandates.queries.sessions import agendas_with
from marelle.mandates.queries.story import last_decision, story_of
from marelle.mandates.queries.written import handed_in
from marelle.mandates.states import APPLICATION_STEPS, STILL_READING, Outcome
from marelle.web.office.forms import AssignForm, DecisionForm, OpinionForm, SendBackForm
from marelle.web.office.remarks import draft, shown
from marelle.web.parts.amendments import told
from marelle.web.parts.forms import done, page

ASKED = {  # a form: its page, and what is said once it has been taken
    SendBackForm: ("office/send_back.html", gettext_lazy("The city has been told what to complete.")),
    OpinionForm: ("office/opinion.html", gettext_lazy("The commission’s opinion is recorded.")),
    DecisionForm: ("office/propose.html", gettext_lazy("The board has been asked to confirm.")),
}


@door(committee)
@require_GET
@asks(reading=SECOND)
def application(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one application, and what may be done next."""
    return page(request, "office/application.html", _context(request, code))


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def admit(request: HttpRequest, code: str) -> HttpResponse:
    """Declare it admissible."""
    reviews.admit(_visible(request, code).pk, by=request.user)
    messages.success(request, _("The application is admissible. Choose its readers."))
    return redirect("office:application", code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    """Send it back to be completed."""
    found = _visible(request, code)
    form = SendBackForm(request.POST or None, dossier=dossier(found))
    return _ask(request, found, form, lambda values: reviews.send_back(found.pk, by=request.user, **values))


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def assign(request: HttpRequest, code: str) -> HttpResponse:
    """Give it to a reader."""
    found = _visible(request, code)
    form = AssignForm(request.POST, application=found, readers=people.readers(found.call.committee))
    if done(form, lambda values: reviews.assign_reader(found.pk, values["reader"], by=request.user)):
        messages.success(request, _("The reader has been told."))
        return redirect("office:application", code)
    return page(request, "office/application.html", _context(request, code) | {"assign_form": form})


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def opinion(request: HttpRequest, code: str) -> HttpResponse:
    """Record the commission's opinion."""
    found = _visible(request, code)
    rules.require(rules.may_give_opinion, request.user, found)
    drafted = {"text": draft(found, request.user)} if "brouillon" in request.GET else {}  # type: ignore[arg-type]
    form = OpinionForm(request.POST or None, initial=drafted)
    return _ask(
        request, found, form, lambda v: reviews.give_opinion(found.pk, v["opinion"], v["text"], by=request.user)
    )


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose the decision to the board."""
    found = _visible(request, code)
    rules.require(rules.may_propose_decision, request.user, found)
    form = DecisionForm(request.POST or None, dossier=dossier(found))
    return _ask(request, found, form, lambda values: decisions.propose_decision(found.pk, by=request.user, **values))


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The board reads the proposal again and confirms it, or not."""
    found = _visible(request, code)
    rules.require(rules.may_read_proposal, request.user, found)
    if request.method == "POST":
        act = decisions.decline_decision if "decline" in request.POST else decisions.confirm_decision
        act(found.pk, by=request.user, read=request.POST.get("read", ""))
        messages.success(request, _("It is done, and written in the journal."))
        return redirect("office:application", code)
    return page(request, "office/confirm.html", _context(request, code) | _proposed(found, waiting_decision(found)))


def _ask(request: HttpRequest, found: Application, form: Form, act: Callable[[Any], Any]) -> HttpResponse:
    """The page of one form about an application; once it has been taken, back to the application."""
    template, told = ASKED[type(form)]
    if done(form, act):
        messages.success(request, told)
        return redirect("office:application", found.code)
    readings = office.readings_of(found, request.user)  # type: ignore[arg-type]
    context = {"application": found, "form": form, "readings": readings, "compared": office.compared(readings)}
    return page(request, template, context)


def _proposed(found: Application, waiting: PendingAct | None) -> dict[str, Any]:
    """The words of a proposal, ready to be read."""
    if waiting is None:
        return {}
    due = waiting.payload["conditions_due_on"]
    asked = [Point(**point) for point in waiting.payload.get("points", [])]
    return {
        "outcome": Outcome(waiting.payload["outcome"]).label,
        "asked": with_places(dossier(found), asked),
        "conditions_due_on": date.fromisoformat(due) if due else None,
    }


def _visible(request: HttpRequest, code: str) -> Application:
    rows = Application.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("organisation", "call__framework", "call__committee", "track", "plan"), code=code
    )


def _context(request: HttpRequest, code: str) -> dict[str, Any]:
    found, person = _visible(request, code), request.user
    last, readings, mine = handed_in(found), office.readings_of(found, person), own_reading(found, person)
    may_handle = rules.may_handle(person, found)
    return {
        "application": found,
        "handed_in": last,
        "dossier": shown(request, found, last, mine),
        "pairs": [pair for pair in pairs_of(found.call, found.organisation) if pair.is_accepted],
        "readings": readings,
        "compared": office.compared(readings),
        "hearings": hearings_of(found),
        "agenda_items": agendas_with(found, person),
        "may_remark": may_handle and found.state in remarks.OPEN,
        "still_reads": mine is not None and mine.state in STILL_READING,
        "may_reopen": may_handle and found.state in reviews.BEING_READ,
        "waiting": waiting_decision(found),
        "decision": last_decision(found),
        "story": story_of(found, person),
        "plan_changes": told(at_last(found), found.call.framework),
        "assign_form": AssignForm(application=found, readers=people.readers(found.call.committee)),
        "may_give_more_time": found.is_being_written and rules.may_give_more_time(person, found),
        "may_handle": may_handle,
        "may_give_opinion": rules.may_give_opinion(person, found),
        "may_propose": rules.may_propose_decision(person, found),
        "may_confirm": rules.may_confirm_decision(person, found),
        "steps": {step.name: APPLICATION_STEPS.allows(found, step.name) for step in APPLICATION_STEPS},
    }
