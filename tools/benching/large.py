"""Grows the network to nearly every commune of the country, straight into the tables: nobody would type that."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from marelle.accounts.models import Organisation
from marelle.accounts.robot import robot
from marelle.base import stamps
from marelle.framework.models import Framework, Track
from marelle.mandates.models import Agreement, Application, Call, Mandate
from marelle.plans.models import Plan
from marelle.territories.models import Territory

LOT = 2000  # rows written at once


@transaction.atomic
def grow(members: int) -> int:
    """Give a running mandate to communes that have none, until there are `members`; how many there are."""
    call, framework = Call.objects.get(code="2025"), Framework.objects.order_by("pk")[0]
    track, by, now = Track.objects.get(code="titre"), robot(), timezone.now()
    held = set(Organisation.objects.values_list("code", flat=True))
    places = [t for t in Territory.objects.filter(kind="commune", is_current=True).order_by("pk") if t.code not in held]
    places = places[: members - Mandate.rows.count()]
    for start in range(0, len(places), LOT):
        lot = places[start : start + LOT]
        bodies = Organisation.objects.bulk_create(
            Organisation(code=t.code, kind="commune", name=t.name, territory=t, created_at=now) for t in lot
        )
        plans = Plan.rows.bulk_create(
            Plan(organisation=o, framework=framework, state="running", created_at=now) for o in bodies
        )
        applications = Application.rows.bulk_create(
            Application(
                call=call,
                organisation=p.organisation,
                track=track,
                plan=p,
                state="signed",
                created_by=by,
                created_at=now,
                submitted_at=now,
            )
            for p in plans
        )
        agreements = Agreement.rows.bulk_create(Agreement(application=a) for a in applications)
        Mandate.rows.bulk_create(
            Mandate(
                organisation=a.application.organisation,
                agreement=a,
                track=track,
                plan=a.application.plan,
                starts_on=date(2025, 11, 20),
                ends_on=date(2031, 11, 20),
                state="active",
            )
            for a in agreements
        )
    stamps.bump("public")
    return Mandate.rows.count()
