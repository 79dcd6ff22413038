"""A gathering of 67 items and a webinar, straight into the tables; what the programme costs to draw."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benching import limits
from benching.rows import Row, timed
from marelle.accounts.models import Organisation
from marelle.base import clock, stamps
from marelle.events.models import Event, EventPerson, Occurrence, Participant, ProgrammeItem, Registration

ITEMS, YEAR = 67, 2031  # a year the demonstration has no gathering in
SEATS_ASKED = 1500  # choices counted behind the places left: 300 people, five each
PROGRAMME_CPU, SCHEDULE_CPU, PROGRAMME_QUERIES = 25.0, 20.0, 10  # ms, ms, count: issue 3
KINDS = ("plenary", "workshop", "round_table", "workshop", "market", "break")


def measure(*, quick: bool) -> Iterator[Row]:
    """The programme's page and its schedule files."""
    gathering(clock.now())
    here = limits.here("none: drawn anew each time")
    for name, path, most in (
        ("programme", f"/rencontre/{YEAR}", PROGRAMME_CPU),
        ("schedule JSON", f"/rencontre/{YEAR}/schedule.json", SCHEDULE_CPU),
        ("schedule XML", f"/rencontre/{YEAR}/schedule.xml", SCHEDULE_CPU),
    ):
        with CaptureQueriesContext(connection) as asked:
            body = Client(headers={"host": "127.0.0.1"}).get(f"{path}?mesure=questions").content
            count = len(asked)
        beside = ("bare Django, same bytes", limits.bare_cpu(body))
        seconds = limits.cpu_of(path, 50 if quick else 300)
        bar = ("<=", most, "value")
        yield timed(f"{name} of {ITEMS} items, CPU", seconds, bar=bar, baseline=beside, conditions=here)
        bar = ("<=", PROGRAMME_QUERIES, "value")
        yield Row(f"questions asked by {path}", count, "count", bar=bar, conditions=here)


@transaction.atomic
def gathering(at: datetime) -> Event:
    """Two days, six rooms, two speakers an item, one item in two to choose, with those who chose it."""
    event = Event.rows.create(
        kind="gathering",
        state="published",
        year=YEAR,
        committee=Organisation.objects.filter(kind="committee").order_by("pk")[0],
        name={"fr": "Rencontre nationale des villes", "en": "National gathering of cities"},
        objectives={"fr": "Apprendre les unes des autres.", "en": "Learning from one another."},
        place="Lyon",
        registration_closes_at=at + timedelta(days=30),
        created_at=at,
    )
    begins = (at + timedelta(days=40)).replace(hour=7, minute=0, second=0, microsecond=0)
    days = Occurrence.objects.create(event=event, language="fr", starts_at=begins, ends_at=begins + timedelta(hours=34))
    items = ProgrammeItem.objects.bulk_create(
        ProgrammeItem(
            event=event,
            kind=KINDS[n % len(KINDS)],
            name={"fr": f"Ce que les enfants disent de leur ville, {n}", "en": f"What children say, {n}"},
            description={"fr": "Trois villes racontent, les autres demandent. " * 8},
            theme={"fr": "Participation", "en": "Taking part"},
            starts_at=begins + timedelta(minutes=45 * (n % 34 // 3), hours=24 * (n // 34)),
            minutes=40,
            room=f"Salle {n % 6 + 1}",
            capacity=30 if n % 2 else None,
            is_choice=bool(n % 2),
            position=n,
        )
        for n in range(ITEMS)
    )
    EventPerson.objects.bulk_create(
        EventPerson(event=event, item=item, role="speaker", name=name, position=place)
        for item in items
        for place, name in enumerate(("Lina Cerise", "Omar Prune"))
    )
    choose(days, [item for item in items if item.is_choice], at)
    stamps.bump("public")
    return event


def choose(days: Occurrence, items: list[ProgrammeItem], at: datetime) -> None:
    """Five choices a person, all items alike."""
    people = participants(SEATS_ASKED // 5, f"rencontre-{days.event_id}-", at)
    Registration.rows.bulk_create(
        Registration(
            participant=person,
            occurrence=days,
            item=items[(place * 5 + n) % len(items)],
            state="confirmed",
            asked_at=at,
        )
        for place, person in enumerate(people)
        for n in range(5)
    )


def participants(count: int, name: str, at: datetime) -> list[Participant]:
    """People who come, without an account."""
    return Participant.rows.bulk_create(
        Participant(email=f"{name}{n}@ville.example", name=f"Personne {n}", created_at=at) for n in range(count)
    )
