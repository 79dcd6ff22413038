"""Needs: stated by a city, ranked by all, made the theme of a meeting."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal, notifications
from marelle.accounts.models import Organisation, Person
from marelle.accounts.queries import committees_of, people_of
from marelle.accounts.rules import require
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock, origins
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.events import rules
from marelle.events.models import Ballot, Event, Need, ProgrammeItem, Ranked, Ranking
from marelle.events.operations.meetings import draft_webinar
from marelle.events.states import NEED_STEPS, EventKind, EventState, ItemKind, NeedState, Urgency

WRITTEN = ("name", "service", "domain", "urgency", "what_was_tried", "childrens_words")
THEME_MINUTES = 30  # of the part a need becomes in a meeting being prepared


@transaction.atomic
def state_need(organisation_id: int, *, by: Person, committee: Organisation | None = None, **written: Any) -> Need:
    """Say what a city lacks, to the committee that looks after it. Raises NotAllowed, BadData, WrongState."""
    organisation = Organisation.rows.lock(organisation_id)
    require(rules.may_state_need, by, organisation)
    committees = committees_of(organisation)
    if not committees or (committee and committee not in committees):
        raise WrongState(_("No committee looks after this organisation yet."))
    need = Need(
        organisation=organisation,
        committee=committee or committees[0],
        language=by.language,
        stated_at=clock.now(),
        stated_by=by,
        **{field: value for field, value in written.items() if field in WRITTEN},
    )
    _check(need)
    need.save()
    journal.record(need, "need_stated", by=by)
    _tell_team(need)
    return need


@transaction.atomic
def change_need(need_id: int, *, by: Person, version: int, was: Mapping[str, Any], **written: Any) -> Need:
    """Write it otherwise. `version`, `was`: what was read; what a colleague changed meanwhile is kept.

    Raises NotAllowed, WrongState, and BadData, which tells the colleague's words where both wrote.
    """
    need = Need.rows.lock(need_id)
    require(rules.may_change_need, by, need)
    if need.state != NeedState.STATED:
        raise WrongState(_("This need is no longer open: state it again to change it."))
    changed = [name for name in WRITTEN if name in written and written[name] != getattr(need, name)]
    if version != need.version:
        changed = [name for name in changed if written[name] != was.get(name)]
        faults = [_fault(need, name) for name in changed if getattr(need, name) != was.get(name)]
        if faults:
            raise BadData(_("A colleague wrote here meanwhile."), faults)
    for name in changed:
        setattr(need, name, written[name])
    _check(need)
    if changed:
        need.version += 1
        need.save(update_fields=[*changed, "version"])
        journal.record(need, "need_changed", by=by, fields=changed)
    return need


@transaction.atomic
def withdraw_need(need_id: int, *, by: Person) -> Need:
    """The city no longer asks for it."""
    return _move(need_id, "withdraw", "need_withdrawn", by)


@transaction.atomic
def meet_need(need_id: int, *, by: Person) -> Need:
    """The city found an answer: it may help others."""
    return _move(need_id, "meet", "need_met", by)


@transaction.atomic
def reopen_need(need_id: int, *, by: Person) -> Need:
    """The city looks for it again."""
    return _move(need_id, "reopen", "need_reopened", by)


# Rankings ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_ranking(
    committee: Organisation,
    *,
    by: Person,
    name: Mapping[str, str],
    points: int,
    opens_at: datetime,
    closes_at: datetime,
) -> Ranking:
    """Ask the cities to put needs in order, each with so many points to give. Raises NotAllowed, BadData."""
    require(rules.may_run, by, committee)
    if closes_at <= opens_at:
        raise BadData(_("The ranking must close after it opens."))
    if not 1 <= points <= 100:
        raise BadData(_("Give each city from 1 to 100 points."))
    ranking = Ranking.rows.create(
        committee=committee, name=dict(name), points=points, opens_at=opens_at, closes_at=closes_at
    )
    journal.record(ranking, "ranking_opened", by=by, organisation=committee)
    return ranking


@transaction.atomic
def rank(
    ranking_id: int, organisation: Organisation, points: Mapping[str, int], *, by: Person, at: datetime | None = None
) -> Ballot:
    """Give a city's points, by the code of each need; given again, the last count. Raises NotAllowed, Closed, BadData."""
    at = at or clock.now()
    ranking = Ranking.rows.get(pk=ranking_id)
    require(rules.may_rank, by, organisation)
    if ranking.committee not in committees_of(organisation):
        raise NotAllowed(_("This ranking is for the cities of another committee."))
    if not ranking.opens_at <= at < ranking.closes_at:
        raise Closed(_("This ranking is not open."))
    given = {code: count for code, count in points.items() if count}
    total = sum(given.values())
    if min(given.values(), default=1) < 0 or total > ranking.points:
        sentence = _("You have %(points)s points to give; this is %(total)s.")
        raise BadData(sentence % {"points": ranking.points, "total": total})
    needs = {n.code: n for n in Need.rows.filter(code__in=given, committee=ranking.committee, state=NeedState.STATED)}
    if set(given) - set(needs):
        raise BadData(_("One of these needs was withdrawn or met meanwhile. Open the page again."))
    written = {"given": total, "had": ranking.points, "given_at": at, "given_by": by}
    ballot, _new = Ballot.rows.select_for_update().update_or_create(
        ranking=ranking, organisation=organisation, defaults=written
    )
    Ranked.objects.filter(ranking=ranking, organisation=organisation).delete()
    Ranked.objects.bulk_create(
        Ranked(ranking=ranking, need=needs[code], organisation=organisation, points=count)
        for code, count in sorted(given.items())
    )
    journal.record(ranking, "needs_ranked", by=by, organisation=organisation, given=total)
    return ballot


# Themes --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def take_up(need_id: int, *, by: Person, event: Event | None = None) -> Event | ProgrammeItem:
    """Make a need the theme of a webinar to prepare, or of a part of a meeting being prepared. Says where it comes from.

    Raises NotAllowed, and WrongState once the meeting is announced. A need taken up twice in one meeting is one part.
    """
    need = Need.rows.lock(need_id)
    require(rules.may_take_up_need, by, need)
    made = _item_of(need, event) if event else _webinar_of(need, by)
    origins.link(
        "need",
        parent=f"events.need:{need.code}",
        offspring=f"{made._meta.label_lower.replace('programmeitem', 'item')}:{made.code}",
        label=need.name,
        excerpt=sentence_of(need),
        address=f"/bureau/rencontres/besoins/{need.code}",
        by=by,
    )
    journal.record(need, "need_taken_up", by=by, organisation=need.committee)
    _tell_city(need)
    return made


def sentence_of(need: Need) -> str:
    """What goes with a need where it is quoted: whose it is, on what."""
    return ", ".join(filter(None, [need.organisation.name, str(need.service or ""), str(need.domain or "")]))


def _webinar_of(need: Need, by: Person) -> Event:
    event = draft_webinar(by=by, committee=need.committee, name={need.language: need.name})
    event.services.set([need.service] if need.service else [])
    event.domains.set([need.domain] if need.domain else [])
    return event


def _item_of(need: Need, event: Event) -> ProgrammeItem:
    event = Event.rows.lock(event.pk)
    if event.committee_id != need.committee_id or event.state != EventState.DRAFT:
        raise WrongState(_("This meeting is announced already: choose one that is being prepared."))
    taken = origins.Origin.objects.filter(parent=f"events.need:{need.code}", withdrawn_at=None)
    codes = [ref.partition(":")[2] for ref in taken.values_list("offspring", flat=True)]
    found = ProgrammeItem.rows.filter(event=event, code__in=codes).first()
    if found:
        return found
    item = ProgrammeItem.rows.create(
        event=event,
        kind=ItemKind.PEER_LEARNING if event.kind == EventKind.WEBINAR else ItemKind.WORKSHOP,
        name={need.language: need.name},
        minutes=THEME_MINUTES,
        domain=need.domain,
        position=event.items.count() + 1,
    )
    item.services.set([need.service] if need.service else [])
    return item


def _move(need_id: int, step: str, verb: str, by: Person) -> Need:
    need = Need.rows.lock(need_id)
    require(rules.may_change_need, by, need)
    NEED_STEPS.take(need, step)
    need.save(update_fields=["state"])
    journal.record(need, verb, by=by)
    return need


def _check(need: Need) -> None:
    need.name = " ".join(need.name.split())
    if not need.name:
        raise BadData(_("Say in one sentence what you are looking for."))
    if need.urgency not in Urgency.values:
        raise BadData(_("Say how urgent it is."))
    if need.service is None and need.domain is None:
        raise BadData(_("Choose the service or the domain it is about: it is how those who can help are found."))


def _fault(need: Need, name: str) -> str:
    """What a colleague wrote in a field meanwhile; pressed again, ours takes its place."""
    sentence = _("A colleague wrote here meanwhile: “%(theirs)s”. Join the two, then save.")
    theirs = need.get_urgency_display() if name == "urgency" else getattr(need, name) or ""
    return sentence % {"theirs": theirs}


def _tell_team(need: Need) -> None:
    notifications.notify(
        people_of([need.committee], PROGRAMME_TEAM),
        "need_stated",
        reference=f"events.need:{need.code}",
        sentence=lambda: _("{city} states a need: {need}").format(city=need.organisation.name, need=need.name),
        address=f"/bureau/rencontres/besoins/{need.code}",
        committee=need.committee,
    )


def _tell_city(need: Need) -> None:
    notifications.notify(
        [need.stated_by],
        "need_taken_up",
        reference=f"events.need:{need.code}",
        sentence=lambda: _("Your need “{need}” becomes the theme of a meeting.").format(need=need.name),
        address=f"/espace/{need.organisation.code}/rencontres/besoins/{need.code}",
    )
