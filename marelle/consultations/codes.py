"""What a group of children types to come in: eight characters, known to the house by their digest alone.

Source: specs/consultation.md, section 7. 31⁸ = 8.5·10¹¹ codes: with 1,500 live ones, a chance in a hundred of one hit
needs 5.7 million guesses.
"""

import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without 0 O 1 I L
LENGTH = 8
SLOW_ABOVE, ALARM_ABOVE = 60, 600  # failures in a minute, in the whole process
MINUTE = 60.0  # seconds
WAIT = 2.0  # seconds a failure costs once there are many


def draw() -> str:
    """A new code."""
    return "".join(secrets.choice(ALPHABET) for _n in range(LENGTH))


def tidy(typed: str) -> str | None:
    """The code somebody typed, in any case, with or without dash and spaces; None when it cannot be one."""
    code = "".join(letter for letter in typed[:40] if letter not in "-–—‑ \u00a0\u202f\t").upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def shown(code: str) -> str:
    """As it is written on the board: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


def digest(code: str, key: bytes) -> bytes:
    """What the house keeps of a code: 32 bytes, looked up by equality."""
    return hmac.digest(key, code.encode(), "sha256")


class Failures:
    """Counts the last minute's wrong codes, whoever typed them: no address is kept.

    Past SLOW_ABOVE, a wrong code costs WAIT, but to `waiters` at once only: more would take the places of children.
    Past ALARM_ABOVE, `alarm` is called, once a minute at most.
    """

    def __init__(
        self,
        alarm: Callable[[int], None] = lambda count: None,
        *,
        waiters: int = 1,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ):
        self._alarm, self._clock, self._wait = alarm, clock, wait
        self._last: deque[float] = deque(maxlen=ALARM_ABOVE + 1)
        self._free, self._alarmed, self._lock = waiters, float("-inf"), Lock()

    @property
    def count(self) -> int:
        """Wrong codes in the last minute, up to one above ALARM_ABOVE."""
        with self._lock:
            return self._fresh()

    def add(self) -> None:
        """Say that a code was wrong. Waits when there are many."""
        with self._lock:
            self._last.append(self._clock())
            count = self._fresh()
            waits = count > SLOW_ABOVE and self._free > 0
            self._free -= waits
            alarms = count > ALARM_ABOVE and self._clock() - self._alarmed >= MINUTE
            if alarms:
                self._alarmed = self._clock()
        if alarms:
            self._alarm(count)
        if waits:
            try:
                self._wait(WAIT)
            finally:
                with self._lock:
                    self._free += 1

    def _fresh(self) -> int:
        since = self._clock() - MINUTE
        while self._last and self._last[0] <= since:
            self._last.popleft()
        return len(self._last)
