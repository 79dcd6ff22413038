"""A protected result in the thread: what children said, as far as it may be said, where a promise comes from it."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import origins
from marelle.base.origins import Shown
from marelle.consultations.catalogue import FRANCE
from marelle.consultations.models import Consultation, Freeze
from marelle.consultations.queries.published import READABLE
from marelle.consultations.queries.results import results
from marelle.consultations.telling import Result, share
from marelle.framework.models import text

MODEL = "consultations.table"


def register() -> None:
    """Join the thread."""
    origins.register(MODEL, show_results)


def reference(freeze: str, question: str, zone: str = FRANCE) -> str:
    """By the freeze, the zone when it is not the whole country, and the question: 2026-01.commune:44143.way_fear."""
    return origins.reference(MODEL, ".".join([freeze, *([zone] if zone != FRANCE else []), question]))


def show_results(ids: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Those that are published to anyone; before that to the programme team."""
    wanted = {each: _parsed(each) for each in ids}
    found = Freeze.rows.filter(code__in={freeze for freeze, _zone, _question in wanted.values()})
    freezes = {freeze.code: freeze for freeze in found.select_related("consultation__committee")}
    drawn = {
        (freeze, zone): {one.question.name: one for one in results(freezes[freeze].consultation, freezes[freeze], zone)}
        for freeze, zone in {(freeze, zone) for freeze, zone, _question in wanted.values() if freeze in freezes}
        if _is_for(freezes[freeze].consultation, reader)
    }
    return {
        each: shown(freezes[freeze], drawn[freeze, zone][question], zone)
        for each, (freeze, zone, question) in wanted.items()
        if question in drawn.get((freeze, zone), {})
    }


def _parsed(identifier: str) -> tuple[str, str, str]:
    """Freeze, zone, question."""
    freeze, *zone, question = identifier.split(".")
    return freeze, zone[0] if zone else FRANCE, question


def _is_for(consultation: Consultation, reader: Person | None) -> bool:
    if consultation.state in READABLE:
        return True
    is_somebody = reader is not None and reader.is_authenticated
    return is_somebody and consultation.committee in reader.committees_as(PROGRAMME_TEAM)


def shown(freeze: Freeze, result: Result, zone: str = FRANCE) -> Shown:
    """The question as children read it, and the protected shares of a zone."""
    consultation = freeze.consultation
    rows = [f"{result.name(row.option)} {share(row)}" for row in result.everyone.shares]
    place = f"?lieu={zone.replace(':', '-')}" if zone != FRANCE else ""
    public = f"/consultation/{consultation.code}/{result.question.name}{place}"
    is_public = consultation.state in READABLE
    return Shown(
        title=_("%(edition)s: “%(question)s”") % {"edition": text(consultation.name), "question": result.title},
        sentence=", ".join(rows),
        address=public if is_public else f"/bureau/consultation/{consultation.code}/resultats",
        state=consultation.get_state_display(),
        on=freeze.frozen_at,
    )
