"""Where handing in meets the edge: someone writes meanwhile, the last day, the weight, what was already handed in."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts.states import Role
from marelle.base.errors import BadData
from marelle.base.models import Origin
from marelle.mandates import documents
from marelle.mandates.operations.applications import attach_file, remove_file, save_answer, submit_application
from marelle.mandates.queries.applications import is_open
from tests.factories.accounts import FileFactory, PersonFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory, ReadyApplication

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def someone(application, role):
    return PersonFactory(roles=[(application.organisation, role)])


def test_submit_application_draws_again_what_someone_wrote_meanwhile(monkeypatch):
    """trust F28. What is handed in is what the receipt shows: a word saved while it was drawn is in both."""
    application = ReadyApplication()
    lead, colleague = someone(application, Role.ELECTED_LEAD), someone(application, Role.CITY_EDITOR)
    drawn, draw = [], documents.application_pdf

    def draw_while_a_colleague_writes(*args, **kwargs):
        drawn.append(draw(*args, **kwargs))
        if len(drawn) == 1:
            save_answer(
                application.pk, "presentation.summary", "Plus tard.", was="Une réponse.", version=1, by=colleague
            )
        return drawn[-1]

    monkeypatch.setattr(documents, "application_pdf", draw_while_a_colleague_writes)
    submit_application(application.pk, by=lead, at=IN_TIME)

    hand_in = application.hand_ins.get()
    assert (len(drawn), hand_in.content["answers"]["presentation.summary"]) == (2, "Plus tard.")


def test_submit_application_links_actions_to_their_objectives():
    application = ReadyApplication()
    objective = application.plan.objectives.get()

    submit_application(application.pk, by=someone(application, Role.ELECTED_LEAD), at=IN_TIME)

    assert list(Origin.objects.values_list("parent", "offspring")) == [
        (f"plans.objective:{objective.code}", f"plans.action:{objective.actions.get().code}")
    ]


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (datetime(2026, 6, 20, 21, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 20, 22, 0, tzinfo=UTC), False),
    ],
    ids=["one second to midnight in Paris", "midnight"],
)
def test_returned_application_is_open_until_the_end_of_its_day(moment, opens):
    """trust F9. The day given is included, in the zone of the call."""
    application = ApplicationFactory(returned=True, complete_before=date(2026, 6, 20))

    assert is_open(application, moment) is opens


def test_attach_file_refuses_past_200_mb_a_dossier():
    """trust U2."""
    application = ApplicationFactory()
    application.files.add(FileFactory(organisation=application.organisation, size=200 * 2**20 - 10))

    with pytest.raises(BadData):
        attach_file(application.pk, SimpleUploadedFile("note.pdf", PDF), by=someone(application, Role.CITY_EDITOR))

    assert application.files.count() == 1


@pytest.mark.parametrize("shared_at", [None, IN_TIME], ids=["never handed in", "handed in"])
def test_remove_file_keeps_what_was_handed_in(shared_at):
    """What the committee has read is taken out of the dossier, and stays among the documents."""
    application = ApplicationFactory(returned=True)
    file = FileFactory(organisation=application.organisation, shared_at=shared_at)
    application.files.add(file)

    remove_file(application.pk, file.code, by=someone(application, Role.CITY_EDITOR))

    file.refresh_from_db()
    assert (application.files.count(), file.removed_at is None) == (0, shared_at is not None)
