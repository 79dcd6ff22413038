"""What nothing of ours can be faster than: the disk, a question to the database, a bare Django."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from marelle.base import stamps

LOT = 10  # drawings timed together: Linux may count the time of a process by steps of 4 ms


def disk() -> float:
    """Milliseconds to write one row and know that the disk holds it."""
    stamps.bump("bench")
    return median(_seconds(lambda: stamps.bump("bench")) for _n in range(30)) * 1000


def question() -> float:
    """Milliseconds to ask the database something it knows by heart."""
    return median(_seconds(lambda: stamps.current("bench")) for _n in range(100)) * 1000


def bare_cpu(body: bytes) -> float:
    """Milliseconds of CPU for a Django of one view and nothing else to answer these bytes."""

    class Urls:
        urlpatterns = [path("bare", lambda request: HttpResponse(body))]

    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=Urls):
        return median(cpu_of("/bare", 50)) * 1000


def cpu_of(address: str, runs: int) -> list[float]:
    """CPU seconds of this process an answer, by lots of ten; each has an address of its own, so that nothing is kept.

    Raises RuntimeError when an answer is not 200.
    """
    client, seconds = Client(headers={"host": "127.0.0.1"}), []
    for lot in range(-1, runs // LOT):  # the first warms up
        started = time.process_time()
        answers = [client.get(f"{address}?mesure={lot}-{number}") for number in range(LOT)]
        seconds.append((time.process_time() - started) / LOT)
        if {answer.status_code for answer in answers} != {200}:
            raise RuntimeError(f"{address}: {answers[0].status_code}")
    return seconds[1:]


def here(cache: str = "none") -> dict[str, str]:
    """The conditions of what is measured in this process."""
    return {"generator": "in process", "cache": cache, "database": connection.vendor}


def _seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
