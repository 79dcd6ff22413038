"""The journal: who did what, for which organisation, when. Append-only, one chain of digests an organisation (trust J1).

`digest = sha256(previous + content_digest + at)`. Words and person live in a content row that may be
purged; its digest stays, so the chain still proves that nothing was added or taken away.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import transaction

from marelle.accounts import heads
from marelle.accounts.journal_words import WORDS
from marelle.accounts.models import JournalChain, JournalContent, JournalEntry, Organisation, Person
from marelle.base import clock

ZERO = "0" * 64


def record(
    thing: Any, verb: str, *, by: Person | None, organisation: Organisation | None = None, **facts: Any
) -> JournalEntry:
    """Write one act at the head of its organisation's chain (the house's own when there is none).

    `thing` is a model object with a `code`, or a reference already written. Facts never hold a child's data.
    """
    if verb not in WORDS:
        raise KeyError(f"journal: no sentence for {verb!r}; add it to journal_words.py")
    organisation = organisation or getattr(thing, "organisation", None)
    with transaction.atomic():
        chain = _locked_chain(organisation)
        content = JournalContent(person=by, verb=verb, reference=_reference(thing), facts=facts)
        at = clock.now()
        content_digest = _content_digest(content, by)
        entry = JournalEntry.objects.create(
            chain=chain,
            number=chain.length + 1,
            previous=chain.digest,
            content_digest=content_digest,
            digest=_chained(chain.digest, content_digest, at),
            at=at,
        )
        content.entry = entry
        content.save()
        chain.length, chain.digest = entry.number, entry.digest
        _keep_head(chain, organisation, by, at)
    return entry


@transaction.atomic
def record_all(
    acts: Sequence[tuple[Any, str, dict[str, Any]]], *, by: Person | None, organisation: Organisation | None
) -> None:
    """Write many acts of one organisation at once, in order: each a thing, its verb and its facts, as `record` would."""
    if not acts:
        return
    chain, at = _locked_chain(organisation), clock.now()
    entries, contents = [], []
    for thing, verb, facts in acts:
        if verb not in WORDS:
            raise KeyError(f"journal: no sentence for {verb!r}; add it to journal_words.py")
        content = JournalContent(person=by, verb=verb, reference=_reference(thing), facts=facts)
        digest, chain.length = _content_digest(content, by), chain.length + 1
        whole = _chained(chain.digest, digest, at)
        named = {"chain": chain, "number": chain.length, "previous": chain.digest}
        entries.append(JournalEntry(**named, content_digest=digest, digest=whole, at=at))
        contents.append(content)
        chain.digest = whole
    for entry, content in zip(JournalEntry.objects.bulk_create(entries, batch_size=500), contents, strict=True):
        content.entry = entry
    JournalContent.objects.bulk_create(contents, batch_size=500)
    _keep_head(chain, organisation, by, at)


def _keep_head(chain: JournalChain, organisation: Organisation | None, by: Person | None, at: datetime) -> None:
    """Save the chain after its last entry, and note its head outside the database once the transaction is over."""
    if by is not None and not by.is_robot and chain.organisation_id and _works_at(by, chain.organisation_id):
        chain.acted_at = max(at, chain.acted_at or at)  # a clock put back makes nobody silent
    chain.save(update_fields=["length", "digest", "acted_at"])
    head = partial(heads.note, heads.name_of(organisation), chain.length, chain.digest, at)
    transaction.on_commit(head, robust=True)


def _works_at(by: Person, organisation_id: int) -> bool:
    """Whether they hold a role there, without keeping on `by` what nobody asked for: it may change in this transaction."""
    was_known = "_memberships" in by.__dict__
    holds = bool(by.roles_at(organisation_id))
    if not was_known:
        by.forget_memberships()
    return holds


def record_refusal(
    person: Person, page: str, *, organisation: Organisation | None = None, **facts: Any
) -> JournalEntry:
    """Write that someone was refused: which page, which rule. Called once the act itself has been undone (trust J3)."""
    known = {name: str(value)[:120] for name, value in facts.items() if name in ("rule", "door", "act")}
    return record(f"page:{page}"[:120], "refused", by=person, organisation=organisation, **known)


def broken_chains() -> Iterator[str]:
    """One sentence per fault: an entry altered, missing, or a head that does not match (trust J2)."""
    written = heads.written()
    for chain in JournalChain.objects.select_related("organisation").order_by("pk"):
        name = heads.name_of(chain.organisation)
        digest, length, known = ZERO, 0, written.pop(name, {})
        entries = chain.entries.order_by("number").select_related("content", "content__person")
        for number, entry in enumerate(entries.iterator(chunk_size=1000), start=1):
            if entry.number != number or entry.previous != digest:
                yield f"journal {name}: entry {number} is missing or moved"
                break
            if entry.digest != _chained(digest, entry.content_digest, entry.at):
                yield f"journal {name}: entry {number} was altered"
                break
            content = getattr(entry, "content", None)
            if content and _content_digest(content, content.person) != entry.content_digest:
                yield f"journal {name}: the words of entry {number} were altered"
            if known.pop(number, entry.digest) != entry.digest:
                yield f"journal {name}: entry {number} is not the one that was written down"
            digest, length = entry.digest, number
        else:
            if (chain.length, chain.digest) != (length, digest):
                yield f"journal {name}: the head does not match the last entry"
            if known:
                yield f"journal {name}: {max(known)} entries were written down, {length} are left"
    for name, known in written.items():
        yield f"journal {name}: {max(known)} entries were written down, the chain is gone"


def _locked_chain(organisation: Organisation | None) -> JournalChain:
    """The chain, held until the end of the transaction; the first entry makes it, once whoever asks."""
    held = JournalChain.objects.select_for_update(of=("self",)).filter(organisation=organisation)
    chain = held.first()
    if chain is None:
        JournalChain.objects.get_or_create(organisation=organisation)
        chain = held.get()
    return chain


def _reference(thing: Any) -> str:
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.label_lower}:{getattr(thing, 'code', thing.pk)}"


def _content_digest(content: JournalContent, by: Person | None) -> str:
    words = [by.code if by else "", content.verb, content.reference, content.facts, content.salt]
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()


def _chained(previous: str, content_digest: str, at: datetime) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")  # the same words whatever zone it came in
    return hashlib.sha256(f"{previous}{content_digest}{moment}".encode()).hexdigest()
