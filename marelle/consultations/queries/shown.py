"""The edition shown to everyone: who relays it, its groups from home."""

from datetime import datetime

from django.db.models import QuerySet

from marelle.consultations import languages
from marelle.consultations.models import Consultation, Partner, Sitting
from marelle.consultations.questionnaires import Questionnaire, read
from marelle.consultations.states import TAKES_ANSWERS, ConsultationState, PartnerState, VersionState

SHOWN = [ConsultationState.OPEN, ConsultationState.PILOT]  # before those that are over
RELAYING = [PartnerState.CONFIRMED, PartnerState.ACTIVE, PartnerState.DONE]


def shown_to_all() -> Consultation | None:
    """The edition the public page speaks of: the one that is open or comes, else the last one."""
    known = list(Consultation.objects.public()[:10])
    return next((one for state in SHOWN for one in known if one.state == state), None) or next(iter(known), None)


def help_numbers() -> list[dict[str, str]]:
    """Whom a child may call: as the edition shown to everyone says, else as every committee begins with."""
    edition = shown_to_all()
    return edition.help_numbers if edition else languages.help_numbers()


def asked_in(edition: Consultation) -> Questionnaire | None:
    """What children are asked, in its wording of the day; None until it is frozen."""
    frozen = edition.questionnaires.filter(state=VersionState.FROZEN).values_list("canonical", flat=True).first()
    return read(frozen) if frozen else None


def relaying(edition: Consultation) -> int:
    """How many partners relay it."""
    return Partner.rows.filter(consultation=edition, state__in=RELAYING).count()


def has_home(edition: Consultation, at: datetime) -> bool:
    """Whether children may answer from home now."""
    return _at_home(edition, at).exists()


def home_of(edition: Consultation, at: datetime) -> list[Sitting]:
    """The public groups of the week, one a département, by its code."""
    return list(_at_home(edition, at).select_related("territory").order_by("territory__code"))


def _at_home(edition: Consultation, at: datetime) -> QuerySet[Sitting]:
    rows = Sitting.rows.filter(consultation=edition, site=None, opens_at__lte=at, closes_at__gt=at)
    return rows.filter(state__in=sorted(TAKES_ANSWERS))
