"""Meetings for anyone: what is coming, what was, one webinar with its twin occurrences, and asking for a place in it."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from marelle.base import clock, origins
from marelle.base.doors import anyone, door
from marelle.events import letters
from marelle.events.models import Event, Occurrence
from marelle.events.operations import questions, registrations
from marelle.events.operations.registrations import Coming
from marelle.events.queries import gatherings, outcomes
from marelle.events.queries import meetings as queries
from marelle.events.states import OVER, EventKind, EventState
from marelle.framework.models import text
from marelle.web.parts import calendars, limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.files import attachment
from marelle.web.parts.forms import CountryField, done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.parts.meetings import note_of
from marelle.web.public.show import public, show
from marelle.web.templatetags.marelle import in_zone, moment, zone_words

MOST_A_MINUTE = 60  # registrations from one address: a town hall stands behind one
LONGEST = 120  # characters read of what was typed: trust W9


class RegistrationForm(forms.Form):
    """Who comes, and to which occurrence. No password: a link is sent."""

    occurrence = forms.ChoiceField(label=_("Which session?"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The link to your own page is sent there, and what concerns your registration: nothing else."),
    )
    function = forms.CharField(label=_("Your function"), max_length=120, required=False)
    organisation_name = forms.CharField(label=_("City or organisation"), max_length=200, required=False)
    country = CountryField(label=_("Country"), required=False)
    suggestion = forms.CharField(
        label=_("What should it speak of?"),
        help_text=_("600 characters at most. The moderator reads it beforehand."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, event: Event, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.every_occurrence = queries.occurrences_of(event)
        self.occurrences = {o.code: o for o in self.every_occurrence if o.ends_at > clock.now()}
        sessions = forms.ChoiceField(
            label=_("Which session?"),
            widget=forms.RadioSelect,
            choices=[(o.code, said(o)) for o in self.occurrences.values()],
        )
        self.fields["occurrence"] = sessions
        if event.suggestions_until is None or event.suggestions_until <= clock.now():
            del self.fields["suggestion"]

    def coming(self) -> Coming:
        """What the operation takes."""
        data = self.cleaned_data
        fields = ("name", "email", "function", "organisation_name")
        return Coming(
            language=get_language() or "fr",
            country=data["country"],
            **{field: data[field] for field in fields},
        )


def said(occurrence: Occurrence) -> str:
    """An occurrence as one chooses it: its language and its time."""
    zone = occurrence.local_zone
    language = get_language_info(occurrence.language)["name_local"].capitalize()
    return f"{language}, {moment(in_zone(occurrence.starts_at, zone))} ({zone_words(zone)})"


@public
def agenda(request: HttpRequest) -> HttpResponse:
    """Every meeting to come, then those that were."""
    at = clock.now()
    coming, past = queries.coming(at), queries.past(at)
    tell_apart([*coming, *past])
    return show(request, "public/agenda.html", {"coming": coming, "past": past, "now": at})


@public
def webinars(request: HttpRequest) -> HttpResponse:
    """The webinars alone."""
    at, kind = clock.now(), EventKind.WEBINAR
    context = {"coming": queries.coming(at, kind), "past": queries.past(at, kind), "now": at, "only_webinars": True}
    return show(request, "public/agenda.html", context)


@public
def series(request: HttpRequest, code: str) -> HttpResponse:
    """Webinars that belong together: the project that carries them, those to come, those that were."""
    found = get_object_or_404(queries.public_series(), code=code)
    now = clock.now()
    coming, past = queries.in_series(found, now)
    words = {"project": text(found.project), "summary": text(found.summary)}
    return show(request, "public/series.html", {"series": found, "coming": coming, "past": past, **words})


@public
def webinar(request: HttpRequest, code: str) -> HttpResponse:
    """One webinar: its concept note, its occurrences, and asking for a place."""
    event = found(code)
    return show(request, "public/webinar.html", context_of(event, RegistrationForm(event)))


@public
def webinar_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Its occurrences, for a calendar."""
    event = found(code)
    return calendars.answer((letters.moment_of(o) for o in queries.occurrences_of(event)), str(event))


@door(anyone)
@same_origin
@require_POST
def register(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a place. What was given is told by mail alone: nobody learns here whose address it is."""
    event = alone(code)
    limits.count("register", client_address(request), most=MOST_A_MINUTE, seconds=limits.MINUTE)
    form = RegistrationForm(event, request.POST)
    if done(form, lambda data: enter(event, form)):
        return redirect(reverse("public:look_at_mail") + "?inscription")
    response = show(request, "public/webinar.html", context_of(found(code), form), status=422)
    response.headers["Cache-Control"] = "no-store"
    return response


@public
def look_at_mail(request: HttpRequest) -> HttpResponse:
    """What comes next is in a mail: the same page whatever was typed. After a registration (`?inscription`), it says so."""
    return show(request, "public/look_at_mail.html", {"noindex": True, "registers": "inscription" in request.GET})


@public
def transcript(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The words of an occurrence, and those that hold what one looks for."""
    event = found(code)
    occurrence = get_object_or_404(event.occurrences.exclude(transcript=""), language=language)
    if not queries.shows_what_it_left(event):
        raise Http404
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    lines = queries.lines_with(occurrence.transcript, typed)
    context = {"event": event, "occurrence": occurrence, "typed": typed, "lines": lines, "noindex": bool(typed)}
    return show(request, "public/transcript.html", context)


@public
def document(request: HttpRequest, code: str, file_code: str) -> FileResponse:
    """A document of a webinar, when what is said there is public."""
    event = found(code)
    if not queries.shows_what_it_left(event):
        raise Http404
    return attachment(get_object_or_404(event.files.filter(removed_at=None), code=file_code))


def found(code: str) -> Event:
    """The webinar. Raises Http404 unless anyone may read about it."""
    event = queries.public_webinar(code)
    if event is None:
        raise Http404
    return event


def alone(code: str) -> Event:
    """The webinar without its dates, hosts and services. Raises Http404 unless anyone may read about it."""
    event = queries.public_webinar_alone(code)
    if event is None:
        raise Http404
    return event


def enter(event: Event, form: RegistrationForm) -> None:
    """A place, and what was suggested."""
    at = clock.now()
    occurrence = form.occurrences[form.cleaned_data["occurrence"]]
    registration = registrations.register(occurrence.pk, form.coming(), at=at)
    if form.cleaned_data.get("suggestion"):
        participant = registration.participant
        questions.suggest(participant, event, form.cleaned_data["suggestion"], participant.language, at=at)


def context_of(event: Event, form: RegistrationForm) -> dict[str, Any]:
    """Everything the page of a webinar shows."""
    now, occurrences = clock.now(), form.every_occurrence
    closes = event.registration_closes_at or max(
        (occurrence.ends_at for occurrence in occurrences), default=clock.now()
    )
    is_kept = queries.shows_what_it_left(event)
    parts = queries.parts_of(event)
    is_over = event.state in OVER or max((o.ends_at for o in occurrences), default=now) <= now
    return {
        "event": event,
        "note": note_of(event),
        "occurrences": occurrences,
        "project": text(event.series.project) if event.series else "",
        "people": queries.people_of(event),
        "parts": parts,
        "way": way_of(event, occurrences, now),
        "told": outcomes.practices_told(event, [part.item for part in parts]) if is_over else [],
        "form": form,
        "closes": closes,
        "now": now,
        "has_board": queries.is_public_board(event) and event.state in (EventState.PUBLISHED, EventState.HELD),
        "documents": list(event.files.filter(removed_at=None).order_by("pk")) if is_kept else [],
        "shows_recording": is_kept,
        "lessons": text(event.lessons) if event.lessons_published_at else "",
        "strip": strip(event),
        "board": queries.board(event, get_language() or "fr")
        if event.lessons_published_at and queries.is_public_board(event)
        else [],
    }


def tell_apart(events: list[Event]) -> None:
    """Each gathering of a year that several committees share says which it is, in its address (`which`)."""
    shared = gatherings.shared_years()
    for event in events:
        is_shared = event.kind == EventKind.GATHERING and event.year in shared
        event.which = f"?comite={event.committee.code}" if is_shared else ""  # type: ignore[attr-defined]


def way_of(event: Event, occurrences: list[Occurrence], now: datetime) -> str:
    """What one may do about it now: register (`open`, or `full` for the waiting list), `later`, `closed`, `over`; else nothing."""
    coming = [occurrence for occurrence in occurrences if occurrence.ends_at > now]
    if event.state in OVER or (event.state == EventState.PUBLISHED and occurrences and not coming):
        return "over"
    if event.state != EventState.PUBLISHED:
        return ""
    if event.registration_opens_at and now < event.registration_opens_at:
        return "later"
    if not coming or (event.registration_closes_at and event.registration_closes_at <= now):
        return "closed"
    return "full" if all(is_full(occurrence) for occurrence in coming) else "open"


def is_full(occurrence: Occurrence) -> bool:
    """Whether the next who asks goes on the waiting list."""
    return occurrence.capacity is not None and occurrence.taken >= occurrence.capacity  # type: ignore[attr-defined]


def strip(event: Event) -> Any:
    """What it comes from, what was kept of it."""
    return origins.strip_for(origins.reference("events.event", event.code), None)
