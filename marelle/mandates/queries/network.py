"""What the public reads about the network besides its members: calls, tracks, the framework in force, promises, dates."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts.models import File, Organisation
from marelle.accounts.states import OrganisationKind
from marelle.base import clock
from marelle.base.registers import Found, Moment
from marelle.framework.models import Domain, Framework, Recommendation, Track
from marelle.mandates.models import Call, CallAnswer, Mandate
from marelle.mandates.queries.members import AROUND, CITY_KINDS, kind_word, members
from marelle.mandates.states import MEMBER_STATES, CallState, MandateState
from marelle.plans import notes
from marelle.plans.following import followed
from marelle.plans.models import Action, Indicator, Objective, Plan, Reading
from marelle.plans.states import BEGUN, ActionState, ProofLevel
from marelle.territories.queries import suggest
from marelle.territories.states import TerritoryKind

CITY_TERRITORIES = (TerritoryKind.COMMUNE, TerritoryKind.INTERCOMMUNALITY)


@dataclass(frozen=True)
class Promise:
    """An objective as the public reads it. `position`: its number in its address: its place in the plan as it was adopted.

    `done`, `begun`: of its actions, those finished, and those at work or held back. `read`, `evidenced`, `verified`: of
    its indicators, those with a value, and those whose newest value rests on evidence, or somebody else verified: apart.
    """

    position: int
    code: str
    domain: Domain
    words: str
    actions: int
    indicators: int
    done: int = 0
    begun: int = 0
    read: int = 0
    evidenced: int = 0
    verified: int = 0

    @property
    def declared(self) -> int:
        """Indicators whose newest value is the word of the town alone."""
        return self.read - self.evidenced - self.verified


def framework_in_force(on: date | None = None) -> Framework | None:
    """The framework of the newest published call, else the newest one that is valid."""
    call = Call.objects.published().select_related("framework").order_by("-opens_at", "-pk").first()
    if call is not None:
        return call.framework
    valid = Framework.objects.filter(valid_from__lte=on or clock.today())
    return valid.order_by("-valid_from", "-pk").first()


def city_tracks() -> list[Track]:
    """Ways into the network for communes and intercommunalities, the fullest first."""
    kinds = {str(kind) for kind in CITY_KINDS} | {"intercommunalite"}
    rows = Track.objects.order_by("position", "-years", "pk")
    return [track for track in rows if kinds & set(track.organisation_kinds)]


def calls_to_show(at: datetime | None = None) -> list[Call]:
    """Published calls that are open or still to open, the first to close first."""
    rows = Call.objects.filter(state=CallState.PUBLISHED, closes_at__gt=at or clock.now())
    return list(rows.order_by("closes_at", "pk").prefetch_related("tracks"))


def public_call(code: str) -> Call | None:
    """A call by its code, once it has been published."""
    return Call.objects.published().filter(code=code).select_related("framework").first()


def documents_of(call: Call) -> QuerySet:
    """The documents of a published call that anyone may take away, by their label."""
    return call.documents.filter(is_public=True, removed_at=None).order_by("label", "pk")


def files_of(call: Call) -> QuerySet:
    """The same, and the files joined to its public answers."""
    answers = CallAnswer.objects.filter(call=call, retired_at=None).values("file")
    shown = Q(pk__in=call.documents.values("pk")) | Q(pk__in=answers)
    rows = File.objects.filter(shown, is_public=True, removed_at=None)
    return rows.everyone(reason="joined to a published call by the committee")


def promises_of(plan: Plan) -> list[Promise]:
    """The objectives of a plan that has begun, in the order of its domains: what was promised, in plain words."""
    rows = Objective.objects.filter(plan=plan).select_related("domain")
    rows = rows.annotate(
        action_count=Count("actions", distinct=True),
        indicator_count=Count("indicators", distinct=True),
        done=Count("actions", distinct=True, filter=Q(actions__state=ActionState.DONE)),
        begun=Count("actions", distinct=True, filter=Q(actions__state__in=BEGUN)),
        read=_indicators_known_by(),
        evidenced=_indicators_known_by(ProofLevel.EVIDENCED),
        verified=_indicators_known_by(ProofLevel.VERIFIED),
    )
    said = [o for o in rows.order_by("domain__position", "position", "pk") if o.promise or o.name]
    return [
        Promise(
            o.number or position,
            o.code,
            o.domain,
            o.promise or o.name,
            o.action_count,
            o.indicator_count,
            o.done,
            o.begun,
            o.read,
            o.evidenced,
            o.verified,
        )
        for position, o in enumerate(said, start=1)
    ]


def _indicators_known_by(*levels: ProofLevel) -> Coalesce:
    """Of an objective, how many indicators have a value; given levels, how many whose newest value is sure to that level."""
    readings = Reading.objects.filter(indicator=OuterRef("pk"), replaced_at=None, breakdown="", value__isnull=False)
    level = Case(
        When(verified_at__isnull=False, then=Value(ProofLevel.VERIFIED)),
        When(~Q(evidence=None) | ~Q(evidence_address=""), then=Value(ProofLevel.EVIDENCED)),
        default=Value(ProofLevel.DECLARED),
    )
    newest = Subquery(readings.annotate(level=level).order_by("-until", "-pk").values("level")[:1])
    rows = Indicator.objects.filter(objective=OuterRef("pk")).annotate(known_by=newest).order_by()
    rows = rows.filter(known_by__in=levels) if levels else rows.filter(known_by__isnull=False)
    return Coalesce(Subquery(rows.values("objective").annotate(found=Count("pk")).values("found")), 0)


def what_will_tell(promise: Promise) -> dict[str, list[Any]]:
    """The actions and the indicators of a promise, in the order of the plan, with what was read of them."""
    actions = list(Action.objects.filter(objective__code=promise.code).order_by("position", "pk"))
    noted = notes.shown_of(actions)
    for action in actions:
        action.shown_notes = noted[action.pk]  # type: ignore[attr-defined]
    indicators = Indicator.objects.filter(objective__code=promise.code).select_related("definition")
    told = list(indicators.order_by("position", "pk"))
    for indicator in told:
        indicator.baseline, indicator.target = (
            without_idle_zeros(indicator.baseline),
            without_idle_zeros(indicator.target),
        )
    return {"actions": actions, "indicators": followed(told)}


def without_idle_zeros(value: Decimal | None) -> Decimal | None:
    """12.000 as 12, 12.500 as 12.5."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def count_promises() -> int:
    """Objectives of the plans of the members of today."""
    plans = members().order_by().values("plan")
    return Objective.objects.filter(plan__in=plans).exclude(promise="", name="").count()


def bases_of_recommendations() -> Counter[str]:
    """How many recommendations of the framework in force rest on a published text, and how many are the house's own."""
    framework = framework_in_force()
    rows = Recommendation.objects.filter(domain__framework=framework).order_by().values_list("basis")
    return Counter(dict(rows.annotate(found=Count("pk"))))


def past_and_present(code: str) -> list[Mandate]:
    """Mandates of an organisation that have begun, latest first. Nothing of what has not been signed."""
    rows = Mandate.objects.filter(organisation__code=code, organisation__kind__in=CITY_KINDS)
    rows = rows.exclude(state=MandateState.PLANNED).select_related("track", "plan__framework", "agreement", *AROUND)
    rows = rows.order_by("-starts_on", "pk")
    return list(rows.scoped("public"))


def members_among(codes: Iterable[str]) -> set[str]:
    """Which of these organisations are members today."""
    found = Mandate.objects.filter(organisation__code__in=list(codes), state__in=sorted(MEMBER_STATES))
    return set(found.scoped("public").values_list("organisation__code", flat=True))


def count_by_kind() -> Counter[str]:
    """Members of today, by kind of organisation."""
    rows = members().order_by().values_list("organisation__kind").annotate(found=Count("pk"))
    return Counter(dict(rows))


# ------------------------------------------------------------------------------------------ for the shared pages
def find_cities(text: str, person: Any, limit: int) -> list[Found]:
    """Members and other territories that answer a search, for anyone. Members say that they are."""
    suggestions = suggest(text, CITY_TERRITORIES, limit)
    known = members_among(suggestion.code for suggestion in suggestions)
    return [
        Found(
            kind=_("member") if suggestion.code in known else kind_word(suggestion.kind),
            title=suggestion.name,
            sentence=suggestion.departement_name,
            address=reverse("public:city", args=[suggestion.code]),
        )
        for suggestion in suggestions
    ]


def dates_of_calls(person: Any, organisation: Organisation | None) -> list[Moment]:
    """When published calls open and close: the same for everyone, for cities' feeds too; a committee's has its own."""
    if organisation is not None and organisation.kind not in (*CITY_KINDS, OrganisationKind.COMMITTEE):
        return []
    moments = []
    published = Call.objects.filter(state=CallState.PUBLISHED).order_by("opens_at", "pk")
    if organisation is not None and organisation.kind == OrganisationKind.COMMITTEE:
        published = published.filter(committee=organisation)
    for call in published:
        address = reverse("public:call", args=[call.code])
        opens, closes = _("Opening: %(call)s"), _("Last day to apply: %(call)s")
        moments += [
            Moment(f"call-{call.code}-opens", opens % {"call": call}, call.opens_at, address, zone=call.zone),
            Moment(f"call-{call.code}-closes", closes % {"call": call}, call.closes_at, address, zone=call.zone),
        ]
    return moments
