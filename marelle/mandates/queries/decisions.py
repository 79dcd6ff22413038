"""Decisions waiting for a second person."""

from marelle.accounts.models import PendingAct
from marelle.mandates.models import Application, Call, Mandate

KIND = "decision"
EXTENSION = "call_extension"
MOVE = "mandate_move"
MORE_TIME = "more_time"


def reference(application: Application) -> str:
    """How a pending decision names its application."""
    return f"mandates.application:{application.code}"


def waiting_decision(application: Application) -> PendingAct | None:
    """The proposal waiting for the board, if any."""
    return _waiting(KIND, reference(application))


def waiting_extension(call: Call) -> PendingAct | None:
    """The later end proposed for a call, if one waits for a second administrator."""
    return _waiting(EXTENSION, f"mandates.call:{call.code}")


def waiting_more_time(application: Application) -> PendingAct | None:
    """The later end proposed for one application, if one waits for a second administrator."""
    return _waiting(MORE_TIME, reference(application))


def waiting_move(mandate: Mandate) -> PendingAct | None:
    """The step proposed for a mandate, if one waits for a second administrator."""
    return _waiting(MOVE, f"mandates.mandate:{mandate.code}")


def renunciation_asked(mandate: Mandate) -> PendingAct | None:
    """The renunciation its city asked for, if it waits for an administrator: what the office weighs is not shown to it."""
    found = waiting_move(mandate)
    return found if found and asked_by_city(found) else None


def asked_by_city(act: PendingAct) -> bool:
    """Whether a step of a mandate was asked by its city."""
    return bool(act.payload.get("asked_by_city"))


def _waiting(kind: str, about: str) -> PendingAct | None:
    rows = PendingAct.objects.filter(kind=kind, reference=about, state="asked")
    return rows.select_related("proposed_by").first()
