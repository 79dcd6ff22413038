"""What children of a town said: a proposal to read over, one shown to everyone, the code of a group with its sentence."""

from datetime import date
from typing import Any

from marelle.base import clock
from marelle.plans.models import GroupCode, Proposal
from marelle.plans.operations import group_codes, proposals
from marelle.plans.operations.proposals import Said


def make_voices(builder: Any) -> tuple[Proposal, GroupCode | None]:
    """Written down and read over by `CE`; the code only where a report is being written."""
    editor, town = builder.people["CE"], builder.organisation
    day = date(2026, 8, 1)
    kept = proposals.keep_proposal(town, Said(builder.word("proposal kept"), "class", "", day), by=editor)
    shown = proposals.keep_proposal(town, Said(builder.word("proposal shown"), "council", "", day), by=editor)
    proposals.show(shown.pk, by=editor)
    report = builder.made.get("report")
    if report is None:
        return kept, None
    held, _plain = group_codes.make_code(report.pk, "class", by=editor)
    held.sentence, held.sentence_state = builder.word("group sentence"), "waiting"
    held.answered_at = clock.now()
    held.save()
    return kept, held
