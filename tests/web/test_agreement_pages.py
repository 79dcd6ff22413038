"""The agreement on screen: in the workspace, in the office, at /verifier."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Job
from marelle.mandates.models import Agreement, Mandate, Signature
from marelle.mandates.operations.agreements import change_agreement, seal_agreement, sign_agreement
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import AgreementFactory, ApplicationFactory
from tests.mandates.agreements_scene import SENT, SIGNS, scene
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CITY = "/espace/10001/convention"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def world():
    with clock.at(SENT):
        yield scene()


def signing_form(agreement, **changes):
    return {"capacity": "Maire", "read": "on", "fingerprint": agreement.fingerprint, **changes}


def sealed(world):
    agreement = world.sent()
    for organisation, by in [(world.committee, world.chief), (world.city, world.mayor)]:
        sign_agreement(
            agreement.pk,
            organisation=organisation,
            by=by,
            fingerprint_seen=agreement.fingerprint,
            capacity="Maire",
            at=SIGNS,
        )
    seal_agreement(Job.objects.get(task="seal_agreement"), code=agreement.code)
    agreement.refresh_from_db()
    return agreement


def bytes_of(file):
    with files.opened(file) as stream:
        return stream.read()


def test_city_page_before_any_agreement_says_what_will_come(client):
    town = OrganisationFactory(code="10001")
    sign_in(client, PersonFactory(roles=[(town, Role.CITY_READER)]))

    answer = client.get(CITY)

    assert answer.status_code == 200
    assert "Pas encore de convention." in answer.content.decode()


def test_city_votes_reads_signs_and_sees_its_mandate(client, world):
    agreement = world.prepared()
    sign_in(client, world.mayor)
    hidden = client.get(CITY).content.decode()
    vote = {
        "number": "2026-41",
        "voted_on": "2026-09-14",
        "file": SimpleUploadedFile("vote.pdf", PDF, content_type="application/pdf"),
    }
    voted = client.post(f"{CITY}/vote", vote)
    sign_in(client, world.officer)
    sent = client.post(f"/bureau/conventions/{agreement.code}/envoyer")
    sign_in(client, world.chief)
    agreement.refresh_from_db()
    office = client.post(f"/bureau/conventions/{agreement.code}/signer", signing_form(agreement, capacity="Déléguée"))
    sign_in(client, world.mayor)
    page = client.get(f"{CITY}/signer").content.decode()
    city = client.post(f"{CITY}/signer", signing_form(agreement))
    after = client.get(CITY).content.decode()

    assert "Qui signe" not in hidden
    assert [a.status_code for a in (voted, sent, office, city)] == [302, 302, 302, 302]
    assert list(world.application.files.values_list("label", flat=True)) == ["Délibération 2026-41.pdf"]
    assert agreement.fingerprint in page
    assert "Engagements de Bourg-sur-Test" in page
    assert "Tout le monde a signé" in after
    assert "Bilan à mi-mandat" in after
    assert Mandate.rows.get().state == "active"


def test_vote_refused_leaves_no_file_behind(client, world):
    world.prepared()
    sign_in(client, world.mayor)
    before = File.rows.count()

    answer = client.post(
        f"{CITY}/vote", {"number": "2026-41", "voted_on": "2099-01-01", "file": SimpleUploadedFile("vote.pdf", PDF)}
    )

    assert (answer.status_code, File.rows.count()) == (422, before)


def test_sign_page_asks_for_a_fresh_proof(client, world):
    """trust A9. A proof older than ten minutes is asked again; nothing is signed meanwhile."""
    agreement = world.sent()
    sign_in(client, world.mayor, minutes_ago=11)

    answer = client.post(f"{CITY}/signer", signing_form(agreement))

    assert (answer.status_code, Signature.objects.count()) == (302, 0)
    assert answer["Location"].startswith("/compte/")


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"read": ""}, 422), ({"capacity": ""}, 422), ({"fingerprint": "0" * 64}, 409), ({"fingerprint": ""}, 422)],
    ids=["not read", "as nothing", "another text", "no text"],
)
def test_sign_page_refuses(client, world, changes, status):
    """trust F28. The fingerprint shown comes back with the signature."""
    agreement = world.sent()
    sign_in(client, world.mayor)

    answer = client.post(f"{CITY}/signer", signing_form(agreement, **changes))

    assert (answer.status_code, Signature.objects.count()) == (status, 0)


def test_sign_page_is_not_for_an_editor(client, world):
    agreement = world.sent()
    sign_in(client, world.editor)

    page = client.get(f"{CITY}/signer").content.decode()
    answer = client.post(f"{CITY}/signer", signing_form(agreement))

    assert "Vous n’avez rien à signer ici" in page
    assert (answer.status_code, Signature.objects.count()) == (403, 0)


@pytest.mark.parametrize(
    "address",
    [CITY, f"{CITY}/signer", f"{CITY}/texte.pdf", f"{CITY}/cachetee.pdf"],
    ids=["page", "sign", "text", "sealed"],
)
def test_agreement_is_not_there_for_strangers(client, world, address):
    """trust O3. Someone of another city learns nothing."""
    sealed(world)
    sign_in(client, PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)]))

    assert client.get(address).status_code == 404


def test_agreement_in_preparation_is_not_there_for_the_city(client, world):
    agreement = world.sent()
    sign_in(client, world.mayor)
    before = b"".join(client.get(f"{CITY}/texte.pdf").streaming_content)
    change_agreement(agreement.pk, by=world.officer, at=SIGNS)

    assert before == bytes_of(agreement.document)
    assert client.get(f"{CITY}/texte.pdf").status_code == 404


def test_documents_are_taken_away_never_shown(client, world):
    agreement = sealed(world)
    sign_in(client, world.editor)

    answer = client.get(f"{CITY}/cachetee.pdf")

    assert b"".join(answer.streaming_content) == bytes_of(agreement.sealed)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"


def test_intercommunality_reads_and_signs_in_its_own_workspace(client, world):
    agreement = world.sent(three=True)
    sign_in(client, world.president)

    answer = client.post("/espace/200000001/convention/signer", signing_form(agreement, capacity="Présidente"))

    assert answer.status_code == 302
    assert list(Signature.objects.values_list("party__organisation__code", flat=True)) == ["200000001"]


def test_office_prepares_writes_and_takes_back(client, world):
    sign_in(client, world.officer)
    listed = client.get("/bureau/conventions").content.decode()
    prepared = client.post(f"/bureau/conventions/preparer/{world.application.code}", {"language": "fr"})
    agreement = Agreement.rows.get()
    typed = {
        "preamble": "Bonjour.",
        "version": "1",
        "articles-TOTAL_FORMS": "2",
        "articles-INITIAL_FORMS": "0",
        "articles-0-title": "Objet",
        "articles-0-text": "Un texte.",
        "articles-1-title": "",
        "articles-1-text": "",
    }
    written = client.post(f"/bureau/conventions/{agreement.code}/texte", typed)
    stale = client.post(f"/bureau/conventions/{agreement.code}/texte", typed | {"articles-0-text": "Autre."})
    sent = client.post(f"/bureau/conventions/{agreement.code}/envoyer")
    own = client.post(f"/bureau/conventions/{agreement.code}/signer", signing_form(Agreement.rows.get()))
    taken = client.post(f"/bureau/conventions/{agreement.code}/reprendre")

    agreement.refresh_from_db()
    statuses = [a.status_code for a in (prepared, written, stale, sent, own, taken)]
    assert "Bourg-sur-Test" in listed
    assert statuses == [302, 302, 409, 302, 403, 302]
    assert agreement.content["articles"] == [{"title": "Objet", "text": "Un texte."}]
    assert agreement.state == "draft"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.BOARD_MEMBER, Role.ANALYST])
def test_office_pages_are_the_programme_teams(client, world, role):
    agreement = world.prepared()
    sign_in(client, PersonFactory(roles=[(world.committee, role)]))

    pages = [client.get(a).status_code for a in ("/bureau/conventions", f"/bureau/conventions/{agreement.code}")]

    assert pages == [403, 403]


@pytest.mark.parametrize("rows", [1, 3])
def test_office_list_asks_a_fixed_number_of_questions(client, django_assert_num_queries, rows):
    house = OrganisationFactory(committee=True)
    for _row in range(rows):
        AgreementFactory(sent=True)
        ApplicationFactory(accepted=True)
    sign_in(client, PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)]))
    client.get("/bureau/conventions")

    with django_assert_num_queries(7):
        client.get("/bureau/conventions")


def verify(client, **given):
    return client.post("/verifier", given)


def test_verify_page_says_whole_altered_unknown(client, world):
    agreement = sealed(world)
    content = bytes_of(agreement.sealed)

    answers = [
        verify(client, file=SimpleUploadedFile("a.pdf", content)),
        verify(client, fingerprint=agreement.sealed_fingerprint),
        verify(client, file=SimpleUploadedFile("a.pdf", content[:-1])),
        verify(client, file=SimpleUploadedFile("a.pdf", PDF)),
    ]

    words = [a.content.decode() for a in answers]
    assert [a.status_code for a in answers] == [200, 200, 200, 200]
    assert ["Ce document est authentique et intact" in w for w in words] == [True, True, False, False]
    assert ["Ce document a été modifié" in w for w in words] == [False, False, True, False]
    assert "Nous ne connaissons pas ce document" in words[3]
    assert ["Bourg-sur-Test" in w for w in words] == [True, True, True, False]
    assert "28 septembre 2026" in words[0]
    assert 'role="status"' in words[0]


def test_verify_page_keeps_nothing_and_sets_no_cookie(client, world, settings):
    content = bytes_of(sealed(world).sealed)
    before = sorted(settings.FILES_ROOT.rglob("*"))

    shown = client.get("/verifier")
    answer = verify(client, file=SimpleUploadedFile("a.pdf", content))

    assert sorted(settings.FILES_ROOT.rglob("*")) == before
    assert (shown.cookies, answer.cookies) == ({}, {})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("given", "headers", "status"),
    [
        ({}, {}, 422),
        ({"fingerprint": "0" * 64}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({"fingerprint": "0" * 64}, {"Origin": "https://elsewhere.example"}, 403),
        ({"fingerprint": "not one"}, {}, 422),
    ],
    ids=["nothing", "cross-site", "other origin", "a slip of the hand"],
)
def test_verify_page_answers_what_it_can(client, given, headers, status):
    assert client.post("/verifier", given, headers=headers).status_code == status


def test_verify_page_delays_who_asks_too_often(client):
    """trust U2, L3. A limit of its own for each address; the page itself stays open."""
    answers = [verify(client, fingerprint="0" * 64).status_code for _ in range(21)]

    late = verify(client, fingerprint="0" * 64)

    assert (answers, late.status_code) == ([200] * 20 + [429], 429)
    assert "rien n’est bloqué" in late.content.decode()
    assert client.get("/verifier").status_code == 200


def test_verify_page_holds_no_whole_file(client, monkeypatch):
    """trust U2. What is sent is read in blocks."""
    sizes = []
    monkeypatch.setattr(
        TemporaryUploadedFile, "read", lambda upload, size=None: sizes.append(size) or upload.file.read(size)
    )

    answer = verify(client, file=SimpleUploadedFile("a.pdf", PDF))

    assert (answer.status_code, None in sizes, len(sizes) > 0) == (200, False, True)


def test_verify_page_says_that_one_or_the_other_is_enough(client):
    shown, refused = client.get("/verifier").content.decode(), verify(client).content.decode()

    assert "L’un ou l’autre suffit" in shown
    assert "Donnez l’un ou l’autre" in refused


def test_verify_page_speaks_english(client):
    answer = client.get("/en/verifier")

    assert "Check a document" in answer.content.decode()


def test_today_in_paris_is_not_needed_to_sign_across_midnight(client, world):
    """The mandate begins by the clock of the signature, in Paris: 31 August 22:30 UTC is 1 September there."""
    agreement = world.sent()
    late = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
    given = {"fingerprint_seen": agreement.fingerprint, "capacity": "x", "at": late}
    sign_agreement(agreement.pk, organisation=world.committee, by=world.chief, **given)
    sign_agreement(agreement.pk, organisation=world.city, by=world.mayor, **given)

    mandate = Mandate.rows.get()
    assert (mandate.state, mandate.starts_on) == ("active", date(2026, 9, 1))
