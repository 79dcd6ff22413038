"""The office: what waits for a reader, for the board, for the programme team; what the search finds."""

from collections.abc import Collection, Iterable

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind, Role
from marelle.base import clock, dues, registers
from marelle.base.dues import Facts, Watch
from marelle.base.registers import Act, Found, Moment
from marelle.framework.models import text
from marelle.mandates.models import Agreement, Application, Call, Decision, Mandate, Review
from marelle.mandates.queries import office, queue
from marelle.mandates.states import ApplicationState, ReviewState
from marelle.plans.models import Report

MOST_ACTS = 3  # of one kind
HANDLED = {  # what each state asks of the team, in order
    ApplicationState.SUBMITTED: lambda n: ngettext(
        "Check that %(n)s application is complete", "Check that %(n)s applications are complete", n
    ),
    ApplicationState.ADMISSIBLE: lambda n: ngettext(
        "Give readers to %(n)s application", "Give readers to %(n)s applications", n
    ),
}

READ_AGAIN = {  # where an application may stand once its conditions came back, until the board decides again
    ApplicationState.UNDER_REVIEW,
    ApplicationState.HEARING_PLANNED,
    ApplicationState.HEARD,
    ApplicationState.OPINION_GIVEN,
    ApplicationState.WITHDRAWN,
}


def register() -> None:
    """Join the registers."""
    dues.watches += [Watch(closing, closings), Watch(unread, to_read), Watch(undecided, to_confirm)]
    dues.watches.append(Watch(handed_in, to_handle))
    registers.search_providers.append(search)
    registers.answered.append(answered)
    registers.answered_to.append(answered_to)
    registers.elsewhere.append(elsewhere)
    registers.invariants["a decision moved its application"] = decided_otherwise


def closing(person: Person, organisation: Organisation) -> QuerySet | None:
    """The calls of a committee that are open."""
    if organisation.kind != OrganisationKind.COMMITTEE:
        return None
    rows = Call.objects.open_at(clock.now()).filter(committee=organisation)
    return dues.facts(rows, code="code", name="name", closes_at="closes_at", zone="zone")


def closings(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Moment]:
    """Their last moment."""
    for row in rows:
        title = _("Last moment to hand in: %(call)s") % {"call": text(row.words("name"))}
        yield Moment(
            f"call-{row['code']}", title, row.at("closes_at"), f"/bureau/appels/{row['code']}", zone=row["zone"]
        )


def unread(person: Person, committee: Organisation) -> QuerySet | None:
    """What this reader has not read to the end."""
    if Role.REVIEWER not in person.roles_in(committee):
        return None
    rows = queue.mine(person).filter(application__call__committee=committee)
    rows = rows.exclude(state=ReviewState.FINISHED)
    return dues.facts(rows, code="code", city="application__organisation__name", since="assigned_at")


def to_read(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """The first given."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        yield Act(_("Read the application of %(city)s") % {"city": row["city"]}, f"/bureau/lectures/{row['code']}")


def undecided(person: Person, committee: Organisation) -> QuerySet | None:
    """The decisions proposed to the board."""
    if Role.BOARD_MEMBER not in person.roles_in(committee):
        return None
    rows = office.to_confirm(person).filter(call__committee=committee)
    return dues.facts(rows, code="code", city="organisation__name", since="asked_at")


def to_confirm(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """The oldest proposal first."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        sentence = _("Confirm or decline the decision on %(city)s") % {"city": row["city"]}
        yield Act(sentence, f"/bureau/candidatures/{row['code']}/decision", urgent=True)


def handed_in(person: Person, committee: Organisation) -> QuerySet | None:
    """What the team has to check, and to give to readers."""
    if not accounts.in_programme_team(person, committee):
        return None
    states = (ApplicationState.SUBMITTED, ApplicationState.ADMISSIBLE)
    rows = Application.objects.visible_to(person).filter(call__committee=committee, state__in=states)
    return dues.facts(rows, key="pk", state="state", call="call__code", since="submitted_at")


def to_handle(rows: list[Facts], person: Person, committee: Organisation) -> Iterable[Act]:
    """How many of each, and the call of the oldest."""
    ordered = sorted(rows, key=lambda row: (row.at("since"), row["key"]))
    for state, words in HANDLED.items():
        calls = [row["call"] for row in ordered if row["state"] == state]
        if calls:
            yield Act(words(len(calls)) % {"n": len(calls)}, f"/bureau/appels/{calls[0]}")


def answered(committees: Collection[Organisation] | None) -> object:
    """Keys of the organisations that answered a call of these committees, or any call."""
    rows = Application.rows.all() if committees is None else Application.rows.filter(call__committee__in=committees)
    return rows.values("organisation")


def answered_to(organisation: Organisation) -> object:
    """Keys of the committees whose calls this organisation answered."""
    return Application.rows.filter(organisation=organisation).values("call__committee")


def elsewhere(committees: Collection[Organisation]) -> list[object]:
    """References of the calls, applications, readings, agreements and mandates that are not these committees'."""
    paths = {
        Call: "committee",
        Application: "call__committee",
        Review: "application__call__committee",
        Agreement: "application__call__committee",
        Mandate: "agreement__application__call__committee",
        Report: "plan__mandate__agreement__application__call__committee",
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


def decided_otherwise() -> Iterable[str]:
    """Applications whose last decision and state do not agree."""
    agreed = {
        "granted": {ApplicationState.ACCEPTED, ApplicationState.ADOPTED, ApplicationState.SIGNED},
        "probation": {ApplicationState.ON_PROBATION, ApplicationState.LAPSED} | READ_AGAIN,
        "refused": {ApplicationState.DECLINED},
    }
    last: dict[str, Decision] = {}
    for decision in Decision.objects.select_related("application").order_by("decided_at", "pk"):
        last[decision.application.code] = decision
    for code, decision in last.items():
        if decision.application.state not in agreed[decision.outcome]:
            yield f"application {code}: decided {decision.outcome}, yet {decision.application.state}"
