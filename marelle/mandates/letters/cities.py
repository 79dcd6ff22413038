"""A letter the committee writes to one city, in its own words."""

from marelle.accounts.models import JournalEntry, Organisation, Person
from marelle.base import outbox

FROM_COMMITTEE = "from_committee"


def queue_written(entry: JournalEntry, organisation: Organisation, words: str, *, to: list[Person], by: Person) -> None:
    """Write `words` to each of `to`; `entry` is the act of the journal they come from."""
    for person in to:
        outbox.write(
            FROM_COMMITTEE,
            to=person.email,
            language=person.language,
            reference=f"accounts.organisation:{organisation.code}",
            key=f"{FROM_COMMITTEE}:{organisation.code}:{entry.number}:{person.code}",
            context={"organisation": organisation, "words": words, "author": by},
        )
