"""The gathering in the workspace: the answer, a delegation of four in one form, choices, the signature."""

import re
from datetime import timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.events.models import Delegation, Event, Invitation, Registration
from marelle.events.operations import declarations, gatherings
from marelle.events.operations.registrations import Coming
from tests import signing_in
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.events import (
    CLOSES,
    FIRST_DAY,
    IN_TIME,
    DeclarationFactory,
    EventFactory,
    InvitationFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
)

pytestmark = pytest.mark.django_db
NAMES = ("Aya Ben", "Bo Lune", "Chloé Roc", "Dan Vent")


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def city():
    return OrganisationFactory(name="Bourg-la-Rencontre")


@pytest.fixture
def event(house, city):
    found = EventFactory(gathering=True, committee=house)
    OccurrenceFactory(event=found, ends_at=FIRST_DAY + timedelta(hours=34))
    ProgrammeItemFactory(event=found, capacity=1)
    InvitationFactory(event=found, organisation=city)
    return found


@pytest.fixture
def sign_in(client, city):
    def enter(role, at=city):
        person = PersonFactory(roles=[(at, role)], application=True)
        signing_in.sign_in(client, person)
        client.get("/compte/")
        return person

    return enter


@pytest.fixture
def root(city, event):
    return f"/espace/{city.code}/rencontres/nationales/{event.code}"


def typed(people=NAMES, **changes):
    """The form of four, filled in for these people."""
    given = {"people-TOTAL_FORMS": 4, "people-INITIAL_FORMS": 0}
    for n in range(4):
        name = people[n] if n < len(people) else ""
        given |= {
            f"people-{n}-name": name,
            f"people-{n}-email": f"p{n}@ville.example" if name else "",
            f"people-{n}-function": "élue" if name else "",
            f"people-{n}-dietary": "",
            f"people-{n}-access": "fauteuil" if name else "",
        }
    return given | changes


def sent(event, city, editor, names=NAMES):
    people = [Coming(email=f"{n}@ville.example", name=name) for n, name in enumerate(names)]
    return gatherings.send_delegation(event.pk, city, people, by=editor)


def test_the_invitation_is_found_from_the_menu_and_answered(client, sign_in, city, event, root):
    sign_in(Role.CITY_EDITOR)

    menu = client.get(f"/espace/{city.code}/rencontres").content.decode()
    answers = [client.post(f"{root}/reponse", {"reply": reply}) for reply in ("comes", "does_not")]

    assert f'href="{root}"' in menu
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Invitation.rows.get().reply == "does_not"


def test_the_landing_page_leads_to_what_exists(client, sign_in, city):
    sign_in(Role.CITY_READER)
    here = f"/espace/{city.code}/rencontres"

    cards = client.get(here).content.decode().partition('id="ways"')[2].partition("</section>")[0]

    places = [f"{here}/besoins", f"{here}/pratiques", f"{here}/groupes", "/ressources", "/rendez-vous"]
    assert re.findall(r'href="([^"]*)"', cards) == places
    assert [client.get(place).status_code for place in places] == [200] * 5


def test_four_people_are_registered_in_one_form(client, sign_in, event, root):
    sign_in(Role.CITY_EDITOR)

    form = client.get(f"{root}/delegation").content.decode()
    answer = client.post(f"{root}/delegation", typed())
    page = client.get(root).content.decode()

    assert form.count("<legend>") == 4
    assert (answer.status_code, [name for name in NAMES if f"<h3>{name}</h3>" not in page]) == (302, [])
    assert [r.comfort.access for r in Delegation.objects.get().registrations.all()] == ["fauteuil"] * 4


def test_the_form_sent_twice_registers_four(client, sign_in, event, root):
    sign_in(Role.CITY_EDITOR)

    for _click in range(2):
        client.post(f"{root}/delegation", typed(form_key="one"))

    assert Registration.rows.count() == 4


@pytest.mark.parametrize(
    ("changes", "people"),
    [
        ({"people-1-email": "pas une adresse"}, NAMES),
        ({"people-1-email": "p0@ville.example"}, NAMES),
        ({"people-0-name": "", "people-0-function": "élue"}, NAMES),
        ({}, ()),
    ],
    ids=["bad address", "same address", "no name", "nobody"],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, sign_in, event, root, changes, people):
    sign_in(Role.CITY_EDITOR)

    answer = client.post(f"{root}/delegation", typed(people, **changes))

    page = answer.content.decode()
    assert (answer.status_code, Registration.rows.count()) == (422, 0)
    assert "faults-title" in page
    assert [name for name in people[2:] if f'value="{name}"' not in page] == []


def test_a_choice_its_clash_and_its_place_on_the_list(client, sign_in, city, event, root):
    editor = sign_in(Role.CITY_EDITOR)
    item, same_hour = event.items.get(), ProgrammeItemFactory(event=event)
    first, second, *_others = sent(event, city, editor).registrations.order_by("pk")

    answers = [client.post(f"{root}/personnes/{main.code}", {"item": item.code}) for main in (first, second)]
    clash = client.post(f"{root}/personnes/{first.code}", {"item": same_hour.code})
    page = client.get(f"{root}/personnes/{second.code}").content.decode()

    assert [answer.status_code for answer in (*answers, clash)] == [302, 302, 422]
    assert same_hour.registrations.count() == 0
    assert "numéro 1 sur la liste d’attente" in page
    assert "complet, 1 personne attend" in page


def test_a_place_given_back_is_offered_then_taken(client, sign_in, city, event, root):
    editor = sign_in(Role.CITY_EDITOR)
    item = event.items.get()
    mains = list(sent(event, city, editor).registrations.order_by("pk"))
    first, second = [gatherings.choose_for(main.pk, item.code, by=editor) for main in mains[:2]]

    client.post(f"{root}/personnes/{first.code}/annuler")
    second.refresh_from_db()
    offered = second.state
    client.post(f"{root}/personnes/{second.code}/prendre")

    second.refresh_from_db()
    assert (offered, second.state) == ("offered", "confirmed")


def test_nothing_is_registered_once_closed(client, sign_in, event, root):
    sign_in(Role.CITY_EDITOR)

    with clock.at(CLOSES):
        page = client.get(root).content.decode()
        answers = [client.post(f"{root}/delegation", typed()), client.post(f"{root}/reponse", {"reply": "comes"})]

    assert f"{root}/delegation" not in page
    assert ([answer.status_code for answer in answers], Registration.rows.count()) == ([409, 409], 0)


def test_a_reader_reads_and_changes_nothing(client, sign_in, city, event, root):
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    main = sent(event, city, editor).registrations.first()
    sign_in(Role.CITY_READER)

    shown = client.get(root).status_code
    acts = [
        client.post(f"{root}/reponse", {"reply": "does_not"}),
        client.post(f"{root}/delegation", typed()),
        client.post(f"{root}/personnes/{main.code}", {"item": event.items.get().code}),
        client.post(f"{root}/personnes/{main.code}/annuler"),
    ]

    assert shown == 200
    assert [answer.status_code for answer in acts] == [403] * 4
    assert list(Registration.rows.values_list("state", flat=True)) == ["confirmed"] * 4


def test_another_city_finds_nothing_of_ours(client, sign_in, city, event, root):
    editor = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    main = sent(event, city, editor).registrations.first()
    other = OrganisationFactory()
    InvitationFactory(event=event, organisation=other)
    sign_in(Role.CITY_ADMINISTRATOR, at=other)
    theirs = f"/espace/{other.code}/rencontres/nationales/{event.code}"

    answers = [client.get(root), client.get(f"{theirs}/personnes/{main.code}")]
    answers.append(client.post(f"{theirs}/personnes/{main.code}/annuler"))

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert NAMES[0] not in client.get(theirs).content.decode()


def test_a_city_not_invited_finds_no_gathering(client, sign_in, event):
    other = OrganisationFactory()
    sign_in(Role.CITY_ADMINISTRATOR, at=other)

    answer = client.get(f"/espace/{other.code}/rencontres/nationales/{event.code}")

    assert answer.status_code == 404


def test_the_signatory_signs_what_they_read_with_a_fresh_proof(client, sign_in, house, city, event, root):
    officer = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)])
    declaration = declarations.open_declaration(DeclarationFactory(event=event).pk, by=officer)
    mayor = sign_in(Role.ELECTED_LEAD)
    address, form = f"{root}/declarations/{declaration.code}", {"read": "on", "fingerprint": declaration.fingerprint}

    signing_in.sign_in(client, mayor, minutes_ago=11)
    stale = client.post(address, form)
    signing_in.sign_in(client, mayor)
    unread = client.post(address, {"fingerprint": declaration.fingerprint})
    other = client.post(address, form | {"fingerprint": "0" * 64})
    signed = client.post(address, form)

    assert [stale.status_code, unread.status_code, other.status_code, signed.status_code] == [302, 422, 409, 302]
    assert "/compte/preuve/" in stale["Location"]
    assert [s.fingerprint for s in declaration.signatures.all()] == [declaration.fingerprint]
    assert city.name in client.get(f"/rencontre/2026/declarations/{declaration.code}").content.decode()


def test_a_list_asks_the_same_questions_for_one_and_for_three(client, sign_in, city, event, root):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    editor = sign_in(Role.CITY_EDITOR)

    def asked(path):
        with CaptureQueriesContext(connection) as questions:
            assert client.get(path).status_code == 200
        return len(questions)

    sent(event, city, editor, NAMES[:1])
    paths = [root, f"/espace/{city.code}/rencontres"]
    one = [asked(path) for path in paths]
    sent(event, city, editor, NAMES[1:])
    InvitationFactory(event=EventFactory(gathering=True, committee=event.committee, year=2025), organisation=city)

    assert [asked(path) for path in paths] == one
    assert Event.rows.count() == 2


def test_webinars_to_come_stand_in_the_workspace(client, city, sign_in):
    """An officer finds them where they work; what is over, or by invitation, is not announced there."""
    sign_in(Role.CITY_EDITOR)
    for name, access, day in (("Tutelle", "public", 0), ("Passé", "public", -90), ("Entre nous", "invitation", 0)):
        event = EventFactory(name={"fr": name}, access=access)
        OccurrenceFactory(event=event, starts_at=FIRST_DAY + timedelta(days=day))

    shown = client.get(f"/espace/{city.code}/rencontres").content.decode()

    assert re.findall(r'href="/webinaires/\w+"><strong>(.*?)</strong>', shown) == ["Tutelle"]
