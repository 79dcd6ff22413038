"""The reader's bench: what stands side by side."""

from dataclasses import dataclass
from typing import Any

from marelle.accounts.models import File
from marelle.mandates.figures import weighted_total
from marelle.mandates.models import Mandate, Review, Score
from marelle.mandates.queries.applications import dossier, printed
from marelle.plans.queries import DomainOutline
from marelle.territories.queries import Fact, facts


@dataclass(frozen=True)
class Bench:
    """The dossier, the criteria with this reader's points, the official figures, the mandates before."""

    sections: list[dict[str, Any]]
    outline: list[DomainOutline]
    files: list[File]
    scores: list[Score]
    total: float | None
    facts: list[Fact]
    mandates: list[Mandate]


def of(review: Review) -> Bench:
    """Everything a reader needs on one screen, in a fixed number of questions."""
    application = review.application
    territory = application.organisation.territory
    read = dossier(application)
    scores = list(review.scores.select_related("criterion").order_by("criterion__position", "pk"))
    return Bench(
        sections=printed(read),
        outline=read.outline,
        files=read.files,
        scores=scores,
        total=weighted_total([(s.points, s.criterion.weight) for s in scores]),
        facts=facts(territory) if territory else [],
        mandates=list(application.organisation.mandates.select_related("track").order_by("-starts_on", "pk")),
    )
