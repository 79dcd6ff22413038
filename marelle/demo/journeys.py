"""One place's way from its intent to its mandate, each step on its day, by who would take it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import Organisation, Person
from marelle.accounts.robot import robot
from marelle.base import clock
from marelle.demo import network
from marelle.demo.network import Place
from marelle.framework.models import Domain, IndicatorDefinition, LibraryAction, LibraryObjective
from marelle.mandates.models import Agreement, Application, Call, Mandate, Review
from marelle.mandates.operations import agreements, applications, decisions, mandates, remarks, reviews
from marelle.mandates.operations.points import Wanted
from marelle.mandates.queries.applications import dossier
from marelle.mandates.states import MandateState
from marelle.plans.amendments import parts_of
from marelle.plans.models import Indicator
from marelle.plans.operations import writing as plans

FRAMEWORK = Path(settings.BASE) / "data" / "frameworks" / "demonstration.yaml"
CAPACITY = {"city": "Élu·e à l’enfance", "committee": "Direction du programme"}

# Days after the call opened on which each thing happens, spread over nine days by the place's number.
DAYS = {"intent": 2, "draft": 6, "complete": 20, "submitted": 28, "returned": 40, "admissible": 44, "reading": 50,
        "read": 90, "opinion": 105, "proposed": 112, "decided": 118, "voted": 130, "sent": 134, "partly_signed": 138, "signed": 142}  # fmt: skip


class Journey:
    """`go()` goes as far as the place's fate, and no further than `until`."""

    def __init__(
        self,
        place: Place,
        *,
        until: datetime,
        team: dict[str, Person],
        vote: SimpleUploadedFile,
        person: dict[str, Person],
    ):
        self.place, self.until, self.team, self.vote, self.person = place, until, team, vote, person
        self.organisation = Organisation.objects.get(code=place.code)
        self.call = Call.objects.get(code=place.call)
        self.application: Application

    def walk(self) -> None:
        """Each step in turn, on its day."""
        for _taken in self.go():
            pass

    def go(self) -> Iterator[str]:
        """The same, telling each step once it is taken."""
        steps: list[tuple[str, str, Callable[[], object]]] = [
            ("intent", "intent", self.declare),
            ("draft", "draft", self.begin),
            ("complete", "complete", self.write),
            ("submitted", "submitted", self.hand_in),
            ("admissible", "admissible", self.admit),
            ("reading", "reading", self.give_readers),
            ("read", "read", self.read),
            ("opinion", "opinion", self.give_opinion),
            ("proposed", "proposed", self.propose),
            ("declined", "decided", self.decide),
            ("voted", "voted", self.vote_in_council),
            ("sent", "sent", self.send),
            ("partly_signed", "partly_signed", self.sign_for_city),
            ("signed", "signed", self.sign_for_committee),
        ]
        if self.place.fate == "returned":
            steps = [*steps[:4], ("returned", "returned", self.send_back)]
        for fate, day, act in steps:
            at = self.at(day)
            if not self.place.went(past=fate) or at > self.until:
                return
            with clock.at(at):
                act()
            yield fate
            if fate == "declined" and self.place.fate in ("declined", "probation", "accepted"):
                return

    def at(self, day: str) -> datetime:
        """The moment of a step for this place."""
        spread = timedelta(days=self.place.number % 9, minutes=7 * self.place.number)
        return self.call.opens_at + timedelta(days=DAYS[day]) + spread

    def declare(self) -> None:
        track = self.call.tracks.get(code=self.place.track)
        self.application = applications.declare_intent(
            self.call, self.organisation, track, by=self.person["administrator"]
        )

    def begin(self) -> None:
        words = network.content()["answers"]
        applications.start_application(self.application.pk, by=self.person["administrator"])
        self.answer("presentation.summary", words["summary"].format(count=5))
        self.application.refresh_from_db()

    def write(self) -> None:
        """Answer everything that is asked, and write the plan."""
        given, words = self.application, network.content()["answers"]
        plain = {
            "presentation.summary": words["summary"].format(count=5),
            "presentation.children_words": words["children_words"],
            "presentation.children_how": words["children_how"],
            "presentation.children_from_age": "7",
            "presentation.children_to_age": "15",
            "presentation.children_count": "210",
            "presentation.governance": words["governance"],
            "presentation.budget_eur": str(400_000 + 130_000 * self.place.number),
            "presentation.budget_year": str(self.call.opens_at.year - 1),
            "presentation.budget_counted": words["budget_counted"],
            "team.elected_name": self.person["lead"].name,
            "team.officer_name": self.person["administrator"].name,
            "team.officer_email": self.person["administrator"].email,
            "documents.vote_number": f"2026-{self.place.number + 10}",
            "documents.voted_on": (clock.today() - timedelta(days=9)).isoformat(),
        }
        choice = ""
        for section in dossier(given).sections:
            for number, question in enumerate(section.questions):
                value = plain.get(question.key)
                if question.kind == "choice":
                    value = choice = ("yes", "partly", "partly", "no")[(self.place.number + number) % 4]
                if question.key.endswith(".prompt1"):
                    value = words["policy_prompts"][choice]
                if value:
                    self.answer(question.key, value)
        self.vote.seek(0)
        applications.attach_file(given.pk, self.vote, by=self.person["administrator"])
        if given.track.follows_framework:
            self.write_plan()

    def answer(self, key: str, value: str) -> None:
        stands = self.application.answers.filter(key=key).first()
        applications.save_answer(
            self.application.pk,
            key,
            value,
            was=stands.value if stands else "",
            version=stands.version if stands else 0,
            by=self.person["administrator"],
        )

    def write_plan(self) -> None:
        """One objective a domain, from the library, with two actions and an indicator; the story has its own words."""
        plan, by, words = self.application.plan, self.person["administrator"], network.content()
        self.put("vision", network.one_of(words["visions"], self.place.number))
        for domain in Domain.objects.filter(framework=plan.framework).order_by("position", "pk"):
            story = words["story"] if self.tells_story(domain) else None
            offered = list(domain.objectives.order_by("position", "pk"))
            chosen = offered[self.place.number % len(offered)]
            if story:
                chosen = next(objective for objective in offered if objective.code == story["library"])
            promise = words["promises"][chosen.code]
            objective = plans.add_objective(plan.pk, domain.code, by=by, library=chosen.code).code
            if story:
                self.put(f"objective.{objective}.name", story["objective"], was=str(chosen))
            self.put(f"objective.{objective}.promise", story["promise"] if story else promise)
            self.add_actions(objective, chosen, first=story["action"] if story else "")
            self.add_indicator(objective, chosen, story["indicator"] if story else "")
            if self.place.fate == "running":
                here = Indicator.objects.filter(objective__code=objective).values("definition")
                for shared in domain.indicators.filter(code__in=words["shared"]).exclude(pk__in=here):
                    self.measure(objective, shared, is_known=True)

    def tells_story(self, domain: Domain) -> bool:
        """Whether this is the commune and the domain of the demonstration's one story."""
        words = network.content()
        return self.place.code == words["where"]["story"] and domain.code == words["story"]["domain"]

    def add_actions(self, objective: str, model: LibraryObjective, *, first: str) -> None:
        """The library's examples for this objective, each with a lead, a calendar and mostly a budget."""
        examples = LibraryAction.objects.filter(objective=model).order_by("position", "pk")[:2]
        starts = self.call.mandate_starts_on
        for number, example in enumerate(examples):
            plan, by = self.application.plan, self.person["administrator"]
            action = plans.add_action(plan.pk, objective, by=by, library=example.code).code
            if first and number == 0:
                self.put(f"action.{action}.name", first, was=str(example))
            self.put(
                f"action.{action}.lead_service",
                network.one_of(network.content()["lead_services"], self.place.number + number),
            )
            self.put(f"action.{action}.starts_on", date(starts.year + 1, 1 + number * 3, 1).isoformat())
            self.put(f"action.{action}.ends_on", date(starts.year + 3 + number, 6, 30).isoformat())
            self.put(
                f"action.{action}.involvement", ("consulted", "involved", "lead")[(self.place.number + number) % 3]
            )
            if (self.place.number + number) % 4:
                self.put(f"action.{action}.budget_eur", str(8000 + 4000 * ((self.place.number + number) % 7)))

    def add_indicator(self, objective: str, model: LibraryObjective, code: str) -> None:
        """One indicator of this objective: a baseline and a target, or why there is no baseline."""
        offered = list(IndicatorDefinition.objects.filter(objective=model).order_by("position", "pk"))
        chosen = next((d for d in offered if d.code == code), offered[self.place.number % len(offered)])
        # the story's is measured; elsewhere one in five is not
        self.measure(objective, chosen, is_known=bool(code or (self.place.number + ord(model.code[0])) % 5))

    def measure(self, objective: str, chosen: IndicatorDefinition, *, is_known: bool) -> None:
        """Add an indicator of the library with its target, its baseline or why there is none."""
        plan, by = self.application.plan, self.person["administrator"]
        indicator = plans.add_indicator(plan.pk, objective, by=by, library=chosen.code).code
        start = {"yes_no": 0, "money": 3}.get(chosen.kind, 10 + self.place.number % 20)
        if is_known:
            self.put(f"indicator.{indicator}.baseline", str(start))
            self.put(f"indicator.{indicator}.baseline_year", str(self.call.opens_at.year - 1))
        else:
            self.put(f"indicator.{indicator}.baseline_missing_because", "Jamais mesuré jusqu’ici.")
        rise = {"yes_no": 1, "money": 3}.get(chosen.kind, 30)
        goal = start // 2 if chosen.direction == "lower_is_better" else start + rise
        self.put(f"indicator.{indicator}.target", str(goal))
        if is_known and chosen.kind != "yes_no":
            self.put(f"indicator.{indicator}.yearly_targets", self.steps_to(start, goal))

    def steps_to(self, start: int, goal: int) -> str:
        """A third of the way two years on, two thirds at four: the target itself closes the mandate."""
        first = self.call.opens_at.year
        steps = ((first + years, start + (goal - start) * years // 6) for years in (2, 4))
        return "; ".join(f"{year}: {value}" for year, value in steps)

    def put(self, name: str, value: str, *, was: str = "") -> None:
        """Save one field of the plan, as if typed over `was`."""
        plans.save_plan_field(
            self.application.plan_id, name, value, was=was, version=0, by=self.person["administrator"]
        )

    def hand_in(self) -> None:
        applications.submit_application(self.application.pk, by=self.person["lead"])

    def send_back(self) -> None:
        reviews.send_back(
            self.application.pk,
            by=self.team["committee-officer"],
            because=network.content()["returned"]["because"],
            wanted=self.wanted(network.content()["returned"]["points"]),
            complete_before=clock.today() + timedelta(days=150),
        )

    def wanted(self, points: list[dict[str, str]]) -> list[Wanted]:
        """Points to ask; of a light dossier, which has no plan, none stands there."""
        has_plan = self.application.track.follows_framework
        return [Wanted(p["words"], p["place"] if has_plan or p["place"] != "plan" else "") for p in points]

    def admit(self) -> None:
        reviews.admit(self.application.pk, by=self.team["committee-officer"])

    def give_readers(self) -> None:
        for key in ("reviewer-1", "reviewer-2"):
            reviews.assign_reader(self.application.pk, self.team[key], by=self.team["committee-officer"])

    def read(self) -> None:
        """Both readers score every criterion, remark, and conclude."""
        words = network.content()
        rows = Review.rows.filter(application=self.application).select_related("reviewer").order_by("pk")
        for number, review in enumerate(rows):
            reviews.begin_review(review.pk, by=review.reviewer)
            self.remark(review, number)
            for score in review.scores.select_related("criterion").order_by("criterion__position", "pk"):
                points = (
                    1 + (self.place.number + number + score.criterion.position) % 3 + (self.place.fate != "declined")
                )
                seen = {"was": None, "version": score.version, "by": review.reviewer}
                score = reviews.save_score(review.pk, score.criterion, "points", min(points, 4), **seen)
                remark = network.one_of(words["remarks"], self.place.number + number + score.criterion.position)
                seen = {"was": "", "version": score.version, "by": review.reviewer}
                reviews.save_score(review.pk, score.criterion, "remark", remark, **seen)
            review.refresh_from_db()
            reviews.save_summary(review.pk, words["review_summary"], was="", version=review.version, by=review.reviewer)
            reviews.finish_review(review.pk, by=review.reviewer)

    def remark(self, review: Review, number: int) -> None:
        """Each reader notes one thing of the plan, if there is one: the first on an action, the second on an indicator."""
        kind = ("action", "indicator")[number % 2]
        said = network.content()["field_remarks"][kind]
        plan = self.application.hand_ins.latest("number").content["plan"]
        held = next((h for h in parts_of(plan) if h.kind == kind), None)
        if held is None:  # a light dossier has no plan
            return
        field = f"{kind}.{held.part['code']}.{said['field']}"
        remarks.write_remark(self.application.pk, field, said["text"], by=review.reviewer)

    def give_opinion(self) -> None:
        kind = {"declined": "unfavourable", "probation": "probation"}.get(self.place.fate, "with_recommendations")
        reviews.give_opinion(self.application.pk, kind, network.content()["opinion"], by=self.team["committee-officer"])

    def propose(self) -> None:
        outcome = {"declined": "refused", "probation": "probation"}.get(self.place.fate, "granted")
        on_probation = outcome == "probation"
        decisions.propose_decision(
            self.application.pk,
            by=self.team["committee-admin"],
            outcome=outcome,
            reasons=network.content()["reasons"][outcome],
            session_on=clock.today() + timedelta(days=3),
            wanted=self.wanted(network.content()["conditions"]) if on_probation else (),
            conditions_due_on=clock.today() + timedelta(days=180) if on_probation else None,
        )

    def decide(self) -> None:
        decisions.confirm_decision(self.application.pk, by=self.team["board"])

    def vote_in_council(self) -> None:
        if self.application.track.council_vote == "required":
            agreements.record_vote(
                self.application.pk,
                by=self.person["lead"],
                number=f"{clock.today().year}-{self.place.number + 60}",
                voted_on=clock.today() - timedelta(days=2),
            )

    def send(self) -> None:
        agreement = agreements.prepare_agreement(self.application.pk, by=self.team["committee-officer"])
        agreements.send_agreement(agreement.pk, by=self.team["committee-officer"])

    def sign_for_city(self) -> None:
        self.sign(self.organisation, self.person["lead"], CAPACITY["city"])

    def sign_for_committee(self) -> None:
        committee = self.agreement().parties.select_related("organisation").order_by("position")[0].organisation
        self.sign(committee, self.team["committee-admin"], CAPACITY["committee"])

    def sign(self, organisation: Organisation, person: Person, capacity: str) -> None:
        agreement = self.agreement()
        agreements.sign_agreement(
            agreement.pk,
            organisation=organisation,
            by=person,
            fingerprint_seen=agreement.fingerprint,
            capacity=capacity,
        )

    def agreement(self) -> Agreement:
        """The agreement of this application as it stands."""
        return Agreement.rows.get(application=self.application)


def end_what_is_over(until: datetime) -> None:
    """End the mandates whose last day has passed."""
    day = clock.day_of(until)
    over = Mandate.rows.filter(ends_on__lte=day, state__in=[MandateState.ACTIVE, MandateState.PROLONGED]).order_by("pk")
    for mandate in over:
        mandates.end_mandate(mandate.pk, by=robot(), on=day)
