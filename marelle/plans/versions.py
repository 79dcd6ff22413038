"""An amendment as it is read: what it changes, what the plan became meanwhile, the versions of a plan."""

from typing import Any

from marelle.plans import amendments
from marelle.plans.amendments import Change
from marelle.plans.models import Amendment
from marelle.plans.queries import content


def wanted(amendment: Amendment) -> dict[str, Any]:
    """What its working copy holds today, by the codes of the running plan."""
    assert amendment.copy is not None  # noqa: S101  of those that are open
    return amendments.traced(content(amendment.copy), amendment.stands_for)


def differences_of(amendment: Amendment) -> list[Change]:
    """What it changes: as it is written today while it is written, else as it was frozen."""
    after = wanted(amendment) if amendment.is_being_written else amendment.after
    return amendments.differences(amendment.before, after)


def meanwhile_in(amendment: Amendment) -> list[Change]:
    """What the running plan became since it was copied; nothing once the amendment is over."""
    return amendments.differences(amendment.before, content(amendment.plan)) if amendment.is_open else []


def clashing(amendment: Amendment) -> list[Change]:
    """Of what the running plan became meanwhile, that which the amendment would undo."""
    return amendments.clashes(differences_of(amendment), meanwhile_in(amendment))
