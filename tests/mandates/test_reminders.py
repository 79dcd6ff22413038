"""One letter to several cities: each receives its own, once, whatever is pressed twice and whoever dies in the middle."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base import clock, jobs
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Job, JobState, Letter
from marelle.mandates.models import Reminder, Reminding
from marelle.mandates.operations import reminders
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.contacts import ReminderFactory, RemindingFactory
from tests.factories.mandates import AgreementFactory, ApplicationFactory, CallFactory, MandateFactory
from tests.scale import scaled

pytestmark = pytest.mark.django_db
NOON = datetime(2028, 11, 22, 11, tzinfo=UTC)


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def officer(call):
    return PersonFactory(roles=[(call.committee, Role.PROGRAMME_OFFICER)])


def Town(call, *, people=1, **situation):  # noqa: N802  a factory
    application = ApplicationFactory(call=call, signed=True)
    for number in range(people):
        email = f"{application.organisation.code}-{number}@ville.example"
        PersonFactory(email=email, roles=[(application.organisation, Role.CITY_ADMINISTRATOR)])
    return MandateFactory(agreement=AgreementFactory(application=application, signed=True), **situation)


def written(call, officer, towns, words="Bonjour {ville}"):
    reminding = reminders.draft_reminding(call.committee, towns, by=officer)
    return reminders.write_reminding(reminding.pk, words, by=officer)


def confirm(reminding, officer):
    with clock.at(NOON):
        return reminders.confirm_reminding(reminding.pk, by=officer, version=reminding.version)


def deliver(job):
    """As the worker does, once what it held is free again."""
    Job.objects.filter(pk=job.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1), not_before=timezone.now() - timedelta(seconds=1)
    )
    jobs.deliver.call(job.pk)


def test_each_city_receives_its_own_letter_once(call, officer):
    towns = [Town(call), Town(call, people=2), Town(call, people=0)]
    reminding = written(call, officer, towns)

    for _press in range(2):
        confirm(reminding, officer)
    for _delivery in range(2):
        deliver(Job.objects.get())

    cities = [town.organisation for town in towns]
    assert sorted(Letter.objects.values_list("address", flat=True)) == sorted(
        [f"{cities[0].code}-0@ville.example", *(f"{cities[1].code}-{n}@ville.example" for n in range(2))]
    )
    assert all(f"Bonjour {c.name}" in Letter.objects.filter(address__startswith=c.code)[0].text for c in cities[:2])
    assert sorted(Reminder.rows.values_list("people", flat=True)) == [0, 1, 2]
    assert JournalContent.objects.filter(verb="reminded").count() == 3


def test_worker_killed_in_the_middle_goes_on_where_it_was(call, officer):
    towns = [Town(call) for _number in range(scaled(400, least=20))]
    confirm(written(call, officer, towns), officer)
    job, keys = Job.objects.get(), list(Reminder.rows.order_by("pk").values_list("pk", flat=True))
    for key in keys[: len(keys) // 2]:  # what it had done when it died
        reminders.send_reminder(key, by=officer)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, tries=1)

    deliver(job)

    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, len(keys) - len(keys) // 2)
    assert (Letter.objects.count(), Letter.objects.values("address").distinct().count()) == (len(keys), len(keys))
    assert JournalContent.objects.filter(verb="reminded").count() == len(keys)


def test_words_leave_as_they_were_read_over(call, officer):
    town = Town(call)
    confirm(written(call, officer, [town]), officer)
    type(town.organisation).rows.filter(pk=town.organisation_id).update(name="Un autre nom")

    deliver(Job.objects.get())

    assert f"Bonjour {town.organisation.name}\n" in Letter.objects.get().text


def test_letter_changed_since_it_was_read_over_does_not_leave(call, officer):
    reminding = written(call, officer, [Town(call)])
    seen = reminding.version
    reminders.write_reminding(reminding.pk, "Autre chose", by=officer, version=seen)

    with pytest.raises(BadData):
        reminders.confirm_reminding(reminding.pk, by=officer, version=seen)

    assert (Reminding.rows.get().state, Job.objects.count(), Letter.objects.count()) == ("draft", 0, 0)


@pytest.mark.parametrize("situation", ["nothing written", "nobody chosen", "given up"])
def test_letter_that_cannot_leave_stays(call, officer, situation):
    reminding = written(call, officer, [Town(call)], words="" if situation == "nothing written" else "Bonjour")
    if situation == "nobody chosen":
        reminders.leave_out(reminding.pk, [Reminder.rows.get().mandate.code], by=officer)
    if situation == "given up":
        reminders.drop_reminding(reminding.pk, by=officer)

    with pytest.raises((BadData, WrongState)):
        confirm(reminding, officer)

    assert (Job.objects.count(), Letter.objects.count()) == (0, 0)


def test_reminder_of_a_draft_is_not_sent(officer):
    reminder = ReminderFactory(words="Bonjour")

    with pytest.raises(WrongState):
        reminders.send_reminder(reminder.pk, by=officer)

    assert Letter.objects.count() == 0


def test_city_of_another_committee_is_not_written_to(call, officer):
    other = Town(CallFactory(committee=OrganisationFactory(committee=True, code="o-b")))

    with pytest.raises(NotAllowed):
        reminders.draft_reminding(call.committee, [Town(call), other], by=officer)

    assert Reminding.rows.count() == 0


def test_what_left_is_no_longer_changed(call, officer):
    reminding = written(call, officer, [Town(call)])
    confirm(reminding, officer)

    with pytest.raises(WrongState):
        reminders.write_reminding(reminding.pk, "Autre chose", by=officer, version=9)
    with pytest.raises(WrongState):
        reminders.leave_out(reminding.pk, [Reminder.rows.get().mandate.code], by=officer)

    assert (Reminding.rows.get().words, Reminder.rows.count()) == ("Bonjour {ville}", 1)


def test_lately_is_a_fortnight_and_another_letter(call):
    town = Town(call)
    first, second = RemindingFactory(committee=call.committee), RemindingFactory(committee=call.committee)
    ReminderFactory(reminding=first, mandate=town, words="Bonjour", sent_at=NOON - timedelta(days=14))
    ReminderFactory(reminding=second, mandate=town)

    with clock.at(NOON):
        found = [reminders.lately_reminded(letter) for letter in (first, second)]
    with clock.at(NOON + timedelta(days=1)):
        later = reminders.lately_reminded(second)

    assert (found, later) == ([set(), {town.pk}], set())
