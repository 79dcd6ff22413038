"""Needs and groups in the office: the table and its files, rankings, a need made a theme in two presses, members brought in."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.events.models import Event, Group, Ranking
from marelle.events.operations import groups as group_operations
from marelle.library.models import Resource
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import IN_TIME, EventFactory, NeedFactory, RankedFactory, RankingFactory
from tests.factories.library import ServiceFactory
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HERE = "/bureau/rencontres/besoins"


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def committee():
    return OrganisationFactory(committee=True)


@pytest.fixture
def officer(committee, client):
    person = PersonFactory(name="Morgan", roles=[(committee, Role.PROGRAMME_OFFICER)], application=True)
    sign_in(client, person)
    return person


def place(name, departement):
    """A town of a département."""
    return OrganisationFactory(name=name, territory=TerritoryFactory(name=name, departement=departement))


@pytest.fixture
def needs(committee):
    """Two needs in two départements, on two services, the second one more urgent."""
    north = TerritoryFactory(code="59", kind="departement", name="Nord")
    south = TerritoryFactory(code="13", kind="departement", name="Bouches-du-Rhône")
    tutelle, logement = ServiceFactory(code="tutelle"), ServiceFactory(code="logement")
    return [
        NeedFactory(committee=committee, organisation=place("Lys", north), service=tutelle, name="Des tuteurs"),
        NeedFactory(committee=committee, organisation=place("Mer", south), service=logement, name="Un toit", urgency=3),
    ]


def rows(client, query=""):
    """The table as its file tells it."""
    answer = client.get(f"{HERE}?format=csv{query}")
    return [
        (row["besoin"], row["ville"], row["departement"])
        for row in csv.DictReader(io.StringIO(answer.content.decode()))
    ]


def test_the_table_says_each_need_its_city_and_its_territory(client, officer, needs):
    assert rows(client) == [("Un toit", "Mer", "Bouches-du-Rhône"), ("Des tuteurs", "Lys", "Nord")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("&service=tutelle", ["Des tuteurs"]),
        ("&urgence=3", ["Un toit"]),
        ("&departement=59", ["Des tuteurs"]),
        ("&departement=59&urgence=3", []),
        ("&domaine=inconnu", ["Un toit", "Des tuteurs"]),
        ("&tri=besoin", ["Des tuteurs", "Un toit"]),
        ("&tri=-urgence", ["Un toit", "Des tuteurs"]),
    ],
)
def test_the_table_is_filtered_and_sorted(client, officer, needs, query, found):
    assert [name for name, *_rest in rows(client, query)] == found


def test_another_committee_s_needs_are_not_there(client, officer, needs):
    other = NeedFactory(committee=OrganisationFactory(committee=True, code="o-other"), name="kqzneed")

    assert "kqzneed" not in client.get(HERE).content.decode()
    assert client.get(f"{HERE}/{other.code}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_table_asks_a_fixed_number_of_questions(client, officer, committee, count, django_assert_num_queries):
    for number in range(count):
        departement = TerritoryFactory(code=f"9{number}", kind="departement")
        NeedFactory(committee=committee, organisation=place(f"Lieu {number}", departement), service=ServiceFactory())
    client.get(HERE)

    with django_assert_num_queries(9):
        client.get(HERE)


def test_a_need_becomes_a_webinar_in_two_presses(client, officer, needs):
    need = needs[0]

    opened = client.get(f"{HERE}/{need.code}")
    pressed = client.post(f"{HERE}/{need.code}/reprendre", follow=True)

    event = Event.rows.get()
    assert "Reprendre en webinaire" in opened.content.decode()
    assert (event.kind, event.state, str(event)) == ("webinar", "draft", "Des tuteurs")
    assert "Ce que ça devient" in pressed.content.decode()


def test_the_webinar_made_of_a_need_says_where_it_comes_from(client, officer, committee):
    need = NeedFactory(committee=committee, name="Trouver des tuteurs")

    client.post(f"/bureau/rencontres/besoins/{need.code}/reprendre")
    page = client.get(f"/bureau/rencontres/{Event.rows.get().code}").content.decode()

    assert f"/bureau/rencontres/besoins/{need.code}" in page


def test_a_need_becomes_a_part_of_a_meeting_being_prepared(client, officer, needs, committee):
    meeting = EventFactory(state="draft", committee=committee)
    foreign = EventFactory(state="draft", committee=OrganisationFactory(committee=True, code="o-other"))

    done = client.post(f"{HERE}/{needs[0].code}/reprendre", {"meeting": meeting.code})
    refused = client.post(f"{HERE}/{needs[0].code}/reprendre", {"meeting": foreign.code})

    assert (done.status_code, refused.status_code) == (302, 404)
    assert [str(item) for item in meeting.items.all()] == ["Des tuteurs"]


def test_a_ranking_is_opened_and_its_result_read_in_order(client, officer, needs):
    typed = {"name_fr": "Automne", "opens_on": "2026-05-01", "closes_on": "2026-05-30", "points": "5"}

    client.post(f"{HERE}/classements", typed)
    ranking = Ranking.objects.get()
    for need, points in zip(needs, (1, 4), strict=True):
        RankedFactory(ranking=ranking, need=need, points=points)
    page = client.get(f"{HERE}/classements/{ranking.code}").content.decode()

    assert (ranking.points, ranking.closes_at.isoformat()) == (5, "2026-05-30T16:00:00+00:00")
    assert page.index("Un toit") < page.index("Des tuteurs")


def test_another_committee_s_ranking_is_not_there(client, officer):
    ranking = RankingFactory(committee=OrganisationFactory(committee=True, code="o-other"))

    assert client.get(f"{HERE}/classements/{ranking.code}").status_code == 404


def test_a_group_is_made_members_brought_in_and_its_file_carried_to_the_library(client, officer, committee):
    somebody = PersonFactory(name="Inès", roles=[(OrganisationFactory(country="TN"), Role.CITY_EDITOR)])
    groups = "/bureau/rencontres/groupes"

    client.post(groups, {"name_fr": "Enfants à la rue", "charter_fr": "Nous nous écoutons."})
    group = Group.rows.get()
    here = f"{groups}/{group.code}"
    client.post(f"{here}/membres", {"email": somebody.email, "role": "member"})
    unknown = client.post(f"{here}/membres", {"email": "nobody@example.org", "role": "member"})
    group_operations.answer_invitation(group.pk, accepts=True, by=somebody)
    group_operations.add_file(group.pk, SimpleUploadedFile("note.csv", b"a,b\n1,2\n"), by=somebody)
    client.post(f"{here}/faire", {"act": "library", "file": group.files.get().code, "language": "fr"})
    page = client.get(here).content.decode()

    assert unknown.status_code == 422
    assert [word in page for word in ("Inès", "Nous nous écoutons.", "note.csv")] == [True] * 3
    assert list(Resource.rows.values_list("kind", "state")) == [("minutes", "draft")]


def test_another_committee_s_group_is_not_there(client, officer):
    elsewhere = OrganisationFactory(committee=True, code="o-other")
    chief = PersonFactory(roles=[(elsewhere, Role.PROGRAMME_OFFICER)])
    group = group_operations.make_group(elsewhere, by=chief, name={"fr": "kqzgroup"})

    assert client.get(f"/bureau/rencontres/groupes/{group.code}").status_code == 404
    assert "kqzgroup" not in client.get("/bureau/rencontres/groupes").content.decode()
