"""A living network comes in: organisations, mandates signed elsewhere, people to invite, plans, readings, past reports.

What is there already is left as it stands: a second time, there is nothing to do. Each organisation is written in a
transaction of its own; killed half-way, the job begins again and adds what is missing. One administrator proposes,
another confirms (settled 11). No letter leaves, no account is made.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import bringing, files, imports, journal, pending
from marelle.accounts.imports import DryRun, Tell, Told
from marelle.accounts.models import Import, Organisation, PendingAct, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, jobs, origins, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Job
from marelle.base.workbooks import reading
from marelle.framework.models import Framework, Track
from marelle.mandates import figures, network, network_sample, network_sheets, report_documents, rules
from marelle.mandates.letters import bringing_in as letters
from marelle.mandates.models import Agreement, Application, Call, Mandate, Party, Stewardship
from marelle.mandates.network import Bundle, Fates, Held, Known, Step
from marelle.mandates.states import AGREEMENT_STEPS, APPLICATION_STEPS, MANDATE_STEPS, CallState
from marelle.plans.models import Indicator
from marelle.plans.operations import taking_over

PROPOSED = "network_import"  # the kind of a pending act
TELL_EVERY = 5  # organisations between two signs of progress


@dataclass
class Network:
    """A workbook that was read: its organisations, the fate of each one's lines, and the lines of none."""

    known: Known
    bundles: list[Bundle]
    fates: list[Fates]
    lines: list[Told] = field(default_factory=list)

    @property
    def additions(self) -> list[Step]:
        """What would be added."""
        return [step for fates in self.fates for step in fates.steps if step.what == "create"]


# What is registered --------------------------------------------------------------------------------------------------
def may(person: Person, given: Import) -> bool:
    """A programme administrator brings a network to their own committee."""
    return rules.may_open_call(person, given.organisation)


def check(path: Path, reference: str) -> None:
    """Raise BadData for a workbook of something else."""
    whose = reading.identify(path)
    if whose.kind != network_sheets.KIND:
        raise BadData(_("This is the workbook of “%(name)s”: it is not taken here.") % {"name": whose.name})


def read(given: Import, path: Path, tell: Tell) -> DryRun:
    """The fate of every line; nothing is written."""
    found = understood(path, given.organisation, by=given.given_by, tell=tell)
    return DryRun(found.lines, digest_of(found))


def write(given: Import, path: Path, by: Person, tell: Tell) -> None:
    """Write what was confirmed, organisation by organisation; shown again when the house has moved since."""
    found = understood(path, given.organisation, by=by, tell=lambda done, total: None)
    if not given.outcome.get("begun"):
        if digest_of(found) != given.digest:
            note = _("The network changed while you were reading: this is what the file would do now.")
            imports.tell_again(given, DryRun(found.lines, digest_of(found)), note=note)
            return
        Import.rows.filter(pk=given.pk).update(outcome={"begun": True})
    shown = {line["place"] for line in given.told if line["what"] == "create"}
    take(found, given.organisation, by=by, shown=shown, tell=tell)
    with transaction.atomic():
        given = Import.rows.lock(given.pk)
        imports.written(given, added=len(shown))
        given.outcome["codes"] = network.codes_of(found.bundles)
        given.save(update_fields=["outcome"])
        files.forget(given.file, by=by)


# Four eyes -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def propose(import_id: int, *, seen: str, by: Person) -> PendingAct:
    """Ask a second administrator to confirm what was read. Raises NotAllowed, WrongState."""
    given = Import.rows.lock(import_id)
    rules.require(may, by, given)
    if given.state != "read" or seen != given.digest:
        raise WrongState(_("What this file would do has changed since you read it. Read it again."))
    act = pending.propose(PROPOSED, _reference(given), {"seen": seen}, by=by, organisation=given.organisation)
    letters.tell_import_proposed(given, by=by)
    return act


def confirm(import_id: int, *, read: str, by: Person) -> Import:
    """The second pair of eyes: it is written. Raises NotAllowed, WrongState when none waits, or another one."""
    given = Import.rows.select_related("organisation").get(pk=import_id)
    rules.require(may, by, given)
    with transaction.atomic():
        waiting = _waiting(given, read)
        act = pending.confirm(waiting.code, kind=PROPOSED, by=by, organisation=given.organisation)
        return imports.confirm(given.pk, seen=act.payload["seen"], by=by)


@transaction.atomic
def decline(import_id: int, *, read: str, by: Person) -> PendingAct:
    """Drop the proposal; the file stays, to be proposed anew or dropped. Raises NotAllowed, WrongState."""
    given = Import.rows.select_related("organisation").get(pk=import_id)
    rules.require(may, by, given)
    return pending.decline(_waiting(given, read).code, by=by, organisation=given.organisation)


def waiting_import(given: Import) -> PendingAct | None:
    """The proposal that waits to be confirmed."""
    rows = PendingAct.objects.filter(kind=PROPOSED, reference=_reference(given), state="asked")
    return rows.select_related("proposed_by").first()


def send_invitations(import_id: int, *, by: Person) -> Job:
    """Send the letters of those prepared with this workbook. Raises NotAllowed."""
    given = Import.rows.select_related("organisation").get(pk=import_id)
    rules.require(may, by, given)
    return jobs.enqueue("send_held_invitations", given.code, code=given.code, by=by.code)


def _reference(given: Import) -> str:
    return f"accounts.import:{given.code}"


def _waiting(given: Import, read: str) -> PendingAct:
    waiting = waiting_import(given)
    if waiting is None or waiting.code != read:
        raise WrongState(_("Nothing is waiting to be confirmed for this file."))
    return waiting


# Reading -------------------------------------------------------------------------------------------------------------
def ground(committee: Organisation, framework: Framework | None = None) -> tuple[Framework, list[Track]]:
    """The framework a network comes in under (the newest, if none is said), and the tracks of the committee's programmes."""
    chosen = framework or Framework.objects.order_by("-valid_from", "-pk").first()
    if chosen is None:
        raise BadData(_("Load a framework first: plans are written under one."))
    stewarded = Stewardship.objects.filter(committee=committee).values("programme")
    tracks = Track.objects.filter(programme__in=stewarded) if stewarded.exists() else Track.objects.all()
    return chosen, list(tracks.order_by("position", "pk"))


def template(committee: Organisation, framework: Framework | None = None) -> bytes:
    """The empty workbook."""
    return network_sheets.template(committee, *ground(committee, framework))


def example(committee: Organisation) -> bytes:
    """The same with a few invented towns, for the demonstration."""
    framework, tracks = ground(committee)
    return network_sheets.template(committee, framework, tracks, network_sample.lines_of(framework, tracks[0]))


def understood(
    path: Path, committee: Organisation, *, by: Person, tell: Tell, framework: Framework | None = None
) -> Network:
    """What a workbook would do: the fate of every line. Raises BadData when it cannot be read."""
    chosen, tracks = ground(committee, framework)
    known = Known(chosen, {track.code: track for track in tracks}, by)
    book = reading.read(path, network_sheets.sheets_of(chosen, tracks), tell=tell)
    bundles, faults = network.bundles_of(book)
    held = network.held_by(network.codes_of(bundles))
    fates = [network.judge(bundle, held[bundle.territory.code], known) for bundle in bundles]
    found = Network(known, bundles, fates)
    for bundle, fate in zip(bundles, fates, strict=True):
        found.lines += [_told(bundle, step) for step in fate.steps]
        faults += fate.faults
    found.lines += imports.faults_told(faults, network.names_of(bundles))
    return found


def digest_of(found: Network) -> str:
    """What would be added, as one digest."""
    return imports.digest_of([(step.sheet, step.entry.line.row, step.key, step.values) for step in found.additions])


def _told(bundle: Bundle, step: Step) -> Told:
    note = ""
    if step.merged:
        words = {"old": step.merged, "code": bundle.territory.code, "name": bundle.territory.name}
        note = _("%(old)s is today %(name)s (%(code)s).") % words
    elif network.is_called_otherwise(bundle, step.entry):
        words = {"typed": step.entry.words("name"), "name": bundle.territory.name}
        note = _("The file says “%(typed)s”: this code is that of %(name)s.") % words
    place = step.entry.fault("", "").place
    return Told(step.what, place, bundle.territory.name, step.entry.sheet.title, step.old, step.new, note)


# Writing -------------------------------------------------------------------------------------------------------------
def take(
    found: Network, committee: Organisation, *, by: Person, tell: Tell, shown: Collection[str] | None = None
) -> int:
    """Write what is to be added, organisation by organisation (only what was `shown`, when it is said); how many lines."""
    added = 0
    for done, bundle in enumerate(found.bundles, start=1):
        added += _take_one(bundle, found.known, committee, by, shown)
        if not done % TELL_EVERY or done == len(found.bundles):
            tell(done, len(found.bundles))
    return added


@transaction.atomic
def _take_one(bundle: Bundle, known: Known, committee: Organisation, by: Person, shown: Collection[str] | None) -> int:
    """One organisation, whole: its lines judged anew, by what the house holds now."""
    code = bundle.territory.code
    list(Organisation.rows.select_for_update(of=("self",)).filter(code=code))
    held = network.held_by([code])[code]
    steps = [step for step in network.judge(bundle, held, known).steps if step.what == "create"]
    if shown is not None:
        steps = [step for step in steps if step.entry.fault("", "").place in shown]
    if steps:
        _Taking(held.organisation or bringing.open_space(bundle.territory, by=by), held, known, committee, by).take(
            steps
        )
        stamps.bump("public")
    return len(steps)


class _Taking:
    """Writes the steps of one organisation, in order."""

    def __init__(self, organisation: Organisation, held: Held, known: Known, committee: Organisation, by: Person):
        self.organisation, self.held, self.known = organisation, held, known
        self.committee, self.by = committee, by

    def take(self, steps: Sequence[Step]) -> None:
        """All of them."""
        for step in (s for s in steps if s.sheet == "mandates"):
            self.held.mandates[step.key] = self.mandate(step)  # type: ignore[index]
        for step in (s for s in steps if s.sheet == "people"):
            bringing.hold_invitation(self.organisation, by=self.by, **step.values)
        for sheet in ("objectives", "actions", "indicators"):
            self.parts(sheet, [s for s in steps if s.sheet == sheet])
        self.readings([s for s in steps if s.sheet == "readings"])
        for step in (s for s in steps if s.sheet == "reports"):
            self.report(step)

    def mandate(self, step: Step) -> Mandate:
        """A mandate signed elsewhere, with what it stands on: its application, its agreement, its plan, by their dates."""
        said, today, at = step.values, clock.today(), clock.now()
        state, plan_steps = _standing(said["starts_on"], said["ends_on"], said["track"], today)
        adopted_on = said["voted_on"] or said["signed_on"]
        plan = taking_over.take_over_plan(
            self.organisation, self.known.framework, adopted_on=adopted_on, steps=plan_steps, by=self.by
        )
        plan.vision = said["vision"]
        plan.save(update_fields=["vision"])
        application = Application(
            call=self.call(said), organisation=self.organisation, track=said["track"], plan=plan, state="draft",
            created_by=self.by, created_at=at, taken_over_at=at, voted_on=said["voted_on"], vote_number=said["vote_number"],
        )  # fmt: skip
        APPLICATION_STEPS.take(application, "take_over")
        application.save()
        agreement = self.agreement(application, said["signed_on"], at, is_over="end" in state)
        mandate = Mandate(
            organisation=self.organisation, agreement=agreement, track=said["track"], plan=plan,
            starts_on=said["starts_on"], ends_on=said["ends_on"],
        )  # fmt: skip
        for move in state:
            MANDATE_STEPS.take(mandate, move)
        mandate.save()
        origins.link(
            "application",
            parent=f"mandates.application:{application.code}",
            offspring=f"mandates.mandate:{mandate.code}",
            label=str(application.call),
            excerpt=plan.vision,
            address=f"/espace/{self.organisation.code}/candidature",
            by=self.by,
        )
        journal.record(mandate, "mandate_taken_over", by=self.by, starts_on=mandate.starts_on.isoformat())
        return mandate

    def agreement(self, application: Application, signed_on: date, at: datetime, *, is_over: bool) -> Agreement:
        """Signed elsewhere, on its day: no text, no signature, no seal of this house."""
        signed_at = datetime.combine(signed_on, time(12), clock.PARIS)
        agreement = Agreement(application=application, taken_over_at=at, signed_at=signed_at)
        for step in ("take_over", *(["end"] if is_over else [])):
            AGREEMENT_STEPS.take(agreement, step)
        agreement.save()
        parties = [self.committee, self.organisation]
        Party.objects.bulk_create(
            Party(agreement=agreement, organisation=o, position=n) for n, o in enumerate(parties, 1)
        )
        return agreement

    def call(self, said: dict[str, Any]) -> Call:
        """The call these mandates are put under: one a committee and a first day, over long ago."""
        starts_on: date = said["starts_on"]
        opens_at = datetime.combine(starts_on, time(0), UTC) - timedelta(days=1)
        call, _made = Call.rows.get_or_create(
            code=f"reprise-{starts_on:%Y-%m-%d}-{self.committee.code[-12:]}",
            defaults={
                "committee": self.committee,
                "name": {
                    "fr": f"Mandats commencés le {starts_on:%d/%m/%Y}, repris dans Marelle",
                    "en": f"Mandates begun on {starts_on:%Y-%m-%d}, brought into Marelle",
                },
                "framework": self.known.framework,
                "opens_at": opens_at,
                "closes_at": opens_at + timedelta(days=1),
                "mandate_starts_on": starts_on,
                "state": CallState.ARCHIVED,
            },
        )
        call.tracks.add(said["track"])
        return call

    def plan_of(self, place: tuple) -> Any:
        """The plan of a mandate that stands, or that has just been taken."""
        return self.held.mandates[place].plan  # type: ignore[index, union-attr]

    def parts(self, sheet: str, steps: Sequence[Step]) -> None:
        """Objectives, actions or indicators, plan by plan."""
        kind, rows = network.KINDS[sheet], getattr(self.held, sheet)
        by_plan: dict[tuple, list[Step]] = {}
        for step in steps:
            by_plan.setdefault(step.key[0], []).append(step)
        for place, held in by_plan.items():
            values = [self.values(kind, step) for step in held]
            made = taking_over.add_all(self.plan_of(place), kind, values, by=self.by)
            rows.update({step.key: part for step, part in zip(held, made, strict=True)})

    def values(self, kind: str, step: Step) -> dict[str, Any]:
        """What a part is made of; under its objective, when it has one."""
        owner = {} if kind == "objective" else {"objective": self.held.objectives[step.key[:3]]}
        return owner | step.values

    def readings(self, steps: Sequence[Step]) -> None:
        """Readings, plan by plan."""
        by_plan: dict[tuple, list[tuple[Indicator, Any]]] = {}
        for step in steps:
            indicator = self.held.indicators[step.values["owner"]]
            by_plan.setdefault(step.key[0], []).append((indicator, step.values["typed"]))  # type: ignore[arg-type]
        for place, given in by_plan.items():
            taking_over.add_readings(self.plan_of(place), given, by=self.by)

    def report(self, step: Step) -> None:
        """A past report, with what it covers."""
        place, kind, year = step.key
        handed = step.values["handed_in_on"]
        first, last = (
            (date(year, 1, 1), date(year, 12, 31)) if kind == "yearly" else (place[1], handed - timedelta(days=1))
        )
        past = taking_over.PastReport(kind, year, first, last, handed, step.values["words"])
        taking_over.add_report(self.plan_of(place), past, report_documents.fingerprint, by=self.by)


def _standing(starts_on: date, ends_on: date, track: Track, today: date) -> tuple[list[str], list[str]]:
    """The steps that lead a mandate and its plan where their dates put them today."""
    if today < starts_on:
        return [], []
    if today >= ends_on:
        return ["begin", "end"], ["begin", "close"]
    is_longer = ends_on > figures.mandate_end(starts_on, track.years)
    return ["begin", *(["prolong"] if is_longer else [])], ["begin"]


def committees() -> list[Organisation]:
    """The committees of the house, the first made first."""
    return list(Organisation.objects.filter(kind=OrganisationKind.COMMITTEE).order_by("pk"))
