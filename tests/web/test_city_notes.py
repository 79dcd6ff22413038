"""Notes and photos of an action: the officer writes, shows, takes back; the public page follows."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marelle.accounts.models import File
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.plans.models import Note
from tests.factories.accounts import PersonFactory
from tests.factories.plans import ActionFactory, NoteFactory
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db
ADDRESS = "/espace/67447/plan/actions/{}/notes"
PROMISE = "/villes/67447/engagements/1"


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2028, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def action():
    return ActionFactory(objective=promise(member()))


@pytest.fixture
def officer(client, action):
    organisation = action.objective.plan.organisation
    person = PersonFactory(name="Léa Martin", roles=[(organisation, Role.CITY_EDITOR)])
    client.force_login(person)
    return person


@pytest.fixture
def address(action):
    return ADDRESS.format(action.code)


def photo(place=(48.6, 7.7)) -> SimpleUploadedFile:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = place
    exif[0x010F] = "Appareil secret"
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "#0F5C73").save(content, "JPEG", exif=exif)
    return SimpleUploadedFile("bancs.jpg", content.getvalue(), "image/jpeg")


def written(**given):
    return {"words": "Les bancs sont posés.", "day": "2028-03-14"} | given


def with_photo(**given):
    return written(photo=photo(), photo_alt="Deux bancs.", photo_credit="Ville") | given


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def status(client, address) -> int:
    """Of an answer that may hold a file."""
    response = client.get(address)
    if response.streaming:
        list(response.streaming_content)
    return response.status_code


def test_officer_writes_shows_and_keeps_inside(client, officer, address):
    client.post(address, with_photo())
    note = Note.objects.get()
    inside = page(client, PROMISE)
    client.post(f"{address}/{note.code}/geste", {"act": "show"})
    shown = page(client, PROMISE)
    client.post(f"{address}/{note.code}/geste", {"act": "hide"})

    held = ("Les bancs sont posés.", 'alt="Deux bancs."', "Photo\u202f: Ville")
    assert [words in inside for words in held] == [False] * 3
    assert [words in shown for words in held] == [True] * 3
    assert "Les bancs sont posés." not in page(client, PROMISE)
    assert "Les bancs sont posés." in page(client, address.removesuffix("/notes"))


def test_photo_says_nothing_of_where_it_was_taken(client, officer, address):
    client.post(address, with_photo())
    note = Note.objects.get()

    content = b"".join(client.get(f"{address}/{note.code}/photo").streaming_content)

    assert (b"secret" in content, dict(Image.open(io.BytesIO(content)).getexif())) == (False, {})


def test_photo_is_public_with_its_note_and_no_longer(client, officer, address):
    client.post(address, with_photo(photo_use="public", consent="Accord écrit, mars 2028."))
    code = Note.objects.get().code
    public = f"/villes/67447/notes/{code}/photo"
    statuses = [status(client, public)]
    for act in ("show", "withdraw"):
        client.post(f"{address}/{code}/geste", {"act": act})
        statuses.append(status(client, public))

    assert statuses == [404, 200, 404]
    assert "Photo retirée le 3 avril 2028" in page(client, address).replace("\xa0", " ")


def test_photo_of_a_town_that_left_is_not_there(client, officer, address, action):
    client.post(address, with_photo())
    Note.objects.update(shown_at=clock.now())
    public = f"/villes/67447/notes/{Note.objects.get().code}/photo"
    before = status(client, public)
    mandate = action.objective.plan.mandate
    mandate.state = "suspended"
    mandate.save()

    assert (before, status(client, public)) == (200, 404)


@pytest.mark.parametrize(
    "given",
    [{"words": ""}, {"day": "2028-05-01"}, {"photo_alt": ""}, {"photo_use": "public"}, {"photo": None, "words": ""}],
)
def test_incomplete_note_comes_back(client, officer, address, given):
    form = {name: value for name, value in with_photo(**given).items() if value is not None}

    response = client.post(address, form)

    assert (response.status_code, Note.objects.count()) == (422, 0)


def test_paper_is_no_photo(client, officer, address):
    paper = SimpleUploadedFile("photo.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")

    response = client.post(address, with_photo(photo=paper))

    assert (response.status_code, Note.objects.count()) == (422, 0)


def test_correction_keeps_what_was_said_and_the_photo(client, officer, address):
    client.post(address, with_photo())
    code = Note.objects.get().code

    client.post(f"{address}/{code}", written(words="Trois bancs.", photo_alt="Trois bancs.", photo_credit="Ville"))

    text = page(client, address)
    assert ("Trois bancs." in text, "Ce qu’elle disait avant" in text, "Les bancs sont posés." in text) == (True,) * 3
    assert [note.photo for note in Note.objects.order_by("pk")] == [File.rows.get(label="bancs.jpg")] * 2
    assert client.get(f"{address}/{code}").status_code == 404


def test_act_nobody_knows_is_refused(client, officer, address, action):
    note = NoteFactory(action=action)

    response = client.post(f"{address}/{note.code}/geste", {"act": "explode"})

    assert (response.status_code, Note.objects.filter(removed_at=None).count()) == (422, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_much_whatever_its_length(
    client, officer, address, action, rows, django_assert_num_queries
):
    for _number in range(rows):
        NoteFactory(action=action)
    client.get(address)

    # session, person, sign-in, memberships, action, notes
    with django_assert_num_queries(6):
        text = page(client, address)

    assert text.count("Les bancs sont posés.") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_promise_asks_one_question_for_its_notes(client, action, rows, django_assert_max_num_queries):
    for number in range(rows):
        other = ActionFactory(objective=action.objective, name=f"Action {number}")
        NoteFactory(action=other, shown_at=clock.now(), day=date(2028, 3, 1 + number))

    with django_assert_max_num_queries(12):
        text = page(client, PROMISE)

    assert text.count("Les bancs sont posés.") == rows


def test_timeline_tells_the_notes_by_their_days(client, officer, action):
    action.starts_on, action.ends_on = date(2028, 1, 10), date(2028, 6, 30)
    action.save()
    NoteFactory(action=action)

    text = page(client, "/espace/67447/plan?vue=calendrier")

    told = [text.index(words) for words in ("10 janvier 2028", "14 mars 2028", "Les bancs sont posés.", "30 juin 2028")]
    assert told == sorted(told)
    assert "Plan d’action par date : Schiltigheim" in text
