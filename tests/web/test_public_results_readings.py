"""What helps to read a question: a score's recipe, how many times as often, what changes most with it, the editions before."""

import json
import re
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from marelle.consultations.models import Consultation, Questionnaire, ZoneTables
from marelle.consultations.questionnaires import Band, Cumulation, Score
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.factories.consultations import ZoneTablesFactory, column
from tests.web.public_results import COUNTRY, OPENS, crossed, geography, publish
from tests.web.test_public_results import HOME, lines, words

pytestmark = pytest.mark.django_db
ALONE = Score(
    "alone", {"fr": "Indice : se sentir seul", "en": "Index: feeling alone"},
    {"heard": {"yes": 0, "no_way": 2}, "where.street": {"yes": 1, "no": 0}}, "0.5", True, 2,
    (Band("none", 0, 1, {"fr": "Entouré", "en": "Surrounded"}), Band("lonely", 2, 3, {"fr": "Seul", "en": "Alone"})),
)  # fmt: skip
OUT = Score("indoors", {"fr": "Rester dedans"}, {"play": {"yes": 0, "no_way": 1}}, "1", False, 1, (Band("no", 0, 0, {"fr": "Non"}), Band("yes", 1, 1, {"fr": "Oui"})))  # fmt: skip
SCORED = replace(QUESTIONNAIRE, scores=(ALONE, OUT), cumulations=(Cumulation("both", {"fr": "Les deux ensemble"}, ("alone", "indoors")),))  # fmt: skip
TOLD = [
    column("alone", base=26000, none=70, lonely=30), column("indoors", base=26000, no=60, yes=40),
    column("both", base=25000, **{"0": 50, "1": 35, "2": 15}),
]  # fmt: skip


def asked(freeze, questionnaire):
    known = {"canonical": questionnaire.canonical, "content_hash": questionnaire.content_hash}
    Questionnaire.objects.filter(consultation=freeze.consultation).update(**known)


def body(columns):
    return zlib.compress(json.dumps([each.as_said() for each in columns]).encode())


def worth(found, effective):
    """The same column, its shares worth so many children."""
    return replace(found, shares=tuple(replace(row, effective=effective) for row in found.shares))


@pytest.fixture
def edition():
    geography()
    return publish()


@pytest.fixture
def scored(edition):
    asked(edition, SCORED)
    ZoneTables.objects.filter(freeze=edition, zone="FR", profile="").update(body=body([*COUNTRY, *TOLD]))
    return edition


# Scores --------------------------------------------------------------------------------------------------------------
def test_a_score_stands_in_the_theme_of_its_questions(client, scored):
    shown = words(client.get(HOME))

    order = [shown.rindex(title) for title in ("Quelqu’un t’a-t-il fait du mal ?", "Indice : se sentir seul", "Rester dedans", "Les deux ensemble")]  # fmt: skip
    assert order == sorted(order)


def test_a_score_says_how_it_is_worked_out(client, scored):
    said = words(client.get(f"{HOME}/alone"))

    assert "Le plus souvent : « Entouré », 70 %." in said and "Sans score, faute de réponses : environ 5 %." in said
    recipe = said[said.index("Comment ce score est calculé") : said.index("Déclaré dans le questionnaire")]
    assert re.search(r"Les adultes t’écoutent-ils \? +Non : 2 points +Où \? +« Dans la rue » choisie : 1 point", recipe)
    assert (
        "Un enfant a un score dès que 50 % au moins de ces questions, parmi celles qui lui ont été posées, ont une réponse."
        in recipe
    )
    assert (
        "Les points sont reportés au prorata sur les questions laissées sans réponse, à l’entier le plus proche."
        in recipe
    )
    assert "En situation à partir de 2 points : « Seul »." in recipe
    assert re.search(r"Entouré +0 à 1 points? +Seul +2 à 3 points", recipe)


def test_a_cumulation_leads_to_its_scores(client, scored):
    page = client.get(f"{HOME}/both").content.decode()

    recipe = page[page.index('id="score"') : page.index('id="recipe"')]
    assert re.findall(r'href="([^"]+)"', recipe)[:2] == [f"{HOME}/alone", f"{HOME}/indoors"]


def test_a_question_children_were_asked_has_no_recipe(client, scored):
    assert 'id="score"' not in client.get(f"{HOME}/heard").content.decode()


def test_a_score_is_in_the_file_of_numbers_and_not_on_the_children_s_page(client, scored):
    rows = lines(client.get(f"{HOME}/alone.csv"))

    assert [(row["option"], row["share"]) for row in rows] == [("none", "70"), ("lonely", "30")]
    assert "Indice" not in words(client.get(f"{HOME}/enfants"))


def test_a_score_is_read_in_english(client, scored):
    said = words(client.get(f"/en{HOME}/alone"))

    assert "Index: feeling alone" in said and "In situation from 2 points on: “Alone”." in said


# How many times as often ---------------------------------------------------------------------------------------------
def by_play(freeze, *columns, zone="FR"):
    ZoneTables.objects.filter(freeze=freeze, zone=zone, profile="play").delete()
    ZoneTablesFactory(freeze=freeze, zone=zone, profile="play", columns=list(columns))


def test_a_crossed_table_says_how_many_times_as_often(client, edition):
    outside = worth(crossed(column("heard", base=600, yes=20, no_way=70, dk=10), "yes"), 400)
    inside = worth(crossed(column("heard", base=520, yes=54, no_way=36, dk=10), "no_way"), 500)
    by_play(edition, outside, inside)

    said = words(client.get(f"{HOME}/heard?croise=play"))

    assert "Auprès des enfants" not in said and "Par rapport aux enfants qui ont répondu « Oui »" in said
    assert re.search(r"Oui +×2,7 +\(2,2 à 3,3\)", said)  # as by hand in test_estimates
    assert re.search(r"Non +×0,5 +\(0,5 à 0,6\)", said)
    assert re.search(r"Je ne sais pas +×1 +\(0,7 à 1,5\) *: pas de différence montrée", said)


@pytest.mark.parametrize(
    ("zone", "base", "status"),
    [("FR", 480, ""), ("FR", 5000, "below_floor")],
    ids=["under a thousand together", "a group that is not told"],
)
def test_nothing_is_compared_where_it_may_not(client, edition, zone, base, status):
    outside = worth(crossed(column("heard", base=base, yes=20, no_way=70, dk=10), "yes"), 400)
    inside = replace(worth(crossed(column("heard", base=500, yes=54, no_way=36, dk=10), "no_way"), 500), status=status)
    by_play(edition, outside, inside, zone=zone)

    assert 'id="times"' not in client.get(f"{HOME}/heard?croise=play").content.decode()


def test_a_coded_share_gives_no_ratio(client, edition):
    outside = worth(crossed(column("heard", base=6000, yes=20, no_way=70, dk=10), "yes"), 400)
    inside = worth(crossed(column("heard", base=5200, yes=54, no_way=36, dk=10), "no_way"), 500)
    coded = replace(inside.shares[2], share=None, low=None, high=None, edge=-1)
    by_play(edition, outside, replace(inside, shares=(*inside.shares[:2], coded)))

    said = words(client.get(f"{HOME}/heard?croise=play"))

    told = said[said.index("Combien de fois plus souvent") : said.index("Calculé sur les seules parts")]
    assert "×2,7" in told and "Je ne sais pas" not in told


# What changes most with it -------------------------------------------------------------------------------------------
CHANGES = [
    {"question": "heard", "axis": "age", "strength": 0.21, "below": 0.001},
    {"question": "heard", "axis": "play", "strength": 0.12, "below": 0.05},
    {"question": "heard", "axis": "gender", "strength": 0.01, "below": None},
    {"question": "where", "axis": "play", "strength": 0.3, "below": 0.01},
]


def test_a_question_says_what_its_answers_change_most_with(client, edition):
    ZoneTables.objects.filter(freeze=edition, zone="FR", profile="").update(associations=CHANGES)

    page = client.get(f"{HOME}/heard")

    said = words(page)
    told = said[said.index("Ce qui change le plus avec") :]
    assert re.search(r"Âge +0,21 +diffère \(p &lt; 0,001\) +« Joues-tu dehors \? » +0,12 +diffère \(p &lt; 0,05\) +Genre +0,01 +pas de différence montrée", told)  # fmt: skip
    assert 'href="?par=age"' in page.content.decode() and 'href="?croise=play"' in page.content.decode()


def test_answers_in_order_say_what_ranks_tell(client, edition):
    ranked = [each | {"ranks": ranks} for each, ranks in zip(CHANGES, (0.001, 1.0, None, None), strict=True)]
    ZoneTables.objects.filter(freeze=edition, zone="FR", profile="").update(associations=ranked)

    said = words(client.get(f"{HOME}/heard"))

    assert re.search(r"Âge +0,21 +diffère \(p &lt; 0,001\) +diffère \(p &lt; 0,001\) +« Joues-tu dehors \? » +0,12 +diffère \(p &lt; 0,05\) +pas de différence montrée +Genre", said)  # fmt: skip
    assert "il ne sait pas que les enfants d’un même lieu se ressemblent" in said


def test_answers_in_no_order_say_nothing_of_ranks(client, edition):
    ZoneTables.objects.filter(freeze=edition, zone="FR", profile="").update(associations=CHANGES)

    assert "Par les rangs" not in words(client.get(f"{HOME}/heard"))


def test_a_question_others_are_crossed_with_says_which_change_most_with_it(client, edition):
    ZoneTables.objects.filter(freeze=edition, zone="FR", profile="").update(associations=CHANGES)

    page = client.get(f"{HOME}/play").content.decode()

    section = page[page.index('id="changes"') : page.index('id="recipe"')]
    assert re.findall(r'href="([^"]+)"', section) == [f"{HOME}/where?croise=play", f"{HOME}/heard?croise=play"]


@pytest.mark.parametrize("way", ["?lieu=commune-44143", "?par=age", ""])
def test_nothing_is_said_to_change_where_nothing_was_weighed(client, edition, way):
    if way:
        ZoneTables.objects.filter(freeze=edition, zone="FR", profile="").update(associations=CHANGES)

    assert 'id="changes"' not in client.get(f"{HOME}/heard{way}").content.decode()


# Editions before -----------------------------------------------------------------------------------------------------
@pytest.fixture
def before(edition):
    """The same questions two years before, told of the country and not of Rezé."""
    former = publish(code="2024", committee=edition.consultation.committee)
    Consultation.rows.filter(pk=former.consultation_id).update(opens_at=OPENS - timedelta(days=730))
    former.zones.exclude(zone="FR").delete()
    return former


def told_before(former, **shares):
    former.zones.filter(zone="FR", profile="").update(body=body([worth(column("heard", base=20000, **shares), 9000)]))


def test_a_question_asked_alike_is_told_over_the_editions(client, edition, before):
    told_before(before, yes=54, no_way=36, dk=10)
    country = [worth(each, 9000) for each in COUNTRY]
    edition.zones.filter(zone="FR", profile="").update(body=body(country))

    said = words(client.get(f"{HOME}/heard"))

    told = said[said.index("D’une édition à l’autre") :]
    assert re.search(r"Oui +54 % +60 % +diffère, en hausse +Non +36 % +30 % +diffère, en baisse +Je ne sais pas +10 % +10 % +ne diffère pas", told)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"label": {"fr": "Les adultes t’entendent-ils ?"}}, "elle n’était pas formulée de la même façon"),
        ({"bands": ("12_14", "15_18")}, "ses réponses, ses âges ou son calcul n’étaient pas les mêmes"),
        ({"name": "listened"}, "elle n’était pas dans cette édition"),
    ],
)
def test_a_question_asked_otherwise_says_why_it_is_not_compared(client, edition, before, changed, why):
    first, *others = QUESTIONNAIRE.parts
    questions = tuple(replace(each, **changed) if each.name == "heard" else each for each in first.questions)
    asked(before, replace(QUESTIONNAIRE, parts=(replace(first, questions=questions), *others)))

    said = words(client.get(f"{HOME}/heard"))

    assert f"Pas comparé à 2024 : {why}." in said and "54 %" not in said


def test_translations_alone_do_not_keep_from_comparing(client, edition, before):
    first, *others = QUESTIONNAIRE.parts
    questions = tuple(
        replace(each, label={"fr": each.label["fr"], "en": "Listened to?"}) if each.name == "heard" else each
        for each in first.questions
    )
    asked(before, replace(QUESTIONNAIRE, parts=(replace(first, questions=questions), *others)))

    assert "Pas comparé" not in words(client.get(f"{HOME}/heard"))


def test_shares_weighted_in_one_edition_alone_are_not_compared(client, edition, before):
    before.manifest |= {"margins": "INSEE 2022"}
    before.save(update_fields=["manifest"])

    assert "Pas comparé à 2024 : les parts n’étaient pas pondérées de la même façon." in words(client.get(f"{HOME}/heard"))  # fmt: skip


def test_a_place_without_a_page_before_is_not_compared(client, edition, before):
    assert "Pas comparé à 2024 : rien n’est publié de ce territoire." in words(client.get(f"{HOME}/heard?lieu=commune-44143"))  # fmt: skip


def test_a_score_is_compared_where_its_recipe_and_its_questions_are_the_same(client, scored, before):
    asked(before, SCORED)
    before.zones.filter(zone="FR", profile="").update(body=body(TOLD))
    assert "ne diffère pas" in words(client.get(f"{HOME}/alone"))

    asked(before, replace(SCORED, scores=(replace(ALONE, min_answered="1"), OUT)))

    assert "Pas comparé à 2024 : ses réponses, ses âges ou son calcul n’étaient pas les mêmes." in words(client.get(f"{HOME}/alone"))  # fmt: skip


def test_the_first_edition_says_nothing_of_others(client, edition):
    assert 'id="editions"' not in client.get(f"{HOME}/heard").content.decode()
