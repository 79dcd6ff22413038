"""Fault experiment F12, for the years of a mandate: the clock goes back one hour, and comes again through the same hour."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marelle.accounts import journal
from marelle.accounts import operations as accounts
from marelle.accounts.models import JournalContent, JournalEntry, SignIn
from marelle.accounts.states import Role
from marelle.base import clock, jobs, outbox, rounds
from marelle.base.errors import Closed
from marelle.base.models import Job, JobState, Letter
from marelle.mandates import checks
from marelle.mandates.models import Follower, Mandate, Night
from marelle.mandates.operations import followers
from marelle.mandates.operations.reports import submit_report
from marelle.mandates.registered.reports import changed_since
from marelle.plans.models import Reading, Report
from marelle.plans.operations import group_codes
from marelle.plans.operations.running import Typed, record_reading
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.base import LetterFactory
from tests.factories.mandates import FollowerFactory, MandateFactory
from tests.factories.plans import ActionFactory, ReportFactory
from tests.mandates.reports_scene import lead_of, written
from tests.mandates.snapshots_scene import twelve_cities
from tests.signing_in import sign_in
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def passes(*moments):
    """The worker's rounds and jobs at each of these moments, twice."""
    for moment in moments:
        with clock.at(moment):
            for _twice in range(2):
                rounds.make(moment)
                for job in Job.objects.filter(state=JobState.WAITING):
                    jobs.deliver.call(job.pk)
            yield moment


def paris(*moment):
    return datetime(*moment, tzinfo=clock.PARIS)


def test_report_that_became_overdue_is_told_once_and_its_mandate_watched_once():
    mandate = MandateFactory()
    report = ReportFactory(plan=mandate.plan, due_on=date(2029, 9, 1))
    PersonFactory(roles=[(report.organisation, Role.CITY_EDITOR)])
    after, before = paris(2029, 9, 2, 0, 20), paris(2029, 9, 1, 23, 20)

    states = []
    for moment in passes(before, after, after - HOUR, after):
        mandate.refresh_from_db()
        states.append((report.is_overdue(clock.day_of(moment)), mandate.state))

    assert states == [(False, "active"), (True, "on_watch"), (False, "on_watch"), (True, "on_watch")]
    assert JournalContent.objects.filter(verb="mandate_watch").count() == 1
    assert sorted(Letter.objects.values_list("kind", flat=True)) == ["report_reminder"] * 2


def test_report_handed_in_during_the_hour_that_comes_again_was_in_time():
    report = written(due_on=date(2029, 9, 1))
    mandate = Mandate.rows.get(plan=report.plan_id)
    after = paris(2029, 9, 2, 0, 20)

    list(passes(after))
    with clock.at(after - HOUR):
        submit_report(report.pk, by=lead_of(report))
    list(passes(after - HOUR, after))

    mandate.refresh_from_db()
    assert (Report.rows.get(pk=report.pk).state, mandate.state) == ("submitted", "active")
    assert list(
        JournalContent.objects.filter(verb__in=["mandate_watch", "mandate_clear"])
        .order_by("pk")
        .values_list("verb", flat=True)
    ) == ["mandate_watch", "mandate_clear"]
    assert list(changed_since()) == []


def test_night_is_taken_once_and_holds_what_was_written_in_the_hour_that_came_again():
    twelve_cities()
    indicator = Reading.objects.filter(value__gt=0).order_by("pk")[0].indicator
    editor = PersonFactory(roles=[(indicator.objective.plan.organisation, Role.CITY_EDITOR)])
    midnight = paris(2028, 2, 2)

    for moment in passes(midnight + timedelta(minutes=10), midnight - timedelta(minutes=50)):
        if moment < midnight:
            record_reading(indicator.pk, Typed(period="2028", value=Decimal(9)), by=editor)
    list(passes(midnight + timedelta(minutes=10), midnight + timedelta(hours=1, minutes=10)))

    assert list(Night.objects.order_by("on").values_list("on", flat=True)) == [date(2028, 1, 31), date(2028, 2, 1)]
    assert Job.objects.filter(task="take_nights").count() == 2
    assert [*checks.nights_are_true(), *checks.places_add_up()] == []


def test_letters_of_a_month_leave_once():
    town = member()
    ActionFactory(objective=promise(town), state="done", moved_on=date(2027, 2, 15))
    FollowerFactory(organisation=town.organisation)
    eight = paris(2027, 3, 1, 8, 5)

    list(passes(eight, eight - HOUR, eight, paris(2027, 3, 1, 0, 5), paris(2027, 2, 28, 23, 5), eight))

    assert list(Letter.objects.values_list("kind", flat=True)) == ["follow_news"]
    assert Follower.rows.get().told_until == paris(2027, 3, 1)


def test_link_that_confirms_opens_after_the_clock_went_back_and_ends_by_the_same_clock():
    town, asked = member(), paris(2027, 2, 10, 10)
    with clock.at(asked):
        followers.ask(town.organisation, email="ana@courriel.example", language="fr")
    words = Letter.objects.get().text
    token = next(line for line in words.splitlines() if "/suivre/" in line).rpartition("/")[2]

    with clock.at(asked + followers.LINK_LIVES), pytest.raises(followers.BadData):
        followers.confirm(token)
    with clock.at(asked - HOUR):
        followed = followers.confirm(token)

    assert (Follower.rows.get(), followed.confirmed_at) == (followed, asked - HOUR)


def test_code_of_a_group_ends_by_the_same_clock():
    report = ReportFactory()
    editor = PersonFactory(roles=[(report.organisation, Role.CITY_EDITOR)])
    made = paris(2029, 7, 1, 10)
    with clock.at(made):
        held, code = group_codes.make_code(report.pk, "council", by=editor)

    with clock.at(made - HOUR):
        early = group_codes.opened(code, clock.now())
    with clock.at(made + group_codes.LIVES), pytest.raises(Closed):
        group_codes.opened(code, clock.now())

    assert (early, held.expires_at) == (held, made + group_codes.LIVES)


def test_letters_written_before_the_clock_went_back_leave_an_hour_later_and_once(settings, mailoutbox):
    town, now = member(), clock.now()
    followers.ask(town.organisation, email="ana@courriel.example", language="fr")

    sent = [outbox.send_waiting(at=now + shift) for shift in (-HOUR, timedelta(minutes=1), -HOUR, timedelta(minutes=1))]

    assert (sent, len(mailoutbox)) == ([0, 1, 0, 0], 1)


def test_role_ends_no_sooner_than_it_began():
    """The database refuses to hold it the other way round."""
    town, at = OrganisationFactory(), paris(2027, 2, 10, 10)
    chief = PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)])
    membership = PersonFactory(roles=[(town, Role.CITY_EDITOR)]).memberships.get()
    membership.started_at = at
    membership.save()

    with clock.at(at - HOUR):
        ended = accounts.end_role(membership.pk, by=chief)

    assert ended.ended_at == at


def test_ids_sessions_and_the_journal_go_on_in_their_order(client, monkeypatch):
    """trust F12. The machine itself goes back: rows keep their numbers, who is signed in stays so, each chain holds."""
    town, began = OrganisationFactory(), timezone.now()
    person = PersonFactory(roles=[(town, Role.CITY_ADMINISTRATOR)])
    sign_in(client, person)
    pages, rows = [], []

    for minutes in (0, 1, 2, -60, -59, -1, 3):
        monkeypatch.setattr(timezone, "now", lambda minutes=minutes: began + timedelta(minutes=minutes))
        pages.append(client.get(f"/espace/{town.code}").status_code)
        rows.append((journal.record(town, "role_given", by=person, organisation=town).pk, LetterFactory().pk))

    entries = list(JournalEntry.objects.filter(chain__organisation=town).order_by("pk"))
    assert (pages, rows) == ([200] * 7, sorted(set(rows)))
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.at for entry in entries] != sorted(entry.at for entry in entries)  # else nothing was shown
    assert list(journal.broken_chains()) == []
    assert SignIn.objects.filter(person=person).count() == 1
