"""The key, the opening, the freeze and the results of a consultation, page by page."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marelle.accounts.states import Role
from marelle.base.models import IdempotencyKey
from marelle.consultations import sealing
from marelle.consultations.models import Consultation, Freeze, KeyShare
from marelle.consultations.operations import authoring, freezing, keys
from tests.consultations.frozen import AT, Edition
from tests.consultations.test_authoring import sent
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import OPENS, ConsultationFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def at(name, consultation):
    return reverse(f"office:consultation_{name}", args=[consultation.code])


def office(person):
    client = Client()
    sign_in(client, person)
    return client


def administrator(consultation, role=Role.PROGRAMME_ADMINISTRATOR):
    return PersonFactory(roles=[(consultation.committee, role)])


def share_of(answer):
    """The share as the page shows it."""
    return " ".join(re.findall(r"<code>([0-9a-f]{8})</code>", answer.content.decode()))


def test_key_is_taken_by_two_persons_each_sees_their_share_once():
    consultation = ConsultationFactory()
    people = [administrator(consultation) for _n in range(2)]
    shares = []

    for person, act in zip(people, ("first", "second"), strict=True):
        page = office(person)
        shown = page.post(at("key", consultation), {"act": act, "form_key": act})
        shares.append(share_of(shown))
        assert shown.headers["Cache-Control"] == "no-store"
        assert shares[-1] in unquote(
            re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', shown.content.decode())[1]
        )
        again = page.post(at("key", consultation), {"act": act, "form_key": act})
        assert (again.status_code, share_of(again)) == (409, "")
        held = page.post(at("key", consultation), {"act": "hold", "group": shares[-1].split()[-1]})
        assert held.status_code == 302

    consultation.refresh_from_db()
    private = keys.joined(consultation, tuple(shares))
    assert sealing.Pair.of(private).public == bytes(consultation.public_key)
    assert "La clé est prête" in office(people[0]).get(at("key", consultation)).content.decode()
    assert not IdempotencyKey.objects.exclude(location="").filter(key__in=["first", "second"]).exists()


def test_wrong_group_is_told_on_the_page():
    consultation = ConsultationFactory()
    page = office(administrator(consultation))
    page.post(at("key", consultation), {"act": "first"})

    answer = page.post(at("key", consultation), {"act": "hold", "group": "00000000"})

    assert (answer.status_code, "dernier groupe" in answer.content.decode()) == (422, True)
    assert not KeyShare.rows.filter(acknowledged_at__isnull=False).exists()


@pytest.mark.parametrize("name", ["key", "opening", "freeze"])
def test_officer_reads_and_does_not_act(name):
    consultation = ConsultationFactory()
    page = office(administrator(consultation, Role.PROGRAMME_OFFICER))

    shown, refused = page.get(at(name, consultation)), page.post(at(name, consultation), {"act": "first"})

    assert (shown.status_code, refused.status_code) == (200, 403)
    assert 'name="act"' not in shown.content.decode()
    assert not KeyShare.rows.exists()


def test_consultation_opens_and_closes_from_its_page():
    consultation = ConsultationFactory(opens_at=OPENS.replace(year=2020), closes_at=OPENS.replace(year=2099))
    one, other = administrator(consultation), administrator(consultation)
    for draw, by in ((keys.draw_first, one), (keys.draw_second, other)):
        keys.acknowledge(consultation.pk, draw(consultation.pk, by=by).text.split()[-1], by=by)
    authoring.add_version(consultation.pk, sent(), by=one)
    page = office(one)

    missing = page.post(at("opening", consultation), {"act": "open"})
    opened = page.post(at("opening", consultation), {"act": "open", "accepts_gaps": "on"})
    state = Consultation.rows.get(pk=consultation.pk).state
    closed = page.post(at("opening", consultation), {"act": "close"})

    assert (missing.status_code, opened.status_code, state) == (422, 302, "open")
    assert (closed.status_code, Consultation.rows.get(pk=consultation.pk).state) == (302, "closed")


def test_freeze_is_proposed_by_one_and_confirmed_by_another_with_both_shares(
    answers, django_capture_on_commit_callbacks
):
    edition = Edition(answers)
    edition.receives(120)
    one, other, place = office(edition.one), office(edition.other), at("freeze", edition.consultation)

    one.post(place, {"act": "propose"})
    alone = one.post(place, {"act": "confirm", "first": edition.shares[0], "second": edition.shares[1]})
    wrong = other.post(place, {"act": "confirm", "first": edition.shares[0], "second": "0" * 72})
    file = SimpleUploadedFile("part.txt", f"Consultation, part 2\n\n{edition.shares[1]}\n".encode())
    with django_capture_on_commit_callbacks() as after:
        done = other.post(place, {"act": "confirm", "first": edition.shares[0], "second_file": file})
    not_yet = Freeze.rows.exists()  # else a box let in by another process meanwhile would be left behind
    for opens in after:
        opens()

    assert (alone.status_code, wrong.status_code, done.status_code, not_yet) == (403, 422, 302, False)
    assert Freeze.rows.get().confirmed_by == edition.other
    assert "Lire les résultats" in other.get(place).content.decode()


def test_shares_are_not_kept_when_the_proof_is_too_old(answers):
    edition = Edition(answers)
    freezing.propose(edition.consultation.pk, by=edition.one)
    client = Client()
    sign_in(client, edition.other)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [record | {"at": record["at"] - 3000} for record in records]
    session.save()

    answer = client.post(
        at("freeze", edition.consultation), dict(zip(("first", "second"), edition.shares)) | {"act": "confirm"}
    )

    assert answer.status_code in (302, 403)
    kept = "".join(str(one.get_decoded()) for one in Session.objects.all())
    assert edition.shares[0].split()[0] not in kept and edition.shares[1].split()[0] not in kept
    assert not Freeze.rows.exists()


def frozen(answers, count):
    edition = Edition(answers)
    edition.receives(count)
    freezing.propose(edition.consultation.pk, by=edition.one)
    freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)
    return edition


def test_results_are_told_question_by_question_and_taken_away(answers):
    edition = frozen(answers, 120)
    page = office(edition.administrator(Role.PROGRAMME_OFFICER))

    shown = page.get(at("results", edition.consultation)).content.decode()
    taken = page.get(at("results", edition.consultation) + "?format=csv").content.decode("utf-8-sig").splitlines()

    assert shown.count("<figure") == 5 and shown.count("<tbody>") == 6  # and who answered
    assert "La réponse la plus donnée" in shown and "Ce qui protège les enfants" in shown
    assert "95\u202f% ou plus" in shown  # all chose the third place to play
    assert len(taken) == 1 + sum(len(column.shares) for column in Freeze.rows.get().zones.get(zone="FR").columns)
    third = next(line for line in taken if ",where,parfois," in line or ";where;parfois;" in line)
    assert "coded_high_95" in third and "95," not in third.replace("coded_high_95", "")


def test_small_edition_tells_nothing(answers):
    edition = frozen(answers, 49)
    page = office(edition.one)

    shown = page.get(at("results", edition.consultation)).content.decode()

    assert shown.count("Pas assez de réponses pour protéger les enfants") == 1
    assert "<figure" not in shown


def test_results_before_the_freeze_say_that_nobody_can_read(answers):
    edition = Edition(answers)

    assert "personne ne peut lire" in office(edition.one).get(at("results", edition.consultation)).content.decode()


def test_sheets_set_aside_are_taken_back_from_the_page_by_two_persons(answers):
    edition = Edition(answers)
    edition.receives(100)
    same = {"safe": 1, "where": [1], "sport": 2, "hours": 3, "sad": 3}
    edition.keep([edition.sealed(same) for _n in range(30)])
    freezing.propose(edition.consultation.pk, by=edition.one)
    freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other)
    one, other, place = office(edition.one), office(edition.other), at("freeze", edition.consultation)
    officer = office(edition.administrator(Role.PROGRAMME_OFFICER))
    set_aside = Freeze.rows.get().manifest["set_aside"]

    told = one.get(place).content.decode()
    shut = officer.post(place, {"act": "propose_restoring", "why": "identical"})
    one.post(place, {"act": "propose_restoring", "why": "identical"})
    alone = one.post(place, {"act": "restore"})
    kept = [freeze.manifest["set_aside"] for freeze in Freeze.rows.all()]
    done = other.post(place, {"act": "restore"})

    assert "30 feuilles ou plus" in told and 'value="propose_restoring"' in told
    assert (shut.status_code, alone.status_code, done.status_code) == (403, 403, 302)
    assert (set_aside, kept) == ({"identical": 30}, [{"identical": 30}])
    assert [freeze.manifest["set_aside"] for freeze in Freeze.rows.order_by("pk")] == [{"identical": 30}, {}]
    assert 'value="propose_restoring"' not in other.get(place).content.decode()


@pytest.mark.parametrize("count", [120])
def test_long_opening_is_followed_from_the_page(answers, count):
    from marelle.web.office import consultation_freezing as pages

    edition = Edition(answers)
    rows = edition.receives(count)

    assert list(pages._told(iter(rows), pages._place(edition.consultation), count)) == rows
    shown = office(edition.one).get(at("freeze", edition.consultation)).content.decode()
    assert "120 sur 120" in shown and 'hx-trigger="every 2s"' in shown
