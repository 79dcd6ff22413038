"""The reader's bench: what stands side by side."""

from dataclasses import dataclass

from marelle.accounts.models import Person
from marelle.mandates.figures import weighted_total
from marelle.mandates.models import Review, Score
from marelle.mandates.queries import margin
from marelle.mandates.queries.coherence import of_application
from marelle.mandates.queries.margin import Before, Beside
from marelle.mandates.queries.peers import Peer, peers_of
from marelle.mandates.queries.queue import mine
from marelle.mandates.queries.written import HandedIn, handed_in
from marelle.plans.coherence import Remark
from marelle.territories.queries import Fact, facts


@dataclass(frozen=True)
class Bench:
    """The dossier as handed in, the criteria with this reader's points; in the margin, official figures and comparable towns.

    `beside`: its shared figures beside `towns` members like it; `before`: its mandates and their results.
    `remarks`: what the rules of the framework notice in its plan.
    """

    handed_in: HandedIn
    scores: list[Score]
    total: float | None
    facts: list[Fact]
    peers: list[Peer]
    before: list[Before]
    beside: list[Beside]
    towns: int
    remarks: list[Remark]


def of(review: Review) -> Bench:
    """Everything a reader needs on one screen, in a fixed number of questions."""
    application = review.application
    territory, written = application.organisation.territory, handed_in(application)
    scores = list(review.scores.select_related("criterion").order_by("criterion__position", "pk"))
    beside, towns = margin.beside(application, written.content)
    return Bench(
        handed_in=written,
        scores=scores,
        total=weighted_total([(s.points, s.criterion.weight) for s in scores]),
        facts=facts(territory) if territory else [],
        peers=peers_of(application.organisation),
        before=margin.before(application.organisation),
        beside=beside,
        towns=towns,
        remarks=of_application(application, written.content["plan"], [part.domain for part in written.written.outline]),
    )


def neighbours(review: Review, person: Person) -> tuple[str, str]:
    """The codes of the readings before and after this one among those to do; "" at either end. One question."""
    codes = [
        code for code, state in mine(person).values_list("code", "state") if code == review.code or state != "finished"
    ]
    at = codes.index(review.code)
    return "".join(codes[at - 1 : at]) if at else "", "".join(codes[at + 1 : at + 2])
