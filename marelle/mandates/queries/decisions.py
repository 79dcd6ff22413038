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


def _waiting(kind: str, about: str) -> PendingAct | None:
    rows = PendingAct.objects.filter(kind=kind, reference=about, state="asked")
    return rows.select_related("proposed_by").first()
