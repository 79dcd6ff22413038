"""Three reports of a member: one being written, one handed in, one accepted. Each holds words of its own."""

from datetime import date
from typing import Any

from marelle.accounts import files
from marelle.base import clock
from marelle.mandates import report_documents
from marelle.plans import reporting
from marelle.plans.models import Report
from tests.factories.plans import RatingFactory, ReportFactory
from tests.journeys.road import VOTE

MAY_READ = {"report": "open", "handed_report": "handed in", "public_report": "accepted"}


def make_reports(builder: Any) -> None:
    """The three, by their names in the town."""
    plan = builder.application.plan
    for number, (name, what) in enumerate(MAY_READ.items()):
        word = builder.word(f"report {what}")
        report = ReportFactory(
            plan=plan, kind="yearly", year=2026 + number, covers_from=date(2026, 9, 1), covers_until=date(2026, 12, 31),
            due_on=date(2026 + number, 12, 31), highlights=word, asked_at=clock.now(),
        )  # fmt: skip
        builder.made[name] = report
        if name != "report":
            hand_in(report, what, builder)


def hand_in(report: Report, what: str, builder: Any) -> None:
    """As `submit_report` and `accept_report` leave it."""
    RatingFactory(report=report, objective=builder.made["objective"], why=report.highlights)
    report.content = reporting.content(report, reporting.situation(report))
    report.fingerprint, report.submitted_by = report_documents.fingerprint(report.content), builder.people["EL"]
    report.submitted_at = clock.now()
    report.state = "submitted"
    if what == "accepted":
        report.state, report.accepted_at, report.accepted_by = "accepted", clock.now(), builder.world.people["PO"]
    report.document = files.keep(
        VOTE, label="bilan.pdf", kind="pdf", organisation=builder.organisation, by=builder.people["EL"]
    )
    report.document.shared_at = clock.now()
    report.document.save()
    report.save()
