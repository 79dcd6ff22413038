"""Two programmes, a committee, and a town at each stage, made through the operations people use.

Every text, name and file of a town holds a word of its own (`canaries`), so that whatever a page says can be traced.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import erasing, files, threads
from marelle.accounts import operations as accounts
from marelle.accounts.models import (
    Delegation,
    File,
    Import,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    PendingAct,
    Person,
)
from marelle.accounts.states import Role
from marelle.base import clock, feeds
from marelle.base.models import Job
from marelle.base.text import random_id
from marelle.consultations.models import ResearchRequest
from marelle.events.models import Event, Registration
from marelle.library.models import Adoption, Practice, Resource
from marelle.mandates.models import (
    Agreement,
    Application,
    Asking,
    BoardSession,
    Call,
    Contact,
    Pair,
    Point,
    Remark,
    Reminding,
    Review,
    SavedView,
    Testimony,
    Tie,
)
from marelle.mandates.operations import (
    agreements,
    applications,
    askings,
    call_answers,
    calls,
    contacts,
    decisions,
    handovers,
    hearings,
    remarks,
    reviews,
    sessions,
    ties,
)
from marelle.mandates.queries import conversations
from marelle.mandates.queries.applications import dossier
from marelle.mandates.states import ViewPage
from marelle.plans.models import Action, Amendment, GroupCode, Note, Objective, Proposal, Report
from marelle.plans.operations import writing as plans
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import (
    CriterionFactory,
    DomainFactory,
    FrameworkFactory,
    ProgrammeFactory,
    RecommendationFactory,
    TrackFactory,
)
from tests.factories.mandates import AskingFactory, PairFactory
from tests.factories.points import PointFactory
from tests.factories.territories import TerritoryFactory
from tests.isolation.amendments import make_amendments
from tests.isolation.brought import make_brought, make_network
from tests.isolation.canaries import Canaries
from tests.isolation.consulting import Consulting, make_consultation
from tests.isolation.contacts import make_contacts
from tests.isolation.gathering import Gathering, make_gathering
from tests.isolation.keying import Keying, make_keying
from tests.isolation.learning import Learning, make_learning
from tests.isolation.meetings import make_webinar
from tests.isolation.notes import make_notes
from tests.isolation.reports import make_reports
from tests.isolation.research import make_request
from tests.isolation.results import Results, make_results
from tests.isolation.shelf import make_practice, make_shelf
from tests.isolation.voices import make_voices
from tests.journeys.road import VOTE

CITY_ROLES = {"CR": Role.CITY_READER, "CE": Role.CITY_EDITOR, "EL": Role.ELECTED_LEAD}
COMMITTEE_ROLES = {
    "PA": Role.PROGRAMME_ADMINISTRATOR,
    "PA2": Role.PROGRAMME_ADMINISTRATOR,
    "PO": Role.PROGRAMME_OFFICER,
    "RV": Role.REVIEWER,  # reads the applications of `CASES` that are read
    "RV2": Role.REVIEWER,  # reads nothing
    "BD": Role.BOARD_MEMBER,
    "CM": Role.COMMISSION_MEMBER,
    "AN": Role.ANALYST,
}
STAGE = {"far": "member"}  # how far a town is walked, when its name does not say it
TOWNS = ("home", "member", "read", "handed", "draft", "withdrawn")
HOUSE, OTHER_HOUSE = "house", "other house"


def moment(month: int, day: int) -> datetime:
    """Ten o'clock of a day of 2026."""
    return datetime(2026, month, day, 10, tzinfo=clock.PARIS)


NOW = moment(10, 5)  # the first call is over, the second one open


@dataclass
class Town:
    """One organisation with its people (by role), its dossier, and everything an address may name."""

    key: str
    organisation: Organisation
    call: Call
    people: dict[str, Person]
    application: Application
    objective: Objective
    action: Action
    invitation: Invitation
    token: str
    request: JoinRequest
    delegation: Delegation
    membership: Membership
    file: File
    exchange: File
    pair: Pair
    asking: Asking
    asked: str
    point: Point
    review: Review | None = None
    remark: Remark | None = None
    agreement: Agreement | None = None
    webinar: Event | None = None
    place: Registration | None = None
    practice: Practice | None = None
    adoption: Adoption | None = None
    contact: Contact | None = None
    reminding: Reminding | None = None
    view: SavedView | None = None
    testimony: Testimony | None = None
    report: Report | None = None
    handed_report: Report | None = None
    public_report: Report | None = None
    note: Note | None = None
    public_note: Note | None = None
    change: Amendment | None = None
    past_change: Amendment | None = None
    public_change: Amendment | None = None
    proposal: Proposal | None = None
    held: GroupCode | None = None
    brought: Import | None = None
    feeds: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """What stands in its addresses."""
        return self.organisation.code


@dataclass
class World:
    """Everything one committee has to do with. `owner`: whose its own canaries are."""

    canaries: Canaries
    house: Organisation
    people: dict[str, Person]
    calls: dict[str, Call]
    owner: str = HOUSE
    towns: dict[str, Town] = field(default_factory=dict)
    invitation: Invitation | None = None
    leaver: Person | None = None
    erasure: PendingAct | None = None
    tie: Tie | None = None
    reading_view: SavedView | None = None
    practice: Practice | None = None
    resource: Resource | None = None
    gathering: Gathering | None = None
    learning: Learning | None = None
    consulting: Consulting | None = None
    keying: Keying | None = None
    results: Results | None = None
    research: ResearchRequest | None = None
    network: Import | None = None

    def build(self, *towns: str, after: int = 0) -> "World":
        """Every town, walked to where it stands."""
        for number, key in enumerate(towns, start=after):
            self.towns[key] = Builder(self, key, number).build()
        return self


def make_world(canaries: Canaries | None = None) -> World:
    """The committee, two programmes with a call each, a call in preparation, six towns."""
    canaries = canaries or Canaries()
    world = World(canaries, OrganisationFactory(committee=True), {}, {})
    people_of_committee(world)
    nobody = PersonFactory(name=canaries.plant("nobody", "name of nobody"), secret_word="a long word indeed")
    world.people["nobody"] = nobody
    with clock.at(moment(3, 20)):
        make_calls(world, first=("cities", "full"), second=("islands", "isles"), secret=("cities", "full"))
        ask_of_committee(world)
        world.practice, world.resource = make_shelf(world, clock.now())
        world.network = make_network(world)
    world.build(*TOWNS)
    world.gathering = make_gathering(world)
    world.learning = make_learning(world)
    world.consulting = make_consultation(world)
    world.keying = make_keying(world)
    world.research = make_request(world)
    world.results = make_results(world)
    return world


def make_other_world(canaries: Canaries) -> World:
    """Another committee in the same house and country: its people, its programme, a call, one in preparation, a town."""
    house = OrganisationFactory(committee=True, code="o-other", name=canaries.plant(OTHER_HOUSE, "committee"))
    world = World(canaries, house, {}, {}, owner=OTHER_HOUSE)
    people_of_committee(world)
    with clock.at(moment(3, 21)):
        make_calls(world, first=("rivers", "banks"), secret=("rivers", "banks"))
        ask_of_committee(world)
        world.practice, world.resource = make_shelf(world, clock.now())
        world.network = make_network(world)
    world.build("far", after=len(TOWNS))
    world.gathering = make_gathering(world, year=2025)
    world.learning = make_learning(world)
    world.consulting = make_consultation(world, "2029")
    world.keying = make_keying(world, "2025-terrain")
    world.research = make_request(world)
    world.results = make_results(world, "2023")
    return world


def people_of_committee(world: World) -> None:
    """Somebody in each role."""
    world.people |= {
        key: PersonFactory(
            name=world.canaries.plant(world.owner, f"name of {key}"),
            email=f"{world.canaries.plant(world.owner, 'own address', key)}@comite.example",
            roles=[(world.house, role)],
            application=True,
        )
        for key, role in COMMITTEE_ROLES.items()
    }


def ask_of_committee(world: World) -> None:
    """Somebody is invited to the committee; somebody of it is to be erased."""
    email = f"{world.canaries.plant(world.owner, 'own address', 'invited')}@comite.example"
    admin = world.people["PA"]
    world.invitation, _token = accounts.invite(world.house.pk, email=email, role=Role.ANALYST, by=admin)
    world.leaver = PersonFactory(name="Quelqu’un qui part", roles=[(world.house, Role.VOLUNTEER)])
    world.tie = ties.declare_tie(TerritoryFactory(departement_kind=True), by=world.people["RV"])
    world.reading_view = contacts.save_view(
        world.house, by=world.people["RV"], name="À lire", query="etat=assigned", page=ViewPage.READINGS
    )
    world.erasure = erasing.propose_erasure(world.leaver.pk, by=world.people["PA2"])


def make_calls(world: World, **ways: tuple[str, str]) -> None:
    """A call of each programme, published; and one nobody outside knows of. `ways`: programme and track of each."""
    windows = {
        "first": (moment(4, 1), moment(6, 1), date(2026, 9, 1)),
        "second": (moment(4, 1), moment(12, 1), date(2027, 1, 1)),
        "secret": (moment(11, 1), moment(12, 20), date(2027, 3, 1)),
    }
    admin = world.people["PA"]
    for key, (programme, track) in ways.items():
        opens_at, closes_at, starts_on = windows[key]
        what = "secret call" if key == "secret" else "published call"
        word = world.canaries.plant(world.owner, what, key)
        world.calls[key] = call = calls.draft_call(
            by=admin,
            committee=world.house,
            code=f"call-{key}" if world.owner == HOUSE else f"other-{key}",
            name={"fr": f"Appel {word}", "en": f"Call {word}"},
            tracks=[TrackFactory(code=track, programme=ProgrammeFactory(code=programme))],
            framework=make_framework(),
            opens_at=opens_at,
            closes_at=closes_at,
            mandate_starts_on=starts_on,
            presentation={"fr": word, "en": word},
            readers_required=1,
        )
        upload = SimpleUploadedFile(f"{world.canaries.plant(world.owner, what, f'document {key}')}.pdf", VOTE)
        calls.add_document(call.pk, files.take(upload, organisation=world.house, by=admin), by=admin)
        if key != "secret":
            calls.publish_call(call.pk, by=admin)
            asked = {"fr": f"Une question sur {word} ?"}
            call_answers.publish_answer(call.pk, question=asked, answer={"fr": "Une réponse."}, by=admin)
            first_at = closes_at + timedelta(days=31)
            hearings.prepare_slots(call.pk, by=admin, first_at=first_at, length_minutes=60, count=6, place="Mairie")
            met = {"starts_at": closes_at + timedelta(days=91), "length_minutes": 60, "place": "Mairie"}
            sessions.prepare_session(call.pk, by=admin, **met)


def make_framework():
    """Two domains with a recommendation each, one criterion, one rule of coherence."""
    said = {"fr": "Une remarque."}
    rule = {"rule": "objective_without_action", "severity": "advice", "name": said, "why": said, "to_do": said}
    framework = FrameworkFactory(coherence=[rule])
    for _number in range(2):
        RecommendationFactory(domain=DomainFactory(framework=framework))
    CriterionFactory(framework=framework)
    return framework


class Builder:
    """Walks one town to the stage its key names."""

    def __init__(self, world: World, key: str, number: int):
        self.world, self.key, self.number = world, key, number
        self.stage = STAGE.get(key, key)
        self.call = world.calls["first" if self.stage in ("home", "member", "read") else "second"]
        self.people: dict[str, Person] = {}
        self.made: dict[str, Any] = {}

    def word(self, what: str, which: object = "") -> str:
        """A canary of this town."""
        return self.world.canaries.plant(self.key, what, which)

    def build(self) -> Town:
        with clock.at(moment(4, 2)):
            self.open_space()
            self.write()
        if self.stage == "withdrawn":
            with clock.at(moment(4, 20)):
                applications.withdraw_application(self.application.pk, by=self.people["EL"])
        if self.stage in ("home", "member", "read", "handed"):
            with clock.at(moment(5, 2)):
                applications.submit_application(self.application.pk, by=self.people["EL"])
        if self.stage in ("home", "member", "read"):
            with clock.at(moment(6, 20)):
                self.be_read()
        if self.stage in ("home", "member"):
            with clock.at(moment(7, 6)):
                decisions.confirm_decision(self.application.pk, by=self.world.people["BD"])
            with clock.at(moment(9, 10)):
                self.sign()
        with clock.at(NOW - timedelta(days=1)):
            self.ask()
            self.made["brought"] = make_brought(self)
            self.made["asked"] = random_id()
            self.made["asking"] = AskingFactory(
                application=self.application,
                whom=self.word("exchange", "whom"),
                digest=askings.digest(self.made["asked"]),
                asked_by=self.people["CE"],
                asked_at=clock.now(),
                expires_at=NOW + timedelta(days=20),
            )
            self.made["practice"], self.made["adoption"] = make_practice(self, clock.now())
            self.made["proposal"], self.made["held"] = make_voices(self)
            self.made["webinar"], self.made["place"] = make_webinar(
                self.world, self.key, self.people["CE"], clock.now()
            )
        self.application.refresh_from_db()
        for key, person in self.people.items():
            person.forget_memberships()
            self.made["feeds"][key] = feeds.open_feed(person.code, self.organisation.code).code
        return Town(key=self.key, organisation=self.organisation, call=self.call, people=self.people, **self.made)

    def open_space(self) -> None:
        """Who comes first administers it; the others are invited. One of them leaves."""
        territory = TerritoryFactory(code=f"{61001 + self.number}", name=f"Ville {self.key}")
        admin = PersonFactory(
            name=self.word("name", "CA"), email=f"{self.word('address', 'CA')}@ville.example", application=True
        )
        self.organisation = accounts.create_organisation(territory, by=admin)
        self.organisation.name = self.word("organisation")  # else nobody could tell a name shown from public geography
        self.organisation.save(update_fields=["name"])
        admin.forget_memberships()
        self.people["CA"] = admin
        for key, role in {**CITY_ROLES, "CA2": Role.CITY_ADMINISTRATOR, "gone": Role.CITY_EDITOR}.items():
            _invitation, token = accounts.invite(
                self.organisation.pk, email=f"{self.word('address', key)}@ville.example", role=role, by=admin
            )
            _used, self.people[key] = accounts.accept_invitation(token, name=self.word("name", key))
            accounts.give_totp(self.people[key], "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        gone = self.people["gone"].memberships.living().get()
        accounts.end_role(gone.pk, by=admin)
        self.made["delegation"] = accounts.record_delegation(
            self.organisation.pk,
            admin.pk,
            given_by=self.word("delegation", "given by"),
            reference=self.word("delegation", "reference"),
            signed_on=date(2026, 4, 1),
            by=admin,
        )
        self.made["membership"] = self.people["CR"].memberships.living().get()

    def write(self) -> None:
        """Every question of the application, a plan, a file."""
        editor = self.people["CE"]
        self.application = applications.declare_intent(self.call, self.organisation, self.call.tracks.get(), by=editor)
        known = dossier(self.application)
        for section in known.sections:
            for question in section.questions:
                chosen = {"choice": "yes", "day": "2026-03-20", "number": str(question.span[0]), "file": ""}
                value = chosen[question.kind] if question.kind in chosen else self.word("answer", question.key)
                was = known.answers.get(question.key, "")
                applications.save_answer(self.application.pk, question.key, value, was=was, version=0, by=editor)
        self.plan_field("vision", "vision")
        for number, domain in enumerate(self.call.framework.domains.order_by("position", "pk")):
            self.write_domain(domain.code, number)
        upload = SimpleUploadedFile(f"{self.word('file name')}.csv", f"a,b\n1,{self.word('file content')}\n".encode())
        self.made["file"] = applications.attach_file(self.application.pk, upload, by=editor)
        self.made["application"] = self.application
        self.talk()

    def talk(self) -> None:
        """The city writes to the committee, with a file."""
        upload = SimpleUploadedFile("precision.csv", f"a,b\n1,{self.word('exchange', 'file')}\n".encode())
        said = threads.say(
            conversations.reference_with_city(self.application),
            self.word("exchange"),
            by=self.people["CE"],
            upload=upload,
        )
        self.made["exchange"] = said.file
        self.made["point"] = PointFactory(application=self.application)
        self.made["pair"] = PairFactory(call=self.call, commune=self.organisation, accepted=True)

    def write_domain(self, code: str, number: int) -> None:
        plan, by = self.application.plan_id, self.people["CE"]
        objective = plans.add_objective(plan, code, name=self.word("objective", number), by=by)
        self.plan_field(f"objective.{objective.code}.promise", "promise", number)
        action = plans.add_action(plan, objective.code, name=self.word("action", number), by=by)
        self.plan_field(f"action.{action.code}.lead_service", "lead service", number)
        self.plan_field(f"action.{action.code}.partners", "partners", number)
        indicator = plans.add_indicator(plan, objective.code, name=self.word("indicator", number), by=by)
        for field_name in ("unit", "source"):
            self.plan_field(f"indicator.{indicator.code}.{field_name}", "indicator detail", f"{field_name} {number}")
        self.plan_field(
            f"indicator.{indicator.code}.baseline_missing_because", "indicator detail", f"baseline {number}"
        )
        self.made["objective"], self.made["action"] = objective, action

    def remark(self, house: dict[str, Person]) -> None:
        """A reader notes something beside a field; the programme team answers."""
        remark = remarks.write_remark(
            self.application.pk, "plan.vision", self.word("remark", "on a field"), by=house["RV"]
        )
        remarks.answer_remark(remark.pk, self.word("remark", "answered"), by=house["PO"])
        self.made["remark"] = remark

    def be_heard(self, house: dict[str, Person]) -> None:
        """In a slot of the call; what the committee alone keeps of it."""
        slot, by = self.call.slots.filter(hearing=None).order_by("starts_at").first(), house["PO"]
        hearings.plan_hearing(self.application.pk, slot.pk, by=by)
        shared, internal = self.word("shared minutes"), self.word("internal minutes")
        hearings.hear(self.application.pk, by=by, shared_minutes=shared, internal_minutes=internal, at=slot.starts_at)

    def plan_field(self, name: str, what: str, which: object = "") -> None:
        by = self.people["CE"]
        plans.save_plan_field(self.application.plan_id, name, self.word(what, which), was="", version=0, by=by)

    def be_read(self) -> None:
        """Admitted, read, an opinion given, a decision proposed."""
        house = self.world.people
        reviews.admit(self.application.pk, by=house["PO"])
        threads.say(conversations.reference_internal(self.application), self.word("internal note"), by=house["PO"])
        review = reviews.assign_reader(self.application.pk, house["RV"], by=house["PO"])
        reviews.begin_review(review.pk, by=house["RV"])
        self.remark(house)
        for score in review.scores.select_related("criterion"):
            reviews.save_score(review.pk, score.criterion, "points", 3, was=None, version=1, by=house["RV"])
            score.refresh_from_db()
            remark = self.word("remark", score.criterion.code)
            reviews.save_score(
                review.pk, score.criterion, "remark", remark, was="", version=score.version, by=house["RV"]
            )
        review.refresh_from_db()
        reviews.save_summary(review.pk, self.word("reading"), was="", version=review.version, by=house["RV"])
        self.made["review"] = reviews.finish_review(review.pk, by=house["RV"])
        self.be_heard(house)
        reviews.give_opinion(self.application.pk, "favourable", self.word("opinion"), by=house["PO"])
        decisions.propose_decision(
            self.application.pk,
            by=house["PA"],
            outcome="granted",
            reasons=self.word("reasons"),
            conditions=self.word("conditions"),
            session_on=self.be_met(house).day,
        )

    def be_met(self, house: dict[str, Person]) -> BoardSession:
        """On the agenda of a session of the board, which was held; what the committee alone keeps of it."""
        starts_at = self.call.closes_at + timedelta(days=61)
        given = {"starts_at": starts_at, "length_minutes": 60, "place": "Mairie"}
        session = sessions.prepare_session(self.call.pk, by=house["PO"], **given)
        sessions.add_to_agenda(session.pk, [self.application.pk], by=house["PO"])
        minutes = self.word("minutes of the board")
        present = [house["BD"]]
        return sessions.hold_session(session.pk, by=house["PO"], present=present, minutes=minutes, at=starts_at)

    def sign(self) -> None:
        """Voted, written, sent, signed by both, sealed; the mandate runs."""
        house, lead = self.world.people, self.people["EL"]
        vote = self.word("vote")
        agreements.record_vote(self.application.pk, by=lead, number=vote, voted_on=date(2026, 9, 1))
        agreement = agreements.prepare_agreement(self.application.pk, by=house["PO"])
        articles = [*agreement.content["articles"], {"title": "Mot", "text": self.word("agreement")}]
        agreement = agreements.write_agreement(
            agreement.pk,
            preamble=agreement.content["preamble"],
            articles=articles,
            version=agreement.version,
            by=house["PO"],
        )
        agreement = agreements.send_agreement(agreement.pk, by=house["PO"])
        for organisation, person in ((self.organisation, lead), (self.world.house, house["PA2"])):
            agreements.sign_agreement(
                agreement.pk,
                organisation=organisation,
                by=person,
                fingerprint_seen=agreement.fingerprint,
                capacity=self.word("capacity", organisation.code),
            )
        agreements.seal_agreement(Job.objects.filter(task="seal_agreement").latest("pk"), code=agreement.code)
        agreement.refresh_from_db()
        self.made["agreement"] = agreement
        make_reports(self)
        make_notes(self)
        make_amendments(self)
        make_contacts(self)

    def ask(self) -> None:
        """Somebody is invited; somebody else asks to join."""
        self.made["invitation"], self.made["token"] = accounts.invite(
            self.organisation.pk,
            email=f"{self.word('invited address')}@ville.example",
            role=Role.CITY_EDITOR,
            by=self.people["CA"],
        )
        asker = PersonFactory(name=self.word("asker"), email=f"{self.word('asker', 'address')}@ailleurs.example")
        self.people["asker"] = asker
        self.made["request"] = accounts.ask_to_join(self.organisation.pk, by=asker, words=self.word("join words"))
        self.made["feeds"] = {}
        handovers.ask_handover(self.organisation.pk, by=self.people["CA"])
