"""What stands in the margin of a dossier being read: what its town did before, and where towns like it stand."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from marelle.accounts.models import Organisation
from marelle.mandates.models import Application, Mandate
from marelle.mandates.queries.comparison import Compared, compare_plan
from marelle.mandates.queries.peers import Alike
from marelle.plans.amendments import parts_of
from marelle.plans.attainment import Degree, Tally, tally
from marelle.plans.following import Followed, followed
from marelle.plans.models import Indicator, Report
from marelle.plans.states import ActionState, ProofLevel, ReportState


@dataclass(frozen=True)
class Before:
    """A mandate and what came of it. `actions`: of its plan, `done` of them finished; `tally`: how far its indicators are."""

    mandate: Mandate
    actions: int
    done: int
    tally: Tally
    measured: list[Followed]
    reports: list[Report]

    @property
    def degrees(self) -> list[tuple[str, Degree]]:
        """How far, by level of proof, where something is known: never mixed."""
        return [
            (str(ProofLevel(proof).label), found) for proof, found in self.tally.degrees_by_proof.items() if found.known
        ]


@dataclass(frozen=True)
class Beside:
    """A shared figure: what the dossier says (baseline, target; None when blank), and the towns like it."""

    compared: Compared
    baseline: Decimal | None
    target: Decimal | None


def before(organisation: Organisation) -> list[Before]:
    """The mandates of an organisation, the newest first, with their results. Four questions, one when there is none."""
    done = Count("plan__objectives__actions", filter=Q(plan__objectives__actions__state=ActionState.DONE))
    rows = organisation.mandates.annotate(actions=Count("plan__objectives__actions"), done=done)
    mandates = list(rows.select_related("track").order_by("-starts_on", "pk"))
    if not mandates:
        return []
    plans = [mandate.plan_id for mandate in mandates]
    indicators = Indicator.objects.filter(objective__plan__in=plans).select_related("definition", "objective")
    measured, reports = defaultdict(list), defaultdict(list)
    for line in followed(list(indicators.order_by("objective__position", "position", "pk"))):
        measured[line.indicator.objective.plan_id].append(line)
    handed_in = Report.objects.filter(plan__in=plans, state__in=[ReportState.SUBMITTED, ReportState.ACCEPTED])
    for report in handed_in.order_by("due_on", "pk").scoped("of the town whose dossier is read"):
        reports[report.plan_id].append(report)
    return [_before(mandate, measured[mandate.plan_id], reports[mandate.plan_id]) for mandate in mandates]


def _before(mandate: Any, measured: list[Followed], reports: list[Report]) -> Before:
    """`mandate`: with its counts of actions."""
    shares = ((line.share, line.known.proof_level if line.known else "") for line in measured)
    far = tally((share, proof) for share, proof in shares if proof)
    known = [line for line in measured if line.known]
    return Before(mandate, mandate.actions, mandate.done, far, known, reports)


def beside(application: Application, content: dict[str, Any]) -> tuple[list[Beside], int]:
    """The indicators of the library the dossier uses, beside the members of its kind and size; and how many those are.

    `content`: what was handed in. Four questions; one when it uses none.
    """
    used = Indicator.objects.filter(objective__plan=application.plan_id).exclude(definition=None)
    rows = list(used.select_related("definition__domain").order_by("-pk"))
    if not rows:
        return [], 0
    codes = {row.definition.code: row.code for row in rows if row.definition}
    shared = {row.definition.code: row.definition for row in rows if row.definition}
    ordered = sorted(shared.values(), key=lambda found: (found.domain.position, found.position, found.pk))
    said = {h.part["code"]: h.part for h in parts_of(content["plan"]) if h.kind == "indicator"}
    found = compare_plan(application.organisation, application.plan, Alike(), ordered)
    lines = [_beside(line, said[code]) for line in found.lines if (code := codes[line.definition.code]) in said]
    return lines, found.towns


def _beside(line: Compared, said: Mapping[str, Any]) -> Beside:
    baseline, target = (None if said[name] is None else Decimal(said[name]) for name in ("baseline", "target"))
    return Beside(line, baseline, target)
