"""What applications bring to "Aujourd'hui", to calendars, to the thread, and to `marelle check`."""

from datetime import date, timedelta

import pytest

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates import checks
from marelle.mandates.registered import applications as registered
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.mandates import CLOSES, IN_TIME, ApplicationFactory, CallFactory, HandInFactory
from tests.factories.plans import PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_may():
    with clock.at(IN_TIME):
        yield


def someone(organisation, role):
    return PersonFactory(roles=[(organisation, role)])


def test_today_proposes_to_start_when_a_call_is_open():
    call, organisation = CallFactory(), OrganisationFactory()

    found = registered.today(someone(organisation, Role.CITY_EDITOR), organisation)

    assert [(act.sentence, act.due_at) for act in found.acts] == [
        ("Commencer la candidature à «\u202fAppel 2026\u202f»", call.closes_at)
    ]


def test_today_proposes_the_next_sections_and_the_last_moment():
    application = ApplicationFactory()
    organisation = application.organisation

    found = registered.today(someone(organisation, Role.CITY_EDITOR), organisation)

    assert [act.sentence for act in found.acts] == [
        "Compléter «\u202fPrésentation\u202f»",
        "Compléter «\u202fÉquipe projet\u202f»",
        "Compléter «\u202fDocuments\u202f»",
    ]
    assert [(m.title, m.starts_at) for m in found.moments] == [
        ("Dernier moment pour déposer\u202f: Appel 2026", CLOSES)
    ]


@pytest.mark.parametrize(("situation", "role"), [({}, Role.CITY_READER), ({"submitted": True}, Role.CITY_EDITOR)])
def test_today_asks_nothing_of_readers_nor_after_the_handing_in(situation, role):
    application = ApplicationFactory(**situation)

    found = registered.today(someone(application.organisation, role), application.organisation)

    assert found.acts == []


def test_today_says_nothing_to_strangers():
    application = ApplicationFactory()

    found = registered.today(PersonFactory(), application.organisation)

    assert (found.acts, found.moments, found.changes) == ([], [], [])


@pytest.mark.parametrize(
    ("situation", "ends"),
    [
        ({}, [CLOSES]),
        ({"returned": True}, [CLOSES + timedelta(days=19, hours=12)]),
        ({"submitted": True}, []),
    ],
    ids=["draft", "sent back until 20 June", "handed in"],
)
def test_calendar_holds_the_last_moment_of_drafts(situation, ends):
    application = ApplicationFactory(**situation)
    reader = someone(application.organisation, Role.CITY_READER)

    assert [m.starts_at for m in registered.moments(reader, application.organisation)] == ends
    assert list(registered.moments(None, None)) == []
    assert list(registered.moments(PersonFactory(), application.organisation)) == []


def test_thread_names_an_application_to_those_who_may_read_it():
    application = ApplicationFactory()

    shown = registered.show_applications([application.code], someone(application.organisation, Role.CITY_READER))

    assert shown[application.code].address == f"/espace/{application.organisation.code}/candidature"
    assert registered.show_applications([application.code], PersonFactory()) == {}
    assert registered.show_applications([application.code], None) == {}


def test_checks_find_nothing_in_a_sound_house():
    receipt = FileFactory(sha256="a" * 64)
    ApplicationFactory()
    application = ApplicationFactory(submitted=True, receipt=receipt)
    HandInFactory(application=application, receipt=receipt)

    assert [*checks.plans_follow_applications(), *checks.applications_handed_in_have_a_receipt()] == []


def test_checks_find_a_plan_that_did_not_follow():
    application = ApplicationFactory(plan=PlanFactory(adopted=True, adopted_on=date(2026, 9, 14)))

    assert list(checks.plans_follow_applications()) == [
        f"application={application.pk} is draft and its plan is adopted"
    ]


def test_checks_find_a_receipt_missing_or_altered():
    lost = ApplicationFactory(submitted=True)
    altered = ApplicationFactory(submitted=True, receipt=FileFactory(sha256="c" * 64))

    assert list(checks.applications_handed_in_have_a_receipt()) == [
        f"application={lost.pk} was handed in without a receipt",
        f"application={altered.pk} has another fingerprint than its receipt",
    ]
