"""What looks after consultations by the clock, and what their administrators are told is theirs to do."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, PendingAct, Person
from marelle.accounts.states import RequestState
from marelle.base import dues, rounds
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act
from marelle.consultations.models import Consultation, KeyShare
from marelle.consultations.operations import running
from marelle.consultations.states import BEING_WRITTEN, ConsultationState

WAITS = sorted({*BEING_WRITTEN, ConsultationState.CLOSED})


def register() -> None:
    """Join the rounds of the worker and "Aujourd'hui"."""
    rounds.register(running.close_what_is_over)
    dues.watches.append(Watch(standing, to_do))


def standing(person: Person, committee: Organisation) -> QuerySet | None:
    """Editions that wait for an administrator: a share to show, a freeze to propose, a freeze to confirm."""
    if not accounts.may_administer(person, committee):
        return None
    asked = PendingAct.rows.filter(
        state=RequestState.ASKED, reference=Concat(Value("consultations.consultation:"), OuterRef("code"))
    )
    rows = Consultation.objects.visible_to(person).filter(committee=committee, state__in=WAITS)
    rows = rows.annotate(
        is_proposed=Exists(asked),
        waits_for_me=Exists(asked.exclude(proposed_by=person)),
        holds=Exists(KeyShare.rows.filter(consultation=OuterRef("pk"), holder=person, acknowledged_at=None)),
    )
    names = ("code", "state", "opens_at", "is_proposed", "waits_for_me", "holds")
    return dues.facts(rows, **{name: name for name in names})


def to_do(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """In the order an edition goes."""
    for row in sorted(rows, key=lambda row: str(row["code"])):
        about, place = {"edition": row["code"]}, f"/bureau/consultation/{row['code']}"
        if row["holds"]:
            words = _("Show that you hold your share of the key of the consultation %(edition)s") % about
            yield Act(words, f"{place}/cles", due_at=row.at("opens_at"))
        if row["state"] != ConsultationState.CLOSED:
            continue
        if row["waits_for_me"]:
            words = _("Confirm the freeze of the consultation %(edition)s, with both shares of the key") % about
            yield Act(words, f"{place}/gel")
        elif not row["is_proposed"]:
            yield Act(_("Propose the freeze of the consultation %(edition)s") % about, f"{place}/gel")
