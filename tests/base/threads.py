"""Run the same thing in several threads at once, each with its own connection to the database."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(act: Callable[[int], Any], count: int) -> list[Any]:
    """What each of `count` calls answered, or the error it raised, in the order of their numbers."""
    start, answers = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        start.wait(10)
        try:
            answers[number] = act(number)
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
