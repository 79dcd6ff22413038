"""The demonstration's plans that change: a light change accepted, a heavy one before the commission; a file handed over."""

from datetime import date, datetime

from marelle.accounts.models import Membership, Person
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.demo.practices import administrator, at
from marelle.mandates.models import Mandate
from marelle.mandates.operations import amendments, handovers
from marelle.mandates.states import MEMBER_STATES
from marelle.plans.models import Action, Amendment, Indicator
from marelle.plans.operations import amending, writing

LIGHT_TOWN, HEAVY_TOWN = "35238", "49007"  # of the 2025 call, whose mandates run
VOTE_DAYS = (date(2032, 3, 21),)  # invented
LIGHT = {
    "written": date(2028, 4, 4),
    "handed_in": date(2028, 4, 18),
    "answered": date(2028, 5, 3),
    "why": "Le marché de travaux a été relancé : l’action finit dix mois plus tard, et le service des sports la pilote.",
}
HEAVY = {
    "written": date(2028, 10, 2),
    "handed_in": date(2028, 10, 24),
    "proposed": date(2028, 11, 14),
    "answered": date(2028, 12, 12),
    "why": "Deux écoles ont fermé : la cible de départ ne peut plus être atteinte. Le conseil d’enfants a été consulté.",
    "reasons": "La fermeture des écoles est établie ; la nouvelle cible garde la même part d’écoles.",
}
ASKED, DONE = date(2028, 11, 16), date(2028, 12, 4)  # a handover


def tell(until: datetime, team: dict[str, Person]) -> None:
    """Whatever was changed, answered and handed over by then."""
    for day in VOTE_DAYS:
        if at(day) > until:
            with clock.at(min(until, at(date(2026, 9, 1)))):
                handovers.set_election(team["committee-admin"].committees_as()[0], day, by=team["committee-admin"])
    rows = Mandate.rows.filter(state__in=sorted(MEMBER_STATES), organisation__code__in=[LIGHT_TOWN, HEAVY_TOWN])
    held = {mandate.organisation.code: mandate for mandate in rows.select_related("organisation")}
    if LIGHT_TOWN in held:
        _light(held[LIGHT_TOWN], until, team)
        _hand_over(held[LIGHT_TOWN], until)
    if HEAVY_TOWN in held:
        _heavy(held[HEAVY_TOWN], until, team)


def _light(mandate: Mandate, until: datetime, team: dict[str, Person]) -> None:
    """A date and a lead: an officer accepts."""
    part = Action.objects.filter(objective__plan=mandate.plan_id).exclude(ends_on=None).order_by("pk").first()
    if at(LIGHT["answered"]) > until or part is None or part.ends_on is None:
        return
    later = part.ends_on.replace(year=part.ends_on.year + 1)
    said = {"lead_service": "service des sports", "ends_on": later.isoformat()}
    amendment = _written(mandate, "action", part.code, said, LIGHT)
    with clock.at(at(LIGHT["answered"])):
        amendments.answer(amendment.pk, by=team["committee-officer"], outcome="accept")


def _heavy(mandate: Mandate, until: datetime, team: dict[str, Person]) -> None:
    """A target that asks for less: the commission answers."""
    part = Indicator.objects.filter(objective__plan=mandate.plan_id, target__gt=0).order_by("pk").first()
    if at(HEAVY["proposed"]) > until or part is None or part.target is None:
        return
    amendment = _written(mandate, "indicator", part.code, {"target": str(part.target * 4 // 5)}, HEAVY)
    with clock.at(at(HEAVY["proposed"])):
        amendments.propose(amendment.pk, by=team["committee-officer"], outcome="accept", reasons=HEAVY["reasons"])
    if at(HEAVY["answered"]) <= until:
        with clock.at(at(HEAVY["answered"])):
            amendments.confirm(amendment.pk, by=team["board"])


def _written(mandate: Mandate, kind: str, code: str, said: dict[str, str], story: dict) -> Amendment:
    """A working copy in which one part says something else, handed in by the elected lead."""
    author = administrator(mandate.organisation)
    leads = Membership.objects.living().filter(organisation=mandate.organisation, role=Role.ELECTED_LEAD)
    with clock.at(at(story["written"])):
        amendment = amending.begin(mandate.plan_id, by=author)
        own = next(copy for copy, original in amendment.stands_for.items() if original == code)
        for version, (field, value) in enumerate(said.items(), start=1):
            name = f"{kind}.{own}.{field}"
            writing.save_plan_field(amendment.copy_id, name, value, was="", version=version, by=author)
    with clock.at(at(story["handed_in"])):
        lead = leads.select_related("person").order_by("pk")[0].person
        return amendments.hand_in(amendment.pk, by=lead, why=story["why"])


def _hand_over(mandate: Mandate, until: datetime) -> None:
    """The administrator prepares to leave."""
    author = administrator(mandate.organisation)
    if at(ASKED) <= until:
        with clock.at(at(ASKED)):
            handover = handovers.ask_handover(mandate.organisation_id, by=author)
        if at(DONE) <= until:
            with clock.at(at(DONE)):
                handovers.close_handover(handover.pk, by=author)
