"""Applying: each act, what it changes, and every refusal with the world unchanged."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import files
from marelle.accounts.models import JournalContent, Notification, PendingAct
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Closed, Conflict, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates import checks
from marelle.mandates.models import Answer, Application, HandIn
from marelle.mandates.operations.applications import (
    arrived_in_time,
    attach_file,
    declare_intent,
    remove_file,
    save_answer,
    start_application,
    submit_application,
    withdraw_application,
)
from marelle.mandates.queries import applications as queries
from marelle.mandates.states import APPLICATION_STEPS
from tests.factories.accounts import DelegationFactory, OrganisationFactory, PendingActFactory, PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import (
    CLOSES,
    IN_TIME,
    TOO_LATE,
    AnswerFactory,
    ApplicationFactory,
    CallFactory,
    HandInFactory,
    ReadyApplication,
)

pytestmark = pytest.mark.django_db


def someone(organisation, *roles):
    return PersonFactory(roles=[(organisation, role) for role in roles])


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


def test_application_steps_are_the_agreed_ones():
    assert APPLICATION_STEPS.as_text() == (
        "accepted: adopt > adopted\n"
        "admissible: assign > under_review, withdraw > withdrawn\n"
        "adopted: sign > signed\n"
        "draft: lapse > lapsed, submit > submitted, take_over > signed, withdraw > withdrawn\n"
        "heard: give_opinion > opinion_given, withdraw > withdrawn\n"
        "hearing_planned: cancel_hearing > under_review, hear > heard, withdraw > withdrawn\n"
        "intent: lapse > lapsed, start > draft, withdraw > withdrawn\n"
        "on_probation: lapse > lapsed, resubmit > under_review\n"
        "opinion_given: accept > accepted, decline > declined, put_on_probation > on_probation, withdraw > withdrawn\n"
        "returned: lapse > lapsed, submit > submitted, withdraw > withdrawn\n"
        "submitted: admit > admissible, send_back > returned, withdraw > withdrawn\n"
        "under_review: assign > under_review, give_opinion > opinion_given, plan_hearing > hearing_planned, "
        "withdraw > withdrawn"
    )


def test_declare_intent_opens_an_application_with_an_empty_plan():
    call, organisation = CallFactory(), OrganisationFactory()
    officer = someone(organisation, Role.CITY_EDITOR)

    application = declare_intent(call, organisation, TrackFactory(), by=officer, at=IN_TIME)

    assert (application.state, application.plan.state, application.plan.framework) == (
        "intent",
        "draft",
        call.framework,
    )
    assert verbs() == ["plan_started", "intent_declared"]


def test_declare_intent_fills_in_what_is_known():
    call, organisation = CallFactory(), OrganisationFactory()
    lead = someone(organisation, Role.ELECTED_LEAD)
    officer = someone(organisation, Role.CITY_ADMINISTRATOR)

    application = declare_intent(call, organisation, TrackFactory(), by=officer, at=IN_TIME)

    assert dict(application.answers.values_list("key", "value")) == {
        "team.elected_name": lead.name,
        "team.officer_name": officer.name,
        "team.officer_email": officer.email,
    }


def test_declare_intent_twice_gives_the_first():
    call, organisation = CallFactory(), OrganisationFactory()
    officer = someone(organisation, Role.CITY_EDITOR)
    first = declare_intent(call, organisation, TrackFactory(), by=officer, at=IN_TIME)

    assert declare_intent(call, organisation, TrackFactory(), by=officer, at=IN_TIME) == first
    assert Application.rows.count() == 1


def test_city_of_another_country_is_offered_no_call_and_declares_nothing():
    call, abroad = CallFactory(), OrganisationFactory(code="o-sfax", country="TN")
    officer = someone(abroad, Role.CITY_EDITOR)

    with pytest.raises(BadData):
        declare_intent(call, abroad, TrackFactory(), by=officer, at=IN_TIME)

    assert queries.calls_for(abroad, IN_TIME) == []
    assert queries.calls_for(OrganisationFactory(), IN_TIME)[0].call == call
    assert Application.rows.count() == 0


@pytest.mark.parametrize("state", ["withdrawn", "lapsed"])
def test_declare_intent_refuses_a_call_one_has_left(state):
    application = ApplicationFactory(**{state: True})
    officer = someone(application.organisation, Role.CITY_EDITOR)

    with pytest.raises(WrongState):
        declare_intent(application.call, application.organisation, application.track, by=officer, at=IN_TIME)

    assert (Application.rows.get().state, verbs()) == (state, [])
    assert queries.calls_for(application.organisation, IN_TIME) == []


@pytest.mark.parametrize(
    ("role", "at", "kind", "light", "error"),
    [
        (Role.CITY_READER, IN_TIME, "commune", False, NotAllowed),
        (None, IN_TIME, "commune", False, NotAllowed),
        (Role.CITY_EDITOR, TOO_LATE, "commune", False, Closed),
        (Role.CITY_EDITOR, IN_TIME, "school", False, BadData),
        (Role.CITY_EDITOR, IN_TIME, "commune", True, BadData),
    ],
    ids=["reader", "stranger", "call closed", "kind not invited", "track not offered"],
)
def test_declare_intent_refuses(role, at, kind, light, error):
    call, organisation = CallFactory(), OrganisationFactory(kind=kind)
    person = someone(organisation, *([role] if role else []))

    with pytest.raises(error):
        declare_intent(call, organisation, TrackFactory(light=light), by=person, at=at)

    assert Application.rows.count() == 0
    assert verbs() == []


def test_start_application_makes_a_draft():
    application = ApplicationFactory(intent=True)

    start_application(application.pk, by=someone(application.organisation, Role.CITY_EDITOR))

    application.refresh_from_db()
    assert application.state == "draft"


def test_save_answer_keeps_the_words_and_starts_the_application():
    application = ApplicationFactory(intent=True)
    officer = someone(application.organisation, Role.CITY_EDITOR)

    with clock.at(IN_TIME):
        answer = save_answer(application.pk, "presentation.summary", " Un bourg. ", was="", version=0, by=officer)

    application.refresh_from_db()
    assert (answer.value, answer.version, answer.edited_at, answer.edited_by) == ("Un bourg.", 1, IN_TIME, officer)
    assert application.state == "draft"


def test_save_answer_changes_what_stood_there():
    answer = AnswerFactory(value="Avant.")
    officer = someone(answer.application.organisation, Role.CITY_EDITOR)

    save_answer(answer.application_id, answer.key, "Après.", was="Avant.", version=1, by=officer)

    answer.refresh_from_db()
    assert (answer.value, answer.version, answer.edited_by) == ("Après.", 2, officer)


def test_save_answer_shows_both_texts_when_two_wrote():
    answer = AnswerFactory(value="Le texte de Dominique.", version=2)
    officer = someone(answer.application.organisation, Role.CITY_EDITOR)

    with pytest.raises(Conflict) as conflict:
        save_answer(answer.application_id, answer.key, "Le mien.", was="Avant.", version=1, by=officer)

    answer.refresh_from_db()
    assert (conflict.value.yours, conflict.value.theirs, conflict.value.version) == (
        "Le mien.",
        "Le texte de Dominique.",
        2,
    )
    assert answer.value == "Le texte de Dominique."


@pytest.mark.parametrize(
    ("situation", "role", "key", "value", "error"),
    [
        ({}, Role.CITY_READER, "presentation.summary", "Non", NotAllowed),
        ({}, None, "presentation.summary", "Non", NotAllowed),
        ({"submitted": True}, Role.CITY_EDITOR, "presentation.summary", "Non", WrongState),
        ({"withdrawn": True}, Role.CITY_EDITOR, "presentation.summary", "Non", WrongState),
        ({}, Role.CITY_EDITOR, "state", "submitted", BadData),
        ({}, Role.CITY_EDITOR, "application.organisation", "1", BadData),
        ({}, Role.CITY_EDITOR, "documents.voted_on", "hier", BadData),
        ({}, Role.CITY_EDITOR, "presentation.summary", "x" * 6001, BadData),
    ],
    ids=["reader", "stranger", "handed in", "withdrawn", "state", "organisation", "not a day", "too long"],
)
def test_save_answer_refuses(situation, role, key, value, error):
    application = ApplicationFactory(**situation)
    person = someone(application.organisation, *([role] if role else []))

    with pytest.raises(error):
        save_answer(application.pk, key, value, was="", version=0, by=person)

    assert Answer.rows.count() == 0


def pdf(name="note.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")


def test_attach_file_joins_it_and_remove_file_takes_it_away():
    application = ApplicationFactory()
    officer = someone(application.organisation, Role.CITY_EDITOR)

    file = attach_file(application.pk, pdf(), by=officer)
    assert list(application.files.all()) == [file]

    remove_file(application.pk, file.code, by=officer)
    file.refresh_from_db()
    assert list(application.files.all()) == []
    assert file.removed_at is not None


def test_first_file_is_the_vote_until_the_city_says_another_is():
    application = ApplicationFactory()
    officer = someone(application.organisation, Role.CITY_EDITOR)

    def vote():
        return list(application.answers.filter(key="documents.vote_file").values_list("value", flat=True))

    first, second = (attach_file(application.pk, pdf(name), by=officer) for name in ("lettre.pdf", "vote.pdf"))
    found = [vote()]
    save_answer(application.pk, "documents.vote_file", second.code, was=first.code, version=0, by=officer)
    found.append(vote())
    remove_file(application.pk, second.code, by=officer)
    found.append(vote())
    with pytest.raises(BadData):
        save_answer(application.pk, "documents.vote_file", second.code, was="", version=0, by=officer)

    assert found == [[first.code], [second.code], []]
    assert [
        gap.address.rpartition("#")[2]
        for gap in queries.missing(queries.dossier(application))
        if "vote_file" in gap.address
    ] == ["documents.vote_file"]


@pytest.mark.parametrize(
    ("situation", "role", "upload", "error"),
    [
        ({}, Role.CITY_READER, pdf(), NotAllowed),
        ({"submitted": True}, Role.CITY_EDITOR, pdf(), WrongState),
        ({}, Role.CITY_EDITOR, SimpleUploadedFile("x.svg", b"<svg/>"), BadData),
    ],
    ids=["reader", "handed in", "kind refused"],
)
def test_attach_file_refuses(situation, role, upload, error):
    application = ApplicationFactory(**situation)

    with pytest.raises(error):
        attach_file(application.pk, upload, by=someone(application.organisation, role))

    assert application.files.count() == 0


def test_missing_lists_everything_with_its_place():
    application = ApplicationFactory()

    found = queries.missing(queries.dossier(application))

    code = application.organisation.code
    assert [(gap.sentence, gap.address) for gap in found] == [
        (
            "Présentation\u202f: «\u202fVotre territoire et ses enfants, en quelques lignes\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/presentation#presentation.summary",
        ),
        (
            "La parole des enfants\u202f: «\u202fQue vous ont dit les enfants\u202f?\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/presentation#presentation.children_words",
        ),
        (
            "La parole des enfants\u202f: «\u202fQui a été entendu, et comment\u202f?\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/presentation#presentation.children_how",
        ),
        (
            "Gouvernance\u202f: «\u202fQui pilote, et avec qui\u202f?\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/presentation#presentation.governance",
        ),
        (
            "Personne élue référente\u202f: «\u202fNom de la personne élue référente\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/equipe-projet#team.elected_name",
        ),
        (
            "Personne référente des services\u202f: «\u202fNom de la personne référente des services\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/equipe-projet#team.officer_name",
        ),
        (
            "Personne référente des services\u202f: «\u202fSon adresse de courriel\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/equipe-projet#team.officer_email",
        ),
        (
            "Délibération de principe\u202f: «\u202fNuméro de la délibération\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/documents#documents.vote_number",
        ),
        (
            "Délibération de principe\u202f: «\u202fDate de la délibération\u202f» n’a pas encore de réponse.",
            f"/espace/{code}/candidature/documents#documents.voted_on",
        ),
        (
            "Documents\u202f: la délibération de principe n’est pas encore jointe.",
            f"/espace/{code}/candidature/documents#file",
        ),
    ]


def test_submit_application_hands_it_in_with_a_receipt():
    application = ReadyApplication()
    lead = someone(application.organisation, Role.ELECTED_LEAD)
    colleague = someone(application.organisation, Role.CITY_EDITOR)
    someone(application.organisation, Role.CITY_READER)
    officer = someone(OrganisationFactory(committee=True), Role.PROGRAMME_OFFICER)

    submit_application(application.pk, by=lead, at=IN_TIME)

    application.refresh_from_db()
    with files.opened(application.receipt) as receipt:
        content = receipt.read()
    assert (application.state, application.plan.state) == ("submitted", "submitted")
    assert (application.submitted_at, application.submitted_by) == (IN_TIME, lead)
    assert application.fingerprint == hashlib.sha256(content).hexdigest() == application.receipt.sha256
    assert content.startswith(b"%PDF-")
    assert set(Letter.objects.values_list("kind", "address")) == {("receipt", lead.email), ("receipt", colleague.email)}
    assert set(Notification.objects.values_list("kind", "person")) == {
        ("handed_in", lead.pk),
        ("handed_in", colleague.pk),
        ("application_received", officer.pk),
    }
    assert application.files.get().shared_at == IN_TIME
    assert verbs()[-1] == "submitted"
    assert [*checks.plans_follow_applications(), *checks.applications_handed_in_have_a_receipt()] == []


def test_submit_application_twice_has_one_effect():
    application = ReadyApplication()
    lead = someone(application.organisation, Role.ELECTED_LEAD)
    submit_application(application.pk, by=lead, at=IN_TIME)
    before = (HandIn.objects.count(), Letter.objects.count(), len(verbs()))

    submit_application(application.pk, by=lead, at=IN_TIME + timedelta(seconds=1))

    assert (HandIn.objects.count(), Letter.objects.count(), len(verbs())) == before


def test_submit_application_accepts_an_administrator_with_a_delegation():
    application = ReadyApplication()
    administrator = someone(application.organisation, Role.CITY_ADMINISTRATOR)
    DelegationFactory(organisation=application.organisation, person=administrator)

    assert submit_application(application.pk, by=administrator, at=IN_TIME).state == "submitted"


def test_submit_application_again_after_it_was_sent_back_keeps_the_difference():
    application = ReadyApplication(returned=True)
    lead = someone(application.organisation, Role.ELECTED_LEAD)
    HandInFactory(
        application=application,
        content={"answers": {"presentation.summary": "Avant."}, "plan": {}, "files": []},
    )
    save_answer(application.pk, "presentation.summary", "Après.", was="Une réponse.", version=1, by=lead)

    changed = queries.changed_since(queries.dossier(application))
    submit_application(application.pk, by=lead, at=TOO_LATE)

    application.refresh_from_db()
    assert [(c["before"], c["after"]) for c in changed if c["before"]] == [("Avant.", "Après.")]
    assert list(application.hand_ins.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert application.hand_ins.get(number=2).content["answers"]["presentation.summary"] == "Après."
    assert application.state == "submitted"


@pytest.mark.parametrize(
    ("situation", "at", "role", "ready", "error"),
    [
        ({}, TOO_LATE, Role.ELECTED_LEAD, True, Closed),
        ({"call__draft": True}, IN_TIME, Role.ELECTED_LEAD, True, Closed),
        ({"returned": True}, CLOSES + timedelta(days=60), Role.ELECTED_LEAD, True, Closed),
        ({}, IN_TIME, Role.CITY_EDITOR, True, NotAllowed),
        ({}, IN_TIME, Role.CITY_ADMINISTRATOR, True, NotAllowed),
        ({}, IN_TIME, None, True, NotAllowed),
        ({"submitted": True}, IN_TIME, Role.ELECTED_LEAD, True, WrongState),
        ({"under_review": True}, IN_TIME, Role.ELECTED_LEAD, True, WrongState),
        ({"intent": True}, IN_TIME, Role.ELECTED_LEAD, True, WrongState),
        ({"withdrawn": True}, IN_TIME, Role.ELECTED_LEAD, True, WrongState),
        ({}, IN_TIME, Role.ELECTED_LEAD, False, BadData),
    ],
    ids=[
        "call closed",
        "call not published",
        "day to complete passed",
        "editor",
        "administrator without delegation",
        "stranger",
        "handed in by someone else",
        "under review",
        "intent only",
        "withdrawn",
        "something missing",
    ],
)
def test_submit_application_refuses(situation, at, role, ready, error):
    application = (ReadyApplication if ready else ApplicationFactory)(**situation)
    before = (application.state, application.plan.state, application.submitted_at)
    person = someone(application.organisation, *([role] if role else []))
    journal = verbs()

    with pytest.raises(error):
        submit_application(application.pk, by=person, at=at)

    application.refresh_from_db()
    application.plan.refresh_from_db()
    assert (application.state, application.plan.state, application.submitted_at) == before
    assert (HandIn.objects.count(), Letter.objects.count(), verbs()) == (0, 0, journal)


@pytest.mark.parametrize(("seconds", "accepted"), [(-1, True), (0, False), (1, False)], ids=["T-1 s", "T", "T+1 s"])
def test_submit_application_is_decided_to_the_second(seconds, accepted):
    application = ReadyApplication()
    lead = someone(application.organisation, Role.ELECTED_LEAD)

    with clock.at(CLOSES + timedelta(seconds=seconds)):
        if accepted:
            submit_application(application.pk, by=lead)
        else:
            with pytest.raises(Closed):
                submit_application(application.pk, by=lead)

    application.refresh_from_db()
    assert application.state == ("submitted" if accepted else "draft")
    assert application.answers.count() > 0


@pytest.mark.parametrize(("minutes", "decides"), [(0, CLOSES), (15, CLOSES), (16, CLOSES + timedelta(minutes=16))])
def test_arrived_in_time_grants_fifteen_minutes(minutes, decides):
    assert arrived_in_time(CLOSES, CLOSES + timedelta(minutes=minutes)) == decides


def test_withdraw_application_drops_the_decision_proposed():
    """trust R5. Nothing waits for the board on a dossier that was taken back."""
    application = ApplicationFactory(opinion_given=True)
    PendingActFactory(kind="decision", reference=f"mandates.application:{application.code}")

    withdraw_application(application.pk, by=someone(application.organisation, Role.ELECTED_LEAD))

    assert (Application.rows.get().state, PendingAct.objects.get().state) == ("withdrawn", "declined")


def test_withdraw_application_keeps_what_was_written():
    answer = AnswerFactory()
    lead = someone(answer.application.organisation, Role.ELECTED_LEAD)

    application = withdraw_application(answer.application_id, by=lead)

    assert application.state == "withdrawn"
    assert list(Answer.rows.values_list("value", flat=True)) == [answer.value]
    assert verbs() == ["withdrawn"]


@pytest.mark.parametrize(
    ("situation", "role", "error"),
    [({}, Role.CITY_EDITOR, NotAllowed), ({"accepted": True}, Role.ELECTED_LEAD, WrongState)],
    ids=["editor", "decided"],
)
def test_withdraw_application_refuses(situation, role, error):
    application = ApplicationFactory(**situation)
    before = application.state

    with pytest.raises(error):
        withdraw_application(application.pk, by=someone(application.organisation, role))

    application.refresh_from_db()
    assert application.state == before
