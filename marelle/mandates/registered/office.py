"""The office: what waits for a reader, for the board, for the programme team; what the search finds."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.accounts import rules
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock, registers
from marelle.base.registers import Act, Found, Moment, Today
from marelle.mandates.models import Application, Call, Decision
from marelle.mandates.queries import office
from marelle.mandates.states import ApplicationState, ReviewState


def register() -> None:
    """Join the registers."""
    registers.today_providers.append(today)
    registers.search_providers.append(search)
    registers.invariants["a decision moved its application"] = undecided


def today(person: Person, organisation: Organisation) -> Today:
    """What each role of the committee has to do next."""
    if organisation.kind != OrganisationKind.COMMITTEE:
        return Today([], [], [])
    acts = [*_of_reader(person), *_of_board(person), *_of_team(person)]
    return Today(acts=acts, moments=list(_closings()), changes=[])


def _closings() -> Iterable[Moment]:
    for call in Call.objects.open_at(clock.now())[:3]:
        title = _("Last moment to hand in: %(call)s") % {"call": call}
        yield Moment(f"call-{call.code}", title, call.closes_at, f"/bureau/appels/{call.code}", zone=call.zone)


def _of_reader(person: Person) -> Iterable[Act]:
    for review in office.reviews_waiting(person).exclude(state=ReviewState.FINISHED)[:3]:
        yield Act(
            sentence=_("Read the application of %(city)s") % {"city": review.application.organisation},
            address=f"/bureau/lectures/{review.code}",
        )


def _of_board(person: Person) -> Iterable[Act]:
    if rules.is_board_member(person):
        for _act, application in office.decisions_waiting(person)[:3]:
            yield Act(
                sentence=_("Confirm or decline the decision on %(city)s") % {"city": application.organisation},
                address=f"/bureau/candidatures/{application.code}/decision",
                urgent=True,
            )


def _of_team(person: Person) -> Iterable[Act]:
    if not rules.in_programme_team(person):
        return
    seen = Application.objects.visible_to(person)
    kinds = [
        (
            ApplicationState.SUBMITTED,
            lambda n: ngettext(
                "Check that %(n)s application is complete", "Check that %(n)s applications are complete", n
            ),
        ),
        (
            ApplicationState.ADMISSIBLE,
            lambda n: ngettext("Give readers to %(n)s application", "Give readers to %(n)s applications", n),
        ),
    ]
    for state, words in kinds:
        calls = seen.filter(state=state).order_by("submitted_at", "pk").values_list("call__code", flat=True)
        if found := list(calls):
            yield Act(sentence=words(len(found)) % {"n": len(found)}, address=f"/bureau/appels/{found[0]}")


def search(text: str, person: Person | None, limit: int) -> Iterable[Found]:
    """Applications the committee's people may see, by the name or code of their organisation."""
    if person is None or not person.in_committee:
        return
    named = Q(organisation__name__icontains=text) | Q(organisation__code=text)
    rows = Application.objects.visible_to(person).filter(named).select_related("organisation", "call")
    for application in rows.order_by("-created_at", "pk")[:limit]:
        yield Found(
            kind=_("application"),
            title=application.organisation.name,
            sentence=f"{application.call}, {application.get_state_display()}",
            address=f"/bureau/candidatures/{application.code}",
        )


def undecided() -> Iterable[str]:
    """Applications whose last decision and state do not agree."""
    agreed = {
        "granted": {ApplicationState.ACCEPTED, ApplicationState.ADOPTED, ApplicationState.SIGNED},
        "probation": {ApplicationState.ON_PROBATION, ApplicationState.UNDER_REVIEW, ApplicationState.OPINION_GIVEN},
        "refused": {ApplicationState.DECLINED},
    }
    last: dict[str, Decision] = {}
    for decision in Decision.objects.select_related("application").order_by("decided_at", "pk"):
        last[decision.application.code] = decision
    for code, decision in last.items():
        if decision.application.state not in agreed[decision.outcome]:
            yield f"application {code}: decided {decision.outcome}, yet {decision.application.state}"
