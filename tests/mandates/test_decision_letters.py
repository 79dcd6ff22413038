"""The letter of a decision on paper: the French a city reads, a draft before the board confirms, a whole session in one file."""

import io
from datetime import date

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from marelle.accounts.states import Role
from marelle.mandates.decision_letters import confirmed, letter_title, letters_pdf, of_agenda, printed, proposed
from marelle.mandates.operations import deciding
from marelle.mandates.operations.deciding import Drafted
from marelle.mandates.queries import sessions as queries
from marelle.mandates.queries.decisions import waiting_decision
from tests.factories.mandates import ApplicationFactory
from tests.factories.sessions import AgendaItemFactory, BoardSessionFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
GRANTED = {
    "draft": "",
    "sender": "Comité national",
    "city": "Bourg (67447)",
    "subject": "Bourg\u202f: la décision du conseil d’administration",
    "call": "Appel 2026 – Titre complet",
    "sentence": "Le 6 juillet 2026, le conseil d’administration a attribué le titre à Bourg.",
    "reasons": "Un plan précis.",
    "conditions": [],
    "next": "La suite\u202f: votre conseil vote le plan et la convention, puis chaque partie signe.",
}
PROBATION = {
    **GRANTED,
    "sentence": "Le 6 juillet 2026, le conseil d’administration a placé Bourg en période probatoire jusqu’au 31 janvier 2027.",
    "conditions": ["Chiffrer le budget.", "Nommer une personne."],
    "next": "Répondez à chaque condition sur la plateforme, puis déposez de nouveau avant la fin de ce jour\u202f: "
    "les personnes qui l’instruisent reliront votre candidature.",
}
REFUSED = {
    **GRANTED,
    "sentence": "Le 6 juillet 2026, le conseil d’administration n’a pas attribué le titre à Bourg.",
    "next": "Vous pourrez candidater de nouveau au prochain appel, en repartant de ce dossier.",
}
DRAFTED = {
    "granted": Drafted("granted", "Un plan précis."),
    "probation": Drafted(
        "probation", "Un plan précis.", "Chiffrer le budget.\nNommer une personne.", date(2027, 1, 31)
    ),
    "refused": Drafted("refused", "Un plan précis."),
}


class Scene:
    """A session with Bourg on its agenda, who proposes, who confirms."""

    def __init__(self):
        house = committee()
        self.chief = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
        self.member = works_as(Role.BOARD_MEMBER, house)
        self.session = BoardSessionFactory(call__committee=house)
        self.bourg = self.add("Bourg", code="67447")

    def add(self, name, **organisation):
        given = {f"organisation__{field}": value for field, value in {"name": name, **organisation}.items()}
        application = ApplicationFactory(call=self.session.call, opinion_given=True, **given)
        return AgendaItemFactory(session=self.session, application=application, position=9).application

    def propose(self, application, outcome):
        deciding.propose_all(self.session, {application: DRAFTED[outcome]}, by=self.chief)
        return waiting_decision(application)

    def agenda(self):
        return queries.agenda_of(self.session, self.member)


@pytest.mark.parametrize(("outcome", "told"), [("granted", GRANTED), ("probation", PROBATION), ("refused", REFUSED)])
def test_letter_says_what_was_decided_as_its_draft_said(outcome, told):
    scene = Scene()
    act = scene.propose(scene.bourg, outcome)

    draft = printed(proposed(act, scene.bourg))
    deciding.confirm_all({scene.bourg: act.code}, by=scene.member)
    letter = printed(confirmed(scene.bourg.decisions.get(), scene.bourg))

    warning = (
        "Brouillon\u202f: le conseil d’administration n’a pas confirmé cette décision\u202f; elle n’engage personne."
    )
    assert letter == told
    assert draft == {**told, "draft": warning}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_letter_is_a_tagged_document_that_readers_hear(language):
    scene = Scene()
    scene.propose(scene.bourg, "probation")

    with override(language):
        drawn = letters_pdf(of_agenda(scene.agenda(), drafts=True), title=letter_title(scene.bourg))

    document = PdfReader(io.BytesIO(drawn))
    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712  a PDF boolean
    assert catalog["/Lang"].startswith(language)
    assert "Bourg" in document.metadata.title
    assert "Nommer une personne." in document.pages[0].extract_text()


def test_letters_of_a_session_keep_drafts_apart():
    scene = Scene()
    castel, _douai = scene.add("Castel"), scene.add("Douai")
    act = scene.propose(scene.bourg, "granted")
    deciding.confirm_all({scene.bourg: act.code}, by=scene.member)
    scene.propose(castel, "refused")

    decided, drafts = (of_agenda(scene.agenda(), drafts=drafts) for drafts in (False, True))

    assert [(letter.application, letter.is_draft) for letter in decided] == [(scene.bourg, False)]
    assert [(letter.application, letter.is_draft) for letter in drafts] == [(castel, True)]
