from datetime import UTC, date, datetime, timedelta

import pytest

from marelle.accounts.models import Membership, Notification
from marelle.accounts.states import Role
from marelle.base import clock, outbox
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates import rules
from marelle.mandates.figures import weighted_total
from marelle.mandates.models import Application, Review
from marelle.mandates.operations import reviews
from marelle.mandates.states import REVIEW_STEPS
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.framework import CriterionFactory
from tests.factories.mandates import ApplicationFactory, ReviewFactory, ScoreFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
OFFICE_RULES = (
    rules.may_handle,
    rules.may_be_reader,
    rules.may_give_opinion,
    rules.may_propose_decision,
    rules.may_confirm_decision,
)
A_DAY = datetime(2026, 6, 10, 8, tzinfo=UTC)


def test_review_steps_are_the_agreed_ones():
    assert REVIEW_STEPS.as_text() == (
        "assigned: start > started, step_aside > stepped_aside\n"
        "finished: reopen > started\n"
        "started: finish > finished, step_aside > stepped_aside"
    )


def test_admit_then_two_readers_put_it_under_review():
    house, application = committee(), ApplicationFactory(submitted=True)
    CriterionFactory(framework=application.call.framework, weight=60)
    CriterionFactory(framework=application.call.framework, weight=40)
    officer = works_as(Role.PROGRAMME_OFFICER, house)
    readers = [works_as(Role.REVIEWER, house) for _ in range(2)]

    reviews.admit(application.pk, by=officer)
    reviews.assign_reader(application.pk, readers[0], by=officer)
    after_one = Application.rows.get(pk=application.pk).state
    reviews.assign_reader(application.pk, readers[1], by=officer)
    after_two = Application.rows.get(pk=application.pk).state

    assert (after_one, after_two) == ("admissible", "under_review")
    assert [r.scores.count() for r in Review.rows.filter(application=application)] == [2, 2]
    assert sorted(letter.address for letter in Letter.objects.filter(kind="review_assigned")) == sorted(
        reader.email for reader in readers
    )


def test_assign_reader_twice_is_once():
    house, application = committee(), ApplicationFactory(admissible=True)
    officer, reader = works_as(Role.PROGRAMME_OFFICER, house), works_as(Role.REVIEWER, house)

    first = reviews.assign_reader(application.pk, reader, by=officer)
    again = reviews.assign_reader(application.pk, reader, by=officer)

    assert first == again
    assert Review.rows.count() == 1


def test_a_reading_nobody_has_begun_is_taken_back_and_given_to_somebody_else():
    house, application = committee(), ApplicationFactory(admissible=True)
    CriterionFactory(framework=application.call.framework, weight=100)
    officer, other = works_as(Role.PROGRAMME_OFFICER, house), works_as(Role.REVIEWER, house)
    first, second = (works_as(Role.REVIEWER, house, language="fr") for _ in range(2))
    given = [reviews.assign_reader(application.pk, reader, by=officer) for reader in (first, second)]

    reviews.take_back_review(given[0].pk, by=officer)
    reviews.assign_reader(application.pk, other, by=officer)

    assert set(Review.rows.values_list("reviewer", "state")) == {(second.pk, "assigned"), (other.pk, "assigned")}
    assert Application.rows.get(pk=application.pk).state == "under_review"
    told = Notification.objects.filter(person=first).values_list("sentence", "address")
    assert list(told) == [(f"La lecture de {application.organisation} ne vous est plus confiée.", "/bureau/lectures")]
    outbox.send_waiting()
    left = Letter.objects.filter(kind="review_assigned", state="sent").values_list("address", flat=True)
    assert set(left) == {second.email, other.email}


@pytest.mark.parametrize("state", ["started", "finished", "stepped_aside"])
def test_a_reading_begun_is_not_taken_back(state):
    house = committee()
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, house), **{state: True})

    with pytest.raises(WrongState):
        reviews.take_back_review(review.pk, by=works_as(Role.PROGRAMME_OFFICER, house))

    assert Review.rows.get().state == review.state


def test_a_reading_is_not_taken_back_once_nobody_else_can_be_given_it():
    """A hearing is planned: the dossier would lack a reader for good."""
    house = committee()
    review = ReviewFactory(application__state="hearing_planned", reviewer=works_as(Role.REVIEWER, house))

    with pytest.raises(WrongState):
        reviews.take_back_review(review.pk, by=works_as(Role.PROGRAMME_OFFICER, house))

    assert Review.rows.get() == review


def test_a_reader_does_not_give_their_reading_back_by_themselves():
    """They step aside, and say why; whom it goes to is for the team."""
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, committee()))

    with pytest.raises(NotAllowed):
        reviews.take_back_review(review.pk, by=review.reviewer)

    assert Review.rows.count() == 1


@pytest.mark.parametrize("ended", [None, timedelta(days=700)], ids=["belongs", "left 700 days ago"])
def test_assign_reader_refuses_who_belongs_or_lately_belonged_to_the_city(ended):
    """Trust R4: nobody reads an organisation they belonged to in the last 24 months."""
    house, application = committee(), ApplicationFactory(admissible=True)
    officer, reader = works_as(Role.PROGRAMME_OFFICER, house), works_as(Role.REVIEWER, house)
    left = ended and A_DAY - ended
    MembershipFactory(
        person=reader,
        organisation=application.organisation,
        started_at=A_DAY - timedelta(days=2000),
        ended_at=left,
    )

    with clock.at(A_DAY), pytest.raises(NotAllowed):
        reviews.assign_reader(application.pk, reader, by=officer)

    assert Review.rows.count() == 0


def test_assign_reader_takes_who_left_the_city_long_ago():
    house, application = committee(), ApplicationFactory(admissible=True)
    officer, reader = works_as(Role.PROGRAMME_OFFICER, house), works_as(Role.REVIEWER, house)
    Membership.rows.create(
        person=reader,
        organisation=application.organisation,
        role=Role.CITY_EDITOR,
        started_at=A_DAY - timedelta(days=2000),
        ended_at=A_DAY - timedelta(days=740),
    )

    with clock.at(A_DAY):
        review = reviews.assign_reader(application.pk, reader, by=officer)

    assert review.reviewer == reader


def test_send_back_tells_every_writer_what_to_complete():
    house, application = committee(), ApplicationFactory(submitted=True)
    officer = works_as(Role.PROGRAMME_OFFICER, house)
    editor = MembershipFactory(organisation=application.organisation).person
    MembershipFactory(organisation=application.organisation, role=Role.CITY_READER)

    with clock.at(A_DAY):
        reviews.send_back(application.pk, by=officer, because="Le budget.", complete_before=date(2026, 7, 1))

    application = Application.rows.get(pk=application.pk)
    assert (application.state, application.plan.state) == ("returned", "returned")
    assert [(letter.kind, letter.address) for letter in Letter.objects.all()] == [("sent_back", editor.email)]
    assert "Le budget." in Letter.objects.get().text


@pytest.mark.parametrize(
    ("situation", "role", "because", "error"),
    [
        ("submitted", Role.PROGRAMME_OFFICER, " ", BadData),
        ("submitted", Role.REVIEWER, "Le budget.", NotAllowed),
        ("admissible", Role.PROGRAMME_OFFICER, "Le budget.", WrongState),
    ],
    ids=["no reason", "a reader", "already admissible"],
)
def test_send_back_refuses(situation, role, because, error):
    application = ApplicationFactory(**{situation: True})
    before = (application.state, application.returned_because)
    by = works_as(role, committee())

    with clock.at(A_DAY), pytest.raises(error):
        reviews.send_back(application.pk, by=by, because=because, complete_before=date(2026, 7, 1))

    application = Application.rows.get(pk=application.pk)
    assert (application.state, application.returned_because) == before
    assert Letter.objects.count() == 0


def test_nothing_is_written_before_the_reader_has_said_they_are_free():
    """trust R3. The dossier opens, and points are given, once the reader has said that nothing ties them to the city."""
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, committee()))
    score = ScoreFactory(review=review)

    seen_before = seen_by(review.reviewer)
    with pytest.raises(WrongState):
        reviews.save_score(review.pk, score.criterion, "points", 3, was=None, version=1, by=review.reviewer)
    begun = [reviews.begin_review(review.pk, by=review.reviewer) for _click in range(2)]

    score.refresh_from_db()
    assert (seen_before, score.points) == (([], [review]), None)
    assert [row.state for row in begun] == ["started", "started"]
    assert seen_by(review.reviewer) == ([review.application], [review])


@pytest.mark.parametrize(
    ("situation", "by_reader", "error"),
    [({}, False, NotAllowed), ({"stepped_aside": True}, True, NotAllowed), ({"declined": True}, True, WrongState)],
    ids=["someone else", "stepped aside", "no longer read"],
)
def test_begin_review_refuses(situation, by_reader, error):
    house = committee()
    application = ApplicationFactory(**{"declined": True} if "declined" in situation else {"under_review": True})
    aside = {"stepped_aside": True} if "stepped_aside" in situation else {}
    review = ReviewFactory(application=application, reviewer=works_as(Role.REVIEWER, house), **aside)
    by = review.reviewer if by_reader else works_as(Role.REVIEWER, house)
    before = review.state

    with pytest.raises(error):
        reviews.begin_review(review.pk, by=by)

    assert Review.rows.get().state == before


def test_reopen_review_lets_its_reader_write_again_and_says_why():
    house = committee()
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, house), finished=True)

    reviews.reopen_review(review.pk, by=works_as(Role.PROGRAMME_OFFICER, house), because="Le budget a été précisé.")

    again = Review.rows.get()
    told = Notification.objects.get(person=review.reviewer)
    assert (again.state, again.finished_at, again.summary) == ("started", None, "Un dossier clair.")
    assert (
        told.sentence
        == f"Votre lecture de {review.application.organisation} est rouverte\u202f: Le budget a été précisé."
    )


@pytest.mark.parametrize(
    ("situation", "application", "role", "because", "error"),
    [
        ("finished", "under_review", Role.REVIEWER, "Pourquoi pas.", NotAllowed),
        ("finished", "under_review", Role.PROGRAMME_OFFICER, " ", BadData),
        ("started", "under_review", Role.PROGRAMME_OFFICER, "Encore.", WrongState),
        ("finished", "opinion_given", Role.PROGRAMME_OFFICER, "Trop tard.", WrongState),
    ],
    ids=["a reader", "no reason", "not finished", "opinion given"],
)
def test_reopen_review_refuses(situation, application, role, because, error):
    house = committee()
    review = ReviewFactory(
        reviewer=works_as(Role.REVIEWER, house),
        application=ApplicationFactory(**{application: True}),
        **{situation: True},
    )

    with pytest.raises(error):
        reviews.reopen_review(review.pk, by=works_as(role, house), because=because)

    after = Review.rows.get()
    assert (after.state, after.finished_at, Notification.objects.count()) == (situation, review.finished_at, 0)


def test_readers_are_blind_until_both_have_finished():
    """The second reader is not led by the first; once both have finished, each sees the other's points."""
    house, application = committee(), ApplicationFactory(under_review=True)
    first, second = works_as(Role.REVIEWER, house), works_as(Role.REVIEWER, house)
    one = ReviewFactory(application=application, reviewer=first, finished=True)
    two = ReviewFactory(application=application, reviewer=second, started=True)

    blind = [set(Review.objects.visible_to(person)) for person in (first, second)]
    Review.rows.filter(pk=two.pk).update(state="finished")
    both = [set(Review.objects.visible_to(person)) for person in (first, second)]

    assert blind == [{one}, {two}]
    assert both == [{one, two}, {one, two}]


def test_officer_who_reads_sees_no_other_reading_before_the_end():
    """Who reads is a reader first, whatever else they are in the committee."""
    house, application = committee(), ApplicationFactory(under_review=True)
    officer = PersonFactory(roles=[(house, Role.REVIEWER), (house, Role.PROGRAMME_OFFICER)])
    own = ReviewFactory(application=application, reviewer=officer, started=True)
    other = ReviewFactory(application=application, finished=True)

    before = set(Review.objects.visible_to(officer))
    Review.rows.filter(pk=own.pk).update(state="finished")

    assert (before, set(Review.objects.visible_to(officer))) == ({own}, {own, other})


def test_save_score_keeps_both_words_in_a_conflict():
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, committee()), started=True)
    score = ScoreFactory(review=review)

    first = reviews.save_score(review.pk, score.criterion, "points", 3, was=None, version=1, by=review.reviewer)
    with pytest.raises(Conflict) as conflict:
        reviews.save_score(review.pk, score.criterion, "points", 1, was=None, version=1, by=review.reviewer)

    assert (Review.rows.get().state, first.points, first.version) == ("started", 3, 2)
    assert (conflict.value.yours, conflict.value.theirs) == (1, 3)


@pytest.mark.parametrize("points", [-1, 5])
def test_save_score_refuses_points_off_the_scale(points):
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, committee()), started=True)
    score = ScoreFactory(review=review)

    with pytest.raises(BadData):
        reviews.save_score(review.pk, score.criterion, "points", points, was=None, version=1, by=review.reviewer)

    score.refresh_from_db()
    assert score.points is None


def test_save_score_is_for_its_reader():
    house = committee()
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, house), started=True)
    score = ScoreFactory(review=review)

    with pytest.raises(NotAllowed):
        reviews.save_score(
            review.pk, score.criterion, "points", 2, was=None, version=1, by=works_as(Role.REVIEWER, house)
        )

    score.refresh_from_db()
    assert (score.points, Review.rows.get().state) == (None, "started")


def test_finish_review_wants_every_score_and_a_summary():
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, committee()), started=True)
    score = ScoreFactory(review=review)

    with pytest.raises(BadData) as refused:
        reviews.finish_review(review.pk, by=review.reviewer)
    reviews.save_score(review.pk, score.criterion, "points", 3, was=None, version=1, by=review.reviewer)
    reviews.save_summary(review.pk, "Clair.", was="", version=1, by=review.reviewer)
    finished = reviews.finish_review(review.pk, by=review.reviewer, at=A_DAY)

    assert len(refused.value.faults) == 2
    assert (finished.state, finished.finished_at) == ("finished", A_DAY)


def test_step_aside_hides_the_dossier():
    """trust R3. A declared conflict of interest hides the dossier from that reviewer."""
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, committee()), started=True)
    seen_before = seen_by(review.reviewer)

    reviews.step_aside(review.pk, by=review.reviewer)

    assert seen_before == ([review.application], [review])
    assert seen_by(review.reviewer) == ([], [])


def test_step_aside_is_for_the_reader_alone():
    """trust R3. Nobody puts a reader aside in their name."""
    house = committee()
    review = ReviewFactory(reviewer=works_as(Role.REVIEWER, house), started=True)

    with pytest.raises(NotAllowed):
        reviews.step_aside(review.pk, by=works_as(Role.PROGRAMME_ADMINISTRATOR, house))

    assert Review.rows.get().state == "started"


@pytest.mark.parametrize(("day", "taken"), [(date(2026, 6, 9), False), (date(2026, 6, 10), True)])
def test_send_back_gives_a_day_to_come(day, taken):
    application = ApplicationFactory(submitted=True)
    officer = works_as(Role.PROGRAMME_OFFICER, committee())

    with clock.at(A_DAY):
        if taken:
            reviews.send_back(application.pk, by=officer, because="Le budget.", complete_before=day)
        else:
            with pytest.raises(BadData):
                reviews.send_back(application.pk, by=officer, because="Le budget.", complete_before=day)

    assert Application.rows.get().state == ("returned" if taken else "submitted")


def seen_by(person):
    """The dossiers and the readings a person may open."""
    return list(Application.objects.visible_to(person)), list(Review.objects.visible_to(person))


@pytest.mark.parametrize(
    "role", [Role.REVIEWER, Role.PROGRAMME_OFFICER, Role.PROGRAMME_ADMINISTRATOR, Role.BOARD_MEMBER], ids=str
)
def test_who_stepped_aside_opens_the_dossier_in_no_other_role(role):
    """trust R3. A conflict of interest is the person's, not the role's."""
    house, application = committee(), ApplicationFactory(opinion_given=True)
    person = PersonFactory(roles=[(house, Role.REVIEWER), (house, role)] if role != Role.REVIEWER else [(house, role)])
    ReviewFactory(application=application, reviewer=person, stepped_aside=True)

    assert seen_by(person) == ([], [])
    assert [rule(person, application) for rule in OFFICE_RULES] == [False] * 5


def test_assign_reader_refuses_who_stepped_aside():
    """trust R3. A conflict once declared is not undone by a second choice."""
    house, application = committee(), ApplicationFactory(under_review=True)
    review = ReviewFactory(application=application, reviewer=works_as(Role.REVIEWER, house), stepped_aside=True)

    with pytest.raises(NotAllowed):
        reviews.assign_reader(application.pk, review.reviewer, by=works_as(Role.PROGRAMME_OFFICER, house))

    assert (Review.rows.get().state, Letter.objects.count()) == ("stepped_aside", 0)


@pytest.mark.parametrize(
    "role", [Role.BOARD_MEMBER, Role.COMMISSION_MEMBER, Role.PROGRAMME_OFFICER, Role.REVIEWER], ids=str
)
def test_readings_are_never_shown_to_the_city_s_people(role):
    """trust R3. Whoever works for the committee and for the city reads no reading of that city, not even their own."""
    person = works_as(role, committee())
    mine = {"reviewer": person} if role == Role.REVIEWER else {}
    review, own = ReviewFactory(finished=True, **mine), ReviewFactory(finished=True, **mine)
    MembershipFactory(person=person, organisation=own.application.organisation)

    assert list(Review.objects.visible_to(person)) == [review]


@pytest.mark.parametrize("state", ["opinion_given", "declined", "withdrawn"])
def test_readings_are_closed_once_the_opinion_is_given(state):
    review = ReviewFactory(
        started=True, reviewer=works_as(Role.REVIEWER, committee()), application=ApplicationFactory(**{state: True})
    )

    with pytest.raises(WrongState):
        reviews.save_summary(review.pk, "Après coup.", was="", version=1, by=review.reviewer)

    assert Review.rows.get().summary == ""


def test_give_opinion_waits_for_every_reader():
    house, application = committee(), ApplicationFactory(under_review=True)
    officer = works_as(Role.PROGRAMME_OFFICER, house)
    ReviewFactory(application=application, finished=True)
    late = ReviewFactory(application=application, started=True)

    with pytest.raises(WrongState) as refused:
        reviews.give_opinion(application.pk, "favourable", "Bien.", by=officer)
    Review.rows.filter(pk=late.pk).update(state="finished")
    given = reviews.give_opinion(application.pk, "favourable", "Bien.", by=officer)

    assert refused.value.sentence == "L’avis vient une fois 2 lectures terminées : il en manque encore 1."
    assert (given.state, given.opinion, given.opinion_text) == ("opinion_given", "favourable", "Bien.")


@pytest.mark.parametrize(
    ("scores", "total"),
    [
        ([], None),
        ([(None, 100)], None),
        ([(4, 60), (None, 40)], None),
        ([(4, 60), (4, 40)], 100.0),
        ([(0, 60), (0, 40)], 0.0),
        ([(4, 60), (0, 40)], 60.0),
        ([(1, 15), (2, 10), (3, 20), (4, 20), (0, 15), (2, 10), (1, 10)], 51.25),
    ],
)
def test_weighted_total(scores, total):
    assert weighted_total(scores) == total


def test_reviews_are_never_shown_to_the_city():
    review = ReviewFactory(finished=True)
    officer_of_the_city = PersonFactory(roles=[(review.application.organisation, Role.CITY_ADMINISTRATOR)])

    assert list(Review.objects.visible_to(officer_of_the_city)) == []
