"""Groups that answer: planned or opened at once, closed, reopened; their code drawn, kept under seal, then forgotten."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import require
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.text import random_id
from marelle.consultations import codes, passes, rules
from marelle.consultations.models import Consultation, Partner, Questionnaire, Site, Sitting
from marelle.consultations.operations.partners import person_of, require_relay
from marelle.consultations.queries import access
from marelle.consultations.queries.access import Key, Link, Opened
from marelle.consultations.questionnaires import BANDS, read
from marelle.consultations.states import (
    PARTNER_STEPS,
    RELAYS,
    SITTING_STEPS,
    ConsultationState,
    SiteKind,
    SittingState,
    VersionState,
)
from marelle.territories.models import Territory
from marelle.territories.states import UNINHABITED, TerritoryKind

HOURS = 4  # the longest a group answers at one go, specs/consultation.md, section 7
AGAIN = 2  # hours of a group that is opened again
MOST_CHILDREN = 60
MOST_OPEN = 60  # groups of one partner answering at once: a link that went astray opens no thousand
LIVING = frozenset({SittingState.PLANNED, SittingState.READY, SittingState.RUNNING})
FINISHING = passes.AFTER_THE_WINDOW[passes.SITTING]  # who began in time may finish
By = Person | Link | Key


@dataclass(frozen=True)
class Place:
    """Where a group answers."""

    name: str
    kind: str
    territory: Territory


@dataclass(frozen=True)
class Group:
    """What is declared of a group. `hours`: how long its code opens. `languages`: none is all of the questionnaire's."""

    bands: tuple[str, ...]
    head_count: int
    languages: tuple[str, ...] = ()
    name: str = ""
    hours: int = 2


# Places --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_site(partner_id: int, place: Place, *, by: Person | Link, at: datetime | None = None) -> Site:
    """A place of a partner; the same name again is the same place. Raises NotAllowed, Closed, BadData."""
    partner = _relaying(partner_id, by, at or clock.now())
    return _site(partner, place, by)


def _site(partner: Partner, place: Place, by: Person | Link) -> Site:
    name = " ".join(place.name.split())
    if not name or len(name) > 200:
        raise BadData(_("Give the name of the place: a school, a centre."))
    if place.kind not in SiteKind.values or place.kind == SiteKind.HOME:
        raise BadData(_("Choose one of the answers offered."))
    if place.territory.kind != TerritoryKind.COMMUNE:
        raise BadData(_("Say in which commune the place is."))
    found = partner.sites.filter(name__iexact=name).first()
    if found is not None:
        return found
    made = Site.rows.create(partner=partner, name=name, kind=place.kind, territory=place.territory)
    journal.record(made, "site_added", by=person_of(by), organisation=_house(partner))
    return made


# Groups --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def plan_sitting(site_id: int, group: Group, opens_at: datetime, *, by: Person, at: datetime | None = None) -> Sitting:
    """Say when a group will answer; its code is drawn later (`prepare`). Raises NotAllowed, Closed, WrongState, BadData."""
    at = at or clock.now()
    site = Site.rows.select_related("partner__consultation").get(pk=site_id)
    partner = _relaying(site.partner_id, by, at)
    if opens_at <= at:
        raise BadData(_("Choose a moment to come; to begin at once, open the group."))
    sitting = _made(partner, site, group, opens_at, by=by, at=at)
    journal.record(sitting, "sitting_planned", by=person_of(by), organisation=_house(partner))
    return sitting


@transaction.atomic
def prepare(sitting_id: int, *, by: Person, at: datetime | None = None) -> Opened:
    """Draw the code of a planned group: a poster may be printed, it opens at its hour. Raises NotAllowed, Closed, WrongState."""
    sitting = _mine(sitting_id, by, at or clock.now())
    _require_open(sitting.consultation, at or clock.now())
    SITTING_STEPS.take(sitting, "prepare")
    opened = _draw(sitting, "state")
    journal.record(sitting, "sitting_prepared", by=person_of(by), organisation=house_of(sitting))
    return opened


@transaction.atomic
def open_now(
    site_id: int, group: Group, *, by: Person | Link, at: datetime | None = None, once: str = ""
) -> tuple[Sitting, Opened]:
    """A group begins: its code opens at once. The same `once` again is the same group, as of a form sent twice.

    Raises NotAllowed, Closed, WrongState, BadData.
    """
    at = at or clock.now()
    site = Site.rows.select_related("partner__consultation").get(pk=site_id)
    partner = _relaying(site.partner_id, by, at)
    return _open(partner, site, group, by=by, at=at, once=once)


@transaction.atomic
def open_by_link(
    link: Link, place: Place, group: Group, *, at: datetime | None = None, once: str = ""
) -> tuple[Sitting, Opened]:
    """A teacher opens a group without an account, by the partner's signed link. Raises Closed, WrongState, BadData."""
    at = at or clock.now()
    found = access.partner_of(link, at)
    if found is None:
        raise Closed(_("This link opens nothing today. Ask the person who gave it to you."))
    partner = _relaying(found.pk, link, at)
    return _open(partner, _site(partner, place, link), group, by=link, at=at, once=once)


def _open(
    partner: Partner, site: Site, group: Group, *, by: Person | Link, at: datetime, once: str
) -> tuple[Sitting, Opened]:
    _require_open(partner.consultation, at)
    known = Sitting.rows.filter(code=_named(once), site__partner=partner).first() if once else None
    if known is not None:
        opened = access.unseal(known)
        if opened is None:
            raise WrongState(_("This group is over. Open another one."))
        return known, opened
    if Sitting.rows.filter(site__partner=partner, state=SittingState.RUNNING, closes_at__gt=at).count() >= MOST_OPEN:
        raise WrongState(_("%(most)s groups of this partner answer already: close some first.") % {"most": MOST_OPEN})
    sitting = _made(partner, site, group, at, by=by, at=at, code=_named(once))
    SITTING_STEPS.take(sitting, "prepare")
    SITTING_STEPS.take(sitting, "begin")
    opened = _draw(sitting, "state")
    if PARTNER_STEPS.allows(partner, "begin"):
        PARTNER_STEPS.take(partner, "begin")
        partner.save(update_fields=["state"])
    journal.record(sitting, "sitting_opened", by=person_of(by), organisation=_house(partner))
    return sitting, opened


def _made(
    partner: Partner, site: Site, group: Group, opens_at: datetime, *, by: By, at: datetime, code: str = ""
) -> Sitting:
    consultation = partner.consultation
    _check(consultation, group, opens_at)
    return Sitting.rows.create(
        code=code or random_id(),
        consultation=consultation,
        site=site,
        territory=site.territory,
        name=" ".join(group.name.split())[:80],
        bands=[band for band in BANDS if band in group.bands],
        languages=list(group.languages),
        head_count=group.head_count,
        opens_at=opens_at,
        closes_at=min(opens_at + timedelta(hours=group.hours), consultation.closes_at),
        opened_by=person_of(by),
        added_at=at,
    )


def _named(once: str) -> str:
    """The reference of the group a form opens: sent twice, it is the same."""
    return hashlib.sha256(f"sitting:{once}".encode()).hexdigest()[:32] if once else ""


@transaction.atomic
def begin(sitting_id: int, *, by: By, at: datetime | None = None) -> Sitting:
    """A group that is ready begins now, before its hour or at it. Raises NotAllowed, Closed, WrongState."""
    at = at or clock.now()
    sitting = _mine(sitting_id, by, at)
    _require_open(sitting.consultation, at)
    SITTING_STEPS.take(sitting, "begin")
    lasts = sitting.closes_at - sitting.opens_at
    sitting.opens_at, sitting.closes_at = at, min(at + lasts, sitting.consultation.closes_at)
    sitting.save(update_fields=["state", "opens_at", "closes_at"])
    _wake(sitting)
    journal.record(sitting, "sitting_begun", by=person_of(by), organisation=house_of(sitting))
    return sitting


@transaction.atomic
def raise_head_count(sitting_id: int, to: int, *, by: By, at: datetime | None = None) -> Sitting:
    """More children came than was declared. Never fewer. Raises NotAllowed, Closed, WrongState, BadData."""
    sitting = _mine(sitting_id, by, at or clock.now())
    if sitting.state not in LIVING:
        raise WrongState(_("This group is over. Open it again first."))
    was = sitting.head_count or 0
    if not was < to <= MOST_CHILDREN:
        raise BadData(
            _("Give a number above %(was)s, %(most)s at most: for more children, open a second group.")
            % {"was": was, "most": MOST_CHILDREN}
        )
    sitting.head_count = to
    sitting.save(update_fields=["head_count"])
    facts = {"was": was, "to": to}
    journal.record(sitting, "head_count_raised", by=person_of(by), organisation=house_of(sitting), **facts)
    return sitting


@transaction.atomic
def close(sitting_id: int, *, by: By, at: datetime | None = None) -> Sitting:
    """The group is done: its code opens nothing, and is erased. Raises NotAllowed, Closed, WrongState."""
    sitting = _mine(sitting_id, by, at or clock.now())
    _close(sitting)
    journal.record(sitting, "sitting_closed", by=person_of(by), organisation=house_of(sitting))
    return sitting


def _close(sitting: Sitting) -> None:
    SITTING_STEPS.take(sitting, "close")
    _forget(sitting)


@transaction.atomic
def reopen(sitting_id: int, hours: int, *, by: Person | Link, at: datetime | None = None) -> tuple[Sitting, Opened]:
    """The group answers again, under another code. Raises NotAllowed, Closed, WrongState, BadData."""
    at = at or clock.now()
    sitting = _mine(sitting_id, by, at)
    _require_open(sitting.consultation, at)
    if sitting.site is None:
        raise WrongState(_("Answers from home begin again each week by themselves."))
    _check_hours(hours)
    SITTING_STEPS.take(sitting, "reopen")
    sitting.opens_at, sitting.closes_at = at, min(at + timedelta(hours=hours), sitting.consultation.closes_at)
    opened = _draw(sitting, "state", "opens_at", "closes_at")
    journal.record(sitting, "sitting_reopened", by=person_of(by), organisation=house_of(sitting))
    return sitting, opened


@transaction.atomic
def cancel(sitting_id: int, *, by: By, at: datetime | None = None) -> Sitting:
    """It will not take place. Raises NotAllowed, Closed, WrongState."""
    sitting = _mine(sitting_id, by, at or clock.now())
    SITTING_STEPS.take(sitting, "cancel")
    _forget(sitting)
    journal.record(sitting, "sitting_cancelled", by=person_of(by), organisation=house_of(sitting))
    return sitting


# From home -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_home_week(consultation_id: int, day: date, *, by: Person, at: datetime | None = None) -> list[Sitting]:
    """One public group per département for the week of a day: children answer from home. Those open already stay.

    Raises NotAllowed, Closed.
    """
    at = at or clock.now()
    consultation = Consultation.rows.lock(consultation_id)
    require(rules.may_write, by, consultation)
    _require_open(consultation, at)
    monday = datetime.combine(day - timedelta(days=day.weekday()), time(), clock.PARIS)
    opens_at = max(monday, consultation.opens_at)
    closes_at = min(monday + timedelta(days=7), consultation.closes_at)
    if closes_at <= max(opens_at, at):
        raise Closed(_("This week is not within the consultation."))
    home = Sitting.rows.filter(consultation=consultation, site=None, opens_at=opens_at)
    there = set(home.values_list("territory_id", flat=True))
    places = Territory.objects.current().filter(kind=TerritoryKind.DEPARTEMENT).exclude(code__in=UNINHABITED)
    places = places.exclude(pk__in=there).order_by("code")
    made = [_home(consultation, place, opens_at, closes_at, by=by, at=at) for place in places]
    if made:
        facts = {"week": f"{monday:%G-W%V}", "places": len(made)}
        journal.record(consultation, "home_opened", by=by, organisation=consultation.committee, **facts)
    return made


def _home(
    consultation: Consultation, place: Territory, opens_at: datetime, closes_at: datetime, *, by: Person, at: datetime
) -> Sitting:
    opened = Opened(codes.draw(), "")
    return Sitting.rows.create(
        consultation=consultation,
        territory=place,
        state=SittingState.READY,
        bands=list(BANDS),
        code_digest=codes.digest(opened.code, access.code_key()),
        code_sealed=access.seal(opened),
        opens_at=opens_at,
        closes_at=closes_at,
        opened_by=by,
        added_at=at,
    )


# The clock -----------------------------------------------------------------------------------------------------------
def look_after(at: datetime) -> None:
    """A round: groups begin at their hour; half an hour after their last one they are closed, their code erased.

    Three weeks later no box of a tablet comes any more: the key of their page goes too.
    """
    begun = Sitting.rows.filter(state=SittingState.READY, opens_at__lte=at, closes_at__gt=at)
    over = Sitting.rows.filter(state__in=sorted(LIVING), closes_at__lte=at - FINISHING)
    for pk in begun.order_by("pk").values_list("pk", flat=True):
        _turn(pk, "begin", at)
    for pk in over.order_by("pk").values_list("pk", flat=True):
        _turn(pk, "close", at)
    past = Sitting.rows.filter(closes_at__lte=at - access.BOXES_COME, projector_digest__isnull=False)
    past.exclude(state__in=sorted(LIVING)).update(projector_digest=None)


@transaction.atomic
def _turn(pk: int, step: str, at: datetime) -> None:
    sitting = Sitting.rows.lock(pk)
    if step == "begin" and SITTING_STEPS.allows(sitting, "begin") and sitting.opens_at <= at:
        SITTING_STEPS.take(sitting, "begin")
        sitting.save(update_fields=["state"])
        _wake(sitting)
    elif step == "close" and sitting.closes_at <= at - FINISHING:
        if SITTING_STEPS.allows(sitting, "close"):
            _close(sitting)
            journal.record(sitting, "sitting_closed", by=None, organisation=house_of(sitting))
        elif SITTING_STEPS.allows(sitting, "cancel"):
            SITTING_STEPS.take(sitting, "cancel")
            _forget(sitting)
            journal.record(sitting, "sitting_cancelled", by=None, organisation=house_of(sitting))


# What they share -----------------------------------------------------------------------------------------------------
def _draw(sitting: Sitting, *names: str) -> Opened:
    """A code and the key of its page; saved under seal, with the fields of these names."""
    opened = Opened(codes.draw(), random_id())
    sitting.code_digest = codes.digest(opened.code, access.code_key())
    sitting.projector_digest = access.projector_digest(opened.projector)
    sitting.code_sealed = access.seal(opened)
    sitting.save(update_fields=[*names, "code_digest", "projector_digest", "code_sealed"])
    return opened


def _forget(sitting: Sitting) -> None:
    """Its code. The key of its page opens one thing more: where boxes of its tablets are handed over."""
    sitting.code_sealed, sitting.code_digest = "", None
    sitting.save(update_fields=["state", "code_sealed", "code_digest"])


def _wake(sitting: Sitting) -> None:
    """A partner whose first group begins has begun."""
    partner = Partner.rows.lock(sitting.site.partner_id) if sitting.site else None
    if partner is not None and PARTNER_STEPS.allows(partner, "begin"):
        PARTNER_STEPS.take(partner, "begin")
        partner.save(update_fields=["state"])


def _mine(sitting_id: int, by: By, at: datetime) -> Sitting:
    """The group, locked, for who may run it: a person, the holder of its page's key, a partner's contact.

    Raises NotAllowed, Closed.
    """
    sitting = Sitting.rows.lock(sitting_id)
    if isinstance(by, Person):
        require(rules.may_hold, by, sitting)
    elif isinstance(by, Link):
        if sitting.site is None:
            raise NotAllowed(_("Your role does not allow this."))
        require_relay(sitting.site.partner, by, at, own=True)
    else:
        found = access.sitting_of(by)
        if found is None or found.pk != sitting.pk:
            raise Closed(_("This group is over, or the address of its page is not whole."))
    return sitting


def _relaying(partner_id: int, by: Person | Link, at: datetime) -> Partner:
    """The partner, locked, if it may open groups. Raises NotAllowed, Closed, WrongState."""
    partner = Partner.rows.lock(partner_id)
    own = isinstance(by, Link) and access.partner_of(by, at, own=True) is not None
    require_relay(partner, by, at, own=own)
    if partner.state not in RELAYS:
        raise WrongState(_("The programme team has not confirmed this partner, or it has finished."))
    return partner


def _require_open(consultation: Consultation, at: datetime) -> None:
    if consultation.state != ConsultationState.OPEN or at >= consultation.closes_at:
        raise Closed(_("Codes are drawn while the consultation is open."))


def house_of(sitting: Sitting) -> Organisation:
    """In whose journal it is written."""
    return _house(sitting.site.partner) if sitting.site else sitting.consultation.committee


def _house(partner: Partner) -> Organisation:
    return partner.organisation or partner.consultation.committee


def _check_hours(hours: int) -> None:
    if not 1 <= hours <= HOURS:
        raise BadData(_("A group answers for %(most)s hours at most; it may be opened again.") % {"most": HOURS})


def _check(consultation: Consultation, group: Group, opens_at: datetime) -> None:
    """Raises Closed, BadData."""
    if not consultation.opens_at <= opens_at < consultation.closes_at:
        raise Closed(
            _("The consultation does not take answers at that moment."),
            opens_at=consultation.opens_at,
            closed_at=consultation.closes_at,
        )
    _check_hours(group.hours)
    faults = []
    if not group.bands or not set(group.bands) <= set(BANDS):
        faults.append(_("Say which ages are expected."))
    if not 1 <= group.head_count <= MOST_CHILDREN:
        faults.append(
            _("Say how many children are expected, from 1 to %(most)s: for more, open a second group.")
            % {"most": MOST_CHILDREN}
        )
    if not set(group.languages) <= set(languages_of(consultation)):
        faults.append(_("The questionnaire does not exist in this language."))
    if faults:
        raise BadData(faults[0], faults)


def languages_of(consultation: Consultation) -> list[str]:
    """Those of the questionnaire children are asked, or of the last one written."""
    versions = Questionnaire.rows.filter(consultation=consultation).exclude(state=VersionState.REPLACED)
    canonical = versions.order_by("-number").values_list("canonical", flat=True).first()
    return list(read(canonical).languages) if canonical else ["fr"]
