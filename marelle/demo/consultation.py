"""The demonstration's consultations: written, opened, relayed by twenty partners, answered by synthetic children, frozen.

Nobody answered: sheets are drawn from published shares and go through the intake itself, sealed as a child's would be.
"""

import random
import secrets
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.base import origins as thread
from marelle.consultations import collect, counting, directory, passes, spool
from marelle.consultations.catalogue import FRANCE
from marelle.consultations.models import Consultation, Partner, Sitting
from marelle.consultations.operations import (
    authoring,
    editions,
    freezing,
    keys,
    partners,
    publishing,
    running,
    sittings,
    tabulation,
)
from marelle.consultations.queries.results import latest_freeze
from marelle.consultations.questionnaires import Questionnaire, read
from marelle.consultations.registered import results
from marelle.consultations.simulating import Child
from marelle.demo import booklets, consultation_book, network, story
from marelle.demo.meetings import moment
from marelle.demo.people import DOMAIN
from marelle.demo.practices import administrator
from marelle.territories.models import Territory

FILE = Path(__file__).with_name("consultation_field.yaml")
SEED = 26  # of the synthetic children
LASTS = 2  # hours of a group
SPOKEN = {"simple": "fr-x-simple"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CROSSED = ("way_how", "lacks")  # the question and the score others are crossed with
AFRAID = "way_fear"  # the question whose result the story's objective comes from
SOON = timedelta(days=7)  # before its hour a group's code is drawn


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def tell(until: datetime, team: dict[str, Person], codes: Collection[str]) -> None:
    """Every edition as it stands by then, relayed in the places of these codes."""
    for plan in content()["editions"]:
        if moment(plan["drafted"], "09:00") <= until:
            _Edition(plan, until, team, codes).tell()


def forget() -> None:
    """Empty what an earlier demonstration left beside the house: boxes, sheets, keys, secrets."""
    store = spool.store(settings.ANSWERS_URL)
    store.create()
    with store.owning(), store.reading() as connection:
        for table in spool.TABLES:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
    for name in ("keys", "freezes"):
        shutil.rmtree(Path(settings.DATA) / name, ignore_errors=True)


@dataclass
class _Edition:
    """One edition. `shares`: of its key, where the demonstration may not keep it in a file."""

    plan: dict[str, Any]
    until: datetime
    team: dict[str, Person]
    codes: Collection[str]
    shares: tuple[str, str] | None = field(default=None, repr=False)

    def tell(self) -> None:
        """From its first line to what stands at `until`."""
        with clock.at(moment(self.plan["drafted"], "09:00")):
            edition = self.draft()
        if not self.is_past("opened"):
            return
        with clock.at(moment(self.plan["opened"], "10:00")):
            self.open(edition)
        groups = [group for partner in self.relays(edition) for group in self.groups(edition, *partner)]
        if self.is_past("opens"):
            self.hold(edition, groups)
        if self.is_past("closes"):
            with clock.at(moment(self.plan["closes"], "19:00")):
                running.close_consultation(edition.pk, by=self.team["committee-admin"])
        if self.is_past("frozen"):
            self.freeze(edition)
        if self.is_past("published"):
            self.publish(edition)

    def is_past(self, day: str) -> bool:
        return moment(self.plan[day], "19:00") <= self.until

    # In the office
    def draft(self) -> Consultation:
        """Its window and its workbook."""
        by, said = self.team["committee-admin"], self.plan
        edition = editions.Edition(
            name=_spoken(said["name"]),
            themes=_spoken(said["themes"]),
            opens_at=moment(said["opens"], "08:00"),
            closes_at=moment(said["closes"], "18:00"),
            answered_on=said["answered"],
        )
        if cloned := said.get("cloned"):
            source = Consultation.rows.get(code=cloned)
            return editions.clone_edition(source.pk, said["code"], edition, by=by)
        made = editions.draft_edition(by.committees_as()[0], said["code"], edition, by=by)
        book = consultation_book.workbook(parts=said.get("parts"), name=said["name"]["fr"])
        upload = SimpleUploadedFile(f"consultation-{said['code']}.xlsx", book, XLSX)
        authoring.add_version(made.pk, upload, by=by)
        return made

    def open(self, edition: Consultation) -> None:
        """The key, then the doors; recordings lack, and the team knows."""
        first, second = self.team["committee-admin"], self.team["committee-admin-2"]
        if settings.DEMO:
            keys.draw_for_demonstration(edition.pk, by=first)
        else:
            one, two = keys.draw_first(edition.pk, by=first), keys.draw_second(edition.pk, by=second)
            for handed, holder in ((one, first), (two, second)):
                handed.share.refresh_from_db()
                keys.acknowledge(edition.pk, keys.last_group(handed.share), by=holder)
            self.shares = one.text, two.text
        running.open_consultation(edition.pk, by=first, accepts_gaps=True)
        if not self.plan.get("parts"):  # a trial of one part is too few to be crossed
            tabulation.choose_profiles(edition.pk, CROSSED, by=first)
        edition.refresh_from_db()

    def freeze(self, edition: Consultation) -> None:
        """Two persons bring the key back."""
        with clock.at(moment(self.plan["frozen"], "15:00")):
            freezing.propose(edition.pk, by=self.team["committee-admin"])
            freezing.confirm(edition.pk, self.shares, by=self.team["committee-admin-2"])

    def publish(self, edition: Consultation) -> None:
        """Agreed on by two persons a few days after the freeze; the story's objective then comes from what its town said."""
        hour = moment(self.plan["published"], "06:00")
        with clock.at(moment(self.plan["frozen"], "17:00")):
            publishing.propose(edition.pk, hour, by=self.team["committee-admin"])
            publishing.confirm(edition.pk, by=self.team["committee-admin-2"])
        with clock.at(hour):
            publishing.publish_what_is_due(hour)
        if self.plan["code"] == content()["editions"][0]["code"]:
            with clock.at(moment(self.plan["answered"], "10:00")):
                _tie(edition, self.team["committee-officer"])

    # In the field
    def relays(self, edition: Consultation) -> Iterator[tuple[int, dict[str, Any], Partner, Person]]:
        """Who relays it, confirmed, with whoever acts for them."""
        officer, wanted = self.team["committee-officer"], self.plan.get("partners")
        for number, row in enumerate(content()["partners"]):
            code = row.get("city") or row["in"]
            place = Territory.objects.filter(code=code).first() if code in self.codes else None
            if place is None or (wanted and row["key"] not in wanted):
                continue
            organisation = Organisation.objects.filter(
                code=row.get("city", ""), created_at__lt=edition.opens_at
            ).first()
            relay = partners.Relay(
                name=row.get("name") or f"Ville : {place.name}",
                kind=row["kind"],
                territory=place,
                contact_name=network.someone(number + 40),
                contact_email=f"relais-{row['key']}@{DOMAIN}",
            )
            with clock.at(moment(self.plan["opened"], "14:00") + timedelta(minutes=number)):
                if organisation:
                    by = administrator(organisation)
                    made = partners.register(edition.pk, organisation, relay, by=by)
                else:
                    by = officer
                    made = partners.add_partner(edition.pk, relay, by=officer)
                partners.confirm_partner(made.pk, by=officer)
            yield number, row, made, by

    def groups(
        self, edition: Consultation, number: int, row: dict[str, Any], partner: Partner, by: Person
    ) -> list["_Group"]:
        """The groups of one partner, each on its day."""
        found = []
        for turn, days in enumerate(self.plan["days"][: self.plan["each"]]):
            name, kind, bands = _site_of(row, number, turn)
            day = _school_day(self.plan["opens"] + timedelta(days=days - 1 + number % 5))
            begins = moment(day, ("09:00", "10:00", "14:00")[(number + turn) % 3])
            small = row["kind"] in content()["small"]
            expected = 5 + (number + turn) % 5 if small else 14 + (number * 7 + turn * 5) % 13
            place = sittings.Place(name, kind, partner.territory)
            group = sittings.Group(tuple(bands), expected, name=f"Groupe {turn + 1}", hours=LASTS)
            found.append(_Group(begins, partner, place, group, by))
        return sorted(found, key=lambda each: each.begins)

    def hold(self, edition: Consultation, groups: list["_Group"]) -> None:
        """Groups that answered, that answer now, and that will; what they said goes through the intake."""
        answering = _Answering(edition)
        for group in sorted(groups, key=lambda each: (each.begins, each.partner.pk)):
            ends = group.begins + timedelta(hours=LASTS)
            if group.begins <= self.until:
                with clock.at(group.begins):
                    site = sittings.add_site(group.partner.pk, group.place, by=group.by)
                    sitting, _opened = sittings.open_now(site.pk, group.group, by=group.by)
                    answering.answer(sitting, is_over=ends <= self.until)
                if ends <= self.until:
                    with clock.at(ends):
                        sittings.close(sitting.pk, by=group.by)
            elif group.begins < moment(self.plan["closes"], "18:00"):
                self._plan(group)
        answering.keep()
        if not self.is_past("closes"):
            with clock.at(self.until):
                sittings.open_home_week(edition.pk, clock.day_of(self.until), by=self.team["committee-officer"])
            booklets.tell(edition, self.team["committee-officer"], self.team["committee-admin"], self.until)

    def _plan(self, group: "_Group") -> None:
        with clock.at(self.until - timedelta(hours=1)):
            site = sittings.add_site(group.partner.pk, group.place, by=group.by)
            sitting = sittings.plan_sitting(site.pk, group.group, group.begins, by=group.by)
            if group.begins - self.until < SOON:
                sittings.prepare(sitting.pk, by=group.by)


@dataclass(frozen=True)
class _Group:
    """A group to come or gone."""

    begins: datetime
    partner: Partner
    place: sittings.Place
    group: sittings.Group
    by: Person


def _site_of(row: dict[str, Any], number: int, turn: int) -> tuple[str, str, list[str]]:
    """Where a partner's group answers, and its ages."""
    if "city" in row:
        name, kind, bands = content()["sites"][(number + turn) % len(content()["sites"])]
        return name, kind, bands
    ages = content()["own"][row["kind"]]
    return row["name"], row["kind"], ages[row["key"]] if isinstance(ages, dict) else ages


def _school_day(day: date) -> date:
    """The same day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _spoken(texts: dict[str, str]) -> dict[str, str]:
    return {SPOKEN.get(language, language): text for language, text in texts.items()}


# Synthetic children ----------------------------------------------------------------------------------------------------
class _Answering:
    """What they send, through the intake of this process; kept together, counted together."""

    def __init__(self, edition: Consultation):
        self.questionnaire: Questionnaire = read(edition.questionnaires.get(state="frozen").canonical)
        self.chance = random.Random(f"{SEED} {edition.code}")  # noqa: S311  draws what children would say, no secret
        self.keys, self.writer = collect.Keys.of(settings.SECRET_KEY), _Together(spool.store(settings.ANSWERS_URL))
        known = directory.Directory(lives=3600)
        self.intake = collect.Intake(known, self.writer, self.keys, clock.here, collect.NoPages())  # type: ignore[arg-type]
        self.intake.counters = counting.Counters(known.count, known.add, draw=lambda: 1e6)

    def answer(self, sitting: Sitting, *, is_over: bool) -> None:
        """Nearly everyone who was expected; about half of them while it goes on."""
        expected = sitting.head_count or 0
        come = expected - self.chance.randrange(3) if is_over else expected // 2
        ticket = passes.make(sitting.code, passes.SITTING, sitting.closes_at, self.keys.passes)
        for _child in range(max(come, 0)):
            child = Child.draw(self.chance, sitting.bands, sitting.languages or self.questionnaire.languages)
            for part in child.parts(self.questionnaire):
                self.intake.receive({"pass": ticket, "id": child.id(), "part": part}, collect.Step())

    def keep(self) -> None:
        """Put everything on the disk at once, in the order of chance, and write the counts."""
        self.intake.close()


class _Together:
    """A writer for a day told at once: what it takes is kept at the end."""

    def __init__(self, store: spool.Store):
        self.store, self.taken = store, list[spool.Waiting]()

    def put(self, sheet: spool.Row, texts: Collection[spool.Row] = ()) -> spool.Waiting:
        waiting = spool.Waiting(sheet, list(texts))
        waiting.is_new = True
        waiting.done()
        self.taken.append(waiting)
        return waiting

    def close(self) -> None:
        secrets.SystemRandom().shuffle(self.taken)
        self.store.create()
        self.store.keep(self.taken)
        self.store.close()


# The story -------------------------------------------------------------------------------------------------------------
def _tie(edition: Consultation, officer: Person) -> None:
    """What the story's town said, or the whole country where it is too few to be told, to the objective of the same fear."""
    objective, freeze = story.the_objective(), latest_freeze(edition)
    if objective is None or freeze is None:
        return
    for zone in (f"commune:{network.content()['where']['story']}", FRANCE):
        told = {one.question.name: one for one in results.results(edition, freeze, zone)}
        if AFRAID in told and told[AFRAID].is_told:
            break
    else:
        return
    shown = results.shown(freeze, told[AFRAID], zone)
    thread.link(
        "result",
        parent=results.reference(freeze.code, AFRAID, zone),
        offspring=thread.reference("plans.objective", objective.code),
        label=shown.title,
        excerpt=shown.sentence,
        address=shown.address,
        by=officer,
    )
