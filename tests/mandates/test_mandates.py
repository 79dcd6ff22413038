from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock, origins
from marelle.base.errors import NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates import figures
from marelle.mandates.models import Mandate
from marelle.mandates.operations.mandates import (
    begin_due_mandates,
    begin_mandate,
    end_due_mandates,
    end_mandate,
)
from marelle.mandates.queries import mandates as queries
from marelle.mandates.registered import agreements as registered
from marelle.mandates.states import MANDATE_STEPS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import AgreementFactory, MandateFactory

pytestmark = pytest.mark.django_db
LAST = date(2032, 8, 31)
AFTER = date(2032, 9, 1)


def officer():
    return PersonFactory(roles=[(OrganisationFactory(committee=True), Role.PROGRAMME_OFFICER)])


def states(mandate):
    mandate.refresh_from_db()
    mandate.plan.refresh_from_db()
    mandate.agreement.refresh_from_db()
    return mandate.state, mandate.plan.state, mandate.agreement.state


def test_mandate_steps_are_the_agreed_ones():
    assert MANDATE_STEPS.as_text() == (
        "active: end > ended, prolong > prolonged, renounce > renounced, watch > on_watch\n"
        "ended: close > closed, renew > renewed\n"
        "on_watch: clear > active, prolong > prolonged, renounce > renounced, suspend > suspended\n"
        "planned: begin > active\n"
        "prolonged: end > ended\n"
        "suspended: restore > active, withdraw > withdrawn"
    )


def test_end_mandate_closes_plan_and_agreement_and_tells_the_city():
    mandate = MandateFactory()
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])

    end_mandate(mandate.pk, by=officer(), on=AFTER)

    assert states(mandate) == ("ended", "closed", "ended")
    assert list(Letter.objects.values_list("kind", "address")) == [("mandate_ended", editor.email)]


@pytest.mark.parametrize(
    ("situation", "on", "role", "error"),
    [
        ({}, LAST, Role.PROGRAMME_OFFICER, WrongState),
        ({}, AFTER, Role.REVIEWER, NotAllowed),
        ({"planned": True}, AFTER, Role.PROGRAMME_OFFICER, WrongState),
        ({"ended": True}, AFTER, Role.PROGRAMME_OFFICER, WrongState),
        ({"on_watch": True}, AFTER, Role.PROGRAMME_OFFICER, WrongState),
    ],
    ids=["last day", "reviewer", "planned", "ended already", "on watch"],
)
def test_end_mandate_refuses(situation, on, role, error):
    mandate = MandateFactory(**situation)
    person = PersonFactory(roles=[(OrganisationFactory(committee=True), role)])
    before = states(mandate)

    with pytest.raises(error):
        end_mandate(mandate.pk, by=person, on=on)

    assert states(mandate) == before
    assert Letter.objects.count() == 0


def test_end_mandate_refuses_someone_of_the_city():
    mandate = MandateFactory()
    house = OrganisationFactory(committee=True)
    person = PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER), (mandate.organisation, Role.CITY_READER)])

    with pytest.raises(NotAllowed):
        end_mandate(mandate.pk, by=person, on=AFTER)

    assert states(mandate) == ("active", "running", "signed")


def test_begin_mandate_refuses_before_its_first_day():
    adopted = {"agreement__application__signed": False, "agreement__application__adopted": True}
    mandate = MandateFactory(planned=True, starts_on=date(2027, 1, 1), ends_on=date(2033, 1, 1), **adopted)

    with pytest.raises(WrongState):
        begin_mandate(mandate.pk, by=robot(), on=date(2026, 12, 31))
    before = states(mandate)[:2]
    begin_mandate(mandate.pk, by=robot(), on=date(2027, 1, 1))

    assert (before, states(mandate)[:2]) == (("planned", "adopted"), ("active", "running"))


def test_round_begins_mandates_on_their_day_in_paris_and_may_run_twice():
    agreement = AgreementFactory(signed=True, application__plan__state="adopted")
    mandate = MandateFactory(agreement=agreement, planned=True, starts_on=date(2027, 1, 1), ends_on=date(2033, 1, 1))

    begin_due_mandates(datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    before = states(mandate)[0]
    begin_due_mandates(datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    begin_due_mandates(datetime(2026, 12, 31, 23, 0, tzinfo=UTC))

    assert before == "planned"
    assert states(mandate)[:2] == ("active", "running")


def renewal(first, **situation):
    """The mandate signed to follow `first`: same organisation, same track."""
    agreement = AgreementFactory(
        signed=True,
        application__plan__state="adopted",
        application__organisation=first.organisation,
        application__track=first.track,
    )
    years = {"starts_on": date(2032, 9, 1), "ends_on": date(2038, 9, 1)}
    return MandateFactory(agreement=agreement, **{"planned": True, **years, **situation})


def test_renewal_waits_beside_the_mandate_that_runs():
    first = MandateFactory()
    following = renewal(first)
    reader = PersonFactory(roles=[(first.organisation, Role.CITY_READER)])

    with pytest.raises(WrongState, match="Le mandat précédent court encore"):
        begin_mandate(following.pk, by=robot(), on=AFTER)
    begin_due_mandates(datetime(2032, 9, 2, tzinfo=UTC))

    assert (states(first)[0], states(following)[0]) == ("active", "planned")
    assert queries.living(first.organisation, reader).first() == first


def test_round_ends_the_mandate_before_then_begins_the_next_one():
    first = MandateFactory()
    following = renewal(first)
    rounds = [end_due_mandates, begin_due_mandates]

    for work in rounds:
        work(datetime(2032, 8, 31, 21, 59, tzinfo=UTC))
    before = (states(first)[0], states(following)[0])
    for work in [*rounds, *rounds]:
        work(datetime(2032, 8, 31, 22, 0, tzinfo=UTC))

    assert before == ("active", "planned")
    assert (states(first)[0], states(following)[0]) == ("renewed", "active")


def test_renewal_waits_as_long_as_the_one_before_is_on_watch():
    first = MandateFactory(on_watch=True)
    following = renewal(first)

    end_due_mandates(datetime(2033, 1, 1, tzinfo=UTC))
    begin_due_mandates(datetime(2033, 1, 1, tzinfo=UTC))

    assert (states(first)[0], states(following)[0]) == ("on_watch", "planned")


@pytest.mark.parametrize("situation", [{}, {"planned": False}], ids=["two planned", "two running"])
def test_database_refuses_two_mandates_in_one_place(situation):
    first = MandateFactory(**{"planned": True, **situation})

    with pytest.raises(IntegrityError), transaction.atomic():
        renewal(first, **situation)

    assert Mandate.rows.count() == 1


def test_command_writes_nothing_without_being_asked():
    first, second = MandateFactory(), MandateFactory(ends_on=date(2032, 9, 2))
    out = StringIO()

    call_command("mandates", "end", on=AFTER, stdout=out, stderr=StringIO())
    before = (states(first)[0], out.getvalue())
    call_command("mandates", "end", on=AFTER, write=True, stdout=out, stderr=StringIO())
    call_command("mandates", "end", on=AFTER, write=True, stdout=out, stderr=StringIO())

    assert before == ("active", "1 mandates would end (nothing written).\n")
    assert (states(first)[0], states(second)[0]) == ("ended", "active")
    assert out.getvalue().splitlines()[1:] == ["1 mandates ended.", "0 mandates ended."]


def test_milestones_of_six_years():
    found = figures.milestones(date(2026, 9, 1), date(2032, 9, 1), ["yearly", "mid_term", "final"])

    assert [(m.kind, m.on.isoformat()) for m in found] == [
        ("yearly", "2027-01-31"),
        ("yearly", "2028-01-31"),
        ("yearly", "2029-01-31"),
        ("mid_term", "2029-09-01"),
        ("yearly", "2030-01-31"),
        ("yearly", "2031-01-31"),
        ("yearly", "2032-01-31"),
        ("final", "2032-03-01"),
    ]


@pytest.mark.parametrize(
    ("starts_on", "years", "reports", "expected"),
    [
        (date(2026, 9, 1), 1, ["yearly"], ["yearly 2027-01-31"]),
        (date(2026, 9, 1), 3, ["yearly", "final"], ["yearly 2027-01-31", "yearly 2028-01-31", "yearly 2029-01-31"]),
        (date(2026, 9, 1), 6, [], []),
    ],
    ids=["light network", "school", "nothing asked"],
)
def test_milestones_of_shorter_mandates(starts_on, years, reports, expected):
    found = figures.milestones(starts_on, figures.mandate_end(starts_on, years), reports)

    assert [f"{m.kind} {m.on}" for m in found if m.kind == "yearly"] == expected
    assert [m.on for m in found if m.kind == "final"] == ([date(2029, 3, 1)] if "final" in reports else [])


def test_milestones_are_where_the_programme_puts_them():
    chosen = {"yearly": "06-30", "mid_term": 20, "final": 40}

    found = figures.milestones(date(2026, 9, 1), date(2030, 9, 1), ["yearly", "mid_term", "final"], chosen)

    assert [f"{m.kind} {m.on}" for m in found] == [
        *("yearly 2027-06-30", "mid_term 2028-05-01", "yearly 2028-06-30", "yearly 2029-06-30"),
        *("final 2030-01-01", "yearly 2030-06-30"),
    ]


@pytest.mark.parametrize(
    ("starts_on", "years", "ends_on"),
    [
        (date(2026, 9, 1), 6, date(2032, 9, 1)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
    ],
)
def test_mandate_end_is_the_same_day_years_later(starts_on, years, ends_on):
    assert figures.mandate_end(starts_on, years) == ends_on


def test_calendar_gives_the_dates_of_a_mandate_to_its_people():
    mandate = MandateFactory()
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])

    moments = list(registered.calendar(editor, mandate.organisation))

    assert (moments[0].title, moments[0].starts_at.isoformat()) == ("Début du mandat", "2026-09-01T00:00:00+02:00")
    assert (moments[-1].title, len(moments)) == ("Fin du mandat", 10)
    assert list(registered.calendar(None, None)) == []


def test_thread_shows_a_mandate_to_everyone_and_an_application_to_its_people():
    mandate = MandateFactory()
    application = mandate.agreement.application
    editor = PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])
    stranger = PersonFactory(roles=[(OrganisationFactory(), Role.CITY_EDITOR)])
    origins.link(
        "application",
        parent=f"mandates.application:{application.code}",
        offspring=f"mandates.mandate:{mandate.code}",
        label="Appel 2026",
        by=editor,
    )

    own = origins.strip_for(f"mandates.application:{application.code}", editor)
    public = origins.strip_for(f"mandates.mandate:{mandate.code}", None)
    other = origins.strip_for(f"mandates.mandate:{mandate.code}", stranger)

    assert [(link.label, link.address) for link in own.offspring] == [
        (f"Mandat\u202f: {mandate.organisation.name}, Titre complet", f"/villes/{mandate.organisation.code}")
    ]
    assert [(link.visible, link.address) for link in (*public.parents, *other.parents)] == [(False, ""), (False, "")]


def test_thread_hides_a_mandate_that_is_not_public():
    mandate = MandateFactory(suspended=True)

    assert queries.show_mandates([mandate.code], None) == {}
    assert queries.show_mandates([mandate.code], PersonFactory(roles=[(mandate.organisation, Role.CITY_READER)]))


def test_milestones_say_which_have_passed():
    mandate = MandateFactory()

    with clock.at(datetime(2028, 3, 1, tzinfo=UTC)):
        found = queries.milestones(Mandate.rows.select_related("track").get(pk=mandate.pk))

    assert not any(m["done"] for m in found)  # nothing was handed in: a date behind us is no tick
    assert [(m["name"], m["is_past"]) for m in found][:4] == [
        ("Fiche annuelle", True),
        ("Fiche annuelle", True),
        ("Fiche annuelle", False),
        ("Bilan à mi-mandat", False),
    ]
