"""Those who come, without an account, and what their own page shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marelle.events.models import Feedback, Participant, Question, Registration, Suggestion
from marelle.events.queries import gatherings
from marelle.events.states import (
    ENDED,
    HOLDS_A_PLACE,
    OVER,
    REGISTRATION_STEPS,
    EventKind,
    EventState,
    RegistrationState,
)

DOORS_OPEN = timedelta(minutes=15)  # before the beginning


@dataclass(frozen=True)
class Mine:
    """A registration as its owner sees it: what they may do about it now."""

    registration: Registration
    at: datetime

    @property
    def event(self) -> Any:
        """The meeting."""
        return self.registration.occurrence.event

    @property
    def may_cancel(self) -> bool:
        """While it has not begun."""
        return REGISTRATION_STEPS.allows(self.registration, "cancel") and self.at < self.begins_at

    @property
    def begins_at(self) -> datetime:
        """When what they have a place in begins."""
        item = self.registration.item
        return (item.starts_at if item else None) or self.registration.occurrence.starts_at

    @property
    def has_programme(self) -> bool:
        """It is a gathering: they read its programme as theirs."""
        is_whole = self.registration.item_id is None and self.registration.state not in ENDED
        return is_whole and self.event.kind == EventKind.GATHERING and self.event.state in {EventState.PUBLISHED, *OVER}

    @property
    def may_choose(self) -> bool:
        """They have a place, and the time to choose has not passed."""
        is_time = self.event.state == EventState.PUBLISHED and gatherings.is_open(self.event, self.at)
        return self.has_programme and has_place(self.registration) and is_time

    @property
    def may_accept(self) -> bool:
        """A place is kept for them."""
        return self.registration.state == RegistrationState.OFFERED

    @property
    def may_join(self) -> bool:
        """The room is open, and there is one."""
        return has_place(self.registration) and bool(self.registration.occurrence.room) and is_open(self)

    @property
    def has_board(self) -> bool:
        """Questions may be asked and voted for."""
        announced = self.event.state in {EventState.PUBLISHED, *OVER}
        return has_place(self.registration) and announced and self.event.kind != EventKind.GATHERING

    @property
    def may_suggest(self) -> bool:
        """Suggestions are called, until a date."""
        until = self.event.suggestions_until
        return self.registration.state not in ENDED and until is not None and self.at < until

    @property
    def has_certificate(self) -> bool:
        """They were there, and it is over."""
        there = self.registration.state == RegistrationState.PRESENT and self.registration.item_id is None
        return there and self.registration.occurrence.ends_at <= self.at

    @property
    def may_say(self) -> bool:
        """What they think of it is asked."""
        return self.event.state in OVER and has_place(self.registration) and self.registration.item_id is None

    @property
    def asks_consent(self) -> bool:
        """Whether they may be recorded is asked."""
        return (
            self.event.asks_recording_consent
            and self.registration.item_id is None
            and self.registration.state not in ENDED
        )


def has_place(registration: Registration) -> bool:
    """A place is theirs, in the meeting itself and not only in a workshop of it."""
    return registration.item_id is None and registration.state in HOLDS_A_PLACE


def is_open(mine: Mine) -> bool:
    """Whether the room is open."""
    occurrence = mine.registration.occurrence
    return bool(occurrence.starts_at - DOORS_OPEN <= mine.at < occurrence.ends_at)


def by_key(key: str) -> Participant | None:
    """Whose secret link it is; None once they have been erased."""
    return Participant.objects.filter(key=key, erased_at=None).first()


@dataclass(frozen=True)
class Meeting:
    """A meeting somebody registered for: their place in it, and what they chose there, by hour."""

    main: Mine
    choices: list[Mine]


def meetings_of(participant: Participant, at: datetime) -> list[Meeting]:
    """All they asked for, what stands first, by date; each says its place on the waiting list (`position`). Two questions."""
    rows = participant.registrations.select_related("occurrence__event", "item")
    found = list(rows.order_by("occurrence__starts_at", "occurrence", "item__starts_at", "pk"))
    positions = gatherings.waiting_positions(found)
    for registration in found:
        registration.position = positions.get(registration.pk)  # type: ignore[attr-defined]
    living = [Mine(r, at) for r in found if r.item_id and r.state not in ENDED]
    mains = sorted((r for r in found if r.item_id is None), key=lambda r: r.state in ENDED)
    told = []
    for main in mains:
        own = [m for m in living if m.registration.occurrence_id == main.occurrence_id and main.state not in ENDED]
        told.append(Meeting(Mine(main, at), own))
    return told


def held_by(participant: Participant) -> list[Registration]:
    """The places that are theirs, by date: what a calendar holds."""
    rows = participant.registrations.filter(state__in=[RegistrationState.CONFIRMED, RegistrationState.PRESENT])
    return list(rows.select_related("occurrence__event", "item").order_by("occurrence__starts_at", "pk"))


def registration_of(participant: Participant, code: str) -> Registration | None:
    """One of theirs."""
    rows = participant.registrations.select_related("participant__organisation", "occurrence__event__committee", "item")
    found: Registration | None = rows.filter(code=code).first()
    return found


def export(participant: Participant) -> dict[str, Any]:
    """All we hold about somebody, for them to take away."""
    rows = participant.registrations.select_related("occurrence__event", "item", "comfort").order_by("pk")
    questions = Question.objects.filter(participant=participant).order_by("pk")
    suggestions = Suggestion.objects.filter(participant=participant).order_by("pk")
    feedback = Feedback.objects.filter(registration__participant=participant).order_by("pk")
    return {
        "name": participant.name,
        "email": participant.email,
        "function": participant.function,
        "language": participant.language,
        "organisation": str(participant.organisation or participant.organisation_name),
        "country": participant.country,
        "since": participant.created_at.isoformat(),
        "registrations": [_told(registration) for registration in rows],
        "questions": [{"text": q.text, "asked_at": q.asked_at.isoformat(), "state": q.state} for q in questions],
        "suggestions": [{"text": s.text, "made_at": s.made_at.isoformat()} for s in suggestions],
        "feedback": [{"answers": f.answers, "words": f.words, "given_at": f.given_at.isoformat()} for f in feedback],
    }


def _told(registration: Registration) -> dict[str, Any]:
    comfort = getattr(registration, "comfort", None)
    return {
        "code": registration.code,
        "meeting": str(registration.occurrence.event),
        "item": str(registration.item) if registration.item else None,
        "starts_at": registration.occurrence.starts_at.isoformat(),
        "state": registration.state,
        "asked_at": registration.asked_at.isoformat(),
        "present_at": registration.present_at and registration.present_at.isoformat(),
        "recording_consent": registration.recording_consent,
        "dietary": comfort.dietary if comfort else "",
        "access": comfort.access if comfort else "",
    }
