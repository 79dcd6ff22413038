import hashlib
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from marelle.accounts import files
from marelle.accounts.models import JournalContent
from marelle.base import clock, dues, registers, stamps
from marelle.base.errors import BadData, Conflict, NotAllowed, Unavailable, WrongState
from marelle.base.models import Job, Letter, Origin
from marelle.mandates import documents
from marelle.mandates.models import Agreement, Mandate, Signature
from marelle.mandates.operations.agreements import (
    change_agreement,
    prepare_agreement,
    record_vote,
    seal_agreement,
    send_agreement,
    sign_agreement,
    write_agreement,
)
from marelle.mandates.queries.agreements import verify_file, verify_fingerprint
from marelle.mandates.states import AGREEMENT_STEPS
from tests.factories.accounts import FileFactory, OrganisationFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import RemovalFactory
from tests.mandates.agreements_scene import SENT, SIGNS, VOTED, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(SENT):
        yield scene()


def sign(agreement, organisation, by, **changes):
    given = {"fingerprint_seen": agreement.fingerprint, "capacity": "Maire", "at": SIGNS, **changes}
    return sign_agreement(agreement.pk, organisation=organisation, by=by, **given)


def signed(world, **situation):
    agreement = world.sent(**situation)
    sign(agreement, world.committee, world.chief)
    sign(agreement, world.city, world.mayor)
    agreement.refresh_from_db()
    return agreement


def sealed(world):
    agreement = signed(world)
    seal_agreement(Job.objects.get(task="seal_agreement"), code=agreement.code)
    agreement.refresh_from_db()
    return agreement


def bytes_of(file):
    with files.opened(file) as stream:
        return stream.read()


def state_of_world():
    return (
        list(Agreement.rows.order_by("pk").values_list("state", "fingerprint", "version", "sent_at")),
        list(Signature.objects.order_by("pk").values_list("party", "fingerprint", "void_at")),
        Mandate.rows.count(),
        Letter.objects.count(),
        Job.objects.count(),
    )


def test_agreement_steps_are_the_agreed_ones():
    assert AGREEMENT_STEPS.as_text() == (
        "amended: end > ended\n"
        "draft: send > sent, take_over > signed\n"
        "partly_signed: change > draft, sign_first > partly_signed, sign_last > signed\n"
        "sent: change > draft, sign_first > partly_signed, sign_last > signed\n"
        "signed: amend > amended, end > ended"
    )


def test_prepare_agreement_names_two_parties_in_order(world):
    agreement = world.prepared()

    parties = list(agreement.parties.order_by("position").values_list("position", "organisation__name"))
    assert parties == [(1, "Comité national"), (2, "Bourg-sur-Test")]
    assert agreement.state == "draft"
    assert [a["title"] for a in agreement.content["articles"]] == [
        "Objet",
        "Durée",
        "Engagements de Bourg-sur-Test",
        "Engagements du comité",
        "Usage du titre",
        "Enfants et données personnelles",
        "Contribution",
        "Modification et fin",
        "Signature",
        "Vote du conseil",
    ]
    assert agreement.content["articles"][1]["text"].splitlines()[0] == (
        "La convention prend effet le 1er septembre 2026 et s’achève le 31 août 2032 inclus, soit six ans."
    )


def test_prepare_agreement_names_three_parties_and_their_duties(world):
    agreement = world.prepared(three=True, language="en")

    names = list(agreement.parties.order_by("position").values_list("organisation__name", flat=True))
    assert names == ["Comité national", "Bourg-sur-Test", "Communauté de Test"]
    assert "What Communauté de Test undertakes" in [a["title"] for a in agreement.content["articles"]]


def test_prepare_agreement_of_the_light_network_speaks_neither_of_title_nor_of_vote():
    world = scene(light=True)

    agreement = world.prepared()

    titles = [a["title"] for a in agreement.content["articles"]]
    assert [t for t in titles if t in ("Usage du titre", "Vote du conseil")] == []
    assert "soit un an" in agreement.content["articles"][1]["text"]


@pytest.mark.parametrize(
    ("situation", "who", "error"),
    [
        ("declined", "officer", WrongState),
        ("opinion_given", "officer", WrongState),
        ("accepted", "mayor", NotAllowed),
        ("accepted", "editor", NotAllowed),
        ("prepared", "officer", WrongState),
        ("third party is a city", "officer", BadData),
    ],
)
def test_prepare_agreement_refuses(world, situation, who, error):
    third = OrganisationFactory() if situation == "third party is a city" else None
    if situation == "prepared":
        world.prepared()
    elif third is None:
        world.application.state = situation
        world.application.save(update_fields=["state"])
    before = state_of_world()

    with pytest.raises(error):
        prepare_agreement(world.application.pk, by=getattr(world, who), intercommunality=third)

    assert state_of_world() == before


def test_write_agreement_changes_words_and_refuses_a_stale_screen(world):
    agreement = world.prepared()
    articles = [{"title": "Objet", "text": "Un texte."}, {"title": " ", "text": ""}]

    changed = write_agreement(agreement.pk, by=world.officer, preamble="Bonjour.", articles=articles, version=1)
    with pytest.raises(Conflict) as caught:
        write_agreement(agreement.pk, by=world.chief, preamble="Autre.", articles=articles, version=1)

    assert changed.content["articles"] == [{"title": "Objet", "text": "Un texte."}]
    assert (changed.version, caught.value.version) == (2, 2)
    assert caught.value.theirs == "Bonjour.\n\nObjet\nUn texte."


@pytest.mark.parametrize(
    "articles",
    [[], [{"title": "Objet", "text": ""}], [{"title": "", "text": "Un texte."}], [{"title": "a", "text": "x" * 20001}]],
    ids=["none", "no text", "no title", "too long"],
)
def test_write_agreement_refuses_half_articles(world, articles):
    agreement = world.prepared()
    before = state_of_world()

    with pytest.raises(BadData):
        write_agreement(agreement.pk, by=world.officer, preamble="", articles=articles, version=1)

    assert state_of_world() == before


def test_record_vote_adopts_the_application_and_its_plan(world):
    file = FileFactory(organisation=world.city)

    record_vote(world.application.pk, by=world.mayor, number=" 2026-41 ", voted_on=VOTED, file=file, at=SENT)

    world.application.refresh_from_db()
    world.application.plan.refresh_from_db()
    file.refresh_from_db()
    assert (world.application.state, world.application.vote_number) == ("adopted", "2026-41")
    assert (world.application.plan.state, world.application.plan.adopted_on) == ("adopted", VOTED)
    assert file.shared_at == SENT


def test_what_was_taken_out_of_a_plan_goes_once_it_is_adopted(world):
    RemovalFactory(plan=world.application.plan)

    record_vote(world.application.pk, by=world.mayor, number="2026-41", voted_on=VOTED, at=SENT)

    assert world.application.plan.removals.count() == 0


@pytest.mark.parametrize(
    ("who", "changes", "error"),
    [
        ("editor", {}, NotAllowed),
        ("officer", {}, NotAllowed),
        ("mayor", {"number": " "}, BadData),
        ("mayor", {"voted_on": date(2026, 9, 21)}, BadData),
        ("mayor", {"twice": True}, WrongState),
        ("mayor", {"foreign": True}, BadData),
    ],
    ids=["editor", "committee", "no number", "tomorrow", "twice", "file of another"],
)
def test_record_vote_refuses(world, who, changes, error):
    given = {"number": "2026-41", "voted_on": VOTED, "at": SENT, **changes}
    if given.pop("twice", False):
        world.voted()
    if given.pop("foreign", False):
        given["file"] = FileFactory()
    before = state_of_world()

    with pytest.raises(error):
        record_vote(world.application.pk, by=getattr(world, who), **given)

    assert state_of_world() == before


def test_send_agreement_freezes_a_text_and_asks_to_sign(world):
    agreement = world.sent(three=True)

    document = bytes_of(agreement.document)
    assert hashlib.sha256(document).hexdigest() == agreement.fingerprint == agreement.document.sha256
    assert document == documents.agreement_pdf(agreement, at=SENT)
    assert (agreement.state, agreement.sent_at, agreement.sent_by) == ("sent", SENT, world.officer)
    assert sorted(Letter.objects.filter(kind="agreement_sent").values_list("address", flat=True)) == sorted(
        [world.officer.email, world.chief.email, world.mayor.email, world.president.email]
    )


def test_agreement_pdf_says_who_agrees_to_what(world):
    agreement = world.sent()

    reader = PdfReader(io.BytesIO(bytes_of(agreement.document)))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert reader.metadata.title == "Convention de partenariat avec Bourg-sur-Test"
    assert "Comité national" in words
    assert "Ana Maire" in words
    assert "Article 1. Objet" in words
    assert f"marelle:agreement:{agreement.code}".encode() in bytes_of(agreement.document)


@pytest.mark.parametrize(
    ("situation", "who", "error"),
    [("draft", "mayor", NotAllowed), ("draft", "editor", NotAllowed), ("sent", "officer", WrongState)],
)
def test_send_agreement_refuses(world, situation, who, error):
    agreement = world.sent() if situation == "sent" else world.prepared()
    before = state_of_world()

    with pytest.raises(error):
        send_agreement(agreement.pk, by=getattr(world, who), at=SENT)

    assert state_of_world() == before


def test_send_agreement_refuses_a_text_changed_while_it_was_drawn(world, monkeypatch):
    """trust F28. The PDF everybody signs is never of an earlier text."""
    agreement, draw = world.prepared(), documents.agreement_pdf

    def draw_while_a_colleague_writes(drawn, **kwargs):
        pdf = draw(drawn, **kwargs)
        articles = [{"title": "Objet", "text": "Une autre phrase."}]
        write_agreement(drawn.pk, by=world.chief, preamble="", articles=articles, version=drawn.version)
        return pdf

    monkeypatch.setattr(documents, "agreement_pdf", draw_while_a_colleague_writes)
    with pytest.raises(Conflict):
        send_agreement(agreement.pk, by=world.officer, at=SENT)

    agreement.refresh_from_db()
    assert (agreement.state, agreement.document, Letter.objects.count()) == ("draft", None, 0)


def test_change_agreement_voids_signatures(world):
    agreement = world.sent()
    sign(agreement, world.committee, world.chief)

    changed = change_agreement(agreement.pk, by=world.officer, at=SIGNS)

    assert changed.state == "draft"
    assert list(Signature.objects.values_list("void_at", flat=True)) == [SIGNS]
    assert list(Letter.objects.filter(kind="agreement_changed").values_list("address", flat=True)) == [
        world.mayor.email
    ]


def test_sign_agreement_first_then_last_opens_the_mandate(world):
    agreement = world.sent()
    stamp = stamps.current("public")

    first = sign(agreement, world.committee, world.chief, capacity="Déléguée")
    agreement.refresh_from_db()
    half = (agreement.state, Mandate.rows.count())
    sign(agreement, world.city, world.mayor)

    agreement.refresh_from_db()
    world.application.refresh_from_db()
    world.application.plan.refresh_from_db()
    mandate = Mandate.rows.get()
    assert first.fingerprint == agreement.fingerprint
    assert half == ("partly_signed", 0)
    assert (agreement.state, agreement.signed_at) == ("signed", SIGNS)
    assert (world.application.state, world.application.plan.state) == ("signed", "running")
    assert (mandate.state, mandate.starts_on, mandate.ends_on) == ("active", date(2026, 9, 1), date(2032, 9, 1))
    assert stamps.current("public") > stamp
    assert list(Job.objects.values_list("key", flat=True)) == [f"seal_agreement:{agreement.code}"]
    link = Origin.objects.get(kind="application")
    assert (link.parent, link.offspring) == (
        f"mandates.application:{world.application.code}",
        f"mandates.mandate:{mandate.code}",
    )
    assert sorted(Letter.objects.filter(kind="agreement_signed").values_list("address", flat=True)) == sorted(
        [world.officer.email, world.chief.email, world.mayor.email, world.editor.email]
    )
    verbs = list(JournalContent.objects.filter(verb__in=["signed", "mandate_started"]).values_list("verb", flat=True))
    assert sorted(verbs) == ["mandate_started", "signed", "signed"]


def test_sign_agreement_before_the_first_day_plans_the_mandate(world):
    world.application.call.mandate_starts_on = date(2027, 1, 1)
    world.application.call.save()

    signed(world)

    world.application.plan.refresh_from_db()
    mandate = Mandate.rows.get()
    assert (mandate.state, mandate.ends_on, world.application.plan.state) == ("planned", date(2033, 1, 1), "adopted")


def test_sign_agreement_of_the_light_network_asks_for_no_vote():
    with clock.at(SENT):
        world = scene(light=True)
        signed(world)

    world.application.refresh_from_db()
    mandate = Mandate.rows.get()
    assert (world.application.state, mandate.ends_on) == ("signed", date(2027, 9, 1))
    assert world.application.vote_number == ""


def test_sign_agreement_with_three_parties_waits_for_all(world):
    agreement = world.sent(three=True)
    sign(agreement, world.committee, world.chief)
    sign(agreement, world.city, world.mayor)
    agreement.refresh_from_db()
    before = agreement.state

    sign(agreement, world.intercommunality, world.president, capacity="Présidente")

    agreement.refresh_from_db()
    assert (before, agreement.state, Mandate.rows.count()) == ("partly_signed", "signed", 1)


@pytest.mark.parametrize(
    ("who", "party", "changes", "error"),
    [
        ("editor", "city", {}, NotAllowed),
        ("president", "city", {}, NotAllowed),
        ("mayor", "committee", {}, NotAllowed),
        ("chief", "city", {}, NotAllowed),
        ("officer", "committee", {}, NotAllowed),
        ("mayor", "city", {"fingerprint_seen": "0" * 64}, Conflict),
        ("mayor", "city", {"fingerprint_seen": ""}, Conflict),
        ("mayor", "city", {"capacity": "  "}, BadData),
        ("mayor", "city", {"situation": "draft"}, WrongState),
        ("mayor", "city", {"situation": "signed twice"}, WrongState),
        ("mayor", "city", {"situation": "no vote"}, WrongState),
    ],
    ids=[
        "editor",
        "president for the city",
        "mayor for the committee",
        "committee for the city",
        "who sent it signs too",
        "another text",
        "no text",
        "as nothing",
        "taken back",
        "twice",
        "no vote",
    ],
)
def test_sign_agreement_refuses(world, who, party, changes, error):
    """trust F28, R5. A signature needs the right, the very text sent, the vote; who sent does not sign for the committee."""
    situation = changes.pop("situation", "") if "situation" in changes else ""
    agreement = world.prepared() if situation == "no vote" else world.sent()
    if situation == "no vote":
        agreement = send_agreement(agreement.pk, by=world.officer, at=SENT)
    if situation == "draft":
        change_agreement(agreement.pk, by=world.officer, at=SENT)
    if situation == "signed twice":
        sign(agreement, world.city, world.mayor)
    before = state_of_world()

    with pytest.raises(error):
        sign(agreement, getattr(world, party), getattr(world, who), **changes)

    assert state_of_world() == before


def test_sign_agreement_refuses_a_text_replaced_meanwhile(world):
    """trust F28. The hash seen is the hash signed: an earlier one is refused, and nothing is written."""
    agreement = world.sent()
    seen = agreement.fingerprint
    draft = change_agreement(agreement.pk, by=world.officer, at=SIGNS)
    articles = [{"title": "Objet", "text": "Tout autre chose."}]
    write_agreement(draft.pk, by=world.officer, preamble="", articles=articles, version=draft.version)
    again = send_agreement(draft.pk, by=world.officer, at=SIGNS)
    before = state_of_world()

    with pytest.raises(Conflict):
        sign(again, world.city, world.mayor, fingerprint_seen=seen)

    assert again.fingerprint != seen
    assert state_of_world() == before


def test_sign_agreement_refuses_while_another_renewal_waits(world):
    MandateFactory(
        agreement__application__organisation=world.city,
        agreement__application__track=world.application.track,
        planned=True,
        starts_on=date(2026, 10, 1),
    )
    agreement = world.sent()
    sign(agreement, world.committee, world.chief)
    before = state_of_world()

    with pytest.raises(WrongState):
        sign(agreement, world.city, world.mayor)

    assert state_of_world() == before


def test_seal_agreement_twice_has_one_effect(world):
    """trust P6, D5. The worker seals what was signed; the same job again changes nothing."""
    agreement = sealed(world)
    first = (agreement.sealed_id, agreement.sealed_fingerprint)

    seal_agreement(Job.objects.get(task="seal_agreement"), code=agreement.code)

    agreement.refresh_from_db()
    content = bytes_of(agreement.sealed)
    assert (agreement.sealed_id, agreement.sealed_fingerprint) == first
    assert hashlib.sha256(content).hexdigest() == agreement.sealed_fingerprint
    assert content.startswith(bytes_of(agreement.document))
    reason = PdfReader(io.BytesIO(content)).trailer["/Root"]["/AcroForm"]["/Fields"][0].get_object()["/V"]["/Reason"]
    assert reason.startswith("Paul Comité, Maire, pour Comité national, le 2026-09-28 08:00 UTC")


def test_seal_agreement_refuses_other_bytes_than_those_signed(world, settings):
    """trust P6. What lies on disk is hashed before it is sealed."""
    agreement = signed(world)
    place = settings.FILES_ROOT / agreement.document.place
    place.write_bytes(place.read_bytes()[:-1] + b" ")

    with pytest.raises(Unavailable):
        seal_agreement(Job.objects.get(task="seal_agreement"), code=agreement.code)

    agreement.refresh_from_db()
    assert agreement.sealed is None


def test_verify_tells_ours_from_altered_and_unknown(world):
    agreement = sealed(world)
    names = ["Comité national", "Bourg-sur-Test"]
    original, with_seal = bytes_of(agreement.document), bytes_of(agreement.sealed)

    verdicts = [
        verify_file([with_seal]),
        verify_file([original]),
        verify_file([original.replace(b"/Count", b"/count", 1)]),
        verify_file([with_seal + b" "]),
        verify_file([b"%PDF-1.7 something else"]),
        verify_file([b""]),
        verify_fingerprint(agreement.sealed_fingerprint.upper()[:32] + " " + agreement.sealed_fingerprint[32:]),
        verify_fingerprint("abc"),
        verify_fingerprint("0" * 64),
    ]

    assert [(v.kind, v.parties) for v in verdicts] == [
        ("sealed", names),
        ("signed", names),
        ("altered", names),
        ("altered", names),
        ("unknown", []),
        ("unknown", []),
        ("sealed", names),
        ("unknown", []),
        ("unknown", []),
    ]
    assert verdicts[0].at == SIGNS


def test_verify_reads_a_file_block_after_block(world, django_assert_max_num_queries):
    """trust U2. Wherever our mark is cut, it is found; a file full of marks asks no more than a few questions."""
    with_seal = bytes_of(sealed(world).sealed)
    marks = (f"marelle:agreement:{n:020}".replace("0", "a").replace("1", "b").encode() for n in range(5000))

    whole, altered = (verify_file([c[n : n + 50] for n in range(0, len(c), 50)]) for c in (with_seal, with_seal + b"."))
    with django_assert_max_num_queries(20):
        crowded = verify_file(marks)

    assert (whole.kind, altered.kind, crowded.kind) == ("sealed", "altered", "unknown")


def test_verify_says_that_a_text_was_replaced(world):
    agreement = world.sent()
    old = bytes_of(agreement.document)
    draft = change_agreement(agreement.pk, by=world.officer, at=SIGNS)
    taken_back = verify_file([old]).kind
    send_agreement(draft.pk, by=world.officer, at=SIGNS)

    assert (taken_back, verify_file([old]).kind) == ("replaced", "replaced")


def test_verify_takes_no_file_of_the_city_for_an_earlier_text_of_ours(world):
    """trust P6. A text altered, then joined to the city's own documents, is altered still."""
    agreement = world.sent()
    forged = bytes_of(agreement.document) + b"% another article"
    files.take(SimpleUploadedFile("convention.pdf", forged), organisation=world.city, by=world.editor)

    assert verify_file([forged]).kind == "altered"


def test_verify_never_tells_of_a_draft(world):
    agreement = world.prepared()

    verdict = verify_file([f"%PDF marelle:agreement:{agreement.code}".encode()])

    assert verdict.kind == "unknown"


def test_invariants_hold_and_see_what_is_broken(world):
    """trust D7. Sound when all goes well; each fault planted is told."""
    agreement = sealed(world)
    names = [
        "a signed agreement has one text",
        "the file of an agreement is what was signed",
        "a mandate lasts its track’s years",
    ]
    sound = [list(registers.invariants[name]()) for name in names]
    signature = Signature.objects.first()
    Signature.objects.filter(pk=signature.pk).update(fingerprint="0" * 64)
    Agreement.rows.filter(pk=agreement.pk).update(sealed_fingerprint="0" * 64)
    Mandate.rows.update(ends_on=date(2031, 9, 1))

    broken = [list(registers.invariants[name]()) for name in names]

    mandate = Mandate.rows.get()
    assert sound == [[], [], []]
    assert broken == [
        [f"agreement={agreement.pk} is signed by 1 of 2 for its text"],
        [f"agreement={agreement.pk}: file={agreement.sealed_id} is not the text of its fingerprint"],
        [f"mandate={mandate.pk} does not last the 6 years of its track"],
    ]


def test_today_asks_the_signatory_then_no_longer(world):
    agreement = world.sent()
    asked = [a.address for a in dues.today(world.mayor, world.city).acts]
    sign(agreement, world.city, world.mayor)

    assert asked == ["/espace/10001/convention"]
    assert [a.address for a in dues.today(world.mayor, world.city).acts if "convention" in a.address] == []
    assert [a.address for a in dues.today(world.chief, world.committee).acts if "convention" in a.address] == [
        f"/bureau/conventions/{agreement.code}"
    ]
    assert [a for a in dues.today(world.officer, world.committee).acts if "convention" in a.address] == []


def test_agreement_sent_letter_reads_so(world):
    agreement = world.sent()

    letter = Letter.objects.get(kind="agreement_sent", address=world.mayor.email)

    assert letter.subject == "Convention à signer\u202f: Bourg-sur-Test"
    assert letter.text == (
        "Bonjour,\n\n"
        "La convention de partenariat avec Bourg-sur-Test est prête. Lisez-la, puis signez-la en ligne\u202f:\n"
        "http://127.0.0.1:8000/espace/10001/convention\n\n"
        "Avant de signer, vous prouverez une nouvelle fois votre identité. Vous signez le texte qui porte cette "
        "empreinte, et aucun autre\u202f:\n"
        f"{agreement.fingerprint}\n\n"
        "L’équipe du programme\n"
    )


def test_renewal_is_signed_while_the_mandate_before_runs(world):
    running = MandateFactory(
        agreement__application__organisation=world.city,
        agreement__application__track=world.application.track,
        starts_on=date(2020, 10, 1),
        ends_on=date(2026, 10, 1),
    )

    agreement = signed(world)

    running.refresh_from_db()
    assert (agreement.state, agreement.mandate.state, running.state) == ("signed", "planned", "active")
