"""One's own page of a gathering by its secret link: workshops chosen, places given back; links used twice, or too late."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from marelle.base import clock, stamps
from marelle.base.models import Letter
from marelle.events.models import Event, Participant, Registration
from marelle.events.operations import participants, registrations
from marelle.events.operations.registrations import Coming
from tests.factories.events import (
    CLOSES,
    FIRST_DAY,
    IN_TIME,
    EventFactory,
    OccurrenceFactory,
    ProgrammeItemFactory,
    QuestionFactory,
    RegistrationFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def event():
    found = EventFactory(gathering=True, registration_closes_at=CLOSES)
    OccurrenceFactory(event=found, ends_at=FIRST_DAY + 34 * HOUR)
    return found


@pytest.fixture
def item(event):
    return ProgrammeItemFactory(event=event, capacity=1, room="Salle 2", name={"fr": "La rue", "en": "The street"})


@pytest.fixture
def aya(event):
    return RegistrationFactory(occurrence=event.occurrences.get(), participant__name="Aya Ben")


def own(registration, rest=""):
    return f"/mes-rencontres/{registration.participant.key}{rest}"


def programme(registration):
    return own(registration, f"/{registration.code}/programme")


def choices_of(registration):
    rows = registration.participant.registrations.exclude(item=None).order_by("pk")
    return [(str(choice.item), choice.state) for choice in rows]


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


# Choosing ------------------------------------------------------------------------------------------------------------
def test_a_workshop_is_chosen_from_ones_own_page(client, event, item, aya):
    before = page(client, own(aya))

    answer = client.post(programme(aya), {"choose": item.code})
    after, told = page(client, own(aya)), page(client, answer["Location"])

    assert f'href="{programme(aya)}"' in before
    assert (answer.status_code, choices_of(aya)) == (302, [("La rue", "confirmed")])
    assert ("La rue" in before, "La rue" in after, "Salle 2" in after) == (False, True, True)
    assert "Votre choix est enregistré." in told
    assert Letter.objects.get().subject == "Votre place est confirmée\u202f: La rue"


def test_a_choice_sent_twice_is_one(client, item, aya):
    for _press in range(2):
        client.post(programme(aya), {"choose": item.code})

    assert (choices_of(aya), Letter.objects.count()) == ([("La rue", "confirmed")], 1)


def test_a_clash_is_refused_with_a_sentence(client, event, item, aya):
    same_hour = ProgrammeItemFactory(event=event, name={"fr": "Le toit"}, starts_at=FIRST_DAY + HOUR)
    client.post(programme(aya), {"choose": item.code})

    shown = page(client, programme(aya))
    answer = client.post(programme(aya), {"choose": same_hour.code})

    assert (answer.status_code, choices_of(aya)) == (422, [("La rue", "confirmed")])
    assert "Vous avez déjà choisi «\u202fLa rue\u202f» à cette heure." in answer.content.decode()
    assert "En même temps que «\u202fLa rue\u202f», que vous avez choisi." in shown
    assert f'name="choose" value="{same_hour.code}"' not in shown


def test_the_last_place_is_followed_by_the_waiting_list(client, event, item, aya):
    bo = RegistrationFactory(occurrence=event.occurrences.get())
    client.post(programme(aya), {"choose": item.code})

    told = page(client, client.post(programme(bo), {"choose": item.code})["Location"])
    waiting = page(client, own(bo))
    client.post(programme(aya), {"leave": aya.participant.registrations.get(item=item).code})
    offered = choices_of(bo)
    client.post(programme(bo), {"take": bo.participant.registrations.get(item=item).code})

    assert "vous êtes sur la liste d’attente" in told
    assert "numéro 1 sur la liste d’attente" in waiting
    assert (choices_of(aya), offered, choices_of(bo)) == (
        [("La rue", "cancelled")],
        [("La rue", "offered")],
        [("La rue", "confirmed")],
    )


@pytest.mark.parametrize(
    ("at", "status", "made"), [(CLOSES - timedelta(seconds=1), 302, 1), (CLOSES, 409, 0)], ids=["in time", "too late"]
)
def test_choices_are_made_until_the_deadline(client, item, aya, at, status, made):
    with clock.at(at):
        answer = client.post(programme(aya), {"choose": item.code})
        has_button = f'value="{item.code}"' in page(client, programme(aya))

    assert (answer.status_code, len(choices_of(aya))) == (status, made)
    assert not has_button


def test_a_place_is_given_back_after_the_deadline_until_it_begins(client, item, aya):
    client.post(programme(aya), {"choose": item.code})
    choice = aya.participant.registrations.get(item=item)

    with clock.at(FIRST_DAY):
        late = client.post(programme(aya), {"leave": choice.code})
    with clock.at(FIRST_DAY - HOUR):
        client.post(programme(aya), {"leave": choice.code})

    assert (late.status_code, choices_of(aya)) == (409, [("La rue", "cancelled")])


@pytest.mark.parametrize("situation", ["waiting", "cancelled", "draft", "webinar", "of another"])
def test_choosing_is_refused_to_who_may_not(client, event, item, aya, situation):
    path = programme(aya)
    if situation == "waiting":
        Registration.rows.filter(pk=aya.pk).update(state="waiting", waits_since=IN_TIME)
    elif situation == "cancelled":
        Registration.rows.filter(pk=aya.pk).update(state="cancelled")
    elif situation == "draft":
        Event.rows.update(state="draft")
    elif situation == "webinar":
        path = programme(RegistrationFactory())
    else:
        path = own(RegistrationFactory(occurrence=event.occurrences.get()), f"/{aya.code}/programme")

    answer = client.post(path, {"choose": item.code})

    refused = {"waiting": 409, "cancelled": 409}
    assert (answer.status_code, item.registrations.count()) == (refused.get(situation, 404), 0)


def test_a_choice_of_somebody_else_is_not_given_back(client, event, item, aya):
    bo = RegistrationFactory(occurrence=event.occurrences.get())
    client.post(programme(bo), {"choose": item.code})

    answer = client.post(programme(aya), {"leave": bo.participant.registrations.get(item=item).code})

    assert (answer.status_code, choices_of(bo)) == (404, [("La rue", "confirmed")])


def test_public_pages_grow_old_when_a_place_is_chosen(client, item, aya):
    before = stamps.current()

    client.post(programme(aya), {"choose": item.code})
    chosen = stamps.current()
    client.post(programme(aya), {"leave": aya.participant.registrations.get(item=item).code})

    assert before < chosen < stamps.current()


@pytest.mark.parametrize("count", [1, 3])
def test_own_page_asks_a_fixed_number_of_questions(client, event, aya, count, django_assert_num_queries):
    for n in range(count):
        choice = ProgrammeItemFactory(event=event, starts_at=FIRST_DAY + 2 * n * HOUR)
        RegistrationFactory(
            participant=aya.participant, occurrence=aya.occurrence, item=choice, state="waiting", waits_since=IN_TIME
        )
    client.get(own(aya))

    with django_assert_num_queries(3):
        page(client, own(aya))
    with django_assert_num_queries(7):
        page(client, programme(aya))


def test_the_letter_of_who_is_sent_leads_to_the_choices(client, event, item):
    registrations.register(event.occurrences.get().pk, Coming(email="aya@ville.example", name="Aya"), at=IN_TIME)
    letter = Letter.objects.get()

    own_page = re.search(r"https?://[^/]+(/mes-rencontres/\w+)", letter.text)[1]

    assert "C’est là que vous choisissez vos ateliers, jusqu’au 10 juin 2026, 12" in letter.text
    assert "Choisir mes ateliers" in page(client, own_page)


# Dates for one's calendar --------------------------------------------------------------------------------------------
def test_feed_holds_the_places_one_has_and_no_other(client, event, item, aya):
    other = ProgrammeItemFactory(event=event, starts_at=FIRST_DAY + 5 * HOUR)
    for one in (item, other):
        client.post(programme(aya), {"choose": one.code})
    client.post(programme(aya), {"leave": aya.participant.registrations.get(item=other).code})

    answer = client.get(own(aya, "/agenda.ics"))
    dates = Calendar.from_ical(answer.content).walk("VEVENT")

    assert (answer.status_code, answer["Cache-Control"], answer["Referrer-Policy"]) == (200, "no-store", "same-origin")
    assert [(str(d["SUMMARY"]), d["DTSTART"].dt) for d in dates] == [
        ("Rencontre nationale", FIRST_DAY),
        ("La rue", FIRST_DAY),
    ]
    assert "agenda.ics" in page(client, own(aya))


# Links used again ----------------------------------------------------------------------------------------------------
def test_cancelling_again_changes_nothing_and_says_it_is_cancelled(client, event, item, aya):
    bo = RegistrationFactory(occurrence=event.occurrences.get(), state="waiting", waits_since=IN_TIME)
    client.post(programme(aya), {"choose": item.code})
    Letter.objects.all().delete()

    answers = [client.post(own(aya, f"/{aya.code}/cancel")) for _press in range(2)]

    bo.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (bo.state, choices_of(aya)) == ("offered", [("La rue", "cancelled")])
    assert sorted(Letter.objects.values_list("kind", flat=True)) == [
        "place_cancelled",
        "place_cancelled",
        "place_offered",
    ]
    assert "Votre inscription est annulée" in page(client, answers[1]["Location"])


def test_taking_an_offered_place_again_changes_nothing(client, event):
    bo = RegistrationFactory(
        occurrence=event.occurrences.get(), state="offered", waits_since=IN_TIME, offered_until=IN_TIME + HOUR
    )

    answers = [client.post(own(bo, f"/{bo.code}/accept")).status_code for _press in range(2)]

    bo.refresh_from_db()
    assert (answers, bo.state, Letter.objects.count()) == ([302, 302], "confirmed", 1)


def test_an_offer_that_has_ended_says_so(client, event):
    bo = RegistrationFactory(
        occurrence=event.occurrences.get(), state="offered", waits_since=IN_TIME, offered_until=IN_TIME
    )

    answer = client.post(own(bo, f"/{bo.code}/accept"))

    bo.refresh_from_db()
    assert (answer.status_code, bo.state) == (409, "offered")
    assert "elle va à la personne suivante" in answer.content.decode()


@pytest.mark.parametrize(
    ("rest", "method"),
    [
        ("/salle", "get"),
        ("/salle", "post"),
        ("/direct", "get"),
        ("/direct", "post"),
        ("/direct/questions", "get"),
        ("/avis", "get"),
        ("/attestation.pdf", "get"),
        ("/suggestion", "post"),
        ("/accept", "post"),
    ],
)
def test_links_of_a_cancelled_registration_say_so_and_do_nothing(client, rest, method):
    aya = RegistrationFactory(state="cancelled", occurrence__room="https://salle.example/1")
    Event.rows.update(suggestions_until=CLOSES)

    answer = getattr(client, method)(own(aya, f"/{aya.code}{rest}"), {"text": "x", "question": "x"})

    aya.refresh_from_db()
    assert (answer.status_code, aya.state, Letter.objects.count()) == (409, "cancelled", 0)
    assert "Cette inscription est annulée\u202f: rien n’a changé." in answer.content.decode()


def test_nobody_cancels_what_has_begun(client, event, aya):
    with clock.at(FIRST_DAY):
        answer = client.post(own(aya, f"/{aya.code}/cancel"))

    aya.refresh_from_db()
    assert (answer.status_code, aya.state) == (409, "confirmed")


@pytest.mark.parametrize(
    ("rest", "method"),
    [
        ("", "get"),
        ("/donnees.json", "get"),
        ("/agenda.ics", "get"),
        ("/effacer", "get"),
        ("/effacer", "post"),
        ("/coordonnees", "post"),
        ("/{code}/programme", "post"),
        ("/{code}/cancel", "post"),
        ("/{code}/direct/questions", "get"),
    ],
)
def test_links_of_somebody_erased_say_so_and_do_nothing(client, aya, rest, method):
    address = own(aya, rest.format(code=aya.code))
    participants.erase(aya.participant.pk, at=IN_TIME)
    before = list(Participant.rows.values()), list(Registration.rows.values()), Letter.objects.count()

    answer = getattr(client, method)(address, {"name": "Aya", "language": "fr"})

    shown = answer.content.decode()
    assert (answer.status_code, "Ce lien n’ouvre rien" in shown) == (404, True)
    assert 'href="/mes-rencontres"' in shown
    assert (list(Participant.rows.values()), list(Registration.rows.values()), Letter.objects.count()) == before


def test_erased_people_come_back_as_strangers(client, event, aya):
    email = aya.participant.email
    participants.erase(aya.participant.pk, at=IN_TIME)

    again = registrations.register(event.occurrences.get().pk, Coming(email=email, name="Aya"), at=IN_TIME)

    assert again.participant_id != aya.participant_id
    assert Registration.rows.get(pk=aya.pk).state == "cancelled"


# The board of a meeting that is not for everyone ---------------------------------------------------------------------
def test_board_of_a_closed_meeting_looks_after_itself(client, django_assert_num_queries):
    webinar = EventFactory(access="invitation")
    bo = RegistrationFactory(occurrence=OccurrenceFactory(event=webinar))
    address = own(bo, f"/{bo.code}/direct/questions")
    first = page(client, address)

    QuestionFactory(event=webinar, text="Qui paie\u202f?")
    stamps.bump(f"board:{webinar.code[:14]}")
    second = page(client, address)

    assert f'hx-get="{address}"' in page(client, own(bo, f"/{bo.code}/direct"))
    assert ("Qui paie" in first, "Qui paie" in second, "<h1" in second) == (False, True, False)
    assert 'name="vote"' in second
    assert client.get(f"/webinaires/{webinar.code}/direct/questions").status_code == 404
    with django_assert_num_queries(3):
        page(client, address)
