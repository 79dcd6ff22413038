"""Letters of the reading: to the city sent back to its dossier, to a reader given one, or several at once."""

from collections.abc import Sequence

from marelle.base import outbox
from marelle.mandates.models import Application, Review
from marelle.mandates.queries import people, points
from marelle.mandates.queries.applications import dossier


def queue_sent_back(application: Application) -> None:
    """Tell every writer of the organisation what is to be completed, and until when."""
    asked = points.open_of(dossier(application))
    for person in people.writers_of(application.organisation):
        outbox.write(
            "sent_back",
            to=person.email,
            language=person.language,
            reference=f"mandates.application:{application.code}",
            key=f"sent_back:{application.code}:{application.submitted_at:%Y%m%d%H%M%S}:{person.code}",
            context={"application": application, "person": person, "points": asked},
        )


def queue_all_assigned(reviews: Sequence[Review]) -> None:
    """Tell a reader of all that was just given to them, in one letter."""
    first, *others = reviews
    if not others:
        return queue_assigned(first)
    call = first.application.call
    outbox.write(
        "reviews_assigned",
        to=first.reviewer.email,
        language=first.reviewer.language,
        reference=f"mandates.call:{call.code}",
        key=f"reviews_assigned:{first.code}",
        context={"reviews": reviews, "person": first.reviewer},
    )
    return None


def queue_assigned(review: Review) -> None:
    """Tell a reader that an application is theirs."""
    outbox.write(
        "review_assigned",
        to=review.reviewer.email,
        language=review.reviewer.language,
        reference=f"mandates.review:{review.code}",
        key=f"review_assigned:{review.code}",
        context={"review": review, "person": review.reviewer},
    )
