"""Sessions of the board: those of a call, one with its agenda, its decisions and its minutes."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import committee, programme_administrator, programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.decision_letters import confirmed, letter_title, letters_pdf, of_agenda, proposed
from marelle.mandates.documents import day
from marelle.mandates.models import Application, BoardSession, Call
from marelle.mandates.operations import deciding
from marelle.mandates.operations import sessions as operations
from marelle.mandates.operations.deciding import Told
from marelle.mandates.queries import people
from marelle.mandates.queries import sessions as queries
from marelle.mandates.queries.decisions import waiting_decision
from marelle.mandates.queries.story import last_decision
from marelle.mandates.session_papers import kept_back, minutes_pdf
from marelle.web.office import side_by_side
from marelle.web.office.session_forms import HeldForm, SessionDecisionsForm, SessionForm
from marelle.web.parts.forms import done, page


@door(committee)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def sessions(request: HttpRequest, code: str) -> HttpResponse:
    """The sessions of a call; prepare another one."""
    found = get_object_or_404(Call.objects.visible_to(request.user), code=code)  # type: ignore[arg-type]
    form = SessionForm(found, request.POST or None)
    if done(form, lambda values: operations.prepare_session(found.pk, by=request.user, **values)):
        messages.success(request, _("The session is prepared: put its agenda together."))
        return redirect("office:sessions", code)
    may_prepare = rules.may_prepare_session(request.user, found)  # type: ignore[arg-type]
    rows = queries.sessions_of(found, request.user)  # type: ignore[arg-type]
    context = {"call": found, "sessions": rows, "form": form, "may_prepare": may_prepare}
    return page(request, "office/sessions.html", context)


@door(committee)
@require_GET
@asks(reading=SECOND)
def session(request: HttpRequest, code: str) -> HttpResponse:
    """One session: its agenda, what is decided, what comes next."""
    return _page(request, _session(request, code))


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Another day, another place."""
    found = _session(request, code)
    form = SessionForm(found.call, request.POST or None, initial=SessionForm.from_session(found))
    if done(form, lambda values: operations.change_session(found.pk, by=request.user, **values)):
        messages.success(request, _("The session is changed."))
        return redirect("office:session", code)
    return page(request, "office/session_change.html", {"session": found, "form": form})


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def agenda(request: HttpRequest, code: str) -> HttpResponse:
    """Add to the agenda, take off it, move up or down."""
    found, by = _session(request, code), request.user
    for verb in ("up", "down", "remove"):
        if verb in request.POST:
            one = get_object_or_404(_of_agenda(request, found), code=request.POST[verb])
            _move(found, one, verb, by)
            return redirect("office:session", code)
    added = queries.may_be_added(found, by).filter(code__in=request.POST.getlist("add"))  # type: ignore[arg-type]
    operations.add_to_agenda(found.pk, [application.pk for application in added], by=by)
    messages.success(request, _("The agenda is changed."))
    return redirect("office:session", code)


@door(programme_administrator)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose the decisions of a session to the board, all on one page."""
    found = _session(request, code)
    ready = queries.agenda_of(found, request.user).to_propose  # type: ignore[arg-type]
    form = SessionDecisionsForm(ready, request.POST or None)
    if form.is_bound and form.is_valid():
        told = deciding.propose_all(found, form.drafted, by=request.user)  # type: ignore[arg-type]
        _say_done(request, told)
        if not any(t.refused for t in told):
            return redirect("office:session", code)
        form = _again(request, [a for a in ready if a not in {t.application for t in told if not t.refused}], told)
    return page(request, "office/session_propose.html", {"session": found, "form": form})


@door(committee)
@require_POST
@asks(acting=FRESH)
@once
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The board answers the proposals it has ticked: it confirms them all, or declines them all."""
    found = _session(request, code)
    rules.require(rules.may_confirm_session, request.user, found.call)
    read = {
        line.application: request.POST.get(f"read_{line.application.code}", "")
        for line in queries.agenda_of(found, request.user).to_confirm  # type: ignore[arg-type]
        if line.application.code in request.POST.getlist("application")
    }
    act = deciding.decline_all if "decline" in request.POST else deciding.confirm_all
    told = act(read, by=request.user)  # type: ignore[arg-type]
    _say_done(request, told)
    for refused in (t for t in told if t.refused):
        words = {"city": refused.application.organisation, "words": refused.refused}
        messages.error(request, _("%(city)s: %(words)s") % words)
    return redirect("office:session", code)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def hold(request: HttpRequest, code: str) -> HttpResponse:
    """The board has met: who was there, what was said."""
    found = _session(request, code)
    form = HeldForm(people.board_of(found.call.committee), request.POST)
    if done(form, lambda values: operations.hold_session(found.pk, by=request.user, **values)):
        messages.success(request, _("The minutes are recorded: print them."))
        return redirect("office:session", code)
    return _page(request, found, held_form=form)


@door(committee)
@require_GET
@asks(reading=SECOND)
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    """The minutes, on paper."""
    found = _session(request, code)
    drawn = minutes_pdf(found, request.user)  # type: ignore[arg-type]
    return _paper(drawn, f"seance-{found.day.isoformat()}.pdf")


@door(committee)
@require_GET
@asks(reading=SECOND)
def letters(request: HttpRequest, code: str) -> HttpResponse:
    """The letters of what a session decided, in one file; `?brouillons=1`: of what waits for the board."""
    found, drafts = _session(request, code), "brouillons" in request.GET
    written = of_agenda(queries.agenda_of(found, request.user), drafts=drafts)  # type: ignore[arg-type]
    if not written:
        raise Http404("no letter")
    title = _("Letters of the session of %(day)s") % {"day": day(found.day)}
    return _paper(letters_pdf(written, title=title), f"lettres-{found.day.isoformat()}.pdf")


@door(committee)
@require_GET
@asks(reading=SECOND)
def letter(request: HttpRequest, code: str) -> HttpResponse:
    """The letter of one decision; a draft while it waits for the board."""
    rows = Application.objects.visible_to(request.user)  # type: ignore[arg-type]
    found = get_object_or_404(rows.select_related("organisation", "track", "call__committee"), code=code)
    rules.require(rules.may_read_proposal, request.user, found)
    waiting, decision = waiting_decision(found), last_decision(found)
    if waiting is None and decision is None:
        raise Http404("nothing decided")
    written = proposed(waiting, found) if waiting else confirmed(decision, found)  # type: ignore[arg-type]
    return _paper(letters_pdf([written], title=letter_title(found)), f"decision-{found.organisation.code}.pdf")


def _paper(drawn: bytes, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=disposition)


def _page(request: HttpRequest, found: BoardSession, **forms_typed: Any) -> HttpResponse:
    """The page of a session, with the form that was refused, if one was."""
    person: Any = request.user
    shown = queries.agenda_of(found, person)
    may_prepare = rules.may_prepare_session(person, found.call)
    roles = person.roles_at(found.call.committee_id)
    context = {
        "session": found,
        "agenda": shown,
        "compared_at": side_by_side.address(found.call, [line.application.code for line in shown.lines]),
        "kept_back": kept_back(shown),
        "may_prepare": may_prepare and not found.held_at,
        "addable": queries.may_be_added(found, person) if may_prepare and not found.held_at else [],
        "may_propose": Role.PROGRAMME_ADMINISTRATOR in roles,
        "may_confirm": rules.may_confirm_session(person, found.call),
        "has_begun": found.starts_at <= clock.now(),
        "held_form": HeldForm(people.board_of(found.call.committee)) if may_prepare else None,
    }
    return page(request, "office/session.html", context | forms_typed)


def _again(request: HttpRequest, left: list[Application], told: Sequence[Told]) -> SessionDecisionsForm:
    """The form of those left, as typed, each refusal beside what it refuses."""
    form = SessionDecisionsForm(left, request.POST)
    form.is_valid()
    for refused in (t for t in told if t.refused):
        form.add_error(f"outcome_{refused.application.code}", refused.refused)
    return form


def _say_done(request: HttpRequest, told: Sequence[Told]) -> None:
    count = sum(not t.refused for t in told)
    sentence = ngettext("%(count)s application: it is done.", "%(count)s applications: it is done.", count)
    if count:
        messages.success(request, sentence % {"count": count})
    elif not told:
        messages.error(request, _("No application was chosen: nothing has changed."))


def _move(found: BoardSession, one: Application, verb: str, by: Any) -> None:
    if verb == "remove":
        operations.remove_from_agenda(found.pk, one.pk, by=by)
    else:
        operations.move_on_agenda(found.pk, one.pk, by=by, up=verb == "up")


def _of_agenda(request: HttpRequest, found: BoardSession) -> Any:
    """The applications of this agenda one may see."""
    return Application.objects.visible_to(request.user).filter(agenda_items__session=found)  # type: ignore[arg-type]


def _session(request: HttpRequest, code: str) -> BoardSession:
    rows = BoardSession.objects.visible_to(request.user).select_related("call__committee")  # type: ignore[arg-type]
    return get_object_or_404(rows, code=code)
