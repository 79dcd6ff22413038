"""Random people do random things in two committees and one town: the house agrees with a short model (trust, section 3)."""

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from marelle.accounts import operations as accounts
from marelle.accounts.models import Membership, Person
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import MarelleError, NotAllowed
from marelle.mandates.models import Agreement, Application, Call, Review
from marelle.mandates.operations import agreements, applications, calls, decisions, reviews
from marelle.mandates.queries.decisions import waiting_decision
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import CriterionFactory, ProgrammeFactory, TrackFactory
from tests.factories.mandates import (
    IN_TIME,
    AgreementFactory,
    ApplicationFactory,
    CallFactory,
    PartyFactory,
    ReviewFactory,
    ScoreFactory,
)
from tests.scale import SEED, scaled

WORK = ("PA", "PO", "RV", "CM", "BD", "AN")
ROLES = [
    *(("A", role) for role in WORK),
    *(("B", role) for role in WORK),
    *(("town", role) for role in ("CR", "CE", "CA", "EL")),
]
SENDER = 0  # who sent the agreements does not sign them
READER = 1  # who reads a dossier that is read when the story begins
ACTS = (
    *("open a call", "apply", "write", "submit", "withdraw", "admit", "send back", "review", "step aside", "opinion"),
    *("propose", "confirm", "take back", "sign for the town", "sign for the committee", "find a call"),
    *("invite to the committee", "invite to the town"),
)
person, committee, entry = st.integers(0, 4), st.sampled_from("AB"), st.sampled_from(ROLES)
stage = st.sampled_from(["submitted", "admissible", "under_review", "opinion_given", "accepted"])


class Model:
    """Who may what, written from the sentences of docs/security.md, knowing nothing of the code."""

    def __init__(self):
        self.roles = set()  # (person, place, role), today
        self.been = set()  # who has ever been of the town
        self.readings = set()  # (person, committee): given to read
        self.begun = set()  # those whose reader has said that nothing ties them to the town
        self.aside = set()  # those given back

    def held(self, who, where):
        return {role for person, place, role in self.roles if (person, place) == (who, where)}

    def give(self, who, where, role):
        self.roles.add((who, where, role))
        self.been |= {who} if where == "town" else set()

    def may_administer(self, who, where):
        return ("CA" if where == "town" else "PA") in self.held(who, where)

    def may_be_reader(self, who, of):
        return "RV" in self.held(who, of) and who not in self.been and (who, of) not in self.aside

    def may(self, act, who, of, *, proposer=None):
        mine, town = self.held(who, of), self.held(who, "town")
        in_team, free = bool(mine & {"PA", "PO"}) and not town, (who, of) not in self.aside
        handles = in_team and free
        return {
            "open a call": "PA" in mine,
            "invite to the committee": self.may_administer(who, of),
            "invite to the town": self.may_administer(who, "town"),
            "find a call": bool(mine),
            "apply": bool(town & {"CE", "CA", "EL"}),
            "write": bool(town & {"CE", "CA", "EL"}),
            "submit": "EL" in town,
            "withdraw": "EL" in town,
            "admit": handles,
            "send back": handles,
            "assign": handles,
            "take back": in_team,
            "review": (who, of) in self.readings and self.may_be_reader(who, of),
            "step aside": (who, of) in self.readings,
            "opinion": handles or ("CM" in mine and not town and free),
            "propose": "PA" in mine and not town and free,
            "confirm": "BD" in mine and not town and who != proposer and free,
            "sign for the town": "EL" in town,
            "sign for the committee": "PA" in mine and who != SENDER,
        }[act]

    def sees(self, who, of, *, handed_in, opinion, reads):
        mine = self.held(who, of)
        judges = (
            (bool(mine & {"PA", "PO"}) and handed_in)
            or ("RV" in mine and reads and (who, of) in self.begun)
            or (bool(mine & {"BD", "CM"}) and opinion)
        )
        return bool(self.held(who, "town")) or (judges and not (reads and (who, of) in self.aside))

    def sees_agreement(self, who, of, *, sent):
        return bool(self.held(who, of) & {"PA", "PO"}) or (bool(self.held(who, "town")) and sent)


class House(RuleBasedStateMachine):
    """Five people, two committees whose calls the same town answered; what each may is asked of both."""

    def __init__(self):
        super().__init__()
        cache.clear()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = clock.at(IN_TIME)
        self.clock.__enter__()
        self.model = Model()
        self.people = [PersonFactory().pk for _number in range(5)]
        self.places = {
            "A": OrganisationFactory(committee=True, code="o-a"),
            "B": OrganisationFactory(committee=True, code="o-b"),
            "town": OrganisationFactory(),
        }
        self.track = {of: TrackFactory(code=of, programme=ProgrammeFactory(code=of)) for of in "AB"}
        self.new, self.draft, self.handed, self.agreement = {}, {}, {}, {}

    @initialize(roles=st.lists(st.tuples(person, entry), min_size=6, max_size=12), stages=st.tuples(stage, stage))
    def begin(self, roles, stages):
        """Calls and dossiers of both committees; people who work there."""
        for of, how_far in zip("AB", stages, strict=True):
            self.open(of, how_far)
        for number, (where, role) in roles:
            self.come(number, where, role)

    def open(self, of, how_far):
        """An open call, a draft, a dossier handed in that went so far, an agreement to sign."""
        given = {"committee": self.places[of], "tracks": [self.track[of]]}
        self.new[of] = CallFactory(**given)
        made = {"organisation": self.places["town"], "track": self.track[of]}
        self.draft[of] = ApplicationFactory(call=CallFactory(**given), **made)
        self.handed[of] = ApplicationFactory(call=CallFactory(**given, readers_required=1), **{how_far: True}, **made)
        criterion = CriterionFactory(framework=self.handed[of].call.framework)
        if how_far == "under_review":
            review = ReviewFactory(application=self.handed[of], reviewer=self.who(READER))
            ScoreFactory(review=review, criterion=criterion)
            self.model.readings.add((READER, of))
            self.come(READER, of, "RV")
        late = ApplicationFactory(call=CallFactory(**given), adopted=True, **made)
        self.agreement[of] = AgreementFactory(application=late, sent=True, sent_by=self.who(SENDER))
        for position, organisation in enumerate((self.places[of], self.places["town"]), start=1):
            PartyFactory(agreement=self.agreement[of], organisation=organisation, position=position)

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.clock.__exit__(None, None, None)

    def who(self, number):
        """Read again, as at each request."""
        return Person.objects.get(pk=self.people[number])

    def asked(self, act, may):
        """Whether it was done; refused if and only if the model says so."""
        try:
            with transaction.atomic():
                act()
        except NotAllowed:
            assert not may
            return False
        except MarelleError:
            assert may  # allowed, but not at this stage
            return False
        assert may
        return True

    @rule(number=person, told=entry)
    def join(self, number, told):
        """Somebody is invited, and comes."""
        self.come(number, *told)

    def come(self, number, where, role):
        if role not in self.model.held(number, where):
            accounts.give_role(self.people[number], self.places[where].pk, role, by=robot())
            self.model.give(number, where, role)

    @rule(number=person, by=person, data=st.data())
    def end_role(self, number, by, data):
        held = sorted(entry for entry in self.model.roles if entry[0] == number)
        if not held:
            return
        entry = data.draw(st.sampled_from(held))
        row = Membership.objects.living().get(
            person=self.people[number], organisation=self.places[entry[1]], role=entry[2]
        )
        may = by == number or self.model.may_administer(by, entry[1])
        if self.asked(lambda: accounts.end_role(row.pk, by=self.who(by)), may):
            self.model.roles.remove(entry)
            self.look()

    @rule(of=committee, tried=st.lists(st.tuples(person, person), min_size=5, max_size=10))
    def give_to_read(self, of, tried):
        for number, by in tried:
            self.assign(number, by, of)
        self.look()

    def assign(self, number, by, of):
        may = self.model.may("assign", by, of) and self.model.may_be_reader(number, of)
        if self.asked(lambda: reviews.assign_reader(self.handed[of].pk, self.who(number), by=self.who(by)), may):
            self.model.readings.add((number, of))

    @rule(of=committee, tried=st.lists(st.tuples(person, st.sampled_from(ACTS)), min_size=10, max_size=16))
    def work(self, of, tried):
        """Several acts one after the other, since most of them are refused."""
        for by, act in tried:
            self.do(by, of, act)
        self.look()

    def do(self, by, of, act):
        waiting = waiting_decision(self.handed[of])
        proposer = self.people.index(waiting.proposed_by_id) if waiting else None
        may = self.model.may(act, by, of, proposer=proposer)
        review = Review.rows.filter(application=self.handed[of], reviewer=self.people[by]).first()
        if act in ("review", "step aside") and review is None:
            return
        if self.asked(lambda: self.perform(act, of, self.who(by), review), may) and act == "step aside":
            self.model.aside.add((by, of))
        if act == "review" and Review.rows.get(pk=review.pk).state in ("started", "finished"):
            self.model.begun.add((by, of))

    def perform(self, act, of, by, review):
        """The operation behind an act."""
        draft, handed, agreement = self.draft[of].pk, self.handed[of].pk, self.agreement[of]
        signing = {"by": by, "fingerprint_seen": agreement.fingerprint, "capacity": "Maire"}
        operations = {
            "open a call": lambda: self.open_call(of, by),
            "invite to the committee": lambda: self.invite(self.places[of], Role.ANALYST, by),
            "invite to the town": lambda: self.invite(self.places["town"], Role.CITY_READER, by),
            "find a call": lambda: self.find_call(of, by),
            "apply": lambda: applications.declare_intent(self.new[of], self.places["town"], self.track[of], by=by),
            "write": lambda: applications.save_answer(draft, "presentation.summary", "Oui", was="", version=0, by=by),
            "submit": lambda: applications.submit_application(draft, by=by),
            "withdraw": lambda: applications.withdraw_application(draft, by=by),
            "admit": lambda: reviews.admit(handed, by=by),
            "send back": lambda: reviews.send_back(
                handed, by=by, because="Le budget.", complete_before=IN_TIME.date().replace(month=6)
            ),
            "review": lambda: self.read(review, by),
            "step aside": lambda: reviews.step_aside(review.pk, by=by),
            "opinion": lambda: reviews.give_opinion(handed, "favourable", "Bien.", by=by),
            "propose": lambda: decisions.propose_decision(
                handed, by=by, outcome="granted", reasons="Bien.", session_on=IN_TIME.date()
            ),
            "confirm": lambda: decisions.confirm_decision(handed, by=by),
            "take back": lambda: agreements.change_agreement(agreement.pk, by=by),
            "sign for the town": lambda: agreements.sign_agreement(
                agreement.pk, organisation=self.places["town"], **signing
            ),
            "sign for the committee": lambda: agreements.sign_agreement(
                agreement.pk, organisation=self.places[of], **signing
            ),
        }
        operations[act]()

    def open_call(self, of, by):
        calls.draft_call(
            by=by,
            committee=self.places[of],
            code=f"nouveau-{Call.objects.count()}",
            name={"fr": "Appel"},
            tracks=[self.track[of]],
            framework=self.new[of].framework,
            opens_at=self.new[of].opens_at,
            closes_at=self.new[of].closes_at,
            mandate_starts_on=self.new[of].mandate_starts_on,
        )

    def invite(self, house, role, by):
        accounts.invite(house.pk, email="quelqu.un@ville.example", role=role, by=by)

    def find_call(self, of, by):
        if not Call.objects.visible_to(by).filter(committee=self.places[of]).exists():
            raise NotAllowed("Outside.")

    def read(self, review, by):
        """Everything a reader writes, to the end."""
        reviews.begin_review(review.pk, by=by)
        for score in review.scores.select_related("criterion"):
            reviews.save_score(review.pk, score.criterion, "points", 3, was=score.points, version=score.version, by=by)
        review.refresh_from_db()
        reviews.save_summary(review.pk, "Bien.", was=review.summary, version=review.version, by=by)
        reviews.finish_review(review.pk, by=by)

    def handed_now(self, of):
        return Application.rows.get(pk=self.handed[of].pk)

    def look(self):
        """What each person sees of every dossier and agreement, against the model."""
        rows = list(Application.rows.values_list("pk", "call__committee", "submitted_at", "opinion"))
        sent = list(Agreement.rows.values_list("pk", "application__call__committee", "state"))
        name = {self.places[of].pk: of for of in "AB"}
        for number in range(5):
            someone = self.who(number)
            dossiers = {row[0] for row in rows if self.model_sees(number, name[row[1]], *row[::2], row[3])}
            agreed = {
                pk for pk, of, state in sent if self.model.sees_agreement(number, name[of], sent=state != "draft")
            }
            assert set(Application.objects.visible_to(someone).values_list("pk", flat=True)) == dossiers
            assert set(Agreement.objects.visible_to(someone).values_list("pk", flat=True)) == agreed

    def model_sees(self, number, of, pk, submitted_at, opinion):
        """A reading is of the dossier handed in, and of no other."""
        reads = pk == self.handed[of].pk
        return self.model.sees(number, of, handed_in=submitted_at is not None, opinion=bool(opinion), reads=reads)


@pytest.mark.django_db
def test_rights_are_those_of_the_model():
    """trust R-test, section 3 point 5. At scale 1, 160 stories of twelve steps, some of them of many acts."""
    short = settings(
        max_examples=scaled(160),
        stateful_step_count=12,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )

    run_state_machine_as_test(seed(SEED)(House), settings=short)
