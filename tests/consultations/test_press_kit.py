"""The press kit: what stands clear, with its interval, from published tables alone."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as Xml

import pytest

from marelle.consultations import press_kit
from marelle.consultations.drawing import Column, Row
from marelle.consultations.models import Consultation, ZoneTables
from marelle.consultations.operations import result_documents as drawing
from marelle.consultations.queries import published, results
from marelle.consultations.queries.contrasts import findings
from marelle.consultations.questionnaires import Option, Question
from marelle.consultations.telling import result_of
from tests.factories.consultations import ZoneTablesFactory
from tests.web.public_results import CLOSES, SECRET, geography, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_disk")]
SVG = "{http://www.w3.org/2000/svg}"
NAMES = [
    "fr/faits.md", "fr/methode.md", "fr/rapport.pdf", "fr/graphiques/01-hurt.svg", "fr/graphiques/02-heard.svg", "fr/graphiques/03-where.svg", "fr/graphiques/04-play.svg",
    "en/facts.md", "en/method.md", "en/report.pdf", "en/charts/01-hurt.svg", "en/charts/02-heard.svg", "en/charts/03-where.svg", "en/charts/04-play.svg",
    "france.csv",
]  # fmt: skip
FACTS = """\
# Consultation nationale : les faits

Environ 26 410 enfants de 6 à 18 ans ont répondu, du 1er octobre 2026 au 18 décembre 2026.

## Ce qui se détache

Les réponses qui se détachent le plus nettement : celles dont l’intervalle indicatif ne touche pas celui de la réponse suivante, la plus grande avance d’abord. Tous les autres résultats sont dans rapport.pdf et dans france.csv.

1. Quelqu’un t’a-t-il fait du mal ? « Non » : 75 % (intervalle indicatif : 67 à 83 % ; environ 12 000 enfants).

2. Les adultes t’écoutent-ils ? « Oui » : 60 % (intervalle indicatif : 52 à 68 % ; environ 26 410 enfants).

3. Où ? « À la maison » : 71 % (intervalle indicatif : 63 à 79 % ; environ 15 000 enfants).

4. Joues-tu dehors ? « Oui » : 60 % (intervalle indicatif : 52 à 68 % ; environ 25 000 enfants).

## Avant d’écrire

- Écrivez « les enfants qui ont répondu », et non « les enfants » : la participation était libre, ce n’est pas un échantillon tiré au hasard.
- Il n’y a pas de marge d’erreur. L’intervalle indicatif tient compte du nombre d’enfants et du hasard ajouté pour les protéger, pas de qui a choisi de répondre.
- Deux parts dont les intervalles se recouvrent largement sont peut-être les mêmes : les pages ne disent « plus haut » ou « plus bas » qu’au-delà du hasard.
- Ne cherchez pas l’enfant derrière un chiffre, et ne publiez aucun tableau qui aiderait à le faire.

## Pour aller plus loin

- Résultats par thème : https://marelle.example/consultation/2026
- Par territoire : https://marelle.example/consultation/2026/lieux
- Version pour les enfants : https://marelle.example/consultation/2026/enfants
- Méthode : https://marelle.example/consultation/2026/methode
- Données ouvertes : https://marelle.example/consultation/2026/donnees

## Comment citer

Comité national, Consultation nationale, France, gel 2026-01 du 25 décembre 2026, https://marelle.example/consultation/2026

Licence : etalab-2.0. On peut réutiliser ces résultats, y compris pour les vendre, en disant d’où ils viennent.
"""


@pytest.fixture
def read():
    geography()
    return published.edition(publish(committee__name="Comité national").consultation.code)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def spaced(words: bytes) -> str:
    return words.decode().replace("\u202f", " ")


# What is in it -------------------------------------------------------------------------------------------------------
def test_kit_holds_facts_method_report_charts_and_a_table(read):
    found = opened(press_kit.kit(read))

    assert list(found) == NAMES
    assert {name: content[:5] for name, content in found.items() if name.endswith(".pdf")} == {
        "fr/rapport.pdf": b"%PDF-",
        "en/report.pdf": b"%PDF-",
    }


def test_facts_are_told_with_their_intervals_and_what_to_know_before_writing(read):
    found = opened(press_kit.kit(read))

    assert spaced(found["fr/faits.md"]) == FACTS
    english = found["en/facts.md"].decode()
    assert "1. Has anyone hurt you? “No”: 75% (indicative interval: 67 to 83%; about 12,000 children)." in english
    assert "Say “the children who answered”" in english


def test_table_holds_each_published_number_of_the_country(read):
    found = opened(press_kit.kit(read))

    lines = found["france.csv"].decode().splitlines()
    assert lines[1].startswith("country,FR,heard,yes,all,all,60,52,68,90,26410,")
    assert len(lines) == 1 + 3 * 8 + 4 + 3 + 3


def test_chart_is_a_drawing_that_stands_alone(read):
    found = opened(press_kit.kit(read))

    drawn = Xml.fromstring(found["fr/graphiques/02-heard.svg"])
    words = [spaced((each.text or "").encode()) for each in drawn.iter(f"{SVG}text")]
    assert drawn.find(f"{SVG}title").text == "Les adultes t’écoutent-ils ?"
    assert words[:3] == ["Les adultes t’écoutent-ils ?", "environ 26 410 enfants", "Oui"]
    assert "60 % (52 à 68 %)" in words
    assert any("https://marelle.example/consultation/2026" in each for each in words)
    assert [each.tag for each in drawn.iter() if each.tag in (f"{SVG}script", f"{SVG}image")] == []


def test_method_says_what_protects_the_children(read):
    said = spaced(opened(press_kit.kit(read))["fr/methode.md"])

    assert "un territoire plus large de 50, un groupe de 30" in said
    assert "d" * 64 in said


def test_nothing_true_is_in_the_kit(read):
    """Planted: a number forgotten in what is withheld."""
    france = ZoneTables.objects.get(zone="FR", profile="")
    hidden = Column("hurt", "6_8", base=SECRET, status="below_floor", shares=(Row("yes", 50, 40, 60, 0, SECRET),))
    ZoneTables.objects.filter(pk=france.pk).delete()
    ZoneTablesFactory(freeze=read.freeze, ages="age4", columns=[*france.columns, hidden])

    content = {name: words for name, words in opened(press_kit.kit(read)).items() if not name.endswith(".pdf")}

    assert [name for name, words in content.items() if str(SECRET).encode() in words] == []


def test_same_tables_give_the_same_bytes(read):
    assert press_kit.kit(read) == press_kit.kit(read)


def test_kit_under_embargo_says_so_first(read):
    edition = published.edition("2026").consultation
    Consultation.rows.update(state="embargoed", embargo_until=CLOSES + timedelta(days=90))
    edition.refresh_from_db()

    said = spaced(opened(press_kit.kit(results.preview(edition)))["fr/faits.md"])

    assert said.splitlines()[2] == (
        "**Sous embargo jusqu’au 18 mars 2027, 18\xa0h : à ne pas publier, citer ni transmettre avant.**"
    )


def test_kit_is_made_once(read):
    made = drawing.write_kit(read)
    before = made.stat().st_mtime_ns

    assert (drawing.write_kit(read), made.stat().st_mtime_ns) == (made, before)


# What stands clear ---------------------------------------------------------------------------------------------------
def told(name: str, *rows: Row, kind: str = "one", status: str = ""):
    options = tuple(Option(row.option, {"fr": row.option}) for row in rows)
    asked = Question(name, kind, {"fr": name}, options=options)
    return result_of(asked, "", [Column(name, base=500, status=status, shares=rows)])


CLEAR = told("clear", Row("a", 60, 55, 65), Row("b", 40, 35, 45))
CLEARER = told("clearer", Row("a", 80, 75, 85), Row("b", 20, 15, 25))
TOUCHING = told("touching", Row("a", 52, 48, 56), Row("b", 52, 44, 52))
CODED = told("coded", Row("a", edge=5), Row("b", edge=-5))
UNTOLD = told("untold", Row("a", 60, 55, 65), Row("b"))
WITHHELD = told("withheld", status="below_floor")
NUMBER = told("number", Row("1", 90, 88, 92), Row("2", 10, 8, 12), kind="integer")


def test_findings_are_those_whose_intervals_do_not_touch_the_widest_lead_first():
    found = findings([CLEAR, TOUCHING, UNTOLD, WITHHELD, NUMBER, CLEARER, CODED], 10)

    assert [(each.result.question.name, each.row.option, each.lead) for each in found] == [
        ("coded", "a", 90),
        ("clearer", "a", 60),
        ("clear", "a", 20),
    ]


def test_findings_are_as_many_as_asked_for_and_keep_the_order_of_questions():
    same = [replace(CLEAR, part=str(number)) for number in range(4)]

    assert [each.result.part for each in findings(same, 3)] == ["0", "1", "2"]
