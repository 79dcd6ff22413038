"""Remarks beside the fields of what was handed in: written, answered, settled. The city never reads them."""

from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.accounts import journal, notifications
from marelle.accounts.models import Person
from marelle.base import clock
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.mandates import rules
from marelle.mandates.models import Application, HandIn, Remark, Review
from marelle.mandates.operations.reviews import BEING_READ
from marelle.mandates.queries import written
from marelle.mandates.states import BEGUN, ApplicationState, ReviewState

LONGEST = 4000  # characters of a remark
ANSWERED = gettext_lazy("%(city)s: an answer stands beside “%(part)s”.")
SETTLED = gettext_lazy("%(city)s: the remark beside “%(part)s” is settled.")
OPEN_AGAIN = gettext_lazy("%(city)s: the remark beside “%(part)s” is open again.")
OPEN = BEING_READ | {ApplicationState.SUBMITTED}  # the team notes what is missing before anybody reads


@transaction.atomic
def write_remark(application_id: int, field: str, text: str, *, by: Person, at: datetime | None = None) -> Remark:
    """Note something beside a field of the last handing-in. Raises NotAllowed, WrongState, BadData."""
    application, review = _opened(application_id, by)
    if review is not None and review.state == ReviewState.FINISHED and not rules.may_handle(by, application):
        raise WrongState(_("This review is finished: it no longer changes."))
    hand_in = application.hand_ins.order_by("-number").first()
    if hand_in is None:
        raise WrongState(_("Nothing has been handed in yet."))
    remark = Remark.rows.create(
        application=application,
        hand_in=hand_in,
        field=field,
        part=_part(application, hand_in, field),
        review=review,
        author=by,
        text=_clean(text),
        made_at=at or clock.now(),
    )
    journal.record(remark, "remark_written", by=by, organisation=application.call.committee)
    return remark


@transaction.atomic
def answer_remark(remark_id: int, text: str, *, by: Person, at: datetime | None = None) -> Remark:
    """Answer a remark one may read; whoever wrote there and may read the answer is told.

    Raises NotAllowed, WrongState, BadData.
    """
    first = Remark.rows.lock(remark_id)
    application, review = _opened(first.application_id, by)
    if not _may_read(first, by) or first.parent_id is not None:
        raise NotAllowed(_("You cannot answer here."))
    answer = Remark.rows.create(
        application=application,
        hand_in=first.hand_in,
        field=first.field,
        part=first.part,
        parent=first,
        review=review,
        author=by,
        text=_clean(text),
        made_at=at or clock.now(),
    )
    journal.record(answer, "remark_answered", by=by, organisation=application.call.committee)
    _tell(first, "remark_answered", ANSWERED, answer, by=by)
    return answer


@transaction.atomic
def change_remark(remark_id: int, text: str, *, by: Person, at: datetime | None = None) -> Remark:
    """Correct one's own words, as long as nobody has answered them. Raises NotAllowed, WrongState, BadData."""
    remark = _own(remark_id, by)
    words = _clean(text)
    if words != remark.text:
        remark.text, remark.edited_at = words, at or clock.now()
        remark.save(update_fields=["text", "edited_at"])
        journal.record(remark, "remark_changed", by=by, organisation=remark.application.call.committee)
    return remark


@transaction.atomic
def take_back_remark(remark_id: int, *, by: Person) -> None:
    """Take away one's own words, as long as nobody has answered them. Raises NotAllowed, WrongState."""
    remark = _own(remark_id, by)
    journal.record(remark, "remark_taken_back", by=by, organisation=remark.application.call.committee)
    remark.delete()


@transaction.atomic
def settle_remark(remark_id: int, *, by: Person, is_settled: bool = True, at: datetime | None = None) -> Remark:
    """Say that a remark is settled, or is not after all; whoever wrote there is told. Twice is once.

    Raises NotAllowed, WrongState.
    """
    remark = Remark.rows.lock(remark_id)
    _opened(remark.application_id, by)
    rules.require(rules.may_resolve, by, remark)
    if remark.parent_id is not None or not _may_read(remark, by):
        raise NotAllowed(_("Only what begins a thread is settled."))
    if is_settled != (remark.resolved_at is not None):
        remark.resolved_at, remark.resolved_by = (at or clock.now(), by) if is_settled else (None, None)
        remark.save(update_fields=["resolved_at", "resolved_by"])
        verb = "remark_resolved" if is_settled else "remark_unresolved"
        journal.record(remark, verb, by=by, organisation=remark.application.call.committee)
        _tell(remark, "remark_settled", SETTLED if is_settled else OPEN_AGAIN, remark, by=by)
    return remark


def _tell(first: Remark, kind: str, words: Promise, of: Remark, *, by: Person) -> None:
    """Tell whoever wrote in the thread `first` begins and may read `of`, except `by`: each where they read the dossier."""
    application = first.application
    told = {r.author: r.review for r in [*first.answers.select_related("author", "review"), first] if r.author != by}
    for person, review in told.items():
        if not _may_read(of, person):
            continue
        place = f"lectures/{review.code}" if review else f"candidatures/{application.code}"
        notifications.notify(
            [person],
            kind,
            reference=f"mandates.remark:{first.code}",
            sentence=lambda: str(words) % {"city": application.organisation, "part": first.part},
            address=f"/bureau/{place}#c-{first.field}",
            committee=application.call.committee,
        )


def _opened(application_id: int, by: Person) -> tuple[Application, Review | None]:
    """The application, locked, and the reading of it this person has begun. Raises NotAllowed, WrongState."""
    application = Application.rows.lock(application_id)
    rules.require(rules.may_remark, by, application)
    if application.state not in OPEN:
        raise WrongState(_("This application is no longer being read: its remarks no longer change."))
    return application, application.reviews.filter(reviewer=by, state__in=BEGUN).first()


def _own(remark_id: int, by: Person) -> Remark:
    """A remark of one's own nobody has answered, locked. Raises NotAllowed, WrongState."""
    remark = Remark.rows.lock(remark_id)
    _opened(remark.application_id, by)
    rules.require(rules.may_change_remark, by, remark)
    if remark.answers.exists():
        raise WrongState(_("Somebody has answered: these words no longer change."))
    if remark.parent_id is None and remark.review is not None and remark.review.state == ReviewState.FINISHED:
        raise WrongState(_("This review is finished: it no longer changes."))
    return remark


def _may_read(remark: Remark, by: Person) -> bool:
    return Remark.objects.visible_to(by).filter(pk=remark.pk).exists()


def _part(application: Application, hand_in: HandIn, field: str) -> str:
    """How what holds the field was called that day. Raises BadData when nothing there is called so."""
    known = written.parts(application, hand_in)
    if field not in known:
        raise BadData(_("This field does not exist."))
    return known[field][:300]


def _clean(text: str) -> str:
    words = text.strip()
    if not words:
        raise BadData(_("Write something first."))
    if len(words) > LONGEST:
        raise BadData(_("This remark is too long: 4,000 characters at most."))
    return words
