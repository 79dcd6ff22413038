"""A participant's own page, by the secret link of their letters: no account, no cookie, nothing kept by anyone between."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marelle.base import clock, stamps
from marelle.base.doors import anyone, door
from marelle.base.errors import WrongState
from marelle.events import documents
from marelle.events.models import Participant, Registration
from marelle.events.operations import choices, questions
from marelle.events.operations import participants as operations
from marelle.events.queries import meetings, participants
from marelle.events.queries.participants import Mine
from marelle.events.states import ENDED
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.forms import done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.public.show import show

MOST_LINKS = 5  # a quarter of an hour, from one address
KEPT = 60  # seconds the inside of a board is kept
MOST_QUESTIONS = 6  # a minute, of one person: proposed or voted for
Act = Callable[[Registration], Any]


def _agrees(answer: bool) -> Act:
    return lambda registration: operations.consent_to_recording(registration.pk, answer)


ACTS: dict[str, Act] = {
    "cancel": lambda registration: choices.give_back(registration.pk, at=clock.now()),
    "accept": lambda registration: choices.take(registration.pk, at=clock.now()),
    "agree": _agrees(True),
    "disagree": _agrees(False),
}
SAID = {
    "cancel": _("Your registration is cancelled: the place goes to somebody who waits."),
    "accept": _("The place is yours."),
    "agree": _("Your answer is recorded."),
    "disagree": _("Your answer is recorded."),
    "details": _("What you say of yourself is saved."),
    "suggest": _("Your suggestion is recorded: the moderator reads it beforehand."),
    "feedback": _("Thank you: your answers are recorded."),
}


def with_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the participant whose secret link it is; a link of nobody, or of somebody erased, says so."""

    @wraps(view)
    def inner(request: HttpRequest, key: str, **kwargs: str) -> HttpResponse:
        participant = participants.by_key(key)
        if participant is None:
            return private(show(request, "public/own_page_gone.html", {"noindex": True}, status=404))
        return view(request, participant, **kwargs)

    return inner


class LinkForm(forms.Form):
    """Where the link is sent again."""

    email = forms.EmailField(label=_("E-mail"), help_text=_("The one you registered with."))


class DetailsForm(forms.Form):
    """What one says of oneself."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    function = forms.CharField(label=_("Your function"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Language of your letters"), choices=settings.LANGUAGES)


class FeedbackForm(forms.Form):
    """Five questions, from 1 to 5, and free words."""

    QUESTIONS = {
        "useful": _("What I heard is useful for my work."),
        "clear": _("It was clear."),
        "heard": _("I could speak, or ask."),
        "reuse": _("I will use something of it."),
        "again": _("I would come again."),
    }
    SCALE = [(1, _("1: not at all")), (2, "2"), (3, "3"), (4, "4"), (5, _("5: yes, fully"))]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, question in self.QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question, coerce=int, choices=self.SCALE, widget=forms.RadioSelect
            )
        self.fields["words"] = forms.CharField(
            label=_("Anything else?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
        )

    def answers(self) -> dict[str, int]:
        """The five answers."""
        return {name: self.cleaned_data[name] for name in self.QUESTIONS}


@door(anyone)
@require_safe
@with_link
def own_page(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Where they are registered, and what they may do about it."""
    return whole(request, participant, DetailsForm(initial=vars(participant)))


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Have the link of one's page sent again: the same answer whether the address is known or not."""
    if request.method == "POST":
        limits.count("own_page", client_address(request), most=MOST_LINKS, seconds=limits.QUARTER)
    form = LinkForm(request.POST or None)
    if done(form, lambda data: operations.send_link(data["email"], at=clock.now())):
        return redirect("public:look_at_mail")
    return show(request, "public/own_page_link.html", {"form": form}, status=422 if form.errors else 200)


@door(anyone)
@same_origin
@require_POST
@with_link
def details(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Change one's name, function or language."""
    form = DetailsForm(request.POST)
    if done(form, lambda data: operations.change_details(participant.pk, **data)):
        return back(participant, "details")
    return whole(request, participant, form, status=422)


@door(anyone)
@require_safe
@with_link
def data(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Take away all we hold about them."""
    response = JsonResponse(participants.export(participant), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="mes-rencontres.json"'
    return private(response)


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def erase(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Be forgotten: said once more on a page of its own, then done."""
    if request.method == "POST":
        operations.erase(participant.pk, at=clock.now())
        return private(show(request, "public/own_page_erased.html", {"noindex": True}))
    return private(show(request, "public/own_page_erase.html", {"participant": participant, "noindex": True}))


@door(anyone)
@same_origin
@require_POST
@with_link
def act(request: HttpRequest, participant: Participant, code: str, verb: str) -> HttpResponse:
    """Cancel a registration, take the place that is offered, say whether one may be recorded."""
    if verb not in ACTS:
        raise Http404
    ACTS[verb](of(participant, code))
    return back(participant, verb)


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def room(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """The way in: pressing says that one is there, then the room's address is shown."""
    registration = living(participant, code)
    address = operations.join(registration.pk, at=clock.now()) if request.method == "POST" else ""
    context = {"participant": participant, "mine": Mine(registration, clock.now()), "room": address, "noindex": True}
    return private(show(request, "public/own_page_room.html", context))


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def board(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """The live board for who has a place: read, propose a question, add one's voice."""
    registration = with_board(participant, code)
    if request.method == "POST":
        limits.count("question", participant.key, most=MOST_QUESTIONS, seconds=limits.MINUTE)
        ask_or_vote(request, registration)
        return private(HttpResponseRedirect(request.path + "?dit=1"))
    return private(show(request, "public/own_page_board.html", board_of(request, registration)))


@door(anyone)
@require_safe
@with_link
def board_questions(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """The board's inside alone, for who was invited: made once for all its readers, until it changes."""
    event = with_board(participant, code).occurrence.event
    language = get_language() or "fr"
    key = f"board:{event.code}:{language}:{stamps.current(meetings.board_stamp(event.code))}"
    inside = caches["local"].get(key)
    if inside is None:
        asked = {"questions": meetings.board(event, language), "may_vote": True}
        inside = render_to_string("parts/board.html", asked)
        caches["local"].set(key, inside, KEPT)
    return private(HttpResponse(inside))


@door(anyone)
@same_origin
@require_POST
@with_link
def suggest(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """Say what the meeting should speak of."""
    event = living(participant, code).occurrence.event
    questions.suggest(participant, event, request.POST.get("text", ""), participant.language, at=clock.now())
    return back(participant, "suggest")


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def feedback(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """Say what one thinks of a meeting that was held."""
    registration = living(participant, code)
    if not Mine(registration, clock.now()).may_say:
        raise Http404
    form = FeedbackForm(request.POST or None)
    if done(form, lambda data: give(registration, form)):
        return back(participant, "feedback")
    context = {"participant": participant, "event": registration.occurrence.event, "form": form, "noindex": True}
    return private(show(request, "public/own_page_feedback.html", context, status=422 if form.errors else 200))


@door(anyone)
@require_safe
@with_link
def certificate(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """That they were there, once it is over."""
    registration = living(participant, code)
    if not Mine(registration, clock.now()).has_certificate:
        raise Http404
    response = HttpResponse(documents.certificate(registration), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="attestation.pdf"'
    return private(response)


def of(participant: Participant, code: str) -> Registration:
    """One of their registrations. Raises Http404."""
    registration = participants.registration_of(participant, code)
    if registration is None:
        raise Http404
    return registration


def living(participant: Participant, code: str) -> Registration:
    """One of theirs that stands. Raises Http404, WrongState once it is cancelled: what it gave is given no more."""
    registration = of(participant, code)
    if registration.state in ENDED:
        raise WrongState(gettext("This registration is cancelled: nothing has changed."))
    return registration


def with_board(participant: Participant, code: str) -> Registration:
    """One of theirs whose meeting has a board. Raises Http404, WrongState."""
    registration = living(participant, code)
    if not Mine(registration, clock.now()).has_board:
        raise Http404
    return registration


def whole(request: HttpRequest, participant: Participant, form: DetailsForm, status: int = 200) -> HttpResponse:
    """The page itself."""
    now = clock.now()
    context = {
        "participant": participant,
        "meetings": participants.meetings_of(participant, now),
        "form": form,
        "said": SAID.get(request.GET.get("fait", ""), ""),
        "feed": settings.SITE_ADDRESS + reverse("public:own_page_feed", args=[participant.key]),
        "noindex": True,
        "now": now,
    }
    return private(show(request, "public/own_page.html", context, status=status))


def board_of(request: HttpRequest, registration: Registration) -> dict[str, Any]:
    """What the board shows to who has a place; it looks after itself when anyone may read it."""
    event = registration.occurrence.event
    participant = registration.participant
    is_public = meetings.is_public_board(event)
    own = reverse("public:own_page_questions", args=[participant.key, registration.code])
    return {
        "participant": participant,
        "registration": registration,
        "event": event,
        "questions": meetings.board(event, get_language() or "fr"),
        "board_url": reverse("public:board_questions", args=[event.code]) + "?voix=1" if is_public else own,
        "said": request.GET.get("dit") == "1",
        "noindex": True,
    }


def give(registration: Registration, form: FeedbackForm) -> None:
    """Keep what they think."""
    operations.give_feedback(registration.pk, form.answers(), form.cleaned_data["words"], at=clock.now())


def ask_or_vote(request: HttpRequest, registration: Registration) -> None:
    """A button of the board names the question it is for; without one, a new question was typed."""
    voted = request.POST.get("vote", "")
    if voted:
        questions.vote(registration.pk, voted[:32])
    else:
        language = get_language() or registration.participant.language
        questions.ask(registration.pk, request.POST.get("question", ""), language, at=clock.now())


def back(participant: Participant, done: str) -> HttpResponse:
    """To the page itself, which says what has been done."""
    return private(HttpResponseRedirect(f"{reverse('public:own_page', args=[participant.key])}?fait={done}"))


def private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody. The address is the secret: another site is never told it (`same-origin`, as on every page).

    A stricter policy would have the browser hide from us too where its forms come from.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
