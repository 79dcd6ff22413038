"""Groups that answer: opened with or without an account, their code drawn, kept under seal, then forgotten."""

import json
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core import serializers

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import BadData, Closed, NotAllowed, WrongState
from marelle.consultations import codes
from marelle.consultations.models import Partner, Site, Sitting
from marelle.consultations.operations import sittings as operations
from marelle.consultations.operations.sittings import Group, Place
from marelle.consultations.queries import access
from marelle.consultations.queries.access import Key, Link
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import (
    CLOSES,
    IN_TIME,
    ConsultationFactory,
    PartnerFactory,
    SiteFactory,
    SittingFactory,
)
from tests.factories.territories import TerritoryFactory

pytestmark = pytest.mark.django_db
CLASS = Group(bands=("9_11",), head_count=25, name="CM2 B")
LATER = IN_TIME + timedelta(days=3)


@pytest.fixture(autouse=True)
def _in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def site():
    return SiteFactory()


@pytest.fixture
def editor(site):
    return PersonFactory(roles=[(site.partner.organisation, Role.CITY_EDITOR)])


def school(**said):
    return Place(**{"name": "École Jules-Verne", "kind": "school", "territory": TerritoryFactory()} | said)


def verbs():
    return list(JournalContent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_group_opens_at_once_and_its_code_leads_to_it(site, editor):
    sitting, opened = operations.open_now(site.pk, CLASS, by=editor)

    sitting.refresh_from_db()
    assert (sitting.state, sitting.bands, sitting.head_count, sitting.name) == ("running", ["9_11"], 25, "CM2 B")
    assert (sitting.opens_at, sitting.closes_at) == (IN_TIME, IN_TIME + timedelta(hours=2))
    assert bytes(sitting.code_digest) == codes.digest(opened.code, access.code_key())
    assert (access.unseal(sitting), access.sitting_of(opened.projector)) == (opened, sitting)
    assert (Partner.rows.get().state, verbs()) == ("active", ["sitting_opened"])


def test_a_teacher_opens_a_group_by_the_link_alone(django_assert_num_queries):
    partner = PartnerFactory(confirmed=True)
    link, place = Link(access.link_of(partner)), school()

    first, opened = operations.open_by_link(link, place, CLASS, once="form")
    second, same = operations.open_by_link(link, place, CLASS, once="form")
    third, other = operations.open_by_link(link, place, CLASS, once="another form")

    assert (first.opened_by, first.site.name, Site.rows.count()) == (None, "École Jules-Verne", 1)
    assert (second, same, third == first, other == opened) == (first, opened, False, False)
    assert verbs() == ["site_added", "sitting_opened", "sitting_opened"]


@pytest.mark.parametrize(
    ("partner_state", "state", "group", "place", "error"),
    [
        ("registered", "open", {}, {}, WrongState),
        ("done", "open", {}, {}, WrongState),
        ("confirmed", "closed", {}, {}, Closed),
        ("confirmed", "pilot", {}, {}, Closed),
        ("confirmed", "open", {"head_count": 0}, {}, BadData),
        ("confirmed", "open", {"head_count": 61}, {}, BadData),
        ("confirmed", "open", {"bands": ()}, {}, BadData),
        ("confirmed", "open", {"bands": ("3_5",)}, {}, BadData),
        ("confirmed", "open", {"hours": 5}, {}, BadData),
        ("confirmed", "open", {"languages": ("tlh",)}, {}, BadData),
        ("confirmed", "open", {}, {"name": ""}, BadData),
        ("confirmed", "open", {}, {"kind": "home"}, BadData),
    ],
)
def test_opening_by_link_refuses(partner_state, state, group, place, error):
    consultation = ConsultationFactory(opened=True, state=state)
    partner = PartnerFactory(confirmed=True, state=partner_state, consultation=consultation)
    link = Link(access.link_of(partner))

    with pytest.raises(error):
        operations.open_by_link(link, school(**place), Group(**vars(CLASS) | group))

    assert (Sitting.rows.count(), verbs()) == (0, [])


def test_a_link_of_another_partner_or_of_nobody_opens_nothing(site):
    other = PartnerFactory(confirmed=True)

    for link in (Link(access.link_of(other)), Link("partner.x.1.y")):
        with pytest.raises(Closed):
            operations.open_now(site.pk, CLASS, by=link)

    assert Sitting.rows.count() == 0


def test_a_group_is_planned_prepared_and_begins_at_its_hour(site, editor):
    sitting = operations.plan_sitting(site.pk, CLASS, LATER, by=editor)
    planned = (sitting.state, sitting.code_digest, sitting.code_sealed)
    opened = operations.prepare(sitting.pk, by=editor)

    operations.look_after(LATER - timedelta(minutes=1))
    before = Sitting.rows.get().state
    operations.look_after(LATER)

    assert (planned, before, Sitting.rows.get().state) == (("planned", None, ""), "ready", "running")
    assert access.unseal(Sitting.rows.get()) == opened


def test_planning_looks_ahead_and_stays_within_the_edition(site, editor):
    with pytest.raises(BadData):
        operations.plan_sitting(site.pk, CLASS, IN_TIME, by=editor)
    with pytest.raises(Closed):
        operations.plan_sitting(site.pk, CLASS, CLOSES, by=editor)

    late = operations.plan_sitting(site.pk, CLASS, CLOSES - timedelta(hours=1), by=editor)

    assert late.closes_at == CLOSES


def test_the_code_is_forgotten_when_the_group_closes(site, editor):
    sitting, opened = operations.open_now(site.pk, CLASS, by=editor)

    operations.close(sitting.pk, by=Key(opened.projector))

    sitting.refresh_from_db()
    kept = (sitting.state, sitting.code_sealed, sitting.code_digest)
    assert (kept, access.sitting_of(opened.projector)) == (("closed", "", None), None)
    assert verbs() == ["sitting_opened", "sitting_closed"]


def test_a_group_opens_again_under_another_code(site, editor):
    sitting, first = operations.open_now(site.pk, CLASS, by=editor)
    operations.close(sitting.pk, by=editor)

    again, second = operations.reopen(sitting.pk, 4, by=editor, at=LATER)

    assert (again.pk, again.state, first.code == second.code) == (sitting.pk, "running", False)
    assert (again.opens_at, again.closes_at) == (LATER, LATER + timedelta(hours=4))
    with pytest.raises(WrongState):
        operations.reopen(sitting.pk, 4, by=editor)


def test_a_group_that_opens_again_ends_with_the_edition(site, editor):
    sitting = SittingFactory(site=site, state="closed")

    with pytest.raises(Closed):
        operations.reopen(sitting.pk, 2, by=editor, at=CLOSES)
    again, _opened = operations.reopen(sitting.pk, 2, by=editor, at=CLOSES - timedelta(minutes=30))

    assert (again.opens_at, again.closes_at) == (CLOSES - timedelta(minutes=30), CLOSES)


def test_more_children_than_declared_are_expected_with_one_press(site, editor):
    sitting, opened = operations.open_now(site.pk, CLASS, by=editor)

    operations.raise_head_count(sitting.pk, 30, by=Key(opened.projector))

    assert (Sitting.rows.get().head_count, JournalContent.objects.last().facts) == (30, {"was": 25, "to": 30})
    for fewer in (30, 29, 61):
        with pytest.raises(BadData):
            operations.raise_head_count(sitting.pk, fewer, by=editor)
    assert Sitting.rows.get().head_count == 30


def test_the_clock_closes_half_an_hour_after_the_last_one(site, editor):
    sitting, _opened = operations.open_now(site.pk, CLASS, by=editor)
    planned = operations.plan_sitting(site.pk, CLASS, IN_TIME + timedelta(hours=1), by=editor)
    end = IN_TIME + timedelta(hours=2, minutes=30)

    operations.look_after(end - timedelta(seconds=1))
    before = Sitting.rows.get(pk=sitting.pk).state
    operations.look_after(end)
    operations.look_after(end + timedelta(hours=1))
    operations.look_after(end + timedelta(hours=1))

    states = dict(Sitting.rows.values_list("pk", "state"))
    assert (before, states) == ("running", {sitting.pk: "closed", planned.pk: "cancelled"})
    assert verbs() == ["sitting_opened", "sitting_planned", "sitting_closed", "sitting_cancelled"]


@pytest.mark.parametrize(
    ("act", "arguments", "situation"),
    [
        ("prepare", (), {"state": "planned"}),
        ("begin", (), {"state": "ready"}),
        ("raise_head_count", (40,), {}),
        ("close", (), {}),
        ("reopen", (2,), {"state": "closed"}),
        ("cancel", (), {"state": "planned"}),
    ],
)
@pytest.mark.parametrize("who", ["stranger", "reader", "key", "another’s key", "teachers’ link", "another contact"])
def test_nobody_else_touches_a_group(act, arguments, situation, who):
    sitting = SittingFactory(**situation)
    SittingFactory(projector_digest=access.projector_digest("y" * 26))
    partner = sitting.site.partner
    reader = PersonFactory(roles=[(partner.organisation, Role.CITY_READER)])
    by = {
        "stranger": PersonFactory(),
        "reader": reader,
        "key": Key("x" * 26),
        "another’s key": Key("y" * 26),
        "teachers’ link": Link(access.link_of(partner)),
        "another contact": Link(access.link_of(PartnerFactory(confirmed=True), own=True)),
    }[who]

    with pytest.raises((NotAllowed, Closed)):
        getattr(operations, act)(sitting.pk, *arguments, by=by)

    assert (Sitting.rows.get(pk=sitting.pk).state, verbs()) == (sitting.state, [])


def test_the_contact_of_a_partner_closes_by_its_own_link(site, editor):
    sitting, _opened = operations.open_now(site.pk, CLASS, by=editor)
    own = Link(access.link_of(site.partner, own=True))

    operations.close(sitting.pk, by=own)
    operations.reopen(sitting.pk, 1, by=own)

    assert Sitting.rows.get().state == "running"


def test_a_link_that_went_astray_opens_no_thousand(site, monkeypatch):
    monkeypatch.setattr(operations, "MOST_OPEN", 2)
    link = Link(access.link_of(site.partner))

    for _n in range(2):
        operations.open_now(site.pk, CLASS, by=link)
    with pytest.raises(WrongState):
        operations.open_now(site.pk, CLASS, by=link)

    assert Sitting.rows.count() == 2


def test_homes_have_one_group_a_departement_and_week():
    consultation = ConsultationFactory(opened=True)
    officer = PersonFactory(roles=[(consultation.committee, Role.PROGRAMME_OFFICER)])
    places = [TerritoryFactory(departement_kind=True) for _n in range(2)]
    TerritoryFactory()
    TerritoryFactory(departement_kind=True, code="989", name="Île de Clipperton")

    made = operations.open_home_week(consultation.pk, date(2026, 11, 4), by=officer)
    again = operations.open_home_week(consultation.pk, date(2026, 11, 8), by=officer)
    following = operations.open_home_week(consultation.pk, date(2026, 11, 9), by=officer)

    assert ([one.territory for one in made], again, len(following)) == (places, [], 2)
    one = made[0]
    assert (one.site, one.head_count, one.state, one.closes_at - one.opens_at) == (None, None, "ready", timedelta(7))
    assert (one.opens_at.astimezone(clock.PARIS).weekday(), one.takes_answers(IN_TIME)) == (0, True)
    assert verbs() == ["home_opened", "home_opened"]


def test_no_code_lies_anywhere_in_the_clear(site, editor):
    """Every row of every table, as text: neither what children type nor the key of a page is in it."""
    opened = [
        operations.open_now(site.pk, CLASS, by=editor)[1],
        operations.open_by_link(Link(access.link_of(site.partner)), school(), CLASS, once="k")[1],
    ]
    operations.raise_head_count(Sitting.rows.first().pk, 30, by=Key(opened[0].projector))

    rows = [row for model in apps.get_models() for row in model._base_manager.all()]
    text = json.dumps([serializers.serialize("json", [row]) for row in rows])

    assert len(rows) > 10
    assert [word for one in opened for word in (*one, codes.shown(one.code)) if word in text] == []
