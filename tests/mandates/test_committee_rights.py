"""Rights are held in one committee: the same role in the other gives nothing. Written by hand, rule by rule."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from marelle.accounts import journal
from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.queries import committees_of, journal_of_committees
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed
from marelle.mandates import rules
from marelle.mandates.models import Agreement, Application, Call, Mandate, Review, Stewardship
from marelle.mandates.operations.calls import add_document
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.framework import ProgrammeFactory, TrackFactory
from tests.factories.mandates import (
    ApplicationFactory,
    CallFactory,
    HandInFactory,
    MandateFactory,
    PartyFactory,
    ReviewFactory,
)
from tests.mandates.test_calls import drafted

pytestmark = pytest.mark.django_db

TEAM, CHIEF = {"PO", "PA"}, {"PA"}
WORK = ("PA", "PO", "RV", "CM", "BD", "AN")
THING = {  # rule → the thing it is asked about, and the roles of its committee that may
    rules.may_open_call: ("committee", CHIEF),
    rules.may_prepare_call: ("call", CHIEF),
    rules.may_handle: ("application", TEAM),
    rules.may_be_reader: ("application", {"RV"}),
    rules.may_give_opinion: ("application", TEAM | {"CM"}),
    rules.may_propose_decision: ("application", CHIEF),
    rules.may_read_proposal: ("application", TEAM | {"BD"}),
    rules.may_confirm_decision: ("application", {"BD"}),
    rules.may_send_agreement: ("agreement", TEAM),
    rules.may_sign: ("party", CHIEF),
    rules.may_end_mandate: ("mandate", TEAM),
    accounts.may_administer: ("committee", CHIEF),
    accounts.may_sign_for: ("committee", CHIEF),
    accounts.in_programme_team: ("committee", TEAM),
    accounts.is_programme_administrator: ("committee", CHIEF),
    accounts.may_answer_join_request: ("town", TEAM),
    accounts.looks_after: ("town", TEAM),
    accounts.may_close_account: ("colleague", CHIEF),
}


@pytest.fixture
def things():
    """Everything of committee A, where a town answered a call; committee B stands beside it."""
    house = OrganisationFactory(committee=True, code="o-a")
    mandate = MandateFactory(agreement__application__call__committee=house)
    agreement = mandate.agreement
    return {
        "committee": house,
        "call": agreement.application.call,
        "application": agreement.application,
        "agreement": agreement,
        "party": PartyFactory(agreement=agreement, organisation=house, position=1),
        "mandate": mandate,
        "town": agreement.application.organisation,
        "colleague": PersonFactory(roles=[(house, Role.ANALYST)]),
    }


@pytest.mark.parametrize("rule", THING, ids=lambda rule: rule.__name__)
def test_rule_asks_the_committee_of_the_thing(things, rule):
    """trust R1. In A, the roles of the table and no other; in B, none."""
    name, may = THING[rule]
    other = OrganisationFactory(committee=True, code="o-b")

    inside = {role for role in WORK if rule(PersonFactory(roles=[(things["committee"], role)]), things[name])}
    outside = {role for role in WORK if rule(PersonFactory(roles=[(other, role)]), things[name])}

    assert (inside, outside) == (may, set())


def test_nobody_reviews_for_the_other_committee(things):
    review = ReviewFactory(
        application=things["application"],
        reviewer=PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-b"), Role.REVIEWER)]),
    )

    assert not rules.may_review(review.reviewer, review)
    assert not Review.objects.visible_to(review.reviewer).exists()
    assert not Application.objects.visible_to(review.reviewer).exists()


@pytest.mark.parametrize("role", WORK)
def test_querysets_show_the_committee_of_the_person(things, role):
    """trust O2. The same role in each committee: the first sees its own, the second nothing."""
    mine = PersonFactory(roles=[(things["committee"], role)])
    theirs = PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-b"), role)])
    dossier = role in {"PA", "PO", "CM", "BD"}

    def seen(person: Person) -> list[int]:
        models = (Call, Application, Agreement, Mandate)
        return [model.objects.visible_to(person).count() for model in models]

    assert seen(mine) == [1, int(dossier), int(role in TEAM), 1]
    assert seen(theirs) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("country", "answered", "expected"),
    [
        ("FR", None, ["a", "b"]),
        ("FR", "a", ["a"]),
        ("ES", None, ["c"]),
        ("ES", "a", ["a"]),
        ("XQ", None, ["a", "b", "c"]),
    ],
    ids=["new here", "has answered", "new in its country", "answered elsewhere", "no committee in its country"],
)
def test_organisation_is_looked_after_by(country, answered, expected):
    """docs/decisions/0009. The committees whose call it answered; else those of its country; else all."""
    houses = {
        key: OrganisationFactory(committee=True, code=f"o-{key}", country="ES" if key == "c" else "FR") for key in "abc"
    }
    town = OrganisationFactory(country=country)
    if answered:
        ApplicationFactory(organisation=town, call=CallFactory(committee=houses[answered]))

    looked_after = [
        key
        for key, house in houses.items()
        if Organisation.objects.looked_after_by([house]).filter(pk=town.pk).exists()
    ]
    assert committees_of(town) == [houses[key] for key in expected]
    assert looked_after == expected
    assert not Organisation.objects.looked_after_by([]).exists()


def test_programme_is_run_by_the_first_that_opened_a_call_there():
    """The database holds one committee a programme; another is refused, and prepares nothing."""
    first, second = (OrganisationFactory(committee=True, code=f"o-{key}") for key in "ab")
    chiefs = [PersonFactory(roles=[(house, Role.PROGRAMME_ADMINISTRATOR)]) for house in (first, second)]
    tracks = [TrackFactory(programme=ProgrammeFactory(code="rivers"))]

    drafted(chiefs[0], committee=first, tracks=tracks)
    with pytest.raises(BadData):
        drafted(chiefs[1], committee=second, tracks=tracks, code="autre")
    with pytest.raises(NotAllowed):
        drafted(chiefs[1], committee=first, tracks=tracks, code="autre")

    assert Stewardship.objects.get().committee == first
    assert [call.committee for call in Call.objects.all()] == [first]


def test_document_of_a_call_is_its_committees(things):
    """Somebody of both committees joins a file of the wrong one."""
    other = OrganisationFactory(committee=True, code="o-b")
    both = PersonFactory(roles=[(house, Role.PROGRAMME_ADMINISTRATOR) for house in (things["committee"], other)])
    file = FileFactory(organisation=other)

    with pytest.raises(BadData):
        add_document(things["call"].pk, file, by=both)

    file.refresh_from_db()
    assert not file.is_public


def test_account_of_two_networks_is_closed_by_who_runs_both(things):
    """Roles elsewhere keep an account open; once they have ended, either committee may close it."""
    other = OrganisationFactory(committee=True, code="o-b")
    person = PersonFactory(roles=[(things["town"], Role.CITY_EDITOR), (other, Role.ANALYST)])
    houses = (things["committee"], other)
    chief, both = (
        PersonFactory(roles=[(h, Role.PROGRAMME_ADMINISTRATOR) for h in where]) for where in (houses[:1], houses)
    )

    before = [accounts.may_close_account(who, person) for who in (chief, both)]
    person.memberships.filter(organisation=other).update(ended_at=person.memberships.first().started_at)

    assert before == [False, True]
    assert [accounts.may_close_account(who, person) for who in (chief, both)] == [True, True]


def test_journal_leaves_out_the_dossiers_of_the_other_committee(things):
    """A town that answered both: each committee reads what was done about its own, and what is the town's own."""
    town, other = things["town"], OrganisationFactory(committee=True, code="o-b")
    theirs = ApplicationFactory(submitted=True, organisation=town, call__committee=other)
    acts = {"own": things["application"], "theirs": theirs, "town": town, "call": theirs.call}
    for thing in acts.values():
        journal.record(thing, "submitted", by=things["colleague"], organisation=town)

    def read(house):
        chief = PersonFactory(roles=[(house, Role.PROGRAMME_ADMINISTRATOR)])
        told = {entry.content.reference for entry in journal_of_committees(chief)}
        return {name for name, thing in acts.items() if f"{thing._meta.label_lower}:{thing.code}" in told}

    assert read(things["committee"]) == {"own", "town"}
    assert read(other) == {"theirs", "call", "town"}


def test_migration_gives_programmes_and_files_to_who_had_them():
    """The one committee of before keeps its programmes; a handing-in finds its files again, by their digests."""
    digest = "c" * 64
    application = ApplicationFactory(submitted=True)
    file = FileFactory(organisation=application.organisation, sha256=digest)
    FileFactory(organisation=application.organisation)
    content = {"answers": {}, "files": [{"label": file.label, "sha256": digest}]}
    hand_in = HandInFactory(application=application, content=content)
    steps = MigrationLoader(connection, replace_migrations=False)  # as a house that stands took them, one by one
    then = steps.project_state(("mandates", "0007_fill_call_committee")).apps

    import_module("marelle.mandates.migrations.0007_fill_call_committee").fill(then, None)

    assert list(hand_in.files.all()) == [file]
    assert [(s.programme, s.committee) for s in Stewardship.objects.all()] == [
        (application.track.programme, application.call.committee)
    ]
