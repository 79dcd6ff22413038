"""What a webinar has to bear: a thousand people who register in a minute, a thousand who follow its board."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection, connections, transaction
from django.db.models import Count

from benching.limits import disk
from benching.meetings import participants
from benching.outside import bare, fetched, serve, worker
from benching.rows import Row, spaced, timed
from marelle.accounts.models import Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock, stamps
from marelle.base.models import Letter
from marelle.demo.people import BY_KEY
from marelle.events.models import Event, Occurrence, Question, Registration
from marelle.events.operations import questions
from marelle.events.states import HOLDS_A_PLACE, RegistrationState

PEOPLE, MINUTE, INTERVAL = 1000, 60.0, 5.0  # a board asks every five seconds: templates/public/board.html
QUESTIONS_A_MINUTE, PLACES = 20, {"fr": 0.5, "en": 0.45}  # places of each language, a share of the people
WARM_UP = 8  # seconds: each process first reads the names of places and the templates
MOST = 300.0  # ms, issue 3
BEHIND_A_PROXY = {"MARELLE_PROXIES": "1"}  # each person at an address of their own, as a proxy of ours would tell
QUIET_MAIL = {"MARELLE_MAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


def measure(place: Path, *, quick: bool) -> Iterator[Row]:
    """Both crowds before a real server and a real worker; quick: a tenth of the people, as close together."""
    people, seconds = (PEOPLE // 10, MINUTE / 10) if quick else (PEOPLE, MINUTE)
    yield from registrations(people, seconds)
    yield from board(place, PEOPLE // 10 if quick else PEOPLE, MINUTE / 4 if quick else MINUTE)


def registrations(people: int, seconds: float) -> Iterator[Row]:
    """Everyone opens the page and registers, at random moments of that time; then what stands is counted."""
    event = webinar("Mille inscriptions", {language: round(people * share) for language, share in PLACES.items()})
    plan = {"over": seconds, "acts": [registering(event, n, at) for n, at in enumerate(moments(people, seconds - 1))]}
    with answering() as port:
        fetched(port, event.address)
        met = crowd(port, plan)
    here = conditions("1 person an address, behind a proxy of ours; letters sent meanwhile", "page kept as rendered")
    name = f"{spaced(people)} registrations in {seconds:.0f} s"
    limit = ("one row on the disk", disk())
    times = [spent for _at, spent, _status, _lines in met["sends"]]
    yield timed(name, times, bar=("<=", MOST, "p95"), baseline=limit, conditions=here)
    yield timed(f"{name}: the form is read", [spent for _at, spent, _status, _lines in met["reads"]], conditions=here)
    yield Row(f"{name}: the last is answered", met["seconds"], "s", bar=("<=", seconds, "value"), conditions=here)
    yield counted(f"{name}: errors", errors(met["sends"], 302) + errors(met["reads"], 200), 0, here)
    stands, beyond, spared = standing(event)
    yield counted(f"{name}: stand, one letter each", stands, people, here)
    yield counted(f"{name}: places beyond capacity", beyond, 0, here)
    yield counted(f"{name}: kept waiting before a free place", spared, 0, here)


def board(place: Path, readers: int, seconds: float) -> Iterator[Row]:
    """Everyone reads the board at its interval; questions are proposed by participants and let in by the moderator."""
    event = webinar("Mille lectrices", {"fr": None, "en": None})
    occurrence = event.occurrences.get(language="fr")
    at, count = clock.now(), round(QUESTIONS_A_MINUTE * seconds / MINUTE)
    asking = [
        Registration.rows.create(participant=person, occurrence=occurrence, state="confirmed", asked_at=at)
        for person in participants(count, f"direct-{event.pk}-", at)
    ]
    path = f"{event.address}/direct/questions"
    reading = [
        {"at": at, "every": INTERVAL, "read": path, "from": address(n)}
        for n, at in enumerate(moments(readers, INTERVAL))
    ]
    acts = [proposing(one, at) for one, at in zip(asking, moments(count, seconds - 2), strict=True)]
    with answering() as port:
        body = fetched(port, path)
        with moderator(event, officer()) as admitted:
            met = crowd(port, {"over": seconds, "acts": reading + acts})
    with bare(place, body) as port:
        alone = crowd(port, {"over": 2 * INTERVAL, "acts": [{**act, "read": "/"} for act in reading]})
    here = conditions(f"{readers} readers every {INTERVAL:.0f} s, {count} questions", "kept until it changes")
    name, spent = f"live board, {spaced(readers)} readers", [read[1] for read in met["reads"]]
    limit = ("bare Django, same crowd", timed("", [read[1] for read in alone["reads"]]).value)
    yield timed(name, spent, bar=("<=", MOST, "p95"), baseline=limit, conditions=here)
    yield timed(f"{name}: a question is sent", [sent[1] for sent in met["sends"]], conditions=here)
    wrong = Counter(read[2] for read in met["reads"] if read[2] not in (200, 304)).total()
    yield counted(f"{name}: errors", wrong + errors(met["sends"], 302), 0, here)
    yield counted(f"{name}: questions let in", len(admitted), count, here)
    yield counted(f"{name}: readings that missed one let in before", missed(met["reads"], admitted), 0, here)


# What is built -------------------------------------------------------------------------------------------------------
@transaction.atomic
def webinar(name: str, places: dict[str, int | None]) -> Event:
    """Announced, open to everyone, held once in each language, with so many places."""
    at = clock.now()
    event = Event.rows.create(
        kind="webinar",
        state="published",
        committee=officer().committees_as(PROGRAMME_TEAM)[0],
        name={"fr": name, "en": name},
        created_at=at,
    )
    for language, capacity in places.items():
        begins = at + timedelta(days=10)
        Occurrence.objects.create(
            event=event, language=language, starts_at=begins, ends_at=begins + timedelta(minutes=90), capacity=capacity
        )
    stamps.bump("public")
    return event


def officer() -> Person:
    """Who moderates."""
    return Person.objects.get(email=BY_KEY["committee-officer"].email)


def registering(event: Event, number: int, at: float) -> dict:
    """One person who reads the page and asks for a place: three in five in French."""
    language = "fr" if number % 5 < 3 else "en"
    form = {
        "occurrence": event.occurrences.get(language=language).code,
        "name": f"Personne {number}",
        "email": f"inscription-{event.pk}-{number}@ville{number % 300}.example",
        "organisation_name": f"Ville {number % 300}",
        "country": "FR",
    }
    send = {"path": f"{event.address}/inscription", "body": urlencode(form)}
    return {"at": at, "read": event.address, "send": send, "from": address(number)}


def proposing(registration: Registration, at: float) -> dict:
    """One participant who proposes a question from their own page."""
    path = f"/mes-rencontres/{registration.participant.key}/{registration.code}/direct"
    form = urlencode({"question": f"Qui accompagne la famille de l’enfant numéro {registration.pk} ?"})
    return {"at": at, "send": {"path": path, "body": form}, "from": address(registration.pk)}


def moments(count: int, seconds: float) -> list[float]:
    """When people come: at random, the same each time."""
    chance = random.Random(7)
    return sorted(chance.uniform(0, seconds) for _n in range(count))


def address(number: int) -> str:
    """Where somebody asks from."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


# What is run ---------------------------------------------------------------------------------------------------------
@contextmanager
def answering() -> Iterator[int]:
    """The site and its worker, as they run for everyone, once they have run a little."""
    with serve(BEHIND_A_PROXY) as port, worker(QUIET_MAIL):
        first = webinar("Premières inscriptions", {"fr": None, "en": None})
        acts = [registering(first, number, at) for number, at in enumerate(moments(WARM_UP * 4, WARM_UP))]
        crowd(port, {"over": WARM_UP, "acts": acts})
        yield port


def crowd(port: int, plan: dict) -> dict:
    """Let them come, from a process of their own; what they met."""
    here = Path(__file__).with_name("crowd.py")
    done = subprocess.run(
        [sys.executable, str(here), str(port)], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@contextmanager
def moderator(event: Event, by: Person) -> Iterator[list[float]]:
    """Somebody who lets each question in as soon as it comes; the moment each was let in."""
    admitted: list[float] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            for code in Question.rows.filter(event=event, state="proposed").values_list("code", flat=True):
                questions.show(event.pk, code, by=by)
                admitted.append(time.time())
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield admitted
    finally:
        ended.set()
        thread.join()


# What is counted -----------------------------------------------------------------------------------------------------
def errors(asked: list, wanted: int) -> int:
    """Answers other than the one wanted; none at all is one too."""
    return sum(status != wanted for _at, _spent, status, _lines in asked)


def missed(reads: list, admitted: list[float]) -> int:
    """Readings begun once a question had been let in, that did not show it."""
    return sum(seen < sum(at <= asked for at in admitted) for asked, _spent, status, seen in reads if status)


def standing(event: Event) -> tuple[int, int, int]:
    """People with one place or rank and one letter; places given beyond what there is; people waiting before a free one."""
    rows = Registration.rows.filter(occurrence__event=event).exclude(state=RegistrationState.CANCELLED)
    told = Counter(Letter.objects.filter(kind__startswith="place_").values_list("reference", flat=True))
    each = rows.values("participant").annotate(count=Count("pk")).filter(count=1)
    stand = sum(told[f"events.registration:{code}"] == 1 for code in rows.values_list("code", flat=True))
    beyond = spared = 0
    for occurrence in event.occurrences.all():
        taken = rows.filter(occurrence=occurrence, state__in=HOLDS_A_PLACE).count()
        waiting = rows.filter(occurrence=occurrence, state=RegistrationState.WAITING).count()
        beyond += max(0, taken - occurrence.capacity)
        spared += min(waiting, max(0, occurrence.capacity - taken))
    return min(stand, each.count()), beyond, spared


def counted(name: str, value: int, wanted: int, here: dict[str, str]) -> Row:
    """A count that must be exactly so."""
    return Row(name, value, "count", bar=("==", wanted, "value"), conditions=here)


def conditions(crowd: str, cache: str) -> dict[str, str]:
    """Under what it was measured."""
    return {"generator": f"{crowd}; on the same machine", "cache": cache, "database": connection.vendor}
