"""Builds the demonstration through the operations people use: what cannot be built so is missing an operation."""

import sys
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TextIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone, translation

from marelle.accounts import journal
from marelle.accounts import operations as accounts
from marelle.accounts.models import Membership, Notification, Organisation, Person
from marelle.accounts.robot import robot
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock, jobs
from marelle.base.models import Job, JobState, Letter, LetterState
from marelle.base.progress import track
from marelle.demo import (
    amending,
    candidature,
    consultation,
    joint,
    journeys,
    learning,
    meetings,
    network,
    nights,
    notes,
    papers,
    practices,
    reports,
    steering,
    story,
    voices,
)
from marelle.demo.people import BY_KEY, CHARACTERS, DOMAIN, Character
from marelle.demo.stages import STAGES
from marelle.framework.models import Framework, Track
from marelle.framework.operations import load_framework, read_framework
from marelle.mandates.models import Agreement
from marelle.mandates.operations import calls
from marelle.mandates.operations.lapsing import lapse_drafts
from marelle.mandates.operations.mandates import begin_due_mandates
from marelle.territories.models import Territory
from marelle.territories.operations import load_official_code

FIRST_DAY = datetime(2025, 1, 6, 9, 0, tzinfo=clock.PARIS)
TOTP_SECRET = "MARELLEDEMONSTRATIONMARELLEDEMOS"  # noqa: S105  public on purpose: demonstration mode only
NEWS = timedelta(days=14)  # what is older has been read
COMMITTEE = {"fr": "Comité national de démonstration"}


def load_ground() -> Framework:
    """The geography and the framework."""
    load_official_code()
    return load_framework(read_framework(journeys.FRAMEWORK))


def build(stage: str, *, only: Collection[str] | None = None, out: TextIO = sys.stderr) -> None:
    """The whole network as it stands at a stage, the same content each time; `only` some places, by their codes."""
    until = STAGES[stage]
    with translation.override("fr"):
        with clock.at(FIRST_DAY), transaction.atomic():
            team = _committee()
        opened = [plan for plan in network.calls() if plan.opens_at <= until]
        for plan in opened:
            with clock.at(plan.opens_at - timedelta(days=20)), transaction.atomic():
                _open_call(plan, by=team["committee-admin"])
        told = {p.code: p for p in network.places(until) if only is None or p.code in only}
        _walk(list(told.values()), until, team, out)
        with transaction.atomic():
            _characters(told, until)
        with transaction.atomic():
            candidature.tell(until, team, told)
        with clock.at(until):
            lapse_drafts(until)
            begin_due_mandates(until)
        with transaction.atomic():
            reports.tell(until, team)
        with transaction.atomic():
            voices.tell(until)
        with transaction.atomic():
            notes.tell(until)
        with transaction.atomic():
            practices.tell(until, team, told)
        with transaction.atomic():
            learning.tell(until, team, told)
        with transaction.atomic():
            meetings.tell(until, team)
        with transaction.atomic():
            steering.tell(until, team)
        with transaction.atomic():
            amending.tell(until, team)
        with transaction.atomic():
            story.tell(until, team)
        with transaction.atomic():
            consultation.tell(until, team, told)
        with clock.at(until):
            journeys.end_what_is_over(until)
        nights.tell(until)  # last: they read all the rest
    _leave_the_past(until)


def _walk(told: list[network.Place], until: datetime, team: dict[str, Person], out: TextIO) -> None:
    """Each place's journey, a joint one beside its other half's."""
    with transaction.atomic():
        vote = _vote()
    groups = network.together(told)
    for group in track(groups, total=len(groups), label="places", out=out):
        with transaction.atomic():
            joint.walk(
                *(
                    journeys.Journey(place, until=until, team=team, vote=vote, person=_people_of(place))
                    for place in group
                )
            )
        _do_jobs(until)


def _do_jobs(until: datetime) -> None:
    """Do now what the worker would have done in its time: seal what was signed."""
    for job in Job.objects.filter(state=JobState.WAITING).order_by("pk"):
        signed_at = (
            Agreement.rows.filter(code=job.arguments.get("code", "")).values_list("signed_at", flat=True).first()
        )
        with clock.at(signed_at or until):
            jobs.deliver.call(job.pk)


def _committee() -> dict[str, Person]:
    """The committee and the characters who work for it."""
    house = Organisation.objects.create(
        code="o-comite", kind=OrganisationKind.COMMITTEE, name=COMMITTEE["fr"], created_at=clock.now()
    )
    return {c.key: _member(c, house) for c in CHARACTERS if c.place == "committee"}


def _member(character: Character, organisation: Organisation) -> Person:
    person = _person(character, "", 0)
    _give(person, organisation, character.role)
    return person


def _give(person: Person, organisation: Organisation, role: str) -> None:
    """A role, as an administrator's invitation would give it."""
    Membership.objects.create(person=person, organisation=organisation, role=role, started_at=clock.now())
    journal.record(organisation, "role_given", by=robot(), organisation=organisation, role=role, person=person.code)
    person.forget_memberships()


def _open_call(plan: network.CallPlan, *, by: Person) -> None:
    framework = Framework.objects.order_by("-valid_from", "-pk")[0]
    call = calls.draft_call(
        by=by,
        committee=by.committees_as()[0],
        code=plan.code,
        name=plan.name,
        tracks=list(Track.objects.filter(code__in=plan.tracks).order_by("position", "pk")),
        framework=framework,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        mandate_starts_on=plan.starts_on,
        presentation={
            "fr": "Six ans pour les enfants : un plan sur cinq domaines, écrit avec eux et suivi chaque année.",
            "en": "Six years for children: a plan over five domains, written with them and followed every year.",
        },
    )
    calls.publish_call(call.pk, by=by)


def _people_of(place: network.Place) -> dict[str, Person]:
    """An administrator and an elected lead for a place: the characters where they work, invented people elsewhere."""
    opens_at = next(plan.opens_at for plan in network.calls() if plan.code == place.call)
    where = {code: name for name, code in network.content()["where"].items()}.get(place.code, "")
    known = {c.role: c for c in CHARACTERS if c.place == where}
    with clock.at(opens_at + timedelta(days=1, minutes=place.number)):
        administrator = _person(known.get(Role.CITY_ADMINISTRATOR), f"ville-{place.code.lower()}", place.number)
        organisation = accounts.create_organisation(Territory.objects.get(code=place.code), by=administrator)
        administrator.forget_memberships()
        lead = _person(known.get(Role.ELECTED_LEAD), f"elu-{place.code.lower()}", place.number + 97)
        _give(lead, organisation, Role.ELECTED_LEAD)
    return {"administrator": administrator, "lead": lead}


def _person(character: Character | None, mailbox: str, number: int) -> Person:
    """A character, or someone invented, with the demonstration's authenticator application."""
    person = accounts.make_person(
        email=character.email if character else f"{mailbox}@{DOMAIN}",
        name=character.name if character else network.someone(number),
    )
    accounts.give_totp(person, TOTP_SECRET)
    return person


def _characters(told: dict[str, network.Place], until: datetime) -> None:
    """The other characters of the main place; the elected lead also sits where an agreement waits."""
    where = network.content()["where"]
    if where["main"] not in told:
        return
    main = Organisation.objects.get(code=where["main"])
    with clock.at(until - timedelta(days=30)):
        for key in ("city-editor", "city-reader", "facilitator"):
            _member(BY_KEY[key], main)
        other = Organisation.objects.filter(code=where["other"]).first()
        signatory = Person.objects.get(email=BY_KEY["signatory"].email)
        if other is not None:
            _give(signatory, other, Role.ELECTED_LEAD)


def _vote() -> SimpleUploadedFile:
    """A council's vote, on paper: the same page for every place, and it says that it is a demonstration."""
    page = papers.paper("Délibération de principe (démonstration)", subject="Délibération de principe", at=FIRST_DAY)
    return SimpleUploadedFile("deliberation-de-principe.pdf", page, "application/pdf")


def _leave_the_past(until: datetime) -> None:
    """What was told in the past is not mailed again: the outbox starts empty on the first day of the visit."""
    Notification.objects.filter(mailed_at=None).update(mailed_at=until)
    Notification.objects.filter(made_at__lt=until - NEWS).update(read_at=until)
    Letter.objects.filter(state=LetterState.WAITING).update(state=LetterState.SENT, sent_at=timezone.now())
