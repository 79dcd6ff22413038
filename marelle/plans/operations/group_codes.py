"""A group of children rates a report together, by a code an adult holds: no account, no name, no count of them."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, Closed, WrongState
from marelle.base.text import ALPHABET, random_id
from marelle.plans import rules
from marelle.plans.models import GroupCode, Objective, Rating, Report
from marelle.plans.states import GroupKind, RatedBy, SentenceState, Verdict

MOST_GROUPS = 8  # of one report: a council, a class or two of each school
LENGTH = 8  # characters: written on a board, typed once
BITS = 39  # of chance in them: `random_id` then gives eight characters
LIVES = timedelta(days=21)  # the time for a council to meet
LONGEST_SENTENCE = 200  # characters of what a group adds


@transaction.atomic
def make_code(report_id: int, kind: str, *, by: Person) -> tuple[GroupCode, str]:
    """A group of its own, with its code: eight characters, shown now and kept nowhere. The other groups are left alone.

    Raises NotAllowed, WrongState once the report is handed in, BadData.
    """
    report = _rated_before(report_id, by)
    if kind not in GroupKind.values:
        raise BadData(_("Choose one of the answers offered."))
    numbers = list(report.group_codes.filter(kind=kind).values_list("number", flat=True))
    if report.group_codes.count() >= MOST_GROUPS:
        raise BadData(_("At most %(most)s groups rate a report.") % {"most": MOST_GROUPS})
    now, plain = clock.now(), random_id(BITS)
    made = GroupCode.objects.create(
        report=report,
        kind=kind,
        number=max(numbers, default=0) + 1,
        digest=digest(plain),
        made_by=by,
        made_at=now,
        expires_at=now + LIVES,
    )
    journal.record(made, "group_code_made", by=by, organisation=report.organisation, report=report.code)
    return made, plain


@transaction.atomic
def reopen(group_code_id: int, *, by: Person) -> tuple[GroupCode, str]:
    """Let a group rate again, before the report is handed in: another code, the one before stops; what it said stays till then.

    Raises NotAllowed, WrongState once the report is handed in.
    """
    _rated_before(GroupCode.rows.values_list("report_id", flat=True).get(pk=group_code_id), by)
    held, plain = _mine(group_code_id, by), random_id(BITS)
    held.digest, held.revoked_at, held.expires_at = digest(plain), None, clock.now() + LIVES
    held.save(update_fields=["digest", "revoked_at", "expires_at"])
    journal.record(held, "group_code_reopened", by=by, organisation=held.report.organisation)
    return held, plain


def _rated_before(report_id: int, by: Person) -> Report:
    """A report, locked, that is not handed in yet. Raises NotAllowed, WrongState."""
    report = Report.rows.lock(report_id)
    rules.require(rules.may_write_plan, by, report.plan)
    if not report.is_open:
        raise WrongState(_("This report has been handed in: a group rates it before."), state=report.state)
    return report


@transaction.atomic
def revoke(group_code_id: int, *, by: Person) -> GroupCode:
    """Let the code open nothing any more; what the group answered stays. Raises NotAllowed, WrongState."""
    held = _mine(group_code_id, by)
    if held.revoked_at is not None:
        raise WrongState(_("This is no longer possible: things have moved on meanwhile."))
    held.revoked_at = clock.now()
    held.save(update_fields=["revoked_at"])
    journal.record(held, "group_code_revoked", by=by, organisation=held.report.organisation)
    return held


def living(typed: str, at: datetime) -> GroupCode | None:
    """What a code opens; None when it opens nothing: wrong, expired, withdrawn, or of a report handed in."""
    rows = GroupCode.objects.select_related("report__plan__organisation", "report__plan__framework")
    held = rows.filter(digest=digest(typed)).first()
    return held if held is not None and held.is_living(at) and held.report.is_open else None


def opened(typed: str, at: datetime) -> GroupCode:
    """What a code opens. Raises Closed, in the same words whatever the reason."""
    held = living(typed, at)
    if held is None:
        raise Closed(refusal())
    return held


def refusal() -> str:
    """What is said of a code that opens nothing: never why."""
    return _("This code opens nothing today. Look at each letter again, or ask the person who gave it to you.")


def rated(report: Report) -> list[Objective]:
    """What a group rates: each promise of the plan, in its order."""
    objectives = report.plan.objectives.select_related("domain").order_by("domain__position", "position", "pk")
    return [objective for objective in objectives if objective.promise or objective.name]


@transaction.atomic
def rate(typed: str, verdicts: Mapping[str, str], *, is_five_or_more: bool, sentence: str = "") -> GroupCode:
    """What a group thinks of each objective, by the objectives' codes. Sent again, it takes the place of what that group said.

    A group of fewer than five is refused, and nothing of it is kept. Raises Closed, BadData.
    """
    now = clock.now()
    held = opened(typed, now)
    report = Report.rows.lock(held.report_id)
    held = GroupCode.rows.lock(held.pk)
    opened(typed, now)  # it may have been withdrawn, or the report handed in, meanwhile
    if not is_five_or_more:
        raise BadData(_("This page is for groups of five children or more, so that nobody can tell who said what."))
    words = _sentence(sentence)
    given = _given(report, verdicts)
    held.ratings.filter(replaced_at=None).update(replaced_at=now)
    Rating.objects.bulk_create(
        Rating(report=report, objective=objective, by=RatedBy.CHILDREN, group=held, verdict=verdict, rated_at=now)
        for objective, verdict in given
    )
    if words != held.sentence:
        held.sentence, held.sentence_read_by = words, None
        held.sentence_state = SentenceState.WAITING if words else SentenceState.NONE
    held.answered_at = now
    held.save(update_fields=["answered_at", "sentence", "sentence_state", "sentence_read_by"])
    journal.record(report, "children_rated", by=None, organisation=report.organisation, group=held.kind)
    stamps.bump("public")
    return held


@transaction.atomic
def read_sentence(group_code_id: int, *, is_shown: bool, by: Person) -> GroupCode:
    """Read over what a group adds: show it to everyone, or keep it. Raises NotAllowed, WrongState without any."""
    held = _mine(group_code_id, by)
    if not held.sentence:
        raise WrongState(_("This is no longer possible: things have moved on meanwhile."))
    held.sentence_state, held.sentence_read_by = SentenceState.SHOWN if is_shown else SentenceState.KEPT, by
    held.save(update_fields=["sentence_state", "sentence_read_by"])
    verb = "group_sentence_shown" if is_shown else "group_sentence_kept"
    journal.record(held, verb, by=by, organisation=held.report.organisation)
    stamps.bump("public")
    return held


def digest(typed: str) -> str:
    """What is kept of a code, however it is typed: capitals, spaces and dashes aside."""
    plain = unicodedata.normalize("NFKC", typed[:40]).casefold()
    letters = "".join(letter for letter in plain if letter in ALPHABET)
    return salted_hmac("marelle group code", letters, algorithm="sha256").hexdigest()


def _mine(group_code_id: int, by: Person) -> GroupCode:
    held = GroupCode.rows.lock(group_code_id)
    rules.require(rules.may_write_plan, by, held.report.plan)
    return held


def _given(report: Report, verdicts: Mapping[str, str]) -> list[tuple[Objective, str]]:
    """Each objective of the plan with what the group said of it: of all of them, in the five words offered."""
    objectives = rated(report)
    missing = [o for o in objectives if verdicts.get(o.code) not in Verdict.values]
    if missing or not objectives:
        raise BadData(_("Choose one drawing for each promise. “We don’t know” is an answer too."))
    return [(objective, verdicts[objective.code]) for objective in objectives]


def _sentence(typed: str) -> str:
    words = " ".join(typed.split())
    if len(words) > LONGEST_SENTENCE:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST_SENTENCE})
    return words
