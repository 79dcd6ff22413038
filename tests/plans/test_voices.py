"""What children say: proposals, answers and the share in time, a group's rating by its code; what is refused changes nothing."""

from datetime import UTC, date, datetime

import pytest

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock, dues, origins
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.base.models import Origin
from marelle.plans import proposals as queries
from marelle.plans import voices
from marelle.plans.models import Action, Answer, GroupCode, Objective, Proposal, Rating
from marelle.plans.operations import group_codes, proposals
from marelle.plans.operations.proposals import Said, Told
from marelle.plans.states import PROPOSAL_STEPS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory
from tests.factories.plans import ActionFactory, ObjectiveFactory, PlanFactory, RatingFactory, ReportFactory
from tests.factories.voices import AnswerFactory, GroupCodeFactory, ProposalFactory

pytestmark = pytest.mark.django_db
BENCHES = Said("Nous voulons des bancs dans la cour.", "council", "Conseil des enfants", date(2028, 1, 15))
YES = Told("yes", "Vous avez raison.", "2029", date(2028, 3, 1))


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def plan():
    return PlanFactory(running=True)


@pytest.fixture
def officer(plan):
    return PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def proposal(plan):
    return ProposalFactory(organisation=plan.organisation, plan=plan)


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


# Arithmetic ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("received_on", "due"),
    [
        (date(2028, 1, 15), date(2028, 4, 15)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2028, 10, 31), date(2029, 1, 31)),
        (None, None),
    ],
)
def test_answer_is_due_three_months_later(received_on, due):
    assert voices.answer_due(received_on) == due


def test_share_answered_leaves_the_unknown_aside():
    today = date(2028, 4, 3)
    days = [
        (date(2028, 1, 1), date(2028, 4, 1)),  # on the last day
        (date(2028, 1, 1), date(2028, 4, 2)),  # a day late
        (date(2028, 1, 2), None),  # due yesterday
        (date(2028, 1, 3), None),  # due today
        (date(2028, 3, 1), date(2028, 3, 2)),
        (None, date(2028, 3, 2)),
        (None, None),
    ]

    heard = voices.heard(days, today)

    assert (heard.in_time, heard.late, heard.not_yet_due, heard.undated) == (2, 2, 1, 2)
    assert (heard.share, heard.percent) == (0.5, 50)


def test_share_of_nothing_is_unknown():
    heard = voices.heard([(date(2028, 4, 1), None), (None, None)], date(2028, 4, 3))

    assert (heard.share, heard.percent, heard.counted) == (None, None, 0)


def test_ease_measures_sentences_and_long_words():
    easy = voices.ease("On pose trois bancs. Ils arrivent en mai !")
    hard = voices.ease(
        "L’intercommunalité étudiera, sous réserve d’approbation budgétaire, la faisabilité de ce projet au conseil."
    )

    assert (easy.words, easy.longest_sentence, easy.long_words, easy.is_easy) == (8, 4, (), True)
    assert (hard.longest_sentence, hard.is_easy) == (13, False)
    assert hard.long_words == ("intercommunalité",)


def test_words_that_may_name_a_child_are_pointed_at():
    words = "Des bancs ! Notre classe et Léa ont peur. La rue, dit Marie-Lou, est trop rapide."

    assert voices.perhaps_names(words) == ["Léa", "Marie-Lou"]


# Proposals -----------------------------------------------------------------------------------------------------------
def test_proposal_steps_are_the_agreed_ones():
    assert PROPOSAL_STEPS.as_text() == (
        "answered: withdraw > withdrawn\nproposed: answer > answered, withdraw > withdrawn"
    )


def test_proposal_is_kept_read_over_and_answered(plan, officer):
    kept = proposals.keep_proposal(plan.organisation, BENCHES, by=officer, plan=plan)
    public_before = list(Proposal.objects.public())
    proposals.show(kept.pk, by=officer)
    proposals.answer(kept.pk, YES, by=officer)

    (public,) = queries.shown_to_everyone(plan.organisation)
    assert public_before == []
    assert (public.words, public.state, public.shown_by) == (BENCHES.words, "answered", officer)
    assert (public.given.kind, public.given.planned_for, public.replaced) == ("yes", "2029", [])
    assert verbs() == ["proposal_kept", "proposal_shown", "proposal_answered"]


def test_answer_corrected_keeps_what_it_said(proposal, officer):
    proposals.answer(proposal.pk, YES, by=officer)
    proposals.answer(proposal.pk, YES, by=officer)
    proposals.answer(proposal.pk, Told("in_part", "Deux bancs sur trois.", "2030", date(2028, 3, 1)), by=officer)

    (read,) = queries.with_answers(Proposal.objects.visible_to(officer))
    assert (read.given.kind, [a.kind for a in read.replaced]) == ("in_part", ["yes"])
    assert verbs() == ["proposal_answered", "answer_corrected"]


def test_changed_words_are_read_over_again(proposal, officer):
    proposals.show(proposal.pk, by=officer)
    proposals.change_proposal(proposal.pk, Said("Nous voulons des bancs.", "class", "CM2"), by=officer)

    proposal.refresh_from_db()
    assert (proposal.words, proposal.source, proposal.received_on) == ("Nous voulons des bancs.", "class", None)
    assert (proposal.shown_at, proposal.shown_by) == (None, None)


def test_withdrawn_proposal_is_shown_to_nobody(proposal, officer):
    proposals.show(proposal.pk, by=officer)
    proposals.withdraw(proposal.pk, "Écrite deux fois.", by=officer)

    assert queries.shown_to_everyone(proposal.organisation) == []
    with pytest.raises(WrongState):
        proposals.answer(proposal.pk, YES, by=officer)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (Told("yes", "Vous avez raison."), BadData),
        (Told("in_part", "Un peu.", "bientôt"), BadData),
        (Told("perhaps", "On verra.", "2029"), BadData),
        (Told("no", "  "), BadData),
        (Told("no", "C’est trop cher.", answered_on=date(2028, 4, 4)), BadData),
        (Told("no", "C’est trop cher.", answered_on=date(2028, 1, 14)), BadData),
        (Told("no", "x" * 601), BadData),
    ],
    ids=["no day", "no period", "unknown kind", "no reason", "tomorrow", "before it came", "too long"],
)
def test_answer_is_refused(proposal, officer, told, error):
    with pytest.raises(error):
        proposals.answer(proposal.pk, told, by=officer)

    proposal.refresh_from_db()
    assert (proposal.state, Answer.objects.count(), verbs()) == ("proposed", 0, [])


@pytest.mark.parametrize("role", [Role.CITY_READER, None], ids=["reader", "stranger"])
def test_others_write_nothing(proposal, plan, role):
    other = PersonFactory(roles=[(plan.organisation, role)] if role else [])
    before = Proposal.rows.values().get()

    for act in (
        lambda: proposals.keep_proposal(plan.organisation, BENCHES, by=other),
        lambda: proposals.change_proposal(proposal.pk, BENCHES, by=other),
        lambda: proposals.show(proposal.pk, by=other),
        lambda: proposals.withdraw(proposal.pk, "Non.", by=other),
        lambda: proposals.answer(proposal.pk, YES, by=other),
        lambda: proposals.carry_on(proposal.pk, plan.pk, "domain.A", by=other),
        lambda: proposals.tie(proposal.pk, "action.x", by=other),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert (Proposal.rows.values().get(), verbs()) == (before, [])


# Carried on ----------------------------------------------------------------------------------------------------------
def test_proposal_becomes_an_action_of_a_plan_that_runs(proposal, plan, officer):
    objective = ObjectiveFactory(plan=plan)

    made = proposals.carry_on(proposal.pk, plan.pk, f"objective.{objective.code}", by=officer)

    origin = Origin.objects.get(kind="proposal")
    assert (made.name, made.objective) == (proposal.words, objective)
    assert (origin.parent, origin.offspring) == (f"plans.proposal:{proposal.code}", f"plans.action:{made.code}")
    (parent,) = [link for link in origins.strip_for(origin.offspring, officer).parents if link.kind == "proposal"]
    assert (parent.label, parent.excerpt, parent.changed) == (proposal.words, "Conseil des enfants", False)


def test_proposal_becomes_an_action_once_under_an_objective(proposal, plan, officer):
    objective = ObjectiveFactory(plan=plan)
    proposals.carry_on(proposal.pk, plan.pk, f"objective.{objective.code}", by=officer)

    with pytest.raises(WrongState):
        proposals.carry_on(proposal.pk, plan.pk, f"objective.{objective.code}", by=officer)

    assert Action.objects.count() == 1


def test_proposal_becomes_an_objective_of_a_plan_being_written(officer, proposal):
    draft = PlanFactory(organisation=proposal.organisation)
    domain = DomainFactory(framework=draft.framework)

    made = proposals.carry_on(proposal.pk, draft.pk, f"domain.{domain.code}", by=officer)

    assert (made.name, made.plan, made.domain) == (proposal.words, draft, domain)
    assert Origin.objects.values_list("kind", "offspring").get() == ("proposal", f"plans.objective:{made.code}")


@pytest.mark.parametrize("place", ["objective.nowhere", "domain.nowhere", "action.x", ""])
def test_proposal_goes_to_no_unknown_place(proposal, plan, officer, place):
    with pytest.raises((BadData, WrongState)):
        proposals.carry_on(proposal.pk, plan.pk, place, by=officer)

    assert (Objective.objects.count(), Action.objects.count(), Origin.objects.count()) == (0, 0, 0)


def test_proposal_is_not_carried_into_another_towns_plan(proposal, officer, plan):
    elsewhere = PlanFactory(running=True)
    both = PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR), (elsewhere.organisation, Role.CITY_EDITOR)])
    objective = ObjectiveFactory(plan=elsewhere)

    with pytest.raises(BadData):
        proposals.carry_on(proposal.pk, elsewhere.pk, f"objective.{objective.code}", by=both)
    with pytest.raises(BadData):
        proposals.tie(proposal.pk, f"objective.{objective.code}", by=both)

    assert (Action.objects.count(), Origin.objects.count()) == (0, 0)


def test_what_already_answers_it_is_tied_to_it(proposal, plan, officer):
    action = ActionFactory(objective=ObjectiveFactory(plan=plan))

    proposals.tie(proposal.pk, f"action.{action.code}", by=officer)

    (offspring,) = origins.strip_for(proposals.reference(proposal), officer).offspring
    assert offspring.label == action.name


def test_thread_tells_a_proposal_to_everyone_once_shown(proposal, plan, officer):
    before = queries.show_proposals([proposal.code], None)
    proposals.show(proposal.pk, by=officer)

    assert before == {}
    assert queries.show_proposals([proposal.code], None)[proposal.code].title == proposal.words


# Share and dues ------------------------------------------------------------------------------------------------------
def test_share_of_each_town_is_one_question(django_assert_num_queries, plan):
    late = OrganisationFactory()
    AnswerFactory(proposal__organisation=plan.organisation)
    ProposalFactory(organisation=plan.organisation, withdrawn=True)
    ProposalFactory(organisation=late, received_on=date(2027, 6, 1))

    with django_assert_num_queries(1):
        heard = queries.heard_by([plan.organisation, late])

    assert (heard[plan.organisation.pk].percent, heard[late.pk].percent) == (100, 0)
    assert queries.heard_by_all().percent == 50


def test_today_asks_for_the_answer_that_has_waited_longest(plan, officer):
    ProposalFactory(organisation=plan.organisation, words="Des bancs.", received_on=date(2027, 12, 1))
    ProposalFactory(organisation=plan.organisation, words="Du savon.", received_on=date(2028, 3, 1))

    acts = dues.read(queries.WATCH, officer, plan.organisation)

    assert [(act.sentence, act.urgent, act.due_at.date()) for act in acts] == [
        ("Répondre aux enfants\u202f: «\u202fDes bancs.\u202f»", True, date(2028, 3, 1)),
        ("Répondre aux enfants\u202f: «\u202fDu savon.\u202f»", False, date(2028, 6, 1)),
    ]


# A group rates -------------------------------------------------------------------------------------------------------
@pytest.fixture
def report(plan):
    return ReportFactory(plan=plan)


@pytest.fixture
def objectives(plan):
    return [ObjectiveFactory(plan=plan), ObjectiveFactory(plan=plan)]


def ratings():
    rows = Rating.objects.filter(by="children").order_by("pk")
    return [(r.objective_id, r.verdict, r.replaced_at is None) for r in rows]


def test_code_has_eight_characters_and_is_kept_nowhere(report, officer):
    held, plain = group_codes.make_code(report.pk, "council", by=officer)

    row = GroupCode.objects.values().get()
    assert (len(plain), set(plain) <= set("23456789abcdefghjkmnpqrstuvwxyz")) == (8, True)
    assert plain not in str(row)
    assert (held.expires_at - held.made_at).days == 21
    assert group_codes.opened(f" {plain[:4].upper()}-{plain[4:]} ", clock.now()) == held


def test_several_groups_rate_one_report_each_apart(report, officer, objectives):
    """A council and two classes: none takes the place of another, and nothing is added up."""
    made = [group_codes.make_code(report.pk, kind, by=officer) for kind in ("council", "class", "class")]
    words = ["achieved", "held_back", "no_progress"]

    for (_held, plain), word in zip(made, words, strict=True):
        group_codes.rate(plain, {o.code: word for o in objectives}, is_five_or_more=True)
    group_codes.rate(made[1][1], {o.code: "on_track" for o in objectives}, is_five_or_more=True)

    living = Rating.objects.filter(replaced_at=None, objective=objectives[0]).order_by("group__pk")
    assert [(str(rating.group), rating.verdict) for rating in living] == [
        ("un conseil d’enfants", "achieved"),
        ("une classe", "on_track"),
        ("une classe (2)", "no_progress"),
    ]


def test_group_is_reopened_with_another_code_until_the_report_is_handed_in(report, officer, objectives):
    held, plain = group_codes.make_code(report.pk, "class", by=officer)
    group_codes.rate(plain, {o.code: "held_back" for o in objectives}, is_five_or_more=True)
    group_codes.revoke(held.pk, by=officer)

    again, other = group_codes.reopen(held.pk, by=officer)
    kept = Rating.objects.filter(replaced_at=None, group=held).count()
    group_codes.rate(other, {o.code: "achieved" for o in objectives}, is_five_or_more=True)

    assert (again, kept, group_codes.living(plain, clock.now())) == (held, 2, None)
    assert set(Rating.objects.filter(replaced_at=None).values_list("group", "verdict")) == {(held.pk, "achieved")}
    type(report).rows.filter(pk=report.pk).update(
        state="submitted", submitted_at=clock.now(), submitted_by=officer, fingerprint="c" * 64
    )
    with pytest.raises(WrongState):
        group_codes.reopen(held.pk, by=officer)
    assert group_codes.digest(other) == GroupCode.objects.get().digest


def test_at_most_eight_groups_rate_a_report(report, officer):
    for _ in range(8):
        group_codes.make_code(report.pk, "class", by=officer)

    with pytest.raises(BadData):
        group_codes.make_code(report.pk, "council", by=officer)

    assert GroupCode.objects.count() == 8


def test_group_rates_and_rates_again(report, officer, objectives):
    _held, plain = group_codes.make_code(report.pk, "council", by=officer)
    first, second = (o.code for o in objectives)

    group_codes.rate(
        plain, {first: "achieved", second: "not_rated"}, is_five_or_more=True, sentence=" La rue est calme. "
    )
    group_codes.rate(plain, {first: "on_track", second: "held_back"}, is_five_or_more=True)

    one, two = (o.pk for o in objectives)
    assert ratings() == [
        (one, "achieved", False), (two, "not_rated", False), (one, "on_track", True), (two, "held_back", True)
    ]  # fmt: skip
    assert GroupCode.objects.values_list("sentence", "sentence_state").get() == ("", "none")
    assert verbs() == ["group_code_made", "children_rated", "children_rated"]


def test_group_leaves_the_other_ratings_alone(report, officer, objectives):
    RatingFactory(report=report, objective=objectives[0])
    _held, plain = group_codes.make_code(report.pk, "class", by=officer)

    group_codes.rate(plain, {o.code: "achieved" for o in objectives}, is_five_or_more=True)

    assert Rating.objects.filter(by="city", replaced_at=None).count() == 1


@pytest.mark.parametrize(
    ("given", "is_five_or_more", "sentence"),
    [("achieved", False, ""), ("", True, ""), ("splendid", True, ""), ("achieved", True, "x" * 201)],
    ids=["fewer than five", "one left out", "unknown word", "too long"],
)
def test_group_is_refused_and_nothing_is_kept(report, officer, objectives, given, is_five_or_more, sentence):
    _held, plain = group_codes.make_code(report.pk, "council", by=officer)
    before = GroupCode.objects.values().get()

    with pytest.raises(BadData):
        verdicts = {objectives[0].code: "achieved", objectives[1].code: given}
        group_codes.rate(plain, verdicts, is_five_or_more=is_five_or_more, sentence=sentence)

    assert (ratings(), GroupCode.objects.values().get(), verbs()) == ([], before, ["group_code_made"])


@pytest.mark.parametrize("why", ["wrong", "expired", "withdrawn", "handed in"])
def test_dead_code_is_refused_in_the_same_words(report, officer, objectives, why):
    held, plain = group_codes.make_code(report.pk, "council", by=officer)
    if why == "wrong":
        plain = plain[::-1] + "2"
    if why == "withdrawn":
        group_codes.revoke(held.pk, by=officer)
    if why == "handed in":
        type(report).rows.filter(pk=report.pk).update(
            state="submitted", submitted_at=clock.now(), submitted_by=officer, fingerprint="c" * 64
        )
    at = held.expires_at if why == "expired" else clock.now()

    with clock.at(at), pytest.raises(Closed) as refused:
        group_codes.rate(plain, {o.code: "achieved" for o in objectives}, is_five_or_more=True)

    assert refused.value.sentence == (
        "Ce code n’ouvre rien aujourd’hui. Relisez chaque lettre, ou demandez à la personne qui vous l’a donné."
    )
    assert ratings() == []


@pytest.mark.parametrize("shown", [True, False])
def test_sentence_of_a_group_is_read_over_first(report, officer, objectives, shown):
    held, plain = group_codes.make_code(report.pk, "council", by=officer)
    group_codes.rate(plain, {o.code: "achieved" for o in objectives}, is_five_or_more=True, sentence="C’est calme.")
    waiting = GroupCode.objects.get().sentence_state

    group_codes.read_sentence(held.pk, is_shown=shown, by=officer)

    assert (waiting, GroupCode.objects.get().sentence_state) == ("waiting", "shown" if shown else "kept")


@pytest.mark.parametrize("role", [Role.CITY_READER, None], ids=["reader", "stranger"])
def test_others_hold_no_code(report, plan, role):
    other = PersonFactory(roles=[(plan.organisation, role)] if role else [])
    held = GroupCodeFactory(report=report)

    for act in (
        lambda: group_codes.make_code(report.pk, "council", by=other),
        lambda: group_codes.reopen(held.pk, by=other),
        lambda: group_codes.revoke(held.pk, by=other),
        lambda: group_codes.read_sentence(held.pk, is_shown=True, by=other),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert (GroupCode.objects.values_list("revoked_at").get(), verbs()) == ((None,), [])


def test_no_code_for_a_report_handed_in(plan, officer):
    handed_in = ReportFactory(plan=plan, submitted=True)

    with pytest.raises(WrongState):
        group_codes.make_code(handed_in.pk, "council", by=officer)

    assert GroupCode.objects.count() == 0
