"""A dossier sent back to its city: the committee reads what was handed in, never what the city writes meanwhile."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marelle.accounts.models import File
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Answer
from marelle.mandates.operations import applications, reviews
from marelle.plans.operations import writing as plans
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import IN_TIME, ReadyApplication, ReviewFactory
from tests.isolation.canaries import text_of
from tests.mandates.office import works_as
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CANARY = "ecritapresleretour"
LATER = IN_TIME + timedelta(days=3)


class Scene:
    """An application handed in, sent back, and being rewritten by its city, canaries in every field."""

    def __init__(self):
        house = OrganisationFactory(committee=True)
        self.officer = works_as(Role.PROGRAMME_OFFICER, house)
        self.chief = works_as(Role.PROGRAMME_ADMINISTRATOR, house)
        self.reader = works_as(Role.REVIEWER, house)
        self.application = ReadyApplication()
        city = self.application.organisation
        self.lead = PersonFactory(roles=[(city, Role.ELECTED_LEAD)], application=True)
        self.first_file = self.application.files.get()
        with clock.at(IN_TIME):
            applications.submit_application(self.application.pk, by=self.lead)
            reviews.send_back(
                self.application.pk, by=self.officer, because="Le budget.", complete_before=date(2026, 6, 20)
            )
        self.review = ReviewFactory(application=self.application, reviewer=self.reader, started=True)
        with clock.at(LATER):
            self.rewrite()

    def rewrite(self) -> None:
        """Every kind of field, a file taken out, another joined."""
        number, by = self.application.pk, self.lead
        stood = Answer.rows.get(application=number, key="presentation.summary")
        applications.save_answer(number, stood.key, CANARY, was=stood.value, version=stood.version, by=by)
        plan = self.application.plan
        plans.save_plan_field(plan.pk, "vision", CANARY, was=plan.vision, version=0, by=by)
        objective = plan.objectives.get()
        name = f"objective.{objective.code}.name"
        plans.save_plan_field(plan.pk, name, CANARY, was=objective.name, version=0, by=by)
        plans.add_action(plan.pk, objective.code, name=CANARY, by=by)
        another = plans.add_objective(plan.pk, objective.domain.code, name=CANARY, by=by)
        plans.add_action(plan.pk, another.code, name=CANARY, by=by)
        plans.add_indicator(plan.pk, another.code, name=CANARY, by=by)
        applications.remove_file(number, self.first_file.code, by=by)
        upload = SimpleUploadedFile(f"{CANARY}.csv", b"a,b\n1,2\n")
        self.second_file = applications.attach_file(number, upload, by=by)

    def addresses(self) -> list[str]:
        """Wherever the committee could read it: pages, lists as files, search, receipts, files."""
        call = f"/bureau/appels/{self.application.call.code}"
        receipts = [h.receipt.code for h in self.application.hand_ins.all()]
        return [
            f"/bureau/candidatures/{self.application.code}",
            f"/bureau/lectures/{self.review.code}",
            f"/bureau/candidatures/{self.application.code}/avis",
            *(f"{call}{end}" for end in ("", "?format=csv", "?format=xlsx", "?format=json")),
            *(f"/bureau/villes{end}" for end in ("", "?format=csv", "?format=xlsx", "?format=json")),
            f"/bureau/recherche?q={CANARY[:9]}",  # a word the page repeats, and only the beginning of it
            "/bureau/",
            "/bureau/messages",
            "/bureau/equipe/journal",
            f"/bureau/conventions/preparer/{self.application.code}",
            *(f"/compte/fichiers/{code}" for code in (*receipts, self.first_file.code, self.second_file.code)),
        ]

    def read_by(self, person) -> dict[str, str]:
        """What each address answers this person."""
        client = sign_in(Client(raise_request_exception=False), person)
        return {address: text_of(client.get(address)) for address in self.addresses()}


@pytest.fixture
def here():
    return Scene()


@pytest.mark.parametrize("who", ["officer", "chief", "reader"])
def test_words_typed_after_the_return_are_unseen(here, who):
    """trust O6, O8. In no page, list, file, search or receipt, until they are handed in."""
    with clock.at(LATER):
        read = here.read_by(getattr(here, who))

    assert [address for address, text in read.items() if CANARY in text] == []


def test_office_shows_what_was_handed_in_and_says_so(here):
    """The words, the plan and the files of that day, with the day."""
    page = here.read_by(here.officer)[f"/bureau/candidatures/{here.application.code}"]
    bench = here.read_by(here.reader)[f"/bureau/lectures/{here.review.code}"]

    for text in (page, bench):
        assert "Une réponse." in text
        assert "La ville complète cette candidature." in text
        assert "Voici ce qui a été déposé le 2 mai 2026, 11\u00a0h" in text
        assert f"/compte/fichiers/{here.first_file.code}" in text


@pytest.mark.parametrize("who", ["officer", "reader"])
def test_file_handed_in_stays_open_to_its_readers(here, who):
    """The city took it out since; what was handed in still holds it. The one joined since does not exist."""
    client = sign_in(Client(), getattr(here, who))

    answers = [client.get(f"/compte/fichiers/{f.code}") for f in (here.first_file, here.second_file)]
    read = [text_of(answer) for answer in answers]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert read[0].endswith("%%EOF\n")
    assert File.rows.get(pk=here.first_file.pk).removed_at is None


def test_words_handed_in_again_are_shown_and_marked(here):
    """What differs from the handing-in before is marked, what is gone is named."""
    with clock.at(LATER):
        applications.submit_application(here.application.pk, by=here.lead)
        page = here.read_by(here.officer)[f"/bureau/candidatures/{here.application.code}"]

    assert page.count(CANARY) >= 5
    assert "Ce qui diffère du dépôt du 2 mai 2026" in page
    assert "Ce qui s’y trouvait avant" in page
    assert "deliberation.pdf" in page.partition("N’y figure plus depuis le dépôt précédent")[2][:400]
    assert "La ville complète cette candidature." not in page


def test_withdrawn_application_is_kept_for_its_town_alone(here):
    """Read only, as the city left it; for the committee, as it was handed in."""
    code, city = here.application.code, here.application.organisation.code
    with clock.at(LATER):
        applications.withdraw_application(here.application.pk, by=here.lead)
    own, stranger = (
        sign_in(Client(), here.lead),
        sign_in(Client(), PersonFactory(roles=[(OrganisationFactory(), Role.CITY_ADMINISTRATOR)])),
    )

    start = own.get(f"/espace/{city}/candidature").content.decode()
    page = own.get(f"/espace/{city}/candidatures/{code}")
    office = here.read_by(here.officer)[f"/bureau/candidatures/{code}"]

    assert f"/espace/{city}/candidatures/{code}" in start
    assert (page.status_code, page.content.decode().count(CANARY) >= 5, "<textarea" in page.content.decode()) == (
        200,
        True,
        False,
    )
    assert (CANARY in office, "Une réponse." in office) == (False, True)
    assert stranger.get(f"/espace/{city}/candidatures/{code}").status_code == 404
    assert own.post(f"/espace/{city}/candidatures/{code}").status_code == 405
    assert sign_in(Client(), here.officer).get(f"/espace/{city}/candidatures/{code}").status_code == 404
