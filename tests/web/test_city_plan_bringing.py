"""The plan a city already has: pasted or given, confirmed line by line, nothing invented, nothing lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Action, BroughtText, Objective
from tests.factories.accounts import PersonFactory
from tests.factories.framework import DemonstrationFramework
from tests.factories.mandates import IN_TIME, ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db
PAGE = "/espace/67447/candidature/plan/existant"
TEXT = "Engagement 4 : Participation\nUn conseil d’enfants\nÉlire le conseil\nBudget : 3000\n" + "Mot " * 100


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def application():
    return ApplicationFactory(call=CallFactory(framework=DemonstrationFramework()), organisation__code="67447")


@pytest.fixture
def officer(client, application):
    person = PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])
    client.force_login(person)
    return person


def pasted(client):
    return client.post(PAGE, {"text": TEXT})["Location"]


def sent(**choices):
    return {
        key: value for n, said in choices.items() for key, value in ((f"line.{n[1:]}", said), (f"was:line.{n[1:]}", ""))
    }


def test_lines_become_what_was_confirmed_once_and_nothing_else(client, officer):
    address = pasted(client)
    said = sent(_1="objective:D", _2="action", _3="skip") | {"write": "1", "form_key": "k"}

    shown = client.get(address).content.decode()
    first, again = client.post(address, said), client.post(address, said)

    assert ("(titre au-dessus)" in shown, BroughtText.objects.get().lines[1]) == (
        True,
        ["Un conseil d’enfants", "", "D"],
    )
    assert [(o.name, o.domain.code) for o in Objective.objects.all()] == [("Un conseil d’enfants", "D")]
    assert [(a.name, a.objective.name) for a in Action.objects.all()] == [("Élire le conseil", "Un conseil d’enfants")]
    assert (first.status_code, again.status_code) == (302, 302)


def test_marks_of_a_list_stay_out_of_the_plan(client, officer):
    address = client.post(PAGE, {"text": "• Un conseil d’enfants\n- Élire le conseil\n– Le réunir\nPorte-à-porte"})[
        "Location"
    ]

    client.post(address, sent(_0="objective:D", _1="action", _2="action", _3="action") | {"write": "1"})

    assert Objective.objects.get().name == "Un conseil d’enfants"
    assert list(Action.objects.order_by("pk").values_list("name", flat=True)) == [
        "Élire le conseil",
        "Le réunir",
        "Porte-à-porte",
    ]


def test_choices_are_kept_when_the_page_is_left(client, officer):
    address = pasted(client)

    client.post(f"{address}/champ", {"name": "line.1", "value": "objective:D", "was": "", "version": "0"})

    assert BroughtText.objects.get().choices == {"1": "objective:D"}
    assert '<option value="objective:D" selected>' in client.get(address).content.decode()
    assert Objective.objects.count() == 0


@pytest.mark.parametrize(
    "choices", [{"_2": "action"}, {"_4": "objective:D"}, {"_1": "objective:Z"}, {"_1": "action:gone"}],
    ids=["nothing above", "too long for a name", "unknown domain", "objective that is gone"],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_nothing_is_written(client, officer, choices):
    address = pasted(client)

    answer = client.post(
        address, sent(_0="objective:D", **choices) if "_2" not in choices else sent(**choices), follow=False
    )
    refused = client.post(address, {"write": "1"})

    assert (answer.status_code, refused.status_code) == (302, 422)
    assert (Objective.objects.count(), Action.objects.count(), BroughtText.objects.get().written) == (0, 0, {})


@pytest.mark.parametrize(
    ("name", "content"),
    [("plan.exe", b"MZ"), ("plan.docx", b"%PDF-1.7"), ("plan.pdf", b"%PDF-1.7"), ("plan.csv", b"12;13")],
)
def test_a_file_that_is_not_taken_is_refused_in_a_sentence(client, officer, name, content):
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})

    assert (answer.status_code, BroughtText.objects.count()) == (422, 0)


def test_who_gives_another_kind_of_file_reads_which_are_taken_and_keeps_the_text(client, officer):
    page = client.post(PAGE, {"file": SimpleUploadedFile("plan.exe", b"MZ"), "text": "Une rue calme"}).content.decode()

    assert ("Donnez un texte (DOCX, ODT, TXT) ou un tableau (XLSX, ODS, CSV)." in page, "un son" in page) == (
        True,
        False,
    )
    assert "Une rue calme</textarea>" in page


def test_a_file_gives_its_lines(client, officer):
    answer = client.post(PAGE, {"file": SimpleUploadedFile("plan.txt", b"Une rue calme\n")})

    assert answer.status_code == 302
    assert (BroughtText.objects.get().label, BroughtText.objects.get().lines) == (
        "plan.txt",
        [["Une rue calme", "", ""]],
    )


def test_who_only_reads_and_who_is_elsewhere_see_no_line(client, officer, application):
    address = pasted(client)
    client.force_login(PersonFactory(roles=[(application.organisation, Role.CITY_READER)]))
    reader = client.get(address).status_code
    client.force_login(PersonFactory())

    assert (reader, client.get(address).status_code) == (403, 404)
