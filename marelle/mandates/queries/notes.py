"""Notes of actions that anyone may read: those shown, of the plans of the members of today."""

from marelle.mandates.queries.members import CITY_KINDS
from marelle.mandates.states import MEMBER_STATES
from marelle.plans import notes
from marelle.plans.models import Note

PLAN = "action__objective__plan__"


def public_one(organisation: str, code: str) -> Note | None:
    """A note of a member, by its code, with its photo."""
    rows = notes.shown().filter(code=code, **{f"{PLAN}organisation__code": organisation})
    of_members = {f"{PLAN}mandate__state__in": sorted(MEMBER_STATES), f"{PLAN}organisation__kind__in": CITY_KINDS}
    return rows.filter(**of_members).select_related("photo").first()
