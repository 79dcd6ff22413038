"""The reader's bench: what stands side by side."""

from dataclasses import dataclass

from marelle.mandates.figures import weighted_total
from marelle.mandates.models import Mandate, Review, Score
from marelle.mandates.queries.peers import Peer, peers_of
from marelle.mandates.queries.written import HandedIn, handed_in
from marelle.territories.queries import Fact, facts


@dataclass(frozen=True)
class Bench:
    """The dossier as handed in, the criteria with this reader's points, the official figures, comparable towns."""

    handed_in: HandedIn
    scores: list[Score]
    total: float | None
    facts: list[Fact]
    peers: list[Peer]
    mandates: list[Mandate]


def of(review: Review) -> Bench:
    """Everything a reader needs on one screen, in a fixed number of questions."""
    application = review.application
    territory = application.organisation.territory
    scores = list(review.scores.select_related("criterion").order_by("criterion__position", "pk"))
    return Bench(
        handed_in=handed_in(application),
        scores=scores,
        total=weighted_total([(s.points, s.criterion.weight) for s in scores]),
        facts=facts(territory) if territory else [],
        peers=peers_of(application.organisation),
        mandates=list(application.organisation.mandates.select_related("track").order_by("-starts_on", "pk")),
    )
