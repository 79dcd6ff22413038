"""Letters about reports: asked for, due soon, late, put off, handed in, sent back, accepted."""

from typing import Any

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Organisation
from marelle.base import outbox
from marelle.mandates.models import Mandate
from marelle.mandates.queries import people
from marelle.plans.models import Report

KINDS = ("report_asked", "report_reminder", "report_submitted", "report_returned", "report_accepted", "report_put_off")


def queue_asked(report: Report) -> None:
    """Tell everyone who writes that a report can be written, and until when."""
    _to_writers("report_asked", report, key="asked")


def queue_reminder(report: Report, days: int) -> None:
    """Remind everyone who writes: `days` before it is due, 0 on the day, below 0 once it is late. Once each."""
    _to_writers("report_reminder", report, key=f"reminder:{report.due_on:%Y%m%d}:{days}", days=days)


def queue_submitted(report: Report) -> None:
    """Tell everyone who writes that the report is handed in, with its fingerprint; and the programme team."""
    _to_writers("report_submitted", report, key=f"submitted:{report.fingerprint[:16]}:{report.version}")
    committee = committee_of(report)
    notifications.notify(
        people.concerned_by(committee),
        "report_received",
        reference=f"plans.report:{report.code}",
        sentence=lambda: (
            _("%(city)s has handed in a report: %(report)s.") % {"city": report.organisation.name, "report": report}
        ),
        address=f"/bureau/bilans/{report.code}",
        committee=committee,
    )


def queue_returned(report: Report) -> None:
    """Tell everyone who writes that the report comes back, and why."""
    _to_writers("report_returned", report, key=f"returned:{report.version}")


def queue_put_off(report: Report) -> None:
    """Tell everyone who writes that there is more time, until when and why."""
    _to_writers("report_put_off", report, key=f"put_off:{report.due_on:%Y%m%d}")


def queue_accepted(report: Report) -> None:
    """Tell everyone who writes that the report is accepted and public."""
    _to_writers("report_accepted", report, key="accepted")


def committee_of(report: Report) -> Organisation:
    """Whose call the plan's mandate came from."""
    path = "agreement__application__call__committee"
    return Mandate.rows.select_related(path).get(plan=report.plan_id).agreement.application.call.committee


def _to_writers(kind: str, report: Report, *, key: str, **more: Any) -> None:
    for person in people.writers_of(report.organisation):
        outbox.write(
            kind,
            to=person.email,
            language=person.language,
            reference=f"plans.report:{report.code}",
            key=f"report:{report.code}:{key}:{person.code}",
            context={"report": report, "organisation": report.organisation, "person": person, **more},
        )
