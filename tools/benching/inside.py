"""What is measured in this process: type-ahead, autosave, hand-in, and the questions each page asks."""

import time
from itertools import cycle, islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benching import limits
from benching.rows import Row, timed
from marelle.accounts.models import Person
from marelle.demo.people import BY_KEY
from marelle.mandates.models import Application
from marelle.mandates.operations import applications
from marelle.territories import queries as territories

TYPED = ["saint", "st etienne", "s", "par", "lyon", "69", "93200", "67447", "bourg en", "l hay", "nantes metropole", "schil", "a", "saint denis", "ville", "2450", "zzz"]  # fmt: skip
PAGES = {
    "-": ["/", "/villes", "/villes/44143", "/rejoindre", "/sources", "/villes.json"],
    "city-admin": [
        "/espace/67447",
        "/espace/67447/candidature",
        "/espace/67447/candidature/plan",
        "/espace/67447/equipe",
    ],
    "committee-officer": ["/bureau/", "/bureau/appels", "/bureau/appels/2026", "/bureau/villes"],
}
MOST_QUERIES = 12  # a page, identity budgets


def measure(*, quick: bool) -> list[Row]:
    """Every row of this file."""
    few = 10 if quick else 1
    return [_typeahead(1700 // few), _autosave(200 // few), _hand_in(), *_queries()]


def _typeahead(runs: int) -> Row:
    territories.warm_up()
    seconds = []
    for text in islice(cycle(TYPED), runs):
        started = time.perf_counter()
        territories.suggest(text)
        seconds.append(time.perf_counter() - started)
    beside = ("one question to the database", limits.question())
    bar = ("<=", 30.0, "p95")
    return timed("type-ahead, all territories", seconds, bar=bar, baseline=beside, conditions=limits.here())


def _autosave(runs: int) -> Row:
    person = Person.objects.get(email=BY_KEY["city-admin"].email)
    application = Application.rows.get(organisation__code="67447")
    answer = application.answers.get(key="presentation.summary")
    seconds, was, version = [], answer.value, answer.version
    for number in range(runs):
        words = f"Mesure {number}. {was}"[:5000] if number == 0 else f"Mesure {number}."
        started = time.perf_counter()
        saved = applications.save_answer(
            application.pk, "presentation.summary", words, was=was, version=version, by=person
        )
        seconds.append(time.perf_counter() - started)
        was, version = saved.value, saved.version
    beside = ("one row on the disk", limits.disk())
    return timed("autosave of one answer", seconds, baseline=beside, conditions=limits.here())


def _hand_in() -> Row:
    person = Person.objects.get(email=BY_KEY["signatory"].email)
    application = Application.rows.get(organisation__code="67447")
    started = time.perf_counter()
    applications.submit_application(application.pk, by=person)
    spent, beside = [time.perf_counter() - started], ("one row on the disk", limits.disk())
    return timed("hand-in, with its receipt in PDF", spent, baseline=beside, conditions=limits.here())


def _queries() -> list[Row]:
    rows = []
    for key, paths in PAGES.items():
        client = Client(headers={"host": "127.0.0.1"})
        if key != "-":
            client.force_login(Person.objects.get(email=BY_KEY[key].email))
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = client.get(f"{path}?mesure=1" if key == "-" else path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            rows.append(
                Row(
                    f"questions asked by {path}",
                    len(asked),
                    "count",
                    bar=("<=", MOST_QUERIES, "value"),
                    conditions={"as": key, "database": connection.vendor},
                )
            )
    return rows
