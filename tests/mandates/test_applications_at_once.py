"""Fault experiments F6, F8, F9: many people, or one impatient one, at the same moment."""

from datetime import timedelta

import pytest
from django.core import mail

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import Closed, Conflict
from marelle.base.models import Letter
from marelle.mandates.models import Answer, Application, HandIn
from marelle.mandates.operations.applications import declare_intent, save_answer, submit_application
from marelle.plans.operations.writing import save_plan_field
from tests.base.threads import at_once
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import CLOSES, IN_TIME, ApplicationFactory, CallFactory, ReadyApplication
from tests.factories.plans import ObjectiveFactory
from tests.scale import scaled

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8  # trust F6
MEETINGS = scaled(500)  # trust F8


def test_double_click_hands_in_once():
    """trust F6. Eight clicks on "hand in" at the same moment: one hand-in, one receipt a writer, one line of journal."""
    for _round in range(scaled(100, least=2)):
        application = ReadyApplication()
        lead = PersonFactory(roles=[(application.organisation, Role.ELECTED_LEAD)])

        at_once(lambda _n, pk=application.pk, lead=lead: submit_application(pk, by=lead, at=IN_TIME), THREADS)

        application.refresh_from_db()
        receipts = Letter.objects.filter(kind="receipt", address=lead.email)
        journal = JournalContent.objects.filter(verb="submitted", person=lead)
        assert application.state == "submitted"
        assert (application.hand_ins.count(), receipts.count(), journal.count()) == (1, 1, 1)
    assert mail.outbox == []


def test_double_click_declares_one_intent():
    """trust F6."""
    call, organisation, track = CallFactory(), OrganisationFactory(), TrackFactory()
    officer = PersonFactory(roles=[(organisation, Role.CITY_EDITOR)])

    answers = at_once(lambda _n: declare_intent(call, organisation, track, by=officer, at=IN_TIME).pk, THREADS)

    assert Application.rows.count() == 1
    assert set(answers) == {Application.rows.get().pk}


def test_two_officers_on_one_objective_lose_nothing():
    """trust F8. Whoever comes second is shown both texts; once joined, every word of both is there."""
    objective = ObjectiveFactory(promise="")
    plan = objective.plan
    officers = [PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)]) for _two in range(2)]
    name = f"objective.{objective.code}.promise"

    for meeting in range(MEETINGS):
        objective.refresh_from_db()
        seen, version = objective.promise, objective.version
        texts = [f"{meeting}-{officer}" for officer in "ab"]

        def write(n, texts=texts, seen=seen, version=version):
            return save_plan_field(plan.pk, name, texts[n], was=seen, version=version, by=officers[n])

        answers = at_once(write, 2)

        refused = [a for a in answers if isinstance(a, Conflict)]
        assert len(refused) == 1
        conflict = refused[0]
        assert {conflict.yours, conflict.theirs} == set(texts)
        joined = f"{conflict.theirs} {conflict.yours}"
        save_plan_field(plan.pk, name, joined, was=conflict.theirs, version=conflict.version, by=officers[0])
        objective.refresh_from_db()
        assert sorted(objective.promise.split()) == texts


def test_two_officers_on_two_fields_never_meet():
    """trust F8, the other half: a stale version on a field nobody touched is merged."""
    objective = ObjectiveFactory(name="", promise="")
    plan = objective.plan
    officers = [PersonFactory(roles=[(plan.organisation, Role.CITY_EDITOR)]) for _two in range(2)]

    def write(n):
        field = ["name", "promise"][n]
        return save_plan_field(plan.pk, f"objective.{objective.code}.{field}", field, was="", version=1, by=officers[n])

    answers = at_once(write, 2)

    objective.refresh_from_db()
    assert [a for a in answers if isinstance(a, Exception)] == []
    assert (objective.name, objective.promise, objective.version) == ("name", "promise", 3)


def test_two_officers_on_one_new_answer_lose_nothing():
    """trust F8, where the answer did not exist yet."""
    application = ApplicationFactory()
    officers = [PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)]) for _two in range(2)]

    def write(n):
        return save_answer(application.pk, "presentation.summary", f"Texte {n}", was="", version=0, by=officers[n])

    answers = at_once(write, 2)

    refused = [a for a in answers if isinstance(a, Conflict)]
    assert len(refused) == 1
    assert Answer.rows.get().value == refused[0].theirs


def test_nothing_written_while_handing_in_is_lost_or_slipped_in():
    """The receipt holds what stands in the application, whatever a colleague writes meanwhile."""
    application = ReadyApplication()
    lead = PersonFactory(roles=[(application.organisation, Role.ELECTED_LEAD)])

    def act(n):
        if n == 0:
            return submit_application(application.pk, by=lead, at=IN_TIME)
        return save_answer(application.pk, "presentation.summary", f"Texte {n}", was="Une réponse.", version=0, by=lead)

    at_once(act, 3)

    application.refresh_from_db()
    if application.state == "submitted":
        frozen = HandIn.objects.get().content["answers"]["presentation.summary"]
        assert frozen == Answer.rows.get(application=application, key="presentation.summary").value


def test_deadline_is_decided_to_the_second_each_time():
    """trust F9, with workers whose machines differ by two seconds: the one clock decides."""
    for number in range(scaled(1000, least=9) // 10):
        seconds = number % 3 - 1
        application = ReadyApplication()
        lead = PersonFactory(roles=[(application.organisation, Role.ELECTED_LEAD)])

        with clock.at(CLOSES + timedelta(seconds=seconds)):
            try:
                submit_application(application.pk, by=lead)
                accepted = True
            except Closed:
                accepted = False

        application.refresh_from_db()
        assert accepted == (seconds < 0)
        assert application.state == ("submitted" if accepted else "draft")
        assert application.answers.count() > 0
