"""Many members at once, for pages that must hold a large network: rows only, written in bulk."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from django.db import connection

from marelle.accounts.models import Organisation, Person
from marelle.base.text import random_id
from marelle.framework.models import Track
from marelle.mandates.models import Agreement, Application, Call, Mandate
from marelle.plans.models import Plan
from marelle.territories.models import Territory

LONG_AGO = datetime(2026, 5, 2, 9, tzinfo=UTC)


def make_members(territories: Sequence[Territory], *, call: Call, track: Track, by: Person) -> list[Mandate]:
    """One running mandate for each territory, without any promise."""
    organisations = Organisation.rows.bulk_create(
        Organisation(code=t.code, kind=t.kind, name=t.name, territory=t, created_at=LONG_AGO) for t in territories
    )
    plans = Plan.rows.bulk_create(
        Plan(code=random_id(), organisation=o, framework=call.framework, state="running", created_at=LONG_AGO)
        for o in organisations
    )
    applications = Application.rows.bulk_create(
        Application(
            call=call,
            organisation=plan.organisation,
            track=track,
            plan=plan,
            state="signed",
            created_by=by,
            created_at=LONG_AGO,
            submitted_at=LONG_AGO,
        )
        for plan in plans
    )
    signed = {"state": "signed", "fingerprint": "b" * 64, "sent_at": LONG_AGO, "sent_by": by, "signed_at": LONG_AGO}
    agreements = Agreement.rows.bulk_create(Agreement(application=a, **signed) for a in applications)
    mandates = Mandate.rows.bulk_create(
        Mandate(
            organisation=agreement.application.organisation,
            agreement=agreement,
            track=track,
            plan=agreement.application.plan,
            starts_on=date(2026, 9, 1),
            ends_on=date(2032, 9, 1),
            state="active",
        )
        for agreement in agreements
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # rows of an open transaction, which its own housekeeping has not counted yet
    return mandates
