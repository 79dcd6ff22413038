"""Joint candidatures as the two, and the committee, read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.framework.models import Domain
from marelle.framework.queries import domains_of
from marelle.mandates.models import Application, Call, HandIn, Pair, Power, SharedAction
from marelle.mandates.states import ApplicationState
from marelle.plans.queries import content

Objectives = list[dict[str, Any]]  # as `plans.queries.content` writes them
OUT = frozenset({ApplicationState.WITHDRAWN, ApplicationState.LAPSED, ApplicationState.DECLINED})


@dataclass(frozen=True)
class Line:
    """One domain: who exercises it, and what each of the two plans there, None when the reader may not know."""

    domain: Domain
    power: Power | None
    commune: Objectives | None
    intercommunality: Objectives | None


def pairs_of(call: Call, organisation: Organisation) -> list[Pair]:
    """The joint candidatures of an organisation in one call, that stand, the first proposed first."""
    rows = Pair.objects.of(call, organisation).standing()
    rows = rows.select_related("call__framework", "commune", "intercommunality", "proposed_from", "proposed_by")
    return list(rows.order_by("proposed_at", "pk"))


def waiting_for(organisation: Organisation) -> list[Pair]:
    """What others propose to an organisation, whatever the call, and it has not answered."""
    rows = Pair.objects.standing().filter(accepted_at=None).exclude(proposed_from=organisation)
    rows = rows.filter(commune=organisation) | rows.filter(intercommunality=organisation)
    return list(rows.select_related("call__framework", "commune", "intercommunality", "proposed_from").order_by("pk"))


def partners_for(call: Call, organisation: Organisation) -> list[Organisation]:
    """With whom this organisation may propose to apply: its intercommunality, or its communes, that have a space here."""
    place = organisation.territory
    if place is None:
        return []
    near = (
        {"territory": place.intercommunality_id}
        if organisation.kind == OrganisationKind.COMMUNE
        else {"territory__intercommunality": place.pk}
    )
    if None in near.values():
        return []
    taken = Pair.objects.of(call, organisation).standing()
    rows = Organisation.objects.filter(**near).exclude(pk__in=taken.values("commune"))
    return list(rows.exclude(pk__in=taken.values("intercommunality")).order_by("name", "pk"))


def applications_of(pair: Pair) -> list[Application]:
    """Those of the two to its call, the commune's first; for who stands in it, and for the committee."""
    both = (pair.commune_id, pair.intercommunality_id)
    rows = Application.objects.filter(call=pair.call_id, organisation__in=both).everyone(reason="both agreed")
    found = {row.organisation_id: row for row in rows.select_related("plan", "track", "organisation", "call")}
    return [found[pk] for pk in both if pk in found]


def as_written(application: Application) -> Objectives:
    """The objectives of its plan today, for the two who agreed to read each other."""
    return content(application.plan)["objectives"]


def as_handed_in(application: Application) -> Objectives:
    """Those last handed in: what the committee reads, whatever has been written since."""
    last = HandIn.objects.filter(application=application).order_by("-number").first()
    return last.content["plan"].get("objectives", []) if last else []


def lines(pair: Pair, plans: Mapping[int, Objectives]) -> list[Line]:
    """The domains of the framework, with what each of the two plans in it. `plans`: by organisation, those one may read."""
    powers = {power.domain_id: power for power in Power.objects.filter(pair=pair)}

    def of(organisation_id: int, domain: Domain) -> Objectives | None:
        objectives = plans.get(organisation_id)
        return objectives if objectives is None else [o for o in objectives if o["domain"] == domain.code]

    return [
        Line(d, powers.get(d.pk), of(pair.commune_id, d), of(pair.intercommunality_id, d))
        for d in domains_of(pair.call.framework)
    ]


def shared(pair: Pair) -> list[SharedAction]:
    """The actions carried by both, in the order they were shared."""
    rows = SharedAction.objects.filter(pair=pair).select_related(
        "action__objective__domain", "action__objective__plan__organisation"
    )
    return list(rows.order_by("added_at", "pk"))


def shared_with(application: Application) -> list[SharedAction]:
    """The actions others' plans hold and this application's organisation carries with them."""
    pairs = Pair.objects.of(application.call, application.organisation).standing().exclude(accepted_at=None)
    rows = SharedAction.objects.filter(pair__in=pairs).exclude(action__objective__plan=application.plan_id)
    return list(
        rows.select_related("action__objective__domain", "action__objective__plan__organisation").order_by("pk")
    )


def readable(pair: Pair, person: Person) -> list[Application]:
    """Which of the two applications somebody of the committee may open."""
    both = (pair.commune_id, pair.intercommunality_id)
    rows = Application.objects.visible_to(person).filter(call=pair.call_id, organisation__in=both)
    return list(rows.select_related("plan", "track", "organisation", "call"))
