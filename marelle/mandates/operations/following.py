"""What the committee does with a plan that runs: verify what its town read."""

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData, Closed
from marelle.mandates import rules
from marelle.mandates.models import Mandate
from marelle.plans.models import Reading


@transaction.atomic
def verify_reading(mandate_id: int, code: str, *, by: Person) -> Reading:
    """Say that a reading was checked against its evidence. Twice is once. Raises NotAllowed, BadData."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_handle, by, mandate.agreement.application)
    reading = _locked(mandate, code)
    if reading.verified_at is None:
        reading.verified_by, reading.verified_at = by, clock.now()
        reading.save(update_fields=["verified_by", "verified_at"])
        journal.record(reading, "reading_verified", by=by, organisation=mandate.organisation, period=reading.period)
        stamps.bump("public")
    return reading


@transaction.atomic
def take_verification_back(mandate_id: int, code: str, *, by: Person) -> Reading:
    """Say that a reading is to be verified after all, on the day it was. Twice is once.

    Later, the figures of a night hold it: only a correction by its town takes the verification away. Raises NotAllowed,
    BadData, Closed.
    """
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_handle, by, mandate.agreement.application)
    reading = _locked(mandate, code)
    if reading.verified_at is not None and not reading.is_verified_today:
        raise Closed(_("It was verified before today: it is to be verified again once its town corrects it."))
    if reading.verified_at is not None:
        reading.verified_by = reading.verified_at = None
        reading.save(update_fields=["verified_by", "verified_at"])
        journal.record(reading, "reading_unverified", by=by, organisation=mandate.organisation, period=reading.period)
        stamps.bump("public")
    return reading


def _locked(mandate: Mandate, code: str) -> Reading:
    living = Reading.rows.filter(indicator__objective__plan=mandate.plan_id, replaced_at=None)
    reading = living.select_for_update(of=("self",)).filter(code=code).first()
    if reading is None or reading.value is None:
        raise BadData(_("This reading was corrected meanwhile: open the page again."))
    return reading
