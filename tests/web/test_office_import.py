"""The living network comes in by the office: an empty workbook, every line's fate, a second pair of eyes, invitations."""

import io
import re
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from marelle.accounts import imports
from marelle.accounts.models import Import, Invitation, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock, jobs
from marelle.base.models import Job, Letter
from marelle.mandates.models import Mandate
from marelle.mandates.operations import bringing_in
from marelle.territories.models import Territory
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory, FrameworkFactory, TrackFactory
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/bureau/import"


@pytest.fixture(autouse=True)
def in_spring():
    with clock.at(datetime(2024, 4, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def committee():
    TrackFactory()
    DomainFactory(framework=FrameworkFactory(), code="rights", short={"fr": "Droits", "en": "Rights"})
    TerritoryFactory(code="67447", name="Schiltigheim")
    TerritoryFactory(code="01033", name="Valserhône")
    return OrganisationFactory(committee=True)


@pytest.fixture
def administrators(committee):
    return [
        PersonFactory(name=name, roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)], application=True)
        for name in ("Alix Un", "Dominique Deux")
    ]


def filled(client):
    """The empty workbook, with two cities, a person, an objective; and one line at fault."""
    answer = client.get(f"{PAGE}/modele.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    for row, code in enumerate(("67447", "01033", "99999"), start=3):
        for column, value in zip("BCDF", (code, "Titre complet", date(2021, 11, 20), date(2021, 11, 20)), strict=True):
            book["Mandats"][f"{column}{row}"].value = value
    for column, value in zip("BCDE", ("67447", "Camille Essai", "agent@ville.example", "CA"), strict=True):
        book["Personnes"][f"{column}3"].value = value
    for column, value in zip("BDEF", ("67447", "O1", "Droits", "Aller à l’école"), strict=True):
        book["Objectifs"][f"{column}3"].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_example_of_the_demonstration_shows_each_fate(client, administrators, settings):
    for number in range(4):
        TerritoryFactory(code=f"3501{number}", name=f"Commune {number}", population=9_000 + number)
    OrganisationFactory(code="35010", territory=Territory.objects.get(code="35010"))
    sign_in(client, administrators[0])
    outside = client.get(f"{PAGE}/exemple.xlsx").status_code

    settings.DEMO = True
    link = "/bureau/import/exemple.xlsx" in client.get(PAGE).content.decode()
    content = client.get(f"{PAGE}/exemple.xlsx").content
    client.post(PAGE, {"file": SimpleUploadedFile("reseau-exemple.xlsx", content)})

    told = Import.objects.get().told
    assert (outside, link) == (404, True)
    assert Counter(line["what"] for line in told) == {"create": 3 * 16, "there": 1, "fault": 5}
    assert [line["place"] for line in told if line["what"] == "fault"] == [
        *("Organismes!B7", "Mandats!B6"),
        *("Relevés!D7", "Relevés!D12", "Relevés!D17"),
    ]
    assert "inventé" in load_workbook(io.BytesIO(content)).worksheets[0]["A2"].value


def give(client):
    return client.post(PAGE, {"file": SimpleUploadedFile("reseau.xlsx", filled(client))})


def words(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def ran(task):
    """What the worker does with the job that waits."""
    job = Job.objects.get(task=task)
    jobs._tasks[task](job, **job.arguments)
    job.refresh_from_db()
    return job


def test_network_comes_in_by_two_administrators(client, administrators):
    first, second = administrators
    sign_in(client, first)
    address = give(client).url
    given = Import.objects.get()
    told = words(client.get(address))
    client.post(address, {"seen": given.digest})
    act = PendingAct.objects.get()
    alone = client.post(f"{address}/reponse", {"read": act.code})
    before = Mandate.rows.count()
    sign_in(client, second)
    called = client.get("/bureau/").content.decode()
    client.post(f"{address}/reponse", {"read": act.code})
    done = words(client.get(address))

    assert "4 lignes s’ajoutent 1 chose ne peut pas être prise" in told
    assert "Mandats!B5 n’est pas pris 99999 Aucune commune ni intercommunalité ne porte ce code." in told
    assert (alone.status_code, before) == (403, 0)
    assert re.findall(r'<a href="([^"]+)" class="unread">Un collègue propose de reprendre un réseau', called) == [
        address
    ]
    assert list(Mandate.rows.order_by("pk").values_list("organisation__name", "state")) == [
        ("Schiltigheim", "active"),
        ("Valserhône", "active"),
    ]
    assert Letter.objects.count() == 0
    assert "1 personne est prête à être invitée. Aucune lettre n’est partie." in done


def test_invitations_leave_when_asked_once(client, administrators):
    test_network_comes_in_by_two_administrators(client, administrators)
    address = f"{PAGE}/{Import.objects.get().code}"

    client.post(f"{address}/invitations")
    job = ran("send_held_invitations")
    jobs._tasks[job.task](job, **job.arguments)

    assert (job.done, job.total) == (1, 1)
    assert list(Letter.objects.values_list("kind", "address")) == [("invitation", "agent@ville.example")]
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1


def test_proposal_is_declined_and_nothing_is_written(client, administrators):
    first, second = administrators
    sign_in(client, first)
    address = give(client).url
    client.post(address, {"seen": Import.objects.get().digest})
    sign_in(client, second)

    client.post(f"{address}/reponse", {"read": PendingAct.objects.get().code, "decline": "1"})

    assert (Mandate.rows.count(), Import.objects.get().state) == (0, "read")
    assert PendingAct.objects.get().state == "declined"


class Killed(BaseException):
    """As a worker that is killed."""


def test_worker_killed_in_the_middle_ends_what_it_began(client, administrators, monkeypatch):
    monkeypatch.setattr(imports, "SMALL", 0)
    monkeypatch.setattr(bringing_in, "TELL_EVERY", 1)
    first, second = administrators
    sign_in(client, first)
    address = give(client).url
    waiting = client.get(address).content.decode()
    ran("read_workbook")
    client.post(address, {"seen": Import.objects.get().digest})
    sign_in(client, second)
    client.post(f"{address}/reponse", {"read": PendingAct.objects.get().code})
    told = []

    def kill(done, total):
        told.append((done, total))
        raise Killed

    with pytest.raises(Killed):
        imports.write(Import.objects.get().pk, kill)
    half = Mandate.rows.count()
    job = ran("write_workbook")
    jobs._tasks[job.task](job, **job.arguments)

    assert 'hx-trigger="every 2s"' in waiting
    assert (told, half) == ([(1, 2)], 1)
    assert (Mandate.rows.count(), Invitation.objects.count(), (job.done, job.total)) == (2, 1, (2, 2))
    assert Import.objects.get().state == "written"


def test_network_that_moved_is_shown_again(client, administrators, committee):
    first, second = administrators
    sign_in(client, first)
    address = give(client).url
    client.post(address, {"seen": Import.objects.get().digest})
    found = bringing_in.understood(
        imports.files.placed(Import.objects.select_related("file").get().file), committee, by=first, tell=print
    )
    bringing_in.take(found, committee, by=first, tell=print, shown={"Mandats!B3"})
    sign_in(client, second)

    client.post(f"{address}/reponse", {"read": PendingAct.objects.get().code})

    given = Import.objects.get()
    assert (given.state, Mandate.rows.count()) == ("read", 1)
    assert given.outcome["note"] == (
        "Le réseau a changé pendant que vous lisiez\u202f: voici ce que ferait le fichier maintenant."
    )
