"""Practices on the shared pages: what is to be told or read, what the search finds, the thread."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM, OrganisationKind
from marelle.base import clock, dues, origins, registers
from marelle.base.dues import Facts, Watch
from marelle.base.origins import Shown
from marelle.base.registers import Act, Found
from marelle.framework.models import text
from marelle.library.figures import RESULTS_AFTER, results_due
from marelle.library.models import Adoption, AdoptionResult, Practice, Resource, Service, Word
from marelle.library.queries import practices as queries
from marelle.library.queries import resources
from marelle.library.states import PUBLIC_STATES, AdoptionState, PracticeState, ResourceState

MOST_ACTS = 3  # of one kind


def register() -> None:
    """Join the registers."""
    origins.register("library.practice", show_practices)
    dues.watches += [Watch(proposed, to_read), Watch(shared, to_read_over)]
    dues.watches += [Watch(returned, to_complete), Watch(adopted, to_tell)]
    registers.public_search_providers += [find, find_resources]
    registers.missing.append(no_service)
    registers.invariants["the search of practices holds what is public, and it alone"] = searched


def show_practices(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """Practices in the thread: for anyone on their public sheet; before that, for who may read them."""
    found = {practice.code: practice for practice in queries.shown(Practice.objects.public(), codes)}
    left = set(codes) - found.keys()
    if left and reader is not None and reader.is_authenticated:
        found |= {practice.code: practice for practice in queries.shown(Practice.objects.visible_to(reader), left)}
    return {code: _shown(practice, reader) for code, practice in found.items()}


def _shown(practice: Practice, reader: Person | None) -> Shown:
    words, state = queries.words_of(practice), practice.get_state_display()
    if practice.state in PUBLIC_STATES:
        address = reverse("public:practice", args=[practice.code])
    elif reader is not None and reader.roles_in(practice.organisation):
        address = f"/espace/{practice.organisation.code}/rencontres/pratiques/{practice.code}"
    else:
        address = f"/bureau/rencontres/pratiques/{practice.code}"
    return Shown(title=words.name, sentence=words.summary, address=address, state=state, on=practice.published_at)


def proposed(person: Person, committee: Organisation) -> QuerySet | None:
    """What the team has to read."""
    if committee not in person.committees_as(PROGRAMME_TEAM):
        return None
    rows = Practice.objects.visible_to(person).filter(committee=committee, state=PracticeState.PROPOSED)
    rows = rows.exclude(submitted_by=person)
    return dues.facts(rows, code="code", name=queries.title(), since="created_at")


def to_read(rows: list[Facts], person: Person, committee: Organisation) -> Iterator[Act]:
    """The oldest first."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        sentence = _("Read a practice proposed: %(name)s") % {"name": row["name"]}
        yield Act(sentence=sentence, address=f"/bureau/rencontres/pratiques/{row['code']}")


def shared(person: Person, committee: Organisation) -> QuerySet | None:
    """Resources somebody else of the team proposed."""
    if committee not in person.committees_as(PROGRAMME_TEAM):
        return None
    rows = Resource.objects.visible_to(person).filter(committee=committee, state=ResourceState.PROPOSED)
    return dues.facts(rows.exclude(submitted_by=person), code="code", name="name", since="created_at")


def to_read_over(rows: list[Facts], person: Person, committee: Organisation) -> Iterator[Act]:
    """The oldest first."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        sentence = _("Read over a resource: %(name)s") % {"name": text(row.words("name"))}
        yield Act(sentence=sentence, address=f"/bureau/rencontres/ressources/{row['code']}")


def returned(person: Person, organisation: Organisation) -> QuerySet | None:
    """What came back to a city."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_write(person, organisation):
        return None
    rows = Practice.objects.visible_to(person).filter(organisation=organisation, state=PracticeState.RETURNED)
    return dues.facts(rows, code="code", name=queries.title(), since="created_at")


def to_complete(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """The oldest first."""
    for row in sorted(rows, key=lambda row: row.at("since"))[:MOST_ACTS]:
        sentence = _("Complete your practice: %(name)s") % {"name": row["name"]}
        yield Act(sentence=sentence, address=f"/espace/{organisation.code}/rencontres/pratiques/{row['code']}")


def adopted(person: Person, organisation: Organisation) -> QuerySet | None:
    """What a city took over, and the results it has told."""
    if organisation.kind == OrganisationKind.COMMITTEE or not accounts.may_write(person, organisation):
        return None
    rows = Adoption.objects.visible_to(person).filter(organisation=organisation).exclude(state=AdoptionState.DROPPED)
    told = {
        f"told_{months}": Exists(AdoptionResult.objects.filter(adoption=OuterRef("pk"), after_months=months))
        for months in RESULTS_AFTER
    }
    return dues.facts(rows, code="code", name=queries.title("practice__"), adopted_at="adopted_at", **told)


def to_tell(rows: list[Facts], person: Person, organisation: Organisation) -> Iterator[Act]:
    """The result asked for last, of each."""
    for row in sorted(rows, key=lambda row: row.at("adopted_at")):
        day = clock.day_of(row.at("adopted_at"))
        given = {months for months in RESULTS_AFTER if row[f"told_{months}"]}
        for months in results_due(day, given, clock.today())[-1:]:
            yield Act(
                sentence=_("Tell what “%(name)s” gave after %(months)s months")
                % {"name": row["name"], "months": months},
                address=f"/espace/{organisation.code}/rencontres/reprises/{row['code']}",
                due_at=clock.evening_of(clock.months_after(day, months + 1)),
            )


def find(asked: str, person: Any, limit: int) -> Iterator[Found]:
    """Public practices that hold every word, whatever its form."""
    for practice in queries.cards(queries.shelf(queries.Filters(q=asked[: queries.LONGEST]))[:limit]):
        words = practice.words  # type: ignore[attr-defined]
        yield Found(_("practice"), words.name, practice.organisation.name, f"/pratiques/{practice.code}")


def find_resources(asked: str, person: Any, limit: int) -> Iterator[Found]:
    """Published resources whose name or summary holds every word."""
    for resource in resources.named(asked)[:limit]:
        kind = resource.get_kind_display()
        yield Found(_("resource"), str(resource), kind, f"/ressources/{resource.code}")


def no_service() -> Iterator[str]:
    """What a house whose practices, resources and needs cannot name a service has to do."""
    if not Service.objects.exists():
        yield "No service is loaded: `marelle library load data/library/services.yaml --write`."


def searched() -> Iterator[str]:
    """Practices found though not public, or public and not to be found."""
    indexed = set(Word.objects.values_list("practice__code", flat=True).distinct())
    public = set(Practice.rows.filter(state__in=PUBLIC_STATES).values_list("code", flat=True))
    for code in sorted(indexed - public):
        yield f"practice {code}: found by the search, and not public"
    for code in sorted(public - indexed):
        yield f"practice {code}: public, and not found by the search"
