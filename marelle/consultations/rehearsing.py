"""`marelle consultation simulate`: synthetic children answer through the intake of a running server.

In a demonstration, or where the consultation is a rehearsal: never beside children's own answers.
"""

import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Sum

from marelle.base import clock
from marelle.base.progress import track
from marelle.consultations import codes, directory
from marelle.consultations.collect import SittingFacts
from marelle.consultations.models import Sitting, SittingCount
from marelle.consultations.queries import access
from marelle.consultations.questionnaires import Questionnaire
from marelle.consultations.simulating import Child, Sender, spread
from marelle.consultations.states import TAKES_ANSWERS, ConsultationState


class Refused(Exception):
    """What is asked is not possible, or not allowed."""


class Group(NamedTuple):
    """A group that answers now. `room`: sheets it still takes, None for any number."""

    code: str
    facts: SittingFacts
    questionnaire: Questionnaire
    room: int | None


class Told(NamedTuple):
    """What came of it."""

    sheets: int
    groups: int
    received: int
    refused: int
    seconds: float


def groups(code: str | None = None) -> list[Group]:
    """Those that answer now, or the one a code opens. Raises Refused."""
    found = [group for sitting, typed in _sittings(code) if (group := _group(sitting, typed))]
    if not found:
        raise Refused(
            "No group answers now: open one, or give a --code that opens."
            if code is None
            else "This code opens nothing now."
        )
    return found


def _sittings(code: str | None) -> Iterable[tuple[Sitting, str]]:
    now = clock.now()
    rows = Sitting.rows.filter(
        state__in=sorted(TAKES_ANSWERS),
        consultation__state=ConsultationState.OPEN,
        opens_at__lte=now,
        closes_at__gt=now,
    ).select_related("consultation")
    if code is not None:
        digest = codes.digest(codes.tidy(code) or "", access.code_key())
        rows, known = rows.filter(code_digest=digest), codes.tidy(code) or ""
    for sitting in rows.order_by("code"):
        opened = access.unseal(sitting)
        typed = known if code is not None else opened.code if opened else ""
        if typed:
            yield sitting, typed


def _group(sitting: Sitting, code: str) -> Group | None:
    if not (settings.DEMO or sitting.consultation.is_pilot):
        raise Refused("Synthetic answers go into a demonstration or a rehearsal, never beside children’s own.")
    facts = directory.read_facts("code", sitting.code)
    questionnaire = directory.read_questionnaire(facts.versions[0]) if facts and facts.versions else None
    if facts is None or questionnaire is None:
        return None
    most = (
        SittingCount.objects.filter(sitting=sitting)
        .values("part")
        .annotate(all=Sum("received"))
        .order_by("-all")
        .first()
    )
    come = most["all"] if most else 0
    return Group(code, facts, questionnaire, None if facts.most is None else max(0, facts.most - come))


def simulate(found: Sequence[Group], sheets: int, seed: int, *, at: tuple[str, int], clients: int, out: Any) -> Told:
    """Every child in its group, the same for a seed; parts go out as pages send them. Raises Refused, NotTaken."""
    try:
        counts = spread(sheets, {group.facts.reference: group.room for group in found})
    except ValueError as error:
        raise Refused(f"These groups have room for {error} sheets: raise their head-counts, or open others.") from error
    named = {group.facts.reference: group for group in found}
    sender, began = Sender(*at), time.perf_counter()
    tickets = {reference: sender.ticket(named[reference].code) for reference in counts}
    sender.close()
    work = [_said(named[reference], count, seed) for reference, count in sorted(counts.items())]
    sent = [(tickets[group.facts.reference], id, part) for group, said in work for id, part in said]
    lots = [sent[start::clients] for start in range(min(clients, len(sent)))]
    statuses: Counter[int] = Counter()
    with ThreadPoolExecutor(max(1, len(lots))) as pool:
        done = pool.map(lambda lot: _send(lot, at), lots)
        for each in track(done, total=len(lots), label="clients", out=out):
            statuses += each
    received = statuses[201]
    return Told(sheets, len(counts), received, statuses.total() - received, time.perf_counter() - began)


def _said(group: Group, count: int, seed: int) -> tuple[Group, list[tuple[str, dict[str, Any]]]]:
    """What the children of one group send."""
    chance = random.Random(f"{seed} {group.facts.reference}")  # noqa: S311  draws what children would say, no secret
    languages = group.facts.languages or group.questionnaire.languages
    children = [Child.draw(chance, group.facts.bands, languages) for _n in range(count)]
    return group, [(child.id(), part) for child in children for part in child.parts(group.questionnaire)]


def _send(lot: Iterable[tuple[str, str, dict[str, Any]]], at: tuple[str, int]) -> Counter[int]:
    sender = Sender(*at)
    found = Counter(sender.send(*each) for each in lot)
    sender.close()
    return found
