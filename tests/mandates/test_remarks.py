"""Remarks beside the fields of a handed-in dossier: who writes, who sees what, and never the city."""

import pytest

from marelle.accounts import notifications, threads
from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.mandates.models import Remark
from marelle.mandates.operations import remarks, reviews, ties
from marelle.mandates.queries.conversations import reference_internal
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import ApplicationFactory, HandInFactory, RemarkFactory, ReviewFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
ACTION = {"code": "a1", "name": "Ouvrir une ludothèque", "budget_eur": None}
OBJECTIVE = {"code": "o1", "domain": "D1", "name": "Jouer près de chez soi", "actions": [ACTION], "indicators": []}
CONTENT = {"answers": {}, "plan": {"vision": "Grandir.", "objectives": [OBJECTIVE]}, "files": []}


class Scene:
    """A dossier handed in, two readers who have begun, an officer, the city's elected lead."""

    def __init__(self, **situation):
        self.house = committee()
        self.application = ApplicationFactory(**situation or {"under_review": True})
        self.hand_in = HandInFactory(application=self.application, content=CONTENT)
        self.first, self.second = (works_as(Role.REVIEWER, self.house) for _number in range(2))
        self.readings = [
            ReviewFactory(application=self.application, reviewer=reader, started=True)
            for reader in (self.first, self.second)
        ]
        self.officer = works_as(Role.PROGRAMME_OFFICER, self.house)
        self.lead = PersonFactory(roles=[(self.application.organisation, Role.ELECTED_LEAD)])

    def finish(self, number):
        reading = self.readings[number]
        reading.state = "finished"
        reading.save(update_fields=["state"])

    def write(self, by, field="action.a1.budget_eur", text="Aucun budget."):
        return remarks.write_remark(self.application.pk, field, text, by=by)


def seen_by(person):
    return set(Remark.objects.visible_to(person).values_list("text", flat=True))


def test_a_remark_stands_on_the_very_field_of_the_handing_in():
    here = Scene()

    remark = here.write(here.first)

    assert (remark.hand_in, remark.field, remark.part) == (
        here.hand_in,
        "action.a1.budget_eur",
        "Ouvrir une ludothèque",
    )
    assert (remark.review, remark.author, remark.text) == (here.readings[0], here.first, "Aucun budget.")


def test_readers_see_each_other_s_remarks_once_both_have_finished():
    here = Scene()
    here.write(here.first, text="Du premier.")
    here.write(here.second, text="Du second.")

    seen = [(seen_by(here.first), seen_by(here.second))]
    for number in (0, 1):
        here.finish(number)
        seen.append((seen_by(here.first), seen_by(here.second)))

    assert seen[0] == ({"Du premier."}, {"Du second."})
    assert seen[1] == ({"Du premier."}, {"Du second."})
    assert seen[2] == ({"Du premier.", "Du second."}, {"Du premier.", "Du second."})


def test_an_answer_of_a_reader_who_has_finished_does_not_reach_one_who_has_not():
    """Blind until then: the officer's answer is shown, the other reader's is not."""
    here = Scene()
    remark = here.write(here.second, text="Du second.")
    here.finish(0)
    Remark.rows.create(
        **{name: getattr(remark, name) for name in ("application", "hand_in", "field", "part", "made_at")},
        parent=remark,
        review=here.readings[0],
        author=here.first,
        text="Je ne suis pas d’accord.",
    )
    remarks.answer_remark(remark.pk, "Merci.", by=here.officer)

    assert seen_by(here.second) == {"Du second.", "Merci."}
    assert seen_by(here.officer) == {"Du second.", "Merci.", "Je ne suis pas d’accord."}


def test_remarks_are_never_the_city_s_to_read():
    here = Scene()
    here.write(here.first)
    here.write(here.officer, text="Du bureau.")
    both = PersonFactory(
        roles=[(here.house, Role.PROGRAMME_OFFICER), (here.application.organisation, Role.CITY_EDITOR)]
    )

    assert [seen_by(person) for person in (here.lead, both, PersonFactory())] == [set(), set(), set()]


@pytest.mark.parametrize(
    ("who", "situation", "field", "text", "error"),
    [
        ("lead", {}, "plan.vision", "Oui.", NotAllowed),
        ("stranger", {}, "plan.vision", "Oui.", NotAllowed),
        ("board", {}, "plan.vision", "Oui.", NotAllowed),
        ("first", {}, "action.a2.budget_eur", "Oui.", BadData),
        ("first", {}, "action.a1.state", "Oui.", BadData),
        ("first", {}, "plan.vision", "  ", BadData),
        ("first", {}, "plan.vision", "x" * 4001, BadData),
        ("first", {"opinion_given": True}, "plan.vision", "Oui.", WrongState),
    ],
    ids=[
        "the city",
        "a reader without it",
        "the board",
        "no such action",
        "no such field",
        "empty",
        "too long",
        "too late",
    ],
)
def test_write_remark_refuses(who, situation, field, text, error):
    here = Scene(**situation)
    others = {"stranger": works_as(Role.REVIEWER, here.house), "board": works_as(Role.BOARD_MEMBER, here.house)}
    by = others.get(who) or getattr(here, who)

    with pytest.raises(error):
        here.write(by, field, text)

    assert Remark.rows.count() == 0


def test_a_reader_writes_no_new_remark_once_finished_but_answers():
    here = Scene()
    remark = here.write(here.second, text="Du second.")
    here.finish(0)
    here.finish(1)

    with pytest.raises(WrongState):
        here.write(here.first)
    answer = remarks.answer_remark(remark.pk, "D’accord.", by=here.first)

    assert (Remark.rows.count(), answer.parent, answer.field) == (2, remark, remark.field)


def test_answer_refuses_who_may_not_read_the_remark():
    here = Scene()
    remark = here.write(here.first)

    with pytest.raises(NotAllowed):
        remarks.answer_remark(remark.pk, "Ah bon.", by=here.second)

    assert Remark.rows.count() == 1


def test_settled_by_its_author_or_the_team_and_by_nobody_else():
    here = Scene()
    remark = here.write(here.first)

    with pytest.raises(NotAllowed):
        remarks.settle_remark(remark.pk, by=here.second)
    untouched = Remark.rows.get().resolved_at
    settled = remarks.settle_remark(remark.pk, by=here.officer)
    open_again = remarks.settle_remark(remark.pk, by=here.first, is_settled=False)

    assert (untouched, settled.resolved_by, open_again.resolved_by) == (None, here.officer, None)


def test_own_words_change_until_somebody_answers():
    here = Scene()
    remark = here.write(here.first)

    changed = remarks.change_remark(remark.pk, "Le budget manque.", by=here.first)
    remarks.answer_remark(remark.pk, "Vu.", by=here.officer)
    for act in (
        lambda: remarks.change_remark(remark.pk, "Autre chose.", by=here.first),
        lambda: remarks.take_back_remark(remark.pk, by=here.first),
    ):
        with pytest.raises(WrongState):
            act()

    assert (changed.text, changed.edited_at is not None) == ("Le budget manque.", True)
    assert set(Remark.rows.values_list("text", flat=True)) == {"Le budget manque.", "Vu."}


def test_a_colleague_s_words_are_not_ours_to_change():
    here = Scene()
    remark = here.write(here.first)

    for act in (
        lambda: remarks.change_remark(remark.pk, "Autre.", by=here.officer),
        lambda: remarks.take_back_remark(remark.pk, by=here.officer),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert Remark.rows.get().text == "Aucun budget."


def test_taken_back_it_is_gone():
    here = Scene()
    remark = here.write(here.first)

    remarks.take_back_remark(remark.pk, by=here.first)

    assert Remark.rows.count() == 0


def test_remark_of_another_committee_s_dossier_is_unseen():
    remark = RemarkFactory()
    here = works_as(Role.PROGRAMME_ADMINISTRATOR, committee())
    elsewhere = works_as(Role.PROGRAMME_ADMINISTRATOR, OrganisationFactory(kind="committee", code="o-ailleurs"))

    assert seen_by(here) == {remark.text}
    assert seen_by(elsewhere) == set()


# --------------------------------------------------------------------------------------------------------- who is told
def told(person):
    notices = Notification.objects.filter(person=person).order_by("pk")
    return list(notices.values_list("kind", "sentence", "address"))


def test_who_wrote_a_remark_is_told_of_its_answer_and_that_it_is_settled():
    here = Scene()
    remark = here.write(here.first)
    bench = f"/bureau/lectures/{here.readings[0].code}#c-action.a1.budget_eur"
    city = here.application.organisation

    remarks.answer_remark(remark.pk, "Le budget est en annexe.", by=here.officer)
    remarks.settle_remark(remark.pk, by=here.officer)

    assert told(here.first) == [
        ("remark_answered", f"{city} : une réponse se trouve à côté de « Ouvrir une ludothèque ».", bench),
        ("remark_settled", f"{city} : la remarque à côté de « Ouvrir une ludothèque » est réglée.", bench),
    ]
    assert (told(here.second), told(here.officer), told(here.lead)) == ([], [], [])


def test_the_officer_is_told_on_the_page_of_the_dossier_when_a_reader_answers():
    here = Scene()
    remark = here.write(here.officer)
    here.finish(0)
    here.finish(1)

    remarks.answer_remark(remark.pk, "Vu.", by=here.first)
    remarks.answer_remark(remark.pk, "Vu aussi.", by=here.second)

    address = f"/bureau/candidatures/{here.application.code}#c-action.a1.budget_eur"
    assert [line[0::2] for line in told(here.officer)] == [("remark_answered", address)]
    assert [line[0] for line in told(here.first)] == ["remark_answered"]


def test_a_reader_still_at_work_is_not_told_of_an_answer_that_is_kept_from_them():
    here = Scene()
    remark = here.write(here.officer)
    remarks.answer_remark(remark.pk, "Du second.", by=here.second)

    remarks.answer_remark(remark.pk, "Du premier.", by=here.first)

    assert (told(here.second), [line[0] for line in told(here.officer)]) == ([], ["remark_answered"])


def test_a_remark_opened_again_says_so_in_place_of_what_was_not_read():
    here = Scene()
    remark = here.write(here.first)
    remarks.settle_remark(remark.pk, by=here.officer)

    remarks.settle_remark(remark.pk, by=here.officer, is_settled=False)
    remarks.settle_remark(remark.pk, by=here.officer, is_settled=False)

    city = here.application.organisation
    sentence = f"{city} : la remarque à côté de « Ouvrir une ludothèque » est de nouveau ouverte."
    assert [line[:2] for line in told(here.first)] == [("remark_settled", sentence)]


@pytest.mark.parametrize("how", ["steps aside", "declares a tie"])
def test_who_has_a_conflict_keeps_no_unread_notice_of_the_dossier(how):
    """trust R3. What is told to the others stays, and what they were told of other dossiers."""
    here, elsewhere = Scene(), Scene()
    ReviewFactory(application=elsewhere.application, reviewer=here.first, started=True)
    for scene, writer in ((here, here.first), (here, here.second), (elsewhere, here.first)):
        remarks.answer_remark(scene.write(writer).pk, "Voir l’annexe.", by=scene.officer)
    before = {person: len(told(person)) for person in (here.first, here.second)}

    if how == "steps aside":
        reviews.step_aside(here.readings[0].pk, by=here.first)
    else:
        ties.declare_tie(here.application.organisation, by=here.first)

    assert before == {here.first: 2, here.second: 1}
    assert [sentence for _kind, sentence, _address in told(here.first)] == [
        f"{elsewhere.application.organisation}\u202f: une réponse se trouve à côté de «\u202fOuvrir une ludothèque\u202f»."
    ]
    assert len(told(here.second)) == 1


def test_officer_with_a_tie_keeps_what_their_own_city_was_told():
    """An elected lead who also works for the committee: the office's notices go, those of their city stay."""
    here = Scene()
    both = PersonFactory(
        roles=[(here.house, Role.PROGRAMME_OFFICER), (here.application.organisation, Role.CITY_EDITOR)]
    )
    application = f"mandates.application:{here.application.code}"
    for face in ("/espace/10001/candidature", f"/bureau/candidatures/{here.application.code}"):
        notifications.notify([both], face[1:7], reference=application, sentence=lambda: "Bonjour.", address=face)

    ties.declare_tie(here.application.organisation, by=both)

    assert [address for _kind, _sentence, address in told(both)] == ["/espace/10001/candidature"]


def test_note_among_the_committee_is_taken_back_from_who_declares_a_tie():
    here = Scene()
    for _words in ("Vu.", "Vu encore."):
        threads.say(reference_internal(here.application), "Vu.", by=works_as(Role.PROGRAMME_OFFICER, here.house))
    before = len(told(here.officer))

    ties.declare_tie(here.application.organisation, by=here.officer)

    assert (before, told(here.officer)) == (1, [])
