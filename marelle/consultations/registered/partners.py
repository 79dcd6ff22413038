"""What partners and groups bring to "Aujourd'hui", to the worker's rounds and to the outbox."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.accounts.models import Organisation, Person
from marelle.accounts.rules import in_programme_team
from marelle.base import clock, dues, outbox, rounds
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act, Moment
from marelle.consultations import rules
from marelle.consultations.letters import partners as letters
from marelle.consultations.letters import results
from marelle.consultations.models import Partner, Sitting
from marelle.consultations.operations import sittings
from marelle.consultations.states import PartnerState, SittingState

COMING = [SittingState.PLANNED, SittingState.READY]


def register() -> None:
    """Join the registers."""
    dues.watches += [Watch(registered, to_answer), Watch(coming, groups)]
    rounds.register(look_after_groups)
    for kind in (letters.CONFIRMED, letters.DECLINED, letters.LINK, results.PUBLISHED):
        outbox.may_receive(kind, still_relays)


def look_after_groups(at: datetime) -> None:
    """A round of the worker: groups begin and end at their hour."""
    sittings.look_after(at)


def still_relays(reference: str, address: str) -> bool:
    """Whoever has this address still speaks for the partner."""
    return Partner.rows.filter(code=reference.rpartition(":")[2], contact_email__iexact=address).exists()


def registered(person: Person, organisation: Organisation) -> QuerySet | None:
    """The partners that wait for the programme team's answer."""
    if not in_programme_team(person, organisation):
        return None
    rows = Partner.rows.filter(consultation__committee=organisation, state=PartnerState.REGISTERED)
    return dues.facts(rows, edition="consultation__code", since="registered_at")


def to_answer(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Act]:
    """All of them in one line, at the edition of the oldest."""
    oldest = min(rows, key=lambda row: row.at("since"))
    sentence = ngettext(
        "Answer a partner that asks to relay the consultation",
        "Answer {count} partners that ask to relay the consultation",
        len(rows),
    ).format(count=len(rows))
    yield Act(sentence, f"/bureau/consultation/{oldest['edition']}/partenaires")


def coming(person: Person, organisation: Organisation) -> QuerySet | None:
    """The groups that will answer, for who may hold them."""
    if not rules.may_relay_for(person, organisation):
        return None
    rows = Sitting.rows.filter(site__partner__organisation=organisation, state__in=COMING, closes_at__gt=clock.here())
    return dues.facts(
        rows, code="code", state="state", place="site__name", name="name", starts_at="opens_at", ends_at="closes_at"
    )


def groups(rows: list[Facts], person: Person, organisation: Organisation) -> Iterable[Moment]:
    """Each at its hour."""
    for row in rows:
        name = f"{row['place']}, {row['name']}" if row["name"] else row["place"]
        yield Moment(
            row["code"],
            _("Children answer: {group}").format(group=name),
            row.at("starts_at"),
            f"/espace/{organisation.code}/consultation/groupes/{row['code']}",
            ends_at=row.at("ends_at"),
        )
