"""What a city is asked to complete, point by point: sent back, or on probation."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.models import JournalContent, Notification
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates import checks
from marelle.mandates.models import Application, Point
from marelle.mandates.operations import decisions, points, reviews
from marelle.mandates.operations.applications import (
    attach_file,
    remove_file,
    save_answer,
    submit_application,
    take_up,
)
from marelle.mandates.operations.points import Wanted
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import places
from marelle.mandates.queries.changed import at_last
from marelle.mandates.queries.points import missing, tasks
from marelle.plans.operations import writing as plans
from tests.factories.accounts import PersonFactory
from tests.factories.mandates import CLOSES, IN_TIME, HandInFactory, ReadyApplication, ReviewFactory
from tests.factories.points import PointFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(days=90)  # the board has sat
DUE = date(2026, 10, 15)
TOO_LATE = LATER + timedelta(days=90)
SENT_BACK = """Bonjour,

Le comité a lu la candidature (Bourg) et vous demande de la compléter. Elle peut être redéposée jusqu’au 20 juin 2026, ce jour compris.

Merci pour ce dossier.

Ce qui est demandé\u202f:
1. Présentation – Votre territoire et ses enfants, en quelques lignes\u202f: Dites combien d’enfants.
2. Joignez le budget.

Tout ce que vous avez écrit est toujours là. Complétez-le, cochez chaque point, puis redéposez\u202f:
http://127.0.0.1:8000/espace/67447/candidature

L’équipe du programme
"""

PROBATION = """Bonjour,

Le 30 août 2026, le conseil d’administration a placé Bourg en période probatoire jusqu’au 15 octobre 2026.

Les conditions\u202f:
1. Présentation – Votre territoire et ses enfants, en quelques lignes\u202f: Dites combien d’enfants.
2. Joignez le budget.

Seul ce qu’elles désignent peut être récrit. Répondez à chacune, puis déposez avant la fin de ce jour\u202f: les lecteurs reliront votre candidature.

Les raisons du conseil\u202f:
Un bon projet, à compléter.

Votre dossier\u202f:
http://127.0.0.1:8000/espace/67447/candidature

L’équipe du programme
"""


class Scene:
    """A town whose application was handed in and read, and the committee."""

    def __init__(self, **situation):
        self.house = committee()
        self.officer = works_as(Role.PROGRAMME_OFFICER, self.house)
        self.chief = works_as(Role.PROGRAMME_ADMINISTRATOR, self.house)
        self.board = works_as(Role.BOARD_MEMBER, self.house)
        self.reader = works_as(Role.REVIEWER, self.house)
        self.application = ReadyApplication(
            organisation__name="Bourg", organisation__code="67447", **situation or {"opinion_given": True}
        )
        self.lead = PersonFactory(roles=[(self.application.organisation, Role.ELECTED_LEAD)])
        held = queries.content(queries.dossier(self.application))
        self.first = HandInFactory(application=self.application, content=held)

    @property
    def pk(self) -> int:
        return self.application.pk

    def now(self) -> Application:
        """As it stands, with its plan."""
        return Application.rows.select_related("plan", "call").get(pk=self.pk)

    def put_on_probation(self, *wanted: Wanted) -> Application:
        """By two persons."""
        with clock.at(LATER):
            decisions.propose_decision(
                self.pk,
                by=self.chief,
                outcome="probation",
                reasons="Un bon projet, à compléter.",
                session_on=LATER.date(),
                conditions_due_on=DUE,
                wanted=wanted,
            )
            decisions.confirm_decision(self.pk, by=self.board)
        return self.now()

    def write(self, key: str, value: str) -> None:
        """One answer more."""
        stood = self.application.answers.get(key=key)
        save_answer(self.pk, key, value, was=stood.value, version=stood.version, by=self.lead)

    def tick_all(self) -> None:
        for point in self.application.points.open():
            points.tick(self.pk, point.code, is_done=True, answer="C’est fait.", by=self.lead)


ABOUT_CHILDREN = Wanted("Dites combien d’enfants.", "presentation.summary")
A_BUDGET = Wanted("Joignez le budget.")
IN_PLAN = Wanted("Chiffrez chaque action.", "plan")


def test_send_back_asks_point_by_point():
    scene = Scene(submitted=True)

    with clock.at(IN_TIME):
        reviews.send_back(
            scene.pk,
            by=scene.officer,
            because="Merci pour ce dossier.",
            complete_before=date(2026, 6, 20),
            wanted=[ABOUT_CHILDREN, Wanted(" "), A_BUDGET],
        )

    rows = scene.application.points.in_order().values_list("asked", "place", "words", "position", "asked_at")
    assert list(rows) == [
        ("sent_back", "presentation.summary", "Dites combien d’enfants.", 1, IN_TIME),
        ("sent_back", "", "Joignez le budget.", 2, IN_TIME),
    ]
    now = scene.now()
    assert (now.state, now.plan.state, now.reopened_at) == ("returned", "returned", IN_TIME)
    letter = Letter.objects.get()
    assert (letter.subject, letter.text) == ("Bourg\u202f: votre candidature est à compléter", SENT_BACK)


def test_one_sentence_is_one_point():
    """Whoever sends back with a word alone asks one thing."""
    scene = Scene(submitted=True)

    with clock.at(IN_TIME):
        reviews.send_back(scene.pk, by=scene.officer, because="Le budget.", complete_before=date(2026, 6, 20))

    assert list(scene.application.points.values_list("words", "place")) == [("Le budget.", "")]
    assert scene.now().returned_because == ""


def test_points_are_ticked_then_go_with_what_is_handed_in():
    """Ticked, opened again, ticked: and a list that was handed in is closed."""
    scene = Scene(returned=True)
    point = PointFactory(application=scene.application)
    other = PointFactory(application=scene.application, words="Le budget.", position=2)

    with clock.at(IN_TIME):
        points.tick(scene.pk, point.code, is_done=True, answer=" 812 enfants. ", by=scene.lead)
        points.tick(scene.pk, other.code, is_done=True, answer="", by=scene.lead)
        points.tick(scene.pk, other.code, is_done=False, answer="Pas encore.", by=scene.lead)
        submit_application(scene.pk, by=scene.lead)

    rows = scene.application.points.in_order().values_list("answer", "done_at", "done_by", "handed_in_at")
    assert list(rows) == [("812 enfants.", IN_TIME, scene.lead.pk, IN_TIME), ("Pas encore.", None, None, IN_TIME)]
    assert [c.verb for c in JournalContent.objects.filter(verb__startswith="point").order_by("pk")] == [
        *("point_done", "point_done", "point_undone")
    ]
    assert scene.now().state == "submitted"


@pytest.mark.parametrize(
    ("situation", "role", "code", "answer", "error"),
    [
        ({"returned": True}, Role.CITY_READER, "", "", NotAllowed),
        ({"submitted": True}, Role.CITY_EDITOR, "", "", WrongState),
        ({"returned": True}, Role.CITY_EDITOR, "another", "", BadData),
        ({"returned": True}, Role.CITY_EDITOR, "", "x" * 2001, BadData),
    ],
    ids=["only reads", "handed in", "not asked", "endless"],
)
def test_tick_refuses(situation, role, code, answer, error):
    scene = Scene(**situation)
    point = PointFactory(application=scene.application)
    by = PersonFactory(roles=[(scene.application.organisation, role)])

    with pytest.raises(error):
        points.tick(scene.pk, code or point.code, is_done=True, answer=answer, by=by)

    point.refresh_from_db()
    said = JournalContent.objects.filter(verb="point_done")
    assert (point.done_at, point.answer, said.count()) == (None, "", 0)


@pytest.mark.parametrize(
    "wanted",
    [
        [Wanted("Là.", "presentation.nowhere")],
        [Wanted("Là.", "plan/Z")],
        [Wanted("Là.")] * 41,
        [Wanted("x" * 2001)],
        [Wanted(" ")],
    ],
    ids=["no such place", "no such domain", "too many", "too long", "nothing"],
)
def test_send_back_refuses_such_points(wanted):
    scene = Scene(submitted=True)

    with clock.at(IN_TIME), pytest.raises(BadData):
        reviews.send_back(scene.pk, by=scene.officer, complete_before=date(2026, 6, 20), wanted=wanted)

    assert (scene.now().state, Point.objects.count(), Letter.objects.count()) == ("submitted", 0, 0)


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        ([ABOUT_CHILDREN], {"presentation"}),
        ([A_BUDGET], {"documents"}),
        ([IN_PLAN], {"plan"}),
        ([Wanted("Là.", "team"), Wanted("Ici.", "plan/A"), Wanted("Et là.", "recommendation.R1.policy")], None),
    ],
    ids=["a question", "no place", "the plan", "three places"],
)
def test_probation_reopens_only_what_its_conditions_name(wanted, written):
    """settled: the rest stays as it was handed in, and says so."""
    scene = Scene()
    framework = scene.application.call.framework
    domain = framework.domains.get()
    recommendation = domain.recommendations.get()
    if written is None:
        wanted = [
            Wanted("Là.", "team"),
            Wanted("Ici.", f"plan/{domain.code}"),
            Wanted("Et là.", f"recommendation.{recommendation.code}.policy"),
        ]
        written = {"team", "plan", "self_assessment"}

    now = scene.put_on_probation(*wanted)

    tried = {
        "presentation": lambda: scene.write("presentation.summary", "Autre chose."),
        "team": lambda: scene.write("team.officer_duty", "Cheffe de service."),
        "self_assessment": lambda: scene.write(f"recommendation.{recommendation.code}.prompt1", "Autre chose."),
        "documents": lambda: remove_file(scene.pk, scene.application.files.get().code, by=scene.lead),
        "plan": lambda: plans.save_plan_field(now.plan_id, "vision", "Une ville", was="", version=0, by=scene.lead),
    }
    found = set()
    for name, act in tried.items():
        try:
            act()
            found.add(name)
        except WrongState:
            pass
    with pytest.raises(WrongState):
        take_up(scene.pk, by=scene.lead)
    assert (now.state, found) == ("on_probation", written)
    assert list(checks.plans_follow_applications()) == []


def test_conditions_are_answered_and_handed_in_before_their_day():
    """The way out of a probation: the difference is kept, the readings open again, the readers are told."""
    scene = Scene()
    review = ReviewFactory(application=scene.application, reviewer=scene.reader, finished=True)
    scene.put_on_probation(ABOUT_CHILDREN, IN_PLAN)
    with clock.at(LATER):
        scene.write("presentation.summary", "Un bourg de 812 enfants.")
        objective = scene.application.plan.objectives.get()
        action = objective.actions.get()
        name = f"action.{action.code}.budget_eur"
        plans.save_plan_field(scene.application.plan_id, name, "1200", was="", version=0, by=scene.lead)
        scene.tick_all()
        submit_application(scene.pk, by=scene.lead)
        again = submit_application(scene.pk, by=scene.lead)

    now = scene.now()
    review.refresh_from_db()
    assert (now.state, now.plan.state, again.state) == ("under_review", "submitted", "under_review")
    assert (review.state, review.finished_at) == ("started", None)
    assert list(now.hand_ins.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert [(c.kind, [f.field for f in c.fields]) for c in at_last(now)] == [("action", ["budget_eur"])]
    told = Notification.objects.get(kind="review_reopened")
    assert (told.person, told.address) == (scene.reader, f"/bureau/lectures/{review.code}")
    assert list(checks.plans_follow_applications()) == []


def test_a_probation_is_judged_again():
    """The commission gives its opinion anew, and the board grants."""
    scene = Scene()
    call = scene.application.call
    call.readers_required = 1
    call.save()
    review = ReviewFactory(application=scene.application, reviewer=scene.reader, finished=True)
    scene.put_on_probation(ABOUT_CHILDREN)
    with clock.at(LATER):
        scene.write("presentation.summary", "Un bourg de 812 enfants.")
        scene.tick_all()
        submit_application(scene.pk, by=scene.lead)
        reviews.finish_review(review.pk, by=scene.reader)
        reviews.give_opinion(scene.pk, "favourable", "Les conditions sont remplies.", by=scene.officer)
        decisions.propose_decision(
            scene.pk, by=scene.chief, outcome="granted", reasons="C’est fait.", session_on=LATER.date()
        )
        decisions.confirm_decision(scene.pk, by=scene.board)

    now = scene.now()
    assert (now.state, now.plan.state) == ("accepted", "validated")
    assert [d.outcome for d in now.decisions.order_by("pk")] == ["probation", "granted"]
    assert list(checks.plans_follow_applications()) == []


@pytest.mark.parametrize(
    ("ticked", "at", "error"),
    [(False, LATER, BadData), (True, TOO_LATE, Closed)],
    ids=["a condition without an answer", "after its day"],
)
def test_conditions_are_not_handed_in(ticked, at, error):
    scene = Scene()
    scene.put_on_probation(ABOUT_CHILDREN)
    with clock.at(LATER):
        if ticked:
            scene.tick_all()

    with clock.at(at), pytest.raises(error):
        submit_application(scene.pk, by=scene.lead)

    assert (scene.now().state, scene.application.hand_ins.count()) == ("on_probation", 1)


def test_task_list_says_where_points_stand():
    """Sent back: every section, those asked about marked. On probation: those alone. Last, what is not answered."""
    scene = Scene()
    now = scene.put_on_probation(ABOUT_CHILDREN, Wanted("Des actions.", "plan"), IN_PLAN)

    dossier = queries.dossier(now)
    lines = [(line.title, line.state, line.help) for line in tasks(dossier, scene.lead)]

    assert lines == [
        ("Présentation", "begun", "1 point à compléter ici"),
        ("Plan d’action", "begun", "2 points à compléter ici"),
        ("Relire et déposer", "blocked", "3 conditions sont sans réponse"),
    ]
    assert [gap.sentence for gap in missing(dossier)][0] == (
        "Condition encore sans réponse\u202f: «\u202fDites combien d’enfants.\u202f»."
    )


def test_conditions_typed_as_lines_are_points_without_a_place():
    """What the board is asked in one text is still a list."""
    scene = Scene()
    with clock.at(LATER):
        decisions.propose_decision(
            scene.pk,
            by=scene.chief,
            outcome="probation",
            reasons="À compléter.",
            session_on=LATER.date(),
            conditions="Chiffrer.\n\nDater.",
            conditions_due_on=DUE,
        )
        decisions.confirm_decision(scene.pk, by=scene.board)

    assert list(scene.application.points.in_order().values_list("words", "place")) == [
        ("Chiffrer.", ""),
        ("Dater.", ""),
    ]


def test_a_probation_letter_says_every_condition_and_its_day():
    scene = Scene()

    scene.put_on_probation(ABOUT_CHILDREN, A_BUDGET)

    assert Letter.objects.get(kind="decision").text == PROBATION


def test_places_of_a_dossier_are_offered_by_section():
    """The whole of a section, then each of its questions; the plan and its domains."""
    application = ReadyApplication()
    domain = application.call.framework.domains.get()

    found = dict(places.choices(queries.dossier(application)))

    assert found["Présentation"][:2] == [
        ("presentation", "Présentation\u202f: en entier"),
        ("presentation.summary", "Votre territoire et ses enfants, en quelques lignes"),
    ]
    assert found["Plan d’action"] == [("plan", "Le plan entier"), (f"plan/{domain.code}", domain.short_name)]


def test_file_joined_for_a_condition_without_a_place():
    scene = Scene()
    scene.put_on_probation(A_BUDGET)

    with clock.at(LATER):
        file = attach_file(scene.pk, SimpleUploadedFile("budget.csv", b"a,b\n1,2\n"), by=scene.lead)

    assert scene.application.files.filter(pk=file.pk).exists()
