"""Nights: the twelve cities agreed number by number, what each day knew, and a worker killed at any moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marelle.accounts.states import Role
from marelle.base import clock, jobs, rounds
from marelle.base.errors import WrongState
from marelle.base.models import Job, JobState
from marelle.mandates import checks
from marelle.mandates.models import AreaStanding, Night, Standing
from marelle.mandates.operations.snapshots import days_between, due, forget, take_night
from marelle.mandates.queries import figures
from marelle.plans.attainment import MILLION
from marelle.plans.models import Indicator, Plan, Reading
from marelle.plans.operations import amending, writing
from tests.factories.accounts import PersonFactory
from tests.factories.snapshots import NightFactory
from tests.mandates.snapshots_scene import DAY, WRITTEN, rows, twelve_cities
from tests.plans.test_twelve_cities import PROOFS, in_millionths
from tests.plans.twelve_cities import CITIES, PLACES, SERVICES, TALLIES, VALUES

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return twelve_cities()


# What a night takes --------------------------------------------------------------------------------------------------
def test_a_night_takes_the_figures_worked_by_hand(scene):
    take_night(DAY)

    tallies = figures.tallies_by_domain([mandate.pk for mandate in scene.mandates.values()])
    for (city, domain), (asked, *degrees) in TALLIES.items():
        found = tallies[scene.mandates[city].pk][scene.domains[domain].pk]
        read = [(found[p].known, found[p].total) for p in PROOFS.values()]
        assert (city, found.asked, read) == (city, asked, [(k, in_millionths(s)) for k, s in degrees])
    for (area, domain), (mandates, indicators, *degrees) in PLACES.items():
        level = "region" if area else "network"
        row = AreaStanding.objects.get(level=level, area=area, domain=scene.domains[domain], until=None)
        read = [(row.tally[p].known, row.degrees[p].known, row.degrees[p].total) for p in PROOFS.values()]
        agreed = [(known, counted, in_millionths(words)) for known, counted, words in degrees]
        assert (area, row.mandates, row.indicators, read) == (area, mandates, indicators, agreed)
    for (name, area), (asked, *expected) in VALUES.items():
        level = "region" if area else "network"
        found = [v for v in figures.values(scene.definitions[name], level) if v.area == area]
        values = {v.proof: (v.counted, v.value) for v in found}
        assert (name, [values[p] for p in PROOFS.values()]) == (name, expected)
        assert {v.asked for v in found} == {asked}


def test_a_departement_holds_its_own_cities(scene):
    take_night(DAY)

    value = next(v for v in figures.values(scene.definitions["access"], "departement") if v.area == "69")
    lyon_and_bron = AreaStanding.objects.get(level="departement", area="69", domain=scene.domains[SERVICES])

    assert lyon_and_bron.mandates == 2
    assert (value.proof, value.value) == ("declared", None)  # Lyon's is verified: never mixed
    assert lyon_and_bron.degrees["declared"].total == 1_125_000  # 1 + 0.25 / 2


def test_a_second_night_on_which_nothing_moved_adds_no_row(scene):
    take_night(DAY)
    before = rows()

    take_night(DAY + timedelta(days=1))

    assert rows() == before
    assert Night.objects.count() == 2


def test_a_reading_counts_from_the_night_of_its_day_until_it_is_corrected(scene):
    indicator = Indicator.objects.get(objective__plan=scene.mandates["Bron"].plan, name="calm")  # 5, a quarter
    reading = indicator.readings.get()
    reading.replaced_at = datetime(2028, 2, 3, 10, tzinfo=UTC)
    reading.save()
    reading.pk, reading.code, reading.value, reading.replaced_at = None, "corrected", 8, None
    reading.recorded_at = datetime(2028, 2, 3, 10, tzinfo=UTC)
    reading.save()

    for day in (WRITTEN.date() - timedelta(days=1), DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)):
        take_night(day)

    bron = Standing.objects.filter(mandate=scene.mandates["Bron"], domain=scene.domains[SERVICES]).order_by("on")
    assert list(bron.values_list("on", "until", "declared_known", "declared_total")) == [
        (date(2028, 1, 14), date(2028, 2, 1), 0, 0),
        (date(2028, 2, 1), date(2028, 2, 3), 2, MILLION // 4),
        (date(2028, 2, 3), None, 2, MILLION),
    ]


def test_a_day_ends_at_midnight_in_paris(scene):
    Reading.objects.update(recorded_at=datetime(2028, 2, 1, 23, 30, tzinfo=UTC), verified_at=None)  # 00:30 on the 2nd

    take_night(DAY)
    first = figures.tallies([scene.mandates["Rennes"].pk])[scene.mandates["Rennes"].pk].known
    take_night(DAY + timedelta(days=1))
    second = figures.tallies([scene.mandates["Rennes"].pk])[scene.mandates["Rennes"].pk].known

    assert (first, second) == (0, 6)


def test_a_mandate_that_ended_or_left_has_no_figures_from_that_day(scene):
    take_night(DAY)
    rennes, brest = scene.mandates["Rennes"], scene.mandates["Brest"]
    rennes.ends_on, brest.left_on = DAY + timedelta(days=1), DAY + timedelta(days=1)
    rennes.save()
    brest.save()

    take_night(DAY + timedelta(days=1))

    services = scene.domains[SERVICES]
    assert set(Standing.objects.filter(mandate__in=[rennes, brest]).values_list("until", flat=True)) == {
        DAY + timedelta(days=1)
    }
    now, then = (figures.network(services.framework, on).get(domain=services).mandates for on in (None, DAY))
    assert (now, then) == (10, 12)
    assert not AreaStanding.objects.filter(level="departement", area="29", until=None, mandates__gt=1).exists()


def test_a_city_without_a_place_counts_in_the_network_alone(scene):
    organisation = scene.mandates["Lyon"].organisation
    organisation.territory = None
    organisation.save()

    take_night(DAY)

    services = scene.domains[SERVICES]
    rows_of = figures.network(services.framework, level="region").filter(domain=services)
    assert dict(rows_of.values_list("area", "mandates")) == {"": 1, "04": 4, "53": 4, "84": 3}
    assert figures.network(services.framework).get(domain=services).mandates == 12
    assert "" not in {value.area for value in figures.values(scene.definitions["places"], "region")}


# Done again, killed, made again --------------------------------------------------------------------------------------
class Killed(Exception):
    """What the worker meets when it is killed."""


def test_a_night_killed_at_any_moment_and_taken_again_leaves_the_same_rows(scene):
    take_night(DAY - timedelta(days=30))
    Reading.objects.filter(indicator__name="places").update(recorded_at=WRITTEN + timedelta(days=10))
    take_night(DAY)
    agreed = rows()
    forget(DAY)
    statements = count_statements(lambda: take_night(DAY))

    for number in range(1, statements, 9):
        forget(DAY)
        with pytest.raises(Killed), dies_at(number):
            take_night(DAY)
        take_night(DAY)
        assert (number, rows()) == (number, agreed)
        assert list(Night.objects.filter(on=DAY).values_list("ended_at", flat=True)) != [None]


def count_statements(work):
    counted = []
    with connection.execute_wrapper(lambda execute, *given: counted.append(1) or execute(*given)):
        work()
    return len(counted)


def dies_at(number):
    seen = []

    def wrapper(execute, *given):
        seen.append(1)
        if len(seen) == number:
            raise Killed
        return execute(*given)

    return connection.execute_wrapper(wrapper)


def test_rebuilt_nights_are_the_nights_that_were(scene):
    days = [DAY + timedelta(days=n) for n in range(4)]
    Reading.objects.filter(indicator__name="calm").update(recorded_at=datetime(2028, 2, 3, 10, tzinfo=UTC))
    for day in days:
        take_night(day)
    agreed = rows()

    forget(days[1])
    for day in days[1:]:
        take_night(day, whole=False)

    assert rows() == agreed
    assert list(Night.objects.order_by("on").values_list("on", flat=True)) == days


def test_a_night_before_another_is_refused(scene):
    take_night(DAY)
    before = rows()

    with pytest.raises(WrongState):
        take_night(DAY - timedelta(days=1))

    assert (rows(), Night.objects.count()) == (before, 1)


def test_days_to_rebuild_are_each_day_or_the_ends_of_months():
    since, until = date(2028, 1, 30), date(2028, 3, 2)

    months = days_between(since, until, "month")

    assert months == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 2)]
    assert len(days_between(since, until, "day")) == 33


# The worker ----------------------------------------------------------------------------------------------------------
def test_the_worker_takes_yesterday_then_every_day_it_missed(scene):
    with clock.at(datetime(2028, 2, 2, 1, 10, tzinfo=clock.PARIS)):
        for _twice in range(2):
            rounds.make(clock.now())
        do_jobs()
    first = list(Night.objects.order_by("on").values_list("on", flat=True))
    with clock.at(datetime(2028, 2, 5, 8, tzinfo=clock.PARIS)):
        rounds.make(clock.now())
        do_jobs()
    with clock.at(datetime(2028, 2, 5, 7, tzinfo=clock.PARIS)):  # the clock goes back an hour
        rounds.make(clock.now())
        do_jobs()

    assert first == [date(2028, 2, 1)]
    assert list(Night.objects.order_by("on").values_list("on", flat=True)) == [date(2028, 2, d) for d in (1, 2, 3, 4)]
    assert Job.objects.filter(task="take_nights").count() == 2


def do_jobs():
    for job in Job.objects.filter(state=JobState.WAITING, task="take_nights"):
        jobs.deliver.call(job.pk)


def test_nothing_is_due_before_the_first_mandate_and_after_the_last_night():
    with clock.at(datetime(2028, 2, 2, 9, tzinfo=UTC)):
        rounds.make(clock.now())
    NightFactory(on=DAY)

    assert Job.objects.filter(task="take_nights").count() == 0
    assert due(datetime(2028, 2, 2, 9, tzinfo=UTC)) == []


# What must hold ------------------------------------------------------------------------------------------------------
def test_a_figure_altered_is_found_and_a_plan_amended_since_is_not_blamed(scene):
    take_night(DAY)
    sound = [*checks.nights_are_true(), *checks.places_add_up()]
    amend(scene.mandates["Lyon"].plan, "calm", target="99")
    amended = list(checks.nights_are_true())
    wrong = Standing.objects.get(mandate=scene.mandates["Lyon"], domain=scene.domains[SERVICES])
    Standing.objects.filter(pk=wrong.pk).update(declared_total=1)
    AreaStanding.objects.filter(level="network", domain=scene.domains[SERVICES]).update(mandates=13)

    assert (sound, amended) == ([], [])
    assert list(checks.nights_are_true()) == [
        f"2028-02-01 mandate={wrong.mandate_id} domain={wrong.domain_id}: not what its readings say"
    ]
    assert list(checks.places_add_up()) == [f"domain={wrong.domain_id}: the network is not the sum of its régions"]


def amend(plan, name, *, at=datetime(2028, 2, 3, 10, tzinfo=UTC), gone="", **said):
    """What one indicator aims at is amended; another, `gone`, is taken out."""
    Plan.rows.filter(pk=plan.pk).update(state="running")
    lead = PersonFactory(roles=[(plan.organisation, Role.ELECTED_LEAD)])
    with clock.at(at):
        amendment = amending.begin(plan.pk, by=lead)
        copied = {row.name: row for row in Indicator.objects.filter(objective__plan=amendment.copy)}
        Indicator.objects.filter(pk=copied[name].pk).update(**said)
        if gone:
            writing.remove(amendment.copy_id, f"indicator.{copied[gone].code}", by=lead)
        amending.submit(amendment.pk, by=lead, why="Le conseil l’a voté.")
        amending.accept(amendment.pk, by=PersonFactory())


def test_a_past_made_again_is_measured_against_the_aims_of_each_day(scene):
    """Bron's calm streets: 5, from 4 to 8; from 0 to 10 on 3 February; from 0 to 20 on the 5th, its other figure gone."""
    plan, days = scene.mandates["Bron"].plan, [DAY + timedelta(days=n) for n in range(6)]
    for number, day in enumerate(days):
        take_night(day)
        if number == 1:
            amend(plan, "calm", baseline=0, target=10)
        if number == 3:
            amend(plan, "calm", at=datetime(2028, 2, 5, 10, tzinfo=UTC), target=20, gone="places")
    agreed, lived = rows(), told_of(scene, "Bron")

    sound = [fault for day in days for fault in checks.nights_are_true(most=None, on=day)]
    forget(days[0])
    for day in days:
        take_night(day, whole=False)

    assert sound == []
    assert (told_of(scene, "Bron"), rows()) == (lived, agreed)
    assert lived == [
        (date(2028, 2, 1), 2, 2, 250_000),
        (date(2028, 2, 3), 2, 2, 500_000),
        (date(2028, 2, 5), 1, 1, 250_000),
    ]


def told_of(scene, city):
    """By day: indicators, those declared, their sum."""
    found = Standing.objects.filter(mandate=scene.mandates[city], domain=scene.domains[SERVICES]).order_by("on")
    return list(found.values_list("on", "indicators", "declared_known", "declared_total"))


def test_command_verifies_every_night_kept(scene, capsys):
    days = [DAY + timedelta(days=n) for n in range(4)]
    for day in days:
        take_night(day)
    amend(scene.mandates["Bron"].plan, "calm", target=99, at=datetime(2028, 2, 6, 10, tzinfo=UTC))

    call_command("snapshots", "verify", since=DAY)
    sound = capsys.readouterr().out
    Indicator.objects.filter(name="calm", objective__plan=scene.mandates["Rennes"].plan).update(target=7, baseline=1)
    with pytest.raises(CommandError):
        call_command("snapshots", "verify", since=DAY)

    assert sound == "The figures of 4 nights are those of the readings.\n"


# What pages read -----------------------------------------------------------------------------------------------------
def test_evolution_of_a_mandate_tells_each_change_once(scene):
    for day in (WRITTEN.date() - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        take_night(day)

    points = figures.evolution(scene.mandates["Rennes"])[scene.domains[SERVICES].pk]
    plan = figures.whole(figures.story(scene.mandates["Rennes"]))

    assert [(p.on, p.unknown, p.asked, p.degrees["verified"].percent) for p in points] == [
        (date(2028, 1, 14), 3, 3, None),
        (DAY, 0, 3, 50),
    ]
    assert [(p.on, p.unknown, p.asked) for p in plan] == [(date(2028, 1, 14), 6, 6), (DAY, 0, 6)]


@pytest.mark.parametrize("cities", [["Rennes"], ["Rennes", "Brest", "Lyon"]], ids=["one", "three"])
def test_figures_of_mandates_are_one_question(scene, django_assert_num_queries, cities):
    take_night(DAY)
    keys = [scene.mandates[city].pk for city in cities]

    with django_assert_num_queries(1):
        found = figures.tallies(keys)

    assert len(found) == len(cities)


def test_a_night_asks_as_many_questions_for_one_city_of_a_region_as_for_four(scene):
    take_night(DAY)
    forget(DAY)
    four = questions(lambda: take_night(DAY))
    forget(DAY)
    for city in CITIES:
        if city not in ("Rennes", "Lyon", "Saint-Denis"):
            scene.mandates[city].left_on = DAY
            scene.mandates[city].save()

    one = questions(lambda: take_night(DAY))

    assert one == four


def questions(work):
    asked = []
    with connection.execute_wrapper(lambda execute, sql, *given: asked.append(sql) or execute(sql, *given)):
        work()
    return sum(sql.startswith("SELECT") for sql in asked)


def test_a_place_nobody_is_in_any_more_leaves_the_network(scene):
    """A département is merged into the one beside it."""
    take_night(DAY)
    grenoble = scene.mandates["Grenoble"].organisation.territory
    for city in ("Lyon", "Bron"):
        territory = scene.mandates[city].organisation.territory
        territory.departement = grenoble.departement
        territory.save()

    take_night(DAY + timedelta(days=1))

    held = AreaStanding.objects.filter(until=None, domain=scene.domains[SERVICES], level="departement")
    assert dict(held.values_list("area", "mandates")) == {"29": 2, "35": 2, "38": 4, "974": 4}
    assert list(checks.places_add_up()) == []
