"""Errors a person may meet. Each carries a sentence for them and a status for the door.

MarelleError       400
  NotAllowed       403  this person may not do this
  ProofNeeded      403  this person may, once they have proved again who they are
  WrongState       409  the thing is not in a state that allows it
  Closed           409  a window has not opened yet, or has ended
  Conflict         409  someone else saved meanwhile; both texts are shown
  BadData          422  what was given cannot be taken; `faults` says where
  TooMany          429  slow down; `retry_after` seconds
  Unavailable      503  a part of the house does not answer; `retry_after` seconds
"""

from collections.abc import Sequence
from typing import Any


class MarelleError(Exception):
    """An error with a sentence for the person and facts for the log."""

    status = 400

    def __init__(self, sentence: str, **facts: Any):
        super().__init__(sentence)
        self.sentence, self.facts = sentence, facts


class NotAllowed(MarelleError):
    status = 403


class ProofNeeded(NotAllowed):
    """Raised when an act asks for a fresh second proof; the page leads to it and back."""


class WrongState(MarelleError):
    status = 409


class Closed(MarelleError):
    status = 409


class Conflict(MarelleError):
    """Someone else saved first. `yours` and `theirs` hold the two texts, `version` the one stored."""

    status = 409

    def __init__(self, sentence: str, *, yours: Any, theirs: Any, version: int, **facts: Any):
        super().__init__(sentence, version=version, **facts)
        self.yours, self.theirs, self.version = yours, theirs, version


class BadData(MarelleError):
    """`faults` is a list of sentences, each naming the place of one fault."""

    status = 422

    def __init__(self, sentence: str, faults: Sequence[str] = (), **facts: Any):
        super().__init__(sentence, **facts)
        self.faults = list(faults)


class TooMany(MarelleError):
    status = 429


class Unavailable(MarelleError):
    status = 503
