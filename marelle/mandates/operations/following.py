"""What the committee does with a plan that runs: verify what its town read."""

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Person
from marelle.base import clock, stamps
from marelle.base.errors import BadData
from marelle.mandates import rules
from marelle.mandates.models import Mandate
from marelle.plans.models import Reading


@transaction.atomic
def verify_reading(mandate_id: int, code: str, *, by: Person) -> Reading:
    """Say that a reading was checked against its evidence. Twice is once. Raises NotAllowed, BadData."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_handle, by, mandate.agreement.application)
    living = Reading.rows.filter(indicator__objective__plan=mandate.plan_id, replaced_at=None)
    reading = living.select_for_update(of=("self",)).filter(code=code).first()
    if reading is None or reading.value is None:
        raise BadData(_("This reading was corrected meanwhile: open the page again."))
    if reading.verified_at is None:
        reading.verified_by, reading.verified_at = by, clock.now()
        reading.save(update_fields=["verified_by", "verified_at"])
        journal.record(reading, "reading_verified", by=by, organisation=mandate.organisation, period=reading.period)
        stamps.bump("public")
    return reading
