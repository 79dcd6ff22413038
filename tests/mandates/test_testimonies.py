"""A testimony is proposed with consent, read over, published; of a child nothing but a role; taken back, it is gone."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from marelle.accounts.models import File, JournalContent, Notification
from marelle.accounts.states import Role
from marelle.base import clock, stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.mandates import models
from marelle.mandates.operations import testimonies as operations
from marelle.mandates.queries import testimonies as queries
from marelle.mandates.states import TESTIMONY_STEPS
from tests.factories import contacts as make  # pytest takes a name that begins with Test for a class of tests
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import MandateFactory
from tests.pictures import picture

pytestmark = pytest.mark.django_db
NOON = datetime(2028, 11, 22, 11, tzinfo=UTC)
SAID = {
    "quotes": {"fr": "Les enfants nous ont montré le chemin."},
    "speaker": "adult",
    "role": "Adjointe à l’enfance",
    "first_name": "Lucie",
    "consent_on": date(2028, 11, 1),
    "consent_how": "Signé sur papier, gardé en mairie.",
}
SHOWN = {"picture_alt": "Une cour d’école plantée d’arbres", "picture_rights": "Ville de Rennes"}
CHILD = {"speaker": "child", "role": "council", "first_name": ""}


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def mandate():
    return MandateFactory(agreement__application__organisation__name="Rennes")


@pytest.fixture
def editor(mandate):
    return PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])


@pytest.fixture
def officer(mandate):
    return PersonFactory(roles=[(mandate.agreement.application.call.committee, Role.PROGRAMME_OFFICER)])


def test_testimony_steps_are_the_agreed_ones():
    assert TESTIMONY_STEPS.as_text() == (
        "proposed: publish > published, send_back > returned, withdraw > withdrawn\n"
        "published: withdraw > withdrawn\n"
        "returned: propose > proposed, withdraw > withdrawn"
    )


def test_proposed_read_over_published_and_shown(mandate, editor, officer):
    made = operations.propose_testimony(mandate.pk, by=editor, picture=picture(), **SAID | SHOWN)
    before, stamp = queries.shown(limit=6), stamps.current()

    operations.publish_testimony(made.pk, names_nobody=True, by=officer)

    (said,) = queries.shown(mandate.organisation, limit=6)
    assert (before, stamps.current()) == ([], stamp + 1)
    assert (said.quote, said.who, said.organisation) == (SAID["quotes"]["fr"], "Lucie, Adjointe à l’enfance", "Rennes")
    assert (said.picture, said.alt, said.rights) == (True, SHOWN["picture_alt"], "Ville de Rennes")
    assert list(Notification.objects.values_list("person", "sentence")) == [
        (officer.pk, "Rennes propose un témoignage.")
    ]


@pytest.mark.parametrize(
    "differs",
    [
        {"quotes": {"fr": "  "}},
        {"quotes": {"fr": "a" * 601}},
        {"role": ""},
        {"first_name": "Lucie Martin"},
        {"consent_how": ""},
        {"consent_on": date(2028, 11, 23)},
        {"picture": True},
        CHILD | {"first_name": "Lina"},
        CHILD | {"role": "Élève de CM2 de l’école Jean-Moulin"},
        CHILD | SHOWN | {"picture": True},
    ],
    ids=[
        *("says nothing", "too long", "no role", "family name", "consent not kept", "consent to come"),
        *("picture without words", "child with a name", "child told by words", "child with a picture"),
    ],
)
def test_what_is_not_whole_or_tells_a_child_is_refused(mandate, editor, differs):
    given = SAID | differs
    upload = picture() if given.pop("picture", False) else None

    with pytest.raises(BadData), transaction.atomic():
        operations.propose_testimony(mandate.pk, by=editor, picture=upload, **given)

    assert (models.Testimony.rows.count(), File.rows.filter(is_apart=True).count()) == (0, 0)


def test_database_itself_refuses_a_childs_name():
    with pytest.raises(IntegrityError), transaction.atomic():
        make.TestimonyFactory(child=True, first_name="Lina")


def test_child_is_told_by_one_of_the_agreed_roles_alone(mandate, editor, officer):
    made = operations.propose_testimony(mandate.pk, by=editor, **SAID | CHILD)
    operations.publish_testimony(made.pk, names_nobody=True, by=officer)

    assert [said.who for said in queries.shown(limit=3)] == ["membre d’un conseil d’enfants"]


def test_nothing_is_published_unread(mandate, officer):
    made = make.TestimonyFactory(mandate=mandate)

    with pytest.raises(BadData):
        operations.publish_testimony(made.pk, names_nobody=False, by=officer)

    made.refresh_from_db()
    assert (made.state, made.published_at) == ("proposed", None)


def test_sent_back_it_is_completed_and_proposed_again(mandate, editor, officer):
    made = make.TestimonyFactory(mandate=mandate)
    operations.send_testimony_back(made.pk, "Dites à quel titre.", by=officer)

    operations.change_testimony(made.pk, by=editor, version=1, was={}, role="Directrice d’école")

    made.refresh_from_db()
    assert (made.state, made.note, made.role, made.version) == ("proposed", "", "Directrice d’école", 2)


def test_picture_is_taken_out_when_a_child_speaks(mandate, editor):
    made = operations.propose_testimony(mandate.pk, by=editor, picture=picture(), **SAID | SHOWN)

    operations.change_testimony(made.pk, by=editor, version=1, was={}, **CHILD)

    made.refresh_from_db()
    assert (made.picture, File.rows.filter(is_apart=True, removed_at=None).count()) == (None, 0)


def test_two_writers_lose_nothing(mandate, editor):
    made = make.TestimonyFactory(mandate=mandate)
    was = {"role": made.role, "first_name": made.first_name}
    operations.change_testimony(made.pk, by=editor, version=1, was=was, role="Maire")

    operations.change_testimony(made.pk, by=editor, version=1, was=was, role=was["role"], first_name="Anne")
    with pytest.raises(BadData):
        operations.change_testimony(made.pk, by=editor, version=1, was=was, role="Élue")

    made.refresh_from_db()
    assert (made.role, made.first_name) == ("Maire", "Anne")


@pytest.mark.parametrize("by", ["editor", "officer"])
def test_consent_taken_back_leaves_nothing(mandate, editor, officer, by, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = operations.propose_testimony(mandate.pk, by=editor, picture=picture(), **SAID | SHOWN)
        operations.publish_testimony(made.pk, names_nobody=True, by=officer)
    file, stamp = made.picture, stamps.current()

    with django_capture_on_commit_callbacks(execute=True):
        for _press in range(2):
            operations.revoke_consent(made.pk, by=editor if by == "editor" else officer)

    made.refresh_from_db()
    file.refresh_from_db()
    assert (queries.shown(limit=6), stamps.current() > stamp) == ([], True)
    assert (made.state, made.quotes, made.first_name, made.picture) == ("withdrawn", {}, "", None)
    assert (file.removed_at, JournalContent.objects.filter(verb="consent_revoked").count()) == (NOON, 1)
    assert "montré le chemin" not in str(list(JournalContent.objects.values_list("facts", flat=True)))


def test_consent_is_taken_back_of_what_was_withdrawn_too(mandate, editor):
    made = make.TestimonyFactory(mandate=mandate, state="withdrawn")

    operations.revoke_consent(made.pk, by=editor)

    made.refresh_from_db()
    assert (made.quotes, made.revoked_at) == ({}, NOON)


def test_published_is_withdrawn_and_no_longer_changed(mandate, editor):
    made = make.TestimonyFactory(mandate=mandate, published=True)

    with pytest.raises(WrongState):
        operations.change_testimony(made.pk, by=editor, version=1, was={}, role="Maire")
    operations.withdraw_testimony(made.pk, by=editor)

    made.refresh_from_db()
    assert (made.role, made.state, queries.shown(limit=3)) == ("Adjointe à l’enfance", "withdrawn", [])


@pytest.mark.parametrize(
    ("act", "who"),
    [
        (lambda made, by: operations.propose_testimony(made.mandate_id, by=by, **SAID), "officer"),
        (lambda made, by: operations.propose_testimony(made.mandate_id, by=by, **SAID), "reader"),
        (lambda made, by: operations.change_testimony(made.pk, by=by, version=1, was={}, role="Maire"), "officer"),
        (lambda made, by: operations.publish_testimony(made.pk, names_nobody=True, by=by), "editor"),
        (lambda made, by: operations.publish_testimony(made.pk, names_nobody=True, by=by), "stranger"),
        (lambda made, by: operations.send_testimony_back(made.pk, "À compléter", by=by), "editor"),
        (lambda made, by: operations.revoke_consent(made.pk, by=by), "stranger"),
        (lambda made, by: operations.withdraw_testimony(made.pk, by=by), "reader"),
    ],
    ids=[
        *("officer proposes", "reader proposes", "officer changes", "editor publishes", "stranger publishes"),
        *("editor sends back", "stranger revokes", "reader withdraws"),
    ],
)
def test_each_act_is_refused_to_others(mandate, editor, officer, act, who):
    made = make.TestimonyFactory(mandate=mandate)
    people = {
        "editor": editor,
        "officer": officer,
        "reader": PersonFactory(roles=[(mandate.organisation, Role.CITY_READER)]),
        "stranger": PersonFactory(roles=[(OrganisationFactory(committee=True, code="o-b"), Role.PROGRAMME_OFFICER)]),
    }

    with pytest.raises(NotAllowed):
        act(made, people[who])

    made.refresh_from_db()
    assert (models.Testimony.rows.count(), made.state, made.role, made.version) == (
        1,
        "proposed",
        "Adjointe à l’enfance",
        1,
    )


def test_only_members_are_told_and_in_the_readers_language(mandate):
    make.TestimonyFactory(mandate=mandate, published=True, quotes={"fr": "Bonjour", "en": "Hello"})
    make.TestimonyFactory(mandate__state="ended", published=True)
    make.TestimonyFactory(mandate=mandate)

    assert [(said.quote, said.language) for said in queries.shown(limit=6)] == [("Bonjour", "fr")]
