"""What somebody without an account does from their own page: come in, say, change, take away, be erased. And the rounds."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from marelle.base import stamps
from marelle.base.errors import BadData, Closed, WrongState
from marelle.base.models import Letter
from marelle.base.text import random_id
from marelle.events import letters
from marelle.events.models import Comfort, Feedback, Occurrence, Participant, Registration, Suggestion
from marelle.events.operations import registrations
from marelle.events.queries.participants import Mine, is_open
from marelle.events.states import ENDED, OVER, REGISTRATION_STEPS, EventState, RegistrationState

COMFORT_KEPT = timedelta(days=15)  # trust T6
REMINDERS = (7, 1)  # days before
AT_ONCE = 200  # letters a round writes: the next round goes on
FEEDBACK_QUESTIONS = ("useful", "clear", "heard", "reuse", "again")  # five, each answered from 1 to 5


@transaction.atomic
def change_details(participant_id: int, *, name: str, language: str, function: str = "") -> Participant:
    """Another name, another language for one's letters. Raises BadData."""
    participant: Participant = Participant.rows.lock(participant_id)
    name = " ".join(name.split())
    if not name:
        raise BadData(_("Give your name."))
    participant.name, participant.language, participant.function = name[:120], language, function.strip()[:120]
    participant.save(update_fields=["name", "language", "function"])
    return participant


@transaction.atomic
def consent_to_recording(registration_id: int, agrees: bool) -> Registration:
    """Say whether one may be recorded: asked apart, changed when one wants. Raises WrongState."""
    registration: Registration = Registration.rows.lock(registration_id)
    if not registration.occurrence.event.asks_recording_consent or registration.state in ENDED:
        raise WrongState(_("Nothing is recorded there, or you are not registered any more."))
    registration.recording_consent = agrees
    registration.save(update_fields=["recording_consent"])
    return registration


@transaction.atomic
def join(registration_id: int, *, at: datetime) -> str:
    """Come in: one is present, and led to the room. Raises Closed outside its hours, WrongState without a place or a room."""
    registration = Registration.rows.select_related("occurrence__event").get(pk=registration_id)
    occurrence = registration.occurrence
    if occurrence.event.state not in {EventState.PUBLISHED, *OVER} or not occurrence.room:
        raise WrongState(_("This meeting has no room to come into."))
    if not is_open(Mine(registration, at)):
        raise Closed(_("The room opens 15 minutes before the meeting and closes at its end."))
    registrations.check_in(registration.code, at=at)
    return occurrence.room


@transaction.atomic
def give_feedback(registration_id: int, answers: dict[str, int], words: str, *, at: datetime) -> Feedback:
    """Five answers, once the meeting was held; given again, they replace the first. Raises BadData, WrongState."""
    registration: Registration = Registration.rows.lock(registration_id)
    if registration.occurrence.event.state not in OVER or registration.state in ENDED:
        raise WrongState(_("What you think of it is asked once the meeting has been held."))
    if set(answers) != set(FEEDBACK_QUESTIONS) or not all(1 <= answer <= 5 for answer in answers.values()):
        raise BadData(_("Answer the five questions, from 1 to 5."))
    feedback, _made = Feedback.objects.update_or_create(
        registration=registration,
        defaults={"answers": answers, "words": words.strip()[:2000], "given_at": at},
    )
    return feedback


@transaction.atomic
def erase(participant_id: int, *, at: datetime) -> None:
    """Forget somebody: name, address, letters, what they need, free words; their places are given back. Counts stay."""
    living = Registration.rows.filter(participant=participant_id, item=None, occurrence__starts_at__gt=at)
    places = living.filter(state__in=REGISTRATION_STEPS["cancel"].sources)
    for pk in list(places.order_by("occurrence").values_list("occurrence", flat=True)):
        Occurrence.rows.lock(pk)  # before whoever comes, and each in one order: as `registrations.register` does
    participant: Participant = Participant.rows.lock(participant_id)
    if participant.erased_at:
        return
    for pk in list(places.order_by("pk").values_list("pk", flat=True)):
        registrations.cancel(pk, at=at)
    Letter.objects.filter(address__iexact=participant.email).filter(
        Q(reference__startswith="events.registration:") | Q(kind="own_page")
    ).delete()
    Comfort.objects.filter(registration__participant=participant).delete()
    Feedback.objects.filter(registration__participant=participant).update(words="")
    Suggestion.objects.filter(participant=participant).update(participant=None)
    for field in ("email", "name", "function", "organisation_name", "country"):
        setattr(participant, field, "")
    participant.person, participant.key, participant.erased_at = None, random_id(), at
    participant.save()
    stamps.bump("public")


@transaction.atomic
def send_link(email: str, *, at: datetime) -> None:
    """Send somebody the link of their page again, at the address we know; the answer is the same when we know none."""
    participant = Participant.rows.filter(email__iexact=email.strip(), erased_at=None).first()
    if participant and participant.email:
        letters.send_link(participant, at)


def remind(at: datetime) -> None:
    """A round: seven days before, and the day before, those who have a place are reminded; each time once."""
    coming = Registration.rows.filter(
        state=RegistrationState.CONFIRMED, item=None, occurrence__event__state=EventState.PUBLISHED
    )
    for days in REMINDERS:
        begins = at + timedelta(days=days)
        near = coming.filter(occurrence__starts_at__lte=begins, occurrence__starts_at__gt=begins - timedelta(days=1))
        due = near.filter(Q(reminded_days=None) | Q(reminded_days__gt=days))
        for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
            _remind(pk, days, at)


@transaction.atomic
def _remind(pk: int, days: int, at: datetime) -> None:
    registration = Registration.rows.lock(pk)
    if registration.state != RegistrationState.CONFIRMED:
        return
    registration.reminded_days = days
    registration.save(update_fields=["reminded_days"])
    told_today = registration.asked_at > registration.occurrence.starts_at - timedelta(days=days)
    if not told_today:  # who registers within the window has just been told when it is
        letters.remind(registration, days, at)


def ask_feedback(at: datetime) -> None:
    """A round: once a meeting was held, those who were there are asked what they think of it, once."""
    there = Registration.rows.filter(state=RegistrationState.PRESENT, item=None, feedback_asked_at=None)
    held = there.filter(occurrence__event__state__in=OVER, occurrence__ends_at__lte=at, participant__erased_at=None)
    for pk in list(held.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            registration = Registration.rows.lock(pk)
            registration.feedback_asked_at = at
            registration.save(update_fields=["feedback_asked_at"])
            letters.ask_feedback(registration)


def forget_comfort(at: datetime) -> None:
    """A round: what somebody needs to eat and to take part is forgotten 15 days after (trust T6)."""
    Comfort.objects.filter(registration__occurrence__ends_at__lte=at - COMFORT_KEPT).delete()
