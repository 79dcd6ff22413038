"""What belongs to one organisation stays there: sources of copies, drafts, exports, forged fields."""

import pytest
from django.urls import reverse

from marelle.accounts.files import keep
from marelle.accounts.models import Membership
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData
from marelle.mandates.models import Application
from marelle.mandates.operations.agreements import record_vote
from marelle.plans.models import Objective, Plan
from marelle.plans.operations.writing import add_action, add_objective
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory, LibraryObjectiveFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory, CallFactory
from tests.factories.plans import ObjectiveFactory
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CANARY = "Canari-jaune-de-la-ville-B"


@pytest.fixture
def mine():
    """A town's draft, and its editor who is also its elected lead."""
    territory = TerritoryFactory(code="67447")
    application = ApplicationFactory(organisation=OrganisationFactory(code="67447", territory=territory))
    house = application.organisation
    roles = [(house, Role.CITY_EDITOR), (house, Role.ELECTED_LEAD)]
    return application, PersonFactory(roles=roles, application=True)


@pytest.fixture
def theirs():
    """Another town's draft, which holds words of its own."""
    objective = ObjectiveFactory(name=CANARY, promise=CANARY)
    return ApplicationFactory(organisation=objective.plan.organisation, plan=objective.plan), objective


def copy_an_objective(mine, by, theirs):
    """An action under somebody else's objective."""
    add_action(mine.plan_id, theirs[1].code, by=by, name="Copie")


def copy_from_another_framework(mine, by, theirs):
    """A line of a library this application does not follow."""
    other = LibraryObjectiveFactory()
    add_objective(mine.plan_id, other.domain.code, by=by, library=other.code)


def vote_with_their_file(mine, by, theirs):
    """A council's vote proved by the file of another town."""
    Application.rows.filter(pk=mine.pk).update(state="accepted", submitted_at=IN_TIME)
    Plan.rows.filter(pk=mine.plan_id).update(state="validated")
    file = FileFactory(organisation=theirs[0].organisation)
    record_vote(mine.pk, by=by, number="2026-1", voted_on=IN_TIME.date(), file=file, at=IN_TIME)


@pytest.mark.parametrize("copy", [copy_an_objective, copy_from_another_framework, vote_with_their_file])
def test_copying_needs_the_right_to_read_the_source(copy, mine, theirs):
    """trust O5. What one may not read is not there to be copied; nothing is written."""
    application, person = mine

    with pytest.raises(BadData):
        copy(application, person, theirs)

    assert (application.plan.objectives.count(), application.files.count()) == (0, 0)
    assert theirs[1].actions.count() == 0


def test_nested_addresses_go_through_their_parent(mine, theirs, client):
    """trust O4. A file of another town under one's own address, or one's own code under theirs: not there."""
    application, person = mine
    sign_in(client, person)
    file = keep(b"%PDF-1.4", label="b.pdf", kind="pdf", organisation=theirs[0].organisation, by=PersonFactory())
    theirs[0].files.add(file)

    with clock.at(IN_TIME):
        detached = client.post(f"/espace/67447/candidature/documents/{file.code}/retirer")
        added = client.post(
            "/espace/67447/candidature/plan/ajouter", {"what": "action", "to": theirs[1].code, "name": "Copie"}
        )
        elsewhere = client.get(f"/espace/{theirs[0].organisation.code}/candidature/plan")

    assert (detached.status_code, added.status_code, elsewhere.status_code) == (422, 422, 404)
    assert CANARY not in (detached.content + added.content + elsewhere.content).decode()
    assert list(theirs[0].files.all()) == [file]
    assert theirs[1].actions.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "/appels/brouillon",
        "/en/appels/brouillon",
        "/appels/brouillon/documents/{file}",
        "/villes/{town}/engagements/1",
        "/villes/{town}/carte.png",
        "/en/villes/{town}/engagements/1",
    ],
)
def test_drafts_have_no_public_form(address, theirs, client):
    """trust O8. A call in preparation, a plan not signed: 404 on the page, its picture, its documents."""
    application, _objective = theirs
    call = CallFactory(code="brouillon", name={"fr": CANARY}, draft=True)
    file = FileFactory(label=CANARY, is_public=True)
    call.documents.add(file)

    answer = client.get(address.format(town=application.organisation.code, file=file.code))

    assert (answer.status_code, CANARY in answer.content.decode()) == (404, False)


def test_drafts_are_in_no_list(theirs, client):
    """trust O8, O6. Nor in feeds, calendars, exports, search, sitemap."""
    CallFactory(code="brouillon", name={"fr": CANARY}, draft=True)
    addresses = (
        *("/", "/villes", "/villes.csv", "/villes.json", "/villes.geojson", "/nouvelles.atom", "/appels.ics"),
        *("/rejoindre", f"/recherche?q={CANARY[:6]}", "/sitemap.xml", "/sitemap-1.xml"),
    )

    bodies = {address: body_of(client.get(address)) for address in addresses}

    assert [address for address, body in bodies.items() if CANARY in body or "brouillon" in body] == []


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/candidature/champ", {"name": "presentation.summary", "value": "Nous", "was": "", "version": "0"}),
        ("/candidature/plan/ajouter", {"what": "objective", "to": "D1", "name": "Nous"}),
        ("/candidature/presentation", {"presentation.summary": "Nous", "was:presentation.summary": ""}),
    ],
)
def test_forged_fields_change_nothing(address, sent, mine, theirs, client):
    """trust O10. Identifiers, states, roles, owners and versions posted beside a form are not read."""
    application, person = mine
    DomainFactory(framework=application.call.framework, code="D1")
    sign_in(client, person)
    Application.rows.filter(pk=theirs[0].pk).update(version=7)
    forged = {
        "id": theirs[0].pk,
        "pk": theirs[0].pk,
        "application": theirs[0].code,
        "plan_id": theirs[0].plan_id,
        "organisation": theirs[0].organisation.code,
        "organisation_id": theirs[0].organisation_id,
        "state": "accepted",
        "role": Role.PROGRAMME_ADMINISTRATOR,
        "by": PersonFactory().code,
        "edited_by": PersonFactory().pk,
        "submitted_at": "2026-01-01",
        "fingerprint": "f" * 64,
    }
    before = everything()

    with clock.at(IN_TIME):
        answer = client.post(f"/espace/67447{address}", sent | forged)

    assert answer.status_code == 302
    assert everything() == before
    assert {answer.edited_by for answer in application.answers.all()} <= {person}
    assert theirs[0].answers.count() == 0


def everything() -> list:
    """What a forged field could have changed."""
    columns = ("state", "version", "organisation", "plan", "submitted_at", "fingerprint", "created_by")
    return [
        list(Application.rows.order_by("pk").values_list(*columns)),
        list(Membership.objects.order_by("pk").values_list("person", "organisation", "role")),
        list(Plan.rows.order_by("pk").values_list("organisation", "state")),
        list(Objective.objects.filter(name=CANARY).values_list("plan", "promise")),
    ]


def test_export_asks_for_rights_each_time(client):
    """trust E2. Nothing is kept for later: a list taken away is made at the moment, for who may read it then."""
    committee = OrganisationFactory(committee=True)
    officer = PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)], application=True)
    application = ApplicationFactory(submitted=True, organisation__name=CANARY)
    sign_in(client, officer)
    address = reverse("office:call", args=[application.call.code])

    before = {kind: client.get(address, {"format": kind}) for kind in ("csv", "xlsx", "json")}
    officer.memberships.update(ended_at=IN_TIME)
    after = {kind: client.get(address, {"format": kind}) for kind in ("csv", "xlsx", "json")}

    assert [answer.status_code for answer in before.values()] == [200, 200, 200]
    assert CANARY in before["csv"].content.decode()
    assert {answer["Cache-Control"] for answer in before.values()} == {"no-store"}
    assert [answer.status_code for answer in after.values()] == [404, 404, 404]


def test_file_asks_for_rights_each_time(mine, client):
    """trust E2, U6. An address of a file is worth nothing without the role of the day."""
    application, person = mine
    file = keep(b"%PDF-1.4", label="a.pdf", kind="pdf", organisation=application.organisation, by=person)
    sign_in(client, person)
    address = f"/compte/fichiers/{file.code}"

    before = client.get(address)
    content = b"".join(before.streaming_content)
    person.memberships.update(ended_at=IN_TIME)
    after = client.get(address)
    client.logout()
    stranger = client.get(address)

    assert (before.status_code, content) == (200, b"%PDF-1.4")
    assert before["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert (after.status_code, stranger.status_code) == (404, 302)


def test_codes_posted_in_bulk_are_each_checked(mine, theirs, client):
    """trust O7. Many fields in one form: each is looked up in one's own plan, the others change nothing."""
    application, person = mine
    own = ObjectiveFactory(plan=application.plan, name="À nous", promise="")
    sign_in(client, person)
    sent = {f"objective.{own.code}.promise": "Tenue", f"was:objective.{own.code}.promise": ""}
    forged = {f"objective.{theirs[1].code}.promise": "Volée", f"was:objective.{theirs[1].code}.promise": CANARY}

    with clock.at(IN_TIME):
        answer = client.post("/espace/67447/candidature/plan", sent | forged)

    own.refresh_from_db()
    theirs[1].refresh_from_db()
    assert answer.status_code == 422
    assert (own.promise, theirs[1].promise) == ("Tenue", CANARY)


def body_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()
