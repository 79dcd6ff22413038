"""Booklets typed in: once, and a second time by another person for those drawn by chance; settled, sent, forgotten.

What was typed is sealed until it is settled, thirty days at most; then it goes where the answers on screen go, by the same road.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.accounts.notifications import notify
from marelle.accounts.rules import require
from marelle.base import clock
from marelle.base.errors import BadData, Closed, MarelleError, NotAllowed, Unavailable, WrongState
from marelle.consultations import directory, keying, passes, questionnaires, rules
from marelle.consultations.asking import Refusal, Step
from marelle.consultations.keying import Entry
from marelle.consultations.models import Booklet, Sitting
from marelle.consultations.operations.sittings import house_of
from marelle.consultations.states import BOOKLET_STEPS, SITTING_STEPS, BookletState, ConsultationState, SittingState

KEPT = timedelta(days=30)  # an entry that is not settled, specs/consultation.md, section 14
WARNED = timedelta(days=23)  # then those who typed it are told
LEAST_TWICE = 10  # booklets out of a hundred
PURPOSE = "keying"
FIRST, SECOND, OTHER = "first", "second", "other"


# A batch -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def begin_keying(sitting_id: int, percent: int, *, by: Person, at: datetime | None = None) -> Sitting:
    """Booklets of a group are typed in; `percent` of them a second time. Its code opens nothing any more.

    Raises NotAllowed, WrongState, Closed, BadData.
    """
    sitting = _mine(sitting_id, by)
    _require_open(sitting, at or clock.now())
    if not LEAST_TWICE <= percent <= 100:
        raise BadData(_("A second person types from 10 to 100 booklets out of a hundred."))
    SITTING_STEPS.take(sitting, "key_in")
    sitting.double_percent = percent
    sitting.code_sealed, sitting.code_digest = "", None
    sitting.save(update_fields=["state", "double_percent", "code_sealed", "code_digest"])
    journal.record(sitting, "keying_begun", by=by, organisation=house_of(sitting), percent=percent)
    return sitting


@transaction.atomic
def end_keying(sitting_id: int, *, by: Person) -> Sitting:
    """Every booklet is settled. Raises NotAllowed, WrongState."""
    sitting = _mine(sitting_id, by)
    if sitting.booklets.exclude(state=BookletState.SETTLED).exists():
        raise WrongState(_("Some booklets wait: type them a second time, or settle them, first."))
    if sitting.state != SittingState.KEYING:
        raise WrongState(_("No booklet of this group is being typed in."))
    SITTING_STEPS.take(sitting, "close")
    sitting.save(update_fields=["state"])
    journal.record(sitting, "keying_ended", by=by, organisation=house_of(sitting))
    return sitting


# A booklet -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def key_in(sitting_id: int, number: int, entry: Entry, *, by: Person, at: datetime | None = None) -> Booklet:
    """Take one booklet: the first time, or the second by another person, who has seen nothing of the first.

    Once agreed it is sent; when sending is refused for the moment, it waits (`send_waiting`).
    Raises NotAllowed, WrongState, Closed, BadData.
    """
    sitting = _mine(sitting_id, by)
    at = at or clock.now()
    _require_keying(sitting, at)
    if number not in keying.ANY_NUMBER:
        raise BadData(_("The number of a booklet has six figures."))
    known = Booklet.rows.filter(sitting=sitting, number=number).first()
    booklet = _first(sitting, number, entry, by, at) if known is None else _second(sitting, known, entry, by)
    if is_agreed(booklet):
        _try_to_settle(sitting, booklet, at)
    return booklet


def _first(sitting: Sitting, number: int, entry: Entry, by: Person, at: datetime) -> Booklet:
    return Booklet.rows.create(
        sitting=sitting,
        number=number,
        is_sampled=secrets.randbelow(100) < sitting.double_percent,
        first=keying.seal(entry, _about(sitting, number), _key()),
        first_by=by,
        added_at=at,
    )


def _second(sitting: Sitting, booklet: Booklet, entry: Entry, by: Person) -> Booklet:
    if booklet.state == BookletState.SETTLED:
        raise WrongState(_("This booklet is settled already: nothing is typed again."))
    if booklet.state == BookletState.DIFFERS or booklet.second_by_id:
        raise WrongState(_("This booklet was typed twice already."))
    if booklet.first_by_id == by.pk:
        raise WrongState(_("You typed this booklet. Another person types it the second time."))
    if not booklet.is_sampled:
        raise WrongState(_("This booklet was typed already, and is not one of those typed twice."))
    asked, first = questionnaire_of(sitting), _open(sitting, booklet, booklet.first)
    differing = keying.differing(asked, first, entry)
    booklet.second_by, booklet.compared = by, keying.compared(asked, first)
    if differing:
        BOOKLET_STEPS.take(booklet, "differ")
        booklet.second = keying.seal(entry, _about(sitting, booklet.number), _key())
        booklet.differing = [[name, ""] for name in differing]
    booklet.save(update_fields=["state", "second", "second_by", "compared", "differing"])
    return booklet


@transaction.atomic
def settle(
    booklet_id: int, choices: Mapping[str, tuple[str, Any]], *, by: Person, at: datetime | None = None
) -> Booklet:
    """A third choice, paper in hand: for each thing that differs, the first, the second, or another value. Then it is sent.

    Raises NotAllowed, WrongState, Closed, BadData, Unavailable.
    """
    booklet = Booklet.rows.lock(booklet_id)
    sitting, at = _mine(booklet.sitting_id, by), at or clock.now()
    _require_keying(sitting, at)
    if booklet.state != BookletState.DIFFERS:
        raise WrongState(_("This booklet has nothing to settle."))
    first, second = (_open(sitting, booklet, text) for text in (booklet.first, booklet.second))
    names = [name for name, _who in booklet.differing]
    if set(choices) != set(names):
        raise BadData(_("Choose one value for each line."))
    values = {FIRST: first, SECOND: second}
    chosen = {n: choices[n][1] if choices[n][0] == OTHER else values[choices[n][0]].value(n) for n in names}
    booklet.differing = [[name, keying.mistaken(name, chosen[name], first, second)] for name in names]
    _settle(sitting, booklet, first.having(chosen), at)
    return booklet


@transaction.atomic
def send_waiting(sitting_id: int, *, by: Person, at: datetime | None = None) -> int:
    """Send what is agreed and could not leave; how many left. Raises NotAllowed, WrongState, Closed, BadData, Unavailable."""
    sitting, at = _mine(sitting_id, by), at or clock.now()
    _require_keying(sitting, at)
    waiting = [b for b in sitting.booklets.filter(state=BookletState.KEYED_ONCE).order_by("number") if is_agreed(b)]
    for booklet in waiting:
        _settle(sitting, booklet, _open(sitting, booklet, booklet.first), at)
    return len(waiting)


# Thirty days ---------------------------------------------------------------------------------------------------------
def look_after(at: datetime) -> None:
    """A round: what nobody settled is told a week before, and dropped after thirty days."""
    waiting = Booklet.rows.exclude(state=BookletState.SETTLED)
    for pk in sorted(set(waiting.filter(added_at__lte=at - KEPT).values_list("sitting_id", flat=True))):
        _drop(pk, at)
    for pk in sorted(set(waiting.filter(added_at__lte=at - WARNED).values_list("sitting_id", flat=True))):
        _warn(pk, at)


@transaction.atomic
def _drop(sitting_id: int, at: datetime) -> None:
    sitting = Sitting.rows.lock(sitting_id)
    old = sitting.booklets.exclude(state=BookletState.SETTLED).filter(added_at__lte=at - KEPT)
    count, _by_model = old.delete()
    if count:
        journal.record(sitting, "booklets_dropped", by=None, organisation=house_of(sitting), booklets=count)


@transaction.atomic
def _warn(sitting_id: int, at: datetime) -> None:
    """Once for a batch: those who typed something of it."""
    sitting = Sitting.rows.lock(sitting_id)
    old = sitting.booklets.exclude(state=BookletState.SETTLED).filter(added_at__lte=at - WARNED)
    typists = Person.objects.filter(pk__in=[*old.values_list("first_by", flat=True)])
    reference = f"consultations.sitting:{sitting.code}"
    told = typists.exclude(notifications__kind="booklets_wait", notifications__reference=reference)
    notify(
        told,
        "booklets_wait",
        reference=reference,
        sentence=lambda: _("Booklets you typed are not settled: they are deleted thirty days after they were typed."),
        address=address_of(sitting),
    )


def address_of(sitting: Sitting) -> str:
    """Where its booklets are typed: in the workspace of the organisation, else in the office."""
    house = sitting.site.partner.organisation if sitting.site else None
    if house is not None:
        return f"/espace/{house.code}/consultation/groupes/{sitting.code}/livrets"
    return f"/bureau/consultation/{sitting.consultation.code}/saisie/{sitting.code}"


# What they share -----------------------------------------------------------------------------------------------------
def questionnaire_of(sitting: Sitting) -> questionnaires.Questionnaire:
    """What its booklets ask: the wording of the day. Raises WrongState."""
    versions = directory.frozen_versions(sitting)
    found = directory.read_questionnaire(versions[0][:16]) if versions else None
    if found is None:
        raise WrongState(_("The questionnaire is not frozen yet: booklets are printed and typed from a frozen one."))
    return found


def disagreement(booklet: Booklet, *, by: Person) -> list[tuple[str, Any, Any]]:
    """What differs: a name and the two values. Nothing else of a booklet is ever shown. Raises NotAllowed, WrongState."""
    sitting = booklet.sitting
    require(rules.may_hold, by, sitting)
    if booklet.state != BookletState.DIFFERS:
        raise WrongState(_("This booklet has nothing to settle."))
    first, second = (_open(sitting, booklet, text) for text in (booklet.first, booklet.second))
    return [(name, first.value(name), second.value(name)) for name, _who in booklet.differing]


def band_of(booklet: Booklet) -> str:
    """The band of the first entry: which questions the third choice is about."""
    return _open(booklet.sitting, booklet, booklet.first).band


def _mine(sitting_id: int, by: Person) -> Sitting:
    """Raises NotAllowed."""
    sitting = Sitting.rows.lock(sitting_id)
    require(rules.may_hold, by, sitting)
    return sitting


def _require_keying(sitting: Sitting, at: datetime) -> None:
    if sitting.state != SittingState.KEYING:
        raise WrongState(_("No booklet of this group is being typed in."))
    _require_open(sitting, at)


def _require_open(sitting: Sitting, at: datetime) -> None:
    """Booklets come in while the consultation is open, like everything else."""
    consultation = sitting.consultation
    if consultation.state != ConsultationState.OPEN or not consultation.opens_at <= at < consultation.closes_at:
        raise Closed(_("Booklets are typed in while the consultation is open."), closed_at=consultation.closes_at)


def is_agreed(booklet: Booklet) -> bool:
    """Whether nothing more is asked of anybody."""
    return booklet.state == BookletState.KEYED_ONCE and (not booklet.is_sampled or booklet.second_by_id is not None)


def _try_to_settle(sitting: Sitting, booklet: Booklet, at: datetime) -> None:
    try:
        _settle(sitting, booklet, _open(sitting, booklet, booklet.first), at)
    except (WrongState, Unavailable):
        return  # it waits, its page says so


def _settle(sitting: Sitting, booklet: Booklet, entry: Entry, at: datetime) -> None:
    """Send every part, then forget: sent twice is sent once, the ids are the booklet's own. Raises MarelleError."""
    intake = directory.intake()
    ticket = passes.make(sitting.code, passes.SITTING, at + timedelta(minutes=10), intake.keys.passes)
    for id, part in keying.parts(questionnaire_of(sitting), entry):
        try:
            intake.receive({"pass": ticket, "id": id, "part": part}, Step())
        except Refusal as refusal:
            raise _why(refusal) from None
    BOOKLET_STEPS.take(booklet, "settle")
    booklet.first = booklet.second = ""
    booklet.save(update_fields=["state", "first", "second", "differing"])


def _why(refusal: Refusal) -> MarelleError:
    if refusal.status == 409:
        return WrongState(_("As many sheets were received as children declared. Raise the number of the group first."))
    if refusal.status == 503:
        return Unavailable(_("Many answers arrive at the same time. Try again in a moment."), retry_after=refusal.after)
    return Closed(_("Answers of this group are not taken any more."))


def _open(sitting: Sitting, booklet: Booklet, text: str) -> Entry:
    """Raises NotAllowed when this house has no longer the key."""
    about = _about(sitting, booklet.number)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return keying.opened(text, about, passes.derive(secret, PURPOSE))
        except passes.Invalid:
            continue
    raise NotAllowed(_("This booklet was sealed by another key: it is typed again."))


def _about(sitting: Sitting, number: int) -> str:
    return f"{sitting.code}.{number}"


def _key() -> bytes:
    return passes.derive(settings.SECRET_KEY, PURPOSE)
