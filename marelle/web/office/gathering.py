"""The national gathering in the office: its days, programme, invitations, replies, proceedings and declarations."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts import files
from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.base.models import Job
from marelle.base.origins import strip_for
from marelle.events.models import Declaration, Event, Invitation, ProgrammeItem
from marelle.events.operations import declarations, gatherings, invitations, meetings, rooms
from marelle.events.queries import gatherings as queries
from marelle.events.queries import talks
from marelle.web.office.gathering_forms import (
    CancelForm,
    DeclarationForm,
    GatheringForm,
    ItemForm,
    OutcomeForm,
    PracticeForm,
    RoomForm,
)
from marelle.web.parts.forms import done, page
from marelle.web.parts.meeting_forms import AbroadForm, CodeForm, HostForm
from marelle.web.parts.meetings import ACTS, SAVED, Act
from marelle.web.parts.tables import Column, Table, answer

STEPS = {
    "annoncer": (gatherings.publish_gathering, gettext_lazy("The gathering is announced.")),
    "tenue": (meetings.hold, gettext_lazy("The gathering was held: its proceedings may be written.")),
    "actes": (gatherings.publish_proceedings, gettext_lazy("The proceedings are published.")),
    "inviter": (invitations.ask_to_invite, gettext_lazy("The invitations are leaving: each city receives one, once.")),
    "relancer": (
        invitations.ask_to_chase,
        gettext_lazy("Those who have not answered are written to once more."),
    ),
}
ARRANGED = {
    **{verb: ACTS[verb] for verb in ("host", "abroad", "drop_host")},
    "room": Act(RoomForm, lambda e, f, by: rooms.save_room(e.pk, by=by, **f.cleaned_data), SAVED, "rooms"),  # type: ignore[arg-type]
    "drop_room": Act(CodeForm, lambda e, f, by: rooms.remove_room(e.pk, f.cleaned_data["code"], by=by), SAVED, "rooms"),
}


@door(programme_team)
@require_GET
def gathering(request: HttpRequest, code: str) -> HttpResponse:
    """Where the gathering stands: programme, invitations, declarations, and what may be done."""
    return page(request, "office/gathering.html", _standing(_found(request, code)))


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def new_gathering(request: HttpRequest) -> HttpResponse:
    """Prepare the gathering of a year."""
    form = GatheringForm(request.user.committees_as(PROGRAMME_TEAM), request.POST or None)  # type: ignore[union-attr]
    made: list[Event] = []
    if done(form, lambda values: made.append(_draft(request, form))):
        messages.success(request, _("The gathering is saved as a draft: nobody outside the team sees it yet."))
        return redirect("office:gathering", made[0].code)
    return page(request, "office/gathering_form.html", {"form": form, "event": None})


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def change_gathering(request: HttpRequest, code: str) -> HttpResponse:
    """Change its days, its place, its window of registration."""
    event = _found(request, code)
    shown = GatheringForm.of(event, queries.occurrence_of(event))
    form = GatheringForm([event.committee], request.POST or None, event=event, initial=shown)
    if done(form, lambda values: gatherings.change_gathering(event.pk, by=request.user, **form.values())):  # type: ignore[arg-type]
        messages.success(request, _("The gathering is saved."))
        return redirect("office:gathering", code)
    return page(request, "office/gathering_form.html", {"form": form, "event": event})


@door(programme_team)
@require_POST
@asks(acting=FRESH)
@once
def step(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Announce it, invite the network, chase the silent, say that it was held, publish its proceedings."""
    event = _found(request, code)
    if verb not in STEPS:
        raise Http404
    act, sentence = STEPS[verb]
    act(event.pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, sentence)
    return redirect("office:gathering", code)


@door(programme_team)
@require_POST
@asks(acting=FRESH)
@once
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Say why it will not be held: everyone registered is told."""
    event, form = _found(request, code), CancelForm(request.POST)
    if done(form, lambda values: meetings.cancel(event.pk, values["because"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("The gathering is cancelled: those who were coming are told."))
        return redirect("office:gathering", code)
    return page(request, "office/gathering.html", _standing(event, {"cancel": form}))


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def arrange(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Say who carries it too, and the rooms there are."""
    event, act = _found(request, code), ARRANGED.get(verb)
    if act is None:
        raise Http404
    form = act.form(event, request.POST)
    if done(form, lambda values: act.run(event, form, request.user)):  # type: ignore[arg-type]
        messages.success(request, act.sentence)
        return redirect(f"{reverse('office:gathering', args=[code])}#{act.anchor}")
    return page(request, "office/gathering.html", _standing(event, {verb: form}))


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def replies(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes, who does not, who is silent; as a file too."""
    event = _found(request, code)
    return answer(request, "office/gathering_replies.html", _replies(request, event), {"event": event})


# Programme -----------------------------------------------------------------------------------------------------------
@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def item(request: HttpRequest, code: str, item: str = "") -> HttpResponse:
    """Add an item to the programme, or change one."""
    event = _found(request, code)
    found = _item(event, item) if item else None
    form = ItemForm(event, request.POST or None, initial=ItemForm.of(found) if found else _first_day(event))
    if done(form, lambda values: gatherings.save_item(event.pk, form.part(), by=request.user, code=item)):  # type: ignore[arg-type]
        messages.success(request, _("The programme is saved."))
        return redirect("office:gathering", code)
    context = {"form": form, "event": event, "item": found, "practice_form": PracticeForm()}
    context["strip"] = strip_for(f"events.item:{item}", request.user) if found else None
    context["talks"] = [talk for talk in talks.talks_of(event, request.user, clock.now()) if talk.item == found]  # type: ignore[arg-type]
    return page(request, "office/gathering_item.html", context)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def remove_item(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Take an item out."""
    event = _found(request, code)
    gatherings.remove_item(event.pk, _item(event, item).code, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The item is taken out of the programme."))
    return redirect("office:gathering", code)


@door(programme_team)
@require_POST
@asks(acting=SECOND)
@once
def show_practice(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Say that a stall of the market shows a practice."""
    event = _found(request, code)
    typed = request.POST.get("practice", "")
    gatherings.show_practice(event.pk, _item(event, item).code, typed, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The practice is shown on this stall."))
    return redirect("office:gathering", code)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def outcome(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Write what came out of an item; take away a document joined to it."""
    event = _found(request, code)
    found = _item(event, item)
    if request.POST.get("drop"):
        return _drop_document(request, event, found)
    form = OutcomeForm(request.POST or None, request.FILES or None, initial=OutcomeForm.shown("outcome", found.outcome))
    if done(form, lambda values: _write_outcome(request, event, found, form)):
        messages.success(request, _("Saved."))
        return redirect("office:gathering", code)
    context = {"form": form, "event": event, "item": found}
    context["documents"] = found.files.filter(removed_at=None).order_by("pk")
    return page(request, "office/gathering_outcome.html", context)


# Declarations --------------------------------------------------------------------------------------------------------
@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
@once
def declaration(request: HttpRequest, code: str, declaration: str = "") -> HttpResponse:
    """Write a declaration, or read the one that is open for signature."""
    event = _found(request, code)
    found = get_object_or_404(event.declarations, code=declaration) if declaration else None
    form = DeclarationForm(request.POST or None, initial=DeclarationForm.of(found) if found else None)
    made: list[Declaration] = []
    if done(form, lambda values: made.append(_write(request, event, form, declaration))):
        messages.success(request, _("The text is saved. Nobody signs it before you open it."))
        return redirect("office:gathering_declaration", code, made[0].code)
    context = {"form": form, "event": event, "declaration": found}
    context["signatures"] = found.signatures.select_related("organisation", "signed_by") if found else []
    return page(request, "office/gathering_declaration.html", context)


@door(programme_team)
@require_POST
@asks(acting=FRESH)
@once
def open_declaration(request: HttpRequest, code: str, declaration: str) -> HttpResponse:
    """Freeze the text: it may be signed."""
    event = _found(request, code)
    declarations.open_declaration(get_object_or_404(event.declarations, code=declaration).pk, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The text is frozen and open for signature."))
    return redirect("office:gathering_declaration", code, declaration)


def _standing(event: Event, refused: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the page of a gathering shows. `refused`: the form that was not taken, by its verb."""
    told = refused or {}
    fresh = {"host": HostForm(event), "abroad": AbroadForm(event), "room": RoomForm(event), "cancel": CancelForm()}
    shown = fresh | told
    for verb, form in shown.items():
        form.auto_id = f"id_{verb}_%s"  # several forms stand on one page
    programme = queries.programme(event)
    for item in programme.items:
        item.places = programme.places.get(item.pk)  # type: ignore[attr-defined]
    return {
        "event": event,
        "occurrence": programme.occurrence,
        "days": programme.days,
        "to_place": [item for item in programme.items if item.starts_at is None],
        "replies": queries.replies(event),
        "members": queries.members_of(event.committee).count(),
        "job": _last_job(event),
        "declarations": queries.declarations_of(event),
        "hosts": list(event.hosts.select_related("organisation").order_by("position", "pk")),
        "rooms": list(event.rooms.order_by("name")),
        "base": reverse("office:gathering_arrange", args=[event.code, "x"])[:-1],
        "forms": shown,
        "refused": next(iter(told.values()), None),
    }


def _draft(request: HttpRequest, form: GatheringForm) -> Event:
    year = form.cleaned_data["year"]
    return gatherings.draft_gathering(form.for_committee, year=year, by=request.user, **form.values())  # type: ignore[arg-type]


def _write(request: HttpRequest, event: Event, form: DeclarationForm, code: str) -> Declaration:
    values = form.values(event.zone)
    return declarations.write_declaration(event.pk, by=request.user, code=code, **values)  # type: ignore[arg-type]


def _write_outcome(request: HttpRequest, event: Event, item: ProgrammeItem, form: OutcomeForm) -> None:
    upload, by = form.cleaned_data["document"], request.user
    kept = files.take(upload, organisation=event.committee, by=by) if upload else None  # type: ignore[arg-type]
    gatherings.write_outcome(event.pk, item.code, outcome=form.said("outcome"), by=by, file=kept)  # type: ignore[arg-type]


def _drop_document(request: HttpRequest, event: Event, item: ProgrammeItem) -> HttpResponse:
    gatherings.remove_file(event.pk, item.code, request.POST["drop"], by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The document is removed: nobody reads it any more."))
    return redirect("office:gathering_outcome", event.code, item.code)


def _replies(request: HttpRequest, event: Event) -> Table:
    return Table(
        request,
        name=f"reponses-{event.year}",
        caption=_("Replies to the invitation"),
        columns=[
            Column("ville", _("City"), lambda row: row.organisation.name, order="ville"),
            Column(
                "reponse",
                _("Reply"),
                lambda row: row.reply,
                kind="state",
                order="reponse",
                shown=Invitation.get_reply_display,
            ),
            Column("personnes", _("People"), lambda row: row.coming, kind="number", order="personnes"),
            Column("invitee", _("Invited on"), lambda row: row.sent_at, order="invitee"),
            Column("relancee", _("Chased on"), lambda row: row.chased_at, order="relancee"),
            Column("repondu", _("Answered on"), lambda row: row.replied_at, order="repondu"),
            Column("code", _("Code"), lambda row: row.organisation.code),
        ],
        rows=queries.invitations_of(event),
        empty=_("Nobody is invited yet."),
        per_page=400,
    )


def _last_job(event: Event) -> Job | None:
    """The sending in course, or the last one."""
    sent = Job.objects.filter(task__in=("invite_network", "chase_silent"), arguments__code=event.code)
    return sent.order_by("-pk").first()


def _first_day(event: Event) -> dict[str, Any]:
    return {"on": queries.occurrence_of(event).starts_at.astimezone(ZoneInfo(event.zone)).date()}


def _item(event: Event, code: str) -> ProgrammeItem:
    found: ProgrammeItem = get_object_or_404(event.items.select_related("domain"), code=code)
    found.event = event
    return found


def _found(request: HttpRequest, code: str) -> Event:
    return get_object_or_404(queries.of_team(request.user), code=code)  # type: ignore[arg-type]
