"""Decisions waiting for a second person."""

from marelle.accounts.models import PendingAct
from marelle.mandates.models import Application

KIND = "decision"


def reference(application: Application) -> str:
    """How a pending decision names its application."""
    return f"mandates.application:{application.code}"


def waiting_decision(application: Application) -> PendingAct | None:
    """The proposal waiting for the board, if any."""
    return (
        PendingAct.objects.filter(kind=KIND, reference=reference(application), state="asked")
        .select_related("proposed_by")
        .first()
    )
