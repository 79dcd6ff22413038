"""The office: what waits for a reader, for the board, for the programme team; what the search finds."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.db.models import CharField, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock, registers
from marelle.base.registers import Act, Found, Moment, Today
from marelle.mandates.models import Agreement, Application, Call, Decision, Mandate, Review
from marelle.mandates.queries import office
from marelle.mandates.states import ApplicationState, ReviewState


def register() -> None:
    """Join the registers."""
    registers.today_providers.append(today)
    registers.search_providers.append(search)
    registers.answered.append(answered)
    registers.elsewhere.append(elsewhere)
    registers.invariants["a decision moved its application"] = undecided


def today(person: Person, organisation: Organisation) -> Today:
    """What each role of the committee has to do next."""
    if organisation.kind != OrganisationKind.COMMITTEE:
        return Today([], [], [])
    acts = [*_of_reader(person, organisation), *_of_board(person, organisation), *_of_team(person, organisation)]
    if len(person.committees_as()) > 1:
        acts = [replace(act, sentence=f"{organisation} · {act.sentence}") for act in acts]
    return Today(acts=acts, moments=list(_closings(organisation)), changes=[])


def _closings(committee: Organisation) -> Iterable[Moment]:
    for call in Call.objects.open_at(clock.now()).filter(committee=committee)[:3]:
        title = _("Last moment to hand in: %(call)s") % {"call": call}
        yield Moment(f"call-{call.code}", title, call.closes_at, f"/bureau/appels/{call.code}", zone=call.zone)


def _of_reader(person: Person, committee: Organisation) -> Iterable[Act]:
    waiting = office.reviews_waiting(person).filter(application__call__committee=committee)
    for review in waiting.exclude(state=ReviewState.FINISHED)[:3]:
        yield Act(
            sentence=_("Read the application of %(city)s") % {"city": review.application.organisation},
            address=f"/bureau/lectures/{review.code}",
        )


def _of_board(person: Person, committee: Organisation) -> Iterable[Act]:
    if Role.BOARD_MEMBER not in person.roles_in(committee):
        return
    waiting = [application for _act, application in office.decisions_waiting(person)]
    for application in [a for a in waiting if a.call.committee_id == committee.pk][:3]:
        yield Act(
            sentence=_("Confirm or decline the decision on %(city)s") % {"city": application.organisation},
            address=f"/bureau/candidatures/{application.code}/decision",
            urgent=True,
        )


def _of_team(person: Person, committee: Organisation) -> Iterable[Act]:
    if not accounts.in_programme_team(person, committee):
        return
    seen = Application.objects.visible_to(person).filter(call__committee=committee)
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


def answered(committees: Collection[Organisation] | None) -> object:
    """Keys of the organisations that answered a call of these committees, or any call."""
    rows = Application.rows.all() if committees is None else Application.rows.filter(call__committee__in=committees)
    return rows.values("organisation")


def elsewhere(committees: Collection[Organisation]) -> list[object]:
    """References of the calls, applications, readings, agreements and mandates that are not these committees'."""
    paths = {
        Call: "committee",
        Application: "call__committee",
        Review: "application__call__committee",
        Agreement: "application__call__committee",
        Mandate: "agreement__application__call__committee",
    }
    return [
        model.rows.exclude(**{f"{path}__in": committees})
        .annotate(reference=Concat(Value(f"{model._meta.label_lower}:"), "code", output_field=CharField()))
        .values("reference")
        for model, path in paths.items()
    ]


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
