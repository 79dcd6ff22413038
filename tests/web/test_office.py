"""The committee's office: who sees what, and how many questions a page asks."""

import re
from datetime import date
from pathlib import Path

import pytest

import marelle
from marelle.accounts import journal
from marelle.accounts.models import PendingAct
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import registers
from marelle.base.models import Letter
from marelle.mandates.models import Call
from marelle.mandates.operations.decisions import propose_decision
from marelle.web.office.house import WORDS
from tests import signing_in
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import CriterionFactory, FrameworkFactory, TrackFactory
from tests.factories.mandates import (
    ApplicationFactory,
    CallFactory,
    HandInFactory,
    MandateFactory,
    ReviewFactory,
    ScoreFactory,
)
from tests.factories.territories import TerritoryFactory
from tests.mandates.office import works_as
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def sign_in(client, house):
    def enter(role):
        person = PersonFactory(roles=[(house, role)])
        signing_in.sign_in(client, person)
        client.get("/bureau/lectures")  # the first page of a session also writes that it began
        return person

    return enter


def form(**changed):
    given = {
        "code": "2026",
        "name_fr": "Appel 2026",
        "name_en": "Call 2026",
        "tracks": [str(TrackFactory().pk)],
        "framework": str(FrameworkFactory().pk),
        "opens_on": "2026-04-01",
        "opens_hour": "09:00",
        "closes_on": "2026-11-30",
        "closes_hour": "18:00",
        "zone": "Europe/Paris",
        "mandate_starts_on": "2026-11-20",
        "readers_required": "2",
        "presentation_fr": "",
        "presentation_en": "",
    }
    return {**given, **changed}


def test_new_call_is_written_once_whatever_the_clicks(client, sign_in):
    sign_in(Role.PROGRAMME_ADMINISTRATOR)
    typed = form(form_key="a-key")

    answers = [client.post("/bureau/appels/nouveau", typed) for _click in range(2)]

    call = Call.objects.get()
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/bureau/appels/2026")] * 2
    assert (call.opens_at.isoformat(), call.closes_at.isoformat()) == (
        "2026-04-01T07:00:00+00:00",
        "2026-11-30T17:00:00+00:00",
    )


def test_new_call_is_named_in_the_languages_of_its_programme(client, sign_in):
    sign_in(Role.PROGRAMME_ADMINISTRATOR)
    spanish = FrameworkFactory(name={"es": "Marco"})
    typed = form(framework=str(spanish.pk), name_fr="", name_en="", presentation_es="Cuatro años.")

    shown = client.get("/bureau/appels/nouveau").content.decode()
    refused = client.post("/bureau/appels/nouveau", typed)
    client.post("/bureau/appels/nouveau", typed | {"name_es": "Convocatoria"})

    assert [shown.count(f'name="{field}"') for field in ("name_es", "name_fr", "presentation_es")] == [1, 1, 1]
    assert (refused.status_code, "donnez le nom dans cette langue" in refused.content.decode()) == (422, True)
    call = Call.objects.get()
    assert (call.name, call.presentation) == ({"es": "Convocatoria"}, {"es": "Cuatro años."})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"closes_on": "2026-03-01"}, "La date de clôture doit suivre la date d’ouverture."),
        ({"zone": "Paris"}, "Écrivez un fuseau tel que Europe/Paris ou Indian/Reunion."),
        ({"tracks": []}, "Choisissez au moins une voie d’engagement."),
    ],
    ids=["closes first", "no such zone", "no track"],
)
def test_new_call_says_what_to_do_and_keeps_what_was_typed(client, sign_in, changed, sentence):
    sign_in(Role.PROGRAMME_ADMINISTRATOR)

    answer = client.post("/bureau/appels/nouveau", form(**changed))

    page = answer.content.decode()
    assert (answer.status_code, Call.objects.count()) == (422, 0)
    assert sentence in page
    assert 'value="Appel 2026"' in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PROGRAMME_ADMINISTRATOR, 200),
        (Role.PROGRAMME_OFFICER, 403),
        (Role.REVIEWER, 403),
        (Role.BOARD_MEMBER, 403),
    ],
)
def test_new_call_is_for_programme_administrators(client, sign_in, role, status):
    sign_in(role)

    assert client.get("/bureau/appels/nouveau").status_code == status


PAGES = ["/bureau/appels", "/bureau/lectures", "/bureau/decisions", "/bureau/villes", "/bureau/appels/nouveau"]


@pytest.mark.parametrize("path", PAGES)
def test_office_does_not_exist_for_a_city(client, path):
    """trust O3. What is outside is 404, never 403."""
    client.force_login(PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)]))

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_office_asks_a_visitor_to_sign_in(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Location"].startswith("/compte/entrer")) == (302, True)


def test_reader_sees_only_what_was_given_to_them(client, sign_in):
    reader = sign_in(Role.REVIEWER)
    mine = ReviewFactory(reviewer=reader, started=True)
    other = ReviewFactory(application=ApplicationFactory(under_review=True))

    page = client.get("/bureau/lectures").content.decode()

    assert mine.application.organisation.name in page
    assert other.application.organisation.name not in page
    assert client.get(f"/bureau/lectures/{other.code}").status_code == 404
    assert client.get(f"/bureau/candidatures/{other.application.code}").status_code == 404


def test_reading_saves_what_changed_without_javascript(client, sign_in):
    review = ReviewFactory(reviewer=sign_in(Role.REVIEWER), started=True)
    criterion = CriterionFactory(framework=review.application.call.framework)
    score = ScoreFactory(review=review, criterion=criterion)
    points, remark = f"{criterion.code}.points", f"{criterion.code}.remark"

    answer = client.post(
        f"/bureau/lectures/{review.code}",
        {
            points: "3", f"was:{points}": "",
            remark: "Bien décrit.", f"was:{remark}": "",
            "summary": "", "was:summary": "",
        },
    )  # fmt: skip

    score.refresh_from_db()
    assert (answer.status_code, score.points, score.remark) == (302, 3, "Bien décrit.")


def test_reading_field_answers_with_its_version(client, sign_in):
    review = ReviewFactory(reviewer=sign_in(Role.REVIEWER), started=True)

    answer = client.post(
        f"/bureau/lectures/{review.code}/champ",
        {"name": "summary", "value": "Clair.", "was": "", "version": "1"},
        headers={"x-requested-with": "fetch"},
    )

    review.refresh_from_db()
    assert (answer.status_code, answer.json()["saved"], review.summary) == (200, 2, "Clair.")


@pytest.mark.parametrize(
    ("value", "version", "status", "points"),
    [("9" * 5000, "1", 422, None), ("5", "1", 422, None), ("3", "9" * 5000, 200, 3)],
    ids=["endless points", "too many points", "endless version"],
)
def test_reading_field_refuses_endless_numbers(client, sign_in, value, version, status, points):
    """trust W9. A number of five thousand digits is a wrong answer, not a fault of the house."""
    score = ScoreFactory(review__reviewer=sign_in(Role.REVIEWER), review__started=True)

    answer = client.post(
        f"/bureau/lectures/{score.review.code}/champ",
        {"name": f"{score.criterion.code}.points", "value": value, "was": "", "version": version},
        headers={"x-requested-with": "fetch"},
    )

    score.refresh_from_db()
    assert (answer.status_code, score.points) == (status, points)


def test_confirm_asks_for_a_fresh_proof_first(client, sign_in, house):
    """trust R5. The second person proves again who they are before deciding."""
    board = sign_in(Role.BOARD_MEMBER)
    application = ApplicationFactory(opinion_given=True)
    signing_in.sign_in(client, board, minutes_ago=11)
    PendingAct.objects.create(
        kind="decision",
        reference=f"mandates.application:{application.code}",
        payload={
            "outcome": "granted",
            "reasons": "Bien.",
            "conditions": "",
            "conditions_due_on": "",
            "session_on": "2026-07-06",
        },
        proposed_by=PersonFactory(),
        proposed_at=application.created_at,
    )

    answer = client.post(f"/bureau/candidatures/{application.code}/decision", {})

    application.refresh_from_db()
    assert (answer.status_code, "/compte/" in answer["Location"]) == (302, True)
    assert application.state == "opinion_given"


def test_confirm_takes_the_proposal_that_was_read(client, sign_in):
    """trust R5. The page carries the proposal it shows; without it nothing is decided."""
    board = sign_in(Role.BOARD_MEMBER)
    signing_in.sign_in(client, board)
    application = ApplicationFactory(opinion_given=True)
    proposed = propose_decision(
        application.pk,
        by=works_as(Role.PROGRAMME_ADMINISTRATOR, board.living_memberships[0].organisation),
        outcome="granted",
        reasons="Bien.",
        session_on=date(2026, 7, 6),
    )
    address = f"/bureau/candidatures/{application.code}/decision"
    page = client.get(address).content.decode()

    blind = client.post(address, {})
    seeing = client.post(address, {"read": proposed.code})

    application.refresh_from_db()
    assert f'name="read" value="{proposed.code}"' in page
    assert (blind.status_code, seeing.status_code, application.state) == (409, 302, "accepted")


@pytest.mark.parametrize("count", [1, 3])
def test_call_page_asks_a_fixed_number_of_questions(client, sign_in, count, django_assert_num_queries):
    sign_in(Role.PROGRAMME_OFFICER)
    call = CallFactory()
    ApplicationFactory.create_batch(count, call=call, submitted=True)

    with django_assert_num_queries(11):
        answer = client.get(f"/bureau/appels/{call.code}")

    assert answer.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_city_list_asks_a_fixed_number_of_questions(client, sign_in, count, django_assert_num_queries):
    sign_in(Role.PROGRAMME_OFFICER)
    ApplicationFactory.create_batch(count, submitted=True)

    with django_assert_num_queries(7):
        answer = client.get("/bureau/villes")

    assert answer.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_reading_page_asks_a_fixed_number_of_questions(client, sign_in, count, django_assert_num_queries):
    city = OrganisationFactory(code="67001", territory=TerritoryFactory(code="67001", population=5000))
    review = ReviewFactory(reviewer=sign_in(Role.REVIEWER), application__organisation=city, started=True)
    for n in range(count):
        promise(member(f"6700{n + 2}", f"Voisine {n}", population=5000 + n))
        HandInFactory(application=review.application, number=n + 1)
        ScoreFactory(review=review, criterion=CriterionFactory(framework=review.application.call.framework))

    with django_assert_num_queries(14):
        answer = client.get(f"/bureau/lectures/{review.code}")

    assert (answer.status_code, len(answer.context["bench"].peers)) == (200, count)


def test_list_is_taken_away_with_the_same_columns(client, sign_in):
    sign_in(Role.PROGRAMME_OFFICER)
    application = ApplicationFactory(submitted=True)

    answer = client.get(f"/bureau/appels/{application.call.code}?format=csv")

    lines = answer.content.decode().splitlines()
    assert lines[0] == "ville,code,departement,voie,depot,lecteurs,lectures,etat"
    assert lines[1].startswith(f"{application.organisation.name},{application.organisation.code},")


def test_a_city_is_written_to_from_the_list_in_one_press(client, sign_in):
    sign_in(Role.PROGRAMME_OFFICER)
    city = ApplicationFactory(submitted=True).organisation
    chief = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)])

    listed = client.get("/bureau/villes").content.decode()
    asked = client.get(f"/bureau/villes/{city.code}/ecrire")
    done = client.post(f"/bureau/villes/{city.code}/ecrire", {"words": asked.context["form"]["words"].value()})

    assert f'href="/bureau/villes/{city.code}/ecrire"' in listed
    assert (b"1 personne" in asked.content, chief.name in asked.content.decode()) == (True, False)
    assert (done.status_code, done["Location"]) == (302, "/bureau/villes")
    assert [letter.address for letter in Letter.objects.all()] == [chief.email]


def test_city_nobody_here_looks_after_is_not_written_to(client, sign_in):
    sign_in(Role.PROGRAMME_OFFICER)

    assert client.get("/bureau/villes/99999/ecrire").status_code == 404


def test_city_list_says_the_day_of_the_last_act_next_to_the_name(client, sign_in):
    """Beside the name, so that a narrow screen shows it; the silent first."""
    sign_in(Role.PROGRAMME_OFFICER)
    ApplicationFactory(submitted=True)

    head = client.get("/bureau/villes?format=csv").content.decode().splitlines()[0]

    assert head == "ville,dernier_acte,situation,departement,personnes,code"


def test_bench_says_what_the_points_mean(client, sign_in):
    review = ReviewFactory(reviewer=sign_in(Role.REVIEWER), started=True)

    page = client.get(f"/bureau/lectures/{review.code}").content.decode()

    assert "De 0 à 4\u202f: 0 rien, 1 amorcé, 2 en partie, 3 bien, 4 pleinement" in page


def test_journal_calls_the_robot_the_platform(client, sign_in, house):
    """The house acts by itself at times: it is not called by the name of its account."""
    sign_in(Role.PROGRAMME_ADMINISTRATOR)
    journal.record(house, "organisation_created", by=robot(), organisation=house)

    page = client.get("/bureau/equipe/journal").content.decode()

    assert ("La plateforme" in page, "Robot" in page) == (True, False)


def test_what_must_always_hold_is_said_in_the_readers_language(client, sign_in):
    """A check that is registered has words here: no name of the code on a page."""
    sign_in(Role.PROGRAMME_ADMINISTRATOR)

    page = client.get("/bureau/maison/invariants").content.decode()

    assert set(registers.invariants) == set(WORDS)
    assert "Chaque dépôt a son récépissé" in page
    assert "has its receipt" not in page


def test_city_list_tells_the_towns_own_silence_and_leads_to_its_page(client, sign_in, house):
    """What others did about a town is no act of its own: the list says the same day as pilotage."""
    officer = sign_in(Role.PROGRAMME_OFFICER)
    followed = {"call__committee": house, "organisation__name": "Rennes"}
    mandate = MandateFactory(**{f"agreement__application__{name}": value for name, value in followed.items()})
    journal.record(mandate, "mandate_watch", by=officer, organisation=mandate.organisation)
    applied = ApplicationFactory(submitted=True, call__committee=house, organisation__name="Brest")

    page = client.get("/bureau/villes").content.decode()
    rows = {row["ville"]: row["dernier_acte"] for row in client.get("/bureau/villes?format=json").json()}

    assert rows["Rennes"] is None
    assert f'<a href="/bureau/conventions/{mandate.agreement.code}/mandat">Rennes</a>' in page
    assert f'<a href="/bureau/candidatures/{applied.code}">Brest</a>' in page


LONG = re.compile(r"parts/table.html. with table=table only")


@pytest.mark.parametrize("face", ["office", "city", "account"])
def test_every_list_turns_its_pages(face):
    """A table shows fifty rows: without its pages, nobody reaches the next."""
    folder = Path(marelle.__file__).parent / "templates" / face
    texts = {path.stem: path.read_text() for path in folder.glob("*.html")}

    assert (
        sorted(name for name, text in texts.items() if LONG.search(text) and "parts/pagination.html" not in text) == []
    )
