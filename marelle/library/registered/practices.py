"""Practices on the shared pages: what is to be told or read, what the search finds, the thread."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import PROGRAMME_TEAM, OrganisationKind
from marelle.base import clock, origins, registers
from marelle.base.origins import Shown
from marelle.base.registers import Act, Found, Today
from marelle.library.figures import months_after, results_due
from marelle.library.models import Adoption, Practice, Word
from marelle.library.queries import practices as queries
from marelle.library.queries import resources
from marelle.library.states import PUBLIC_STATES, AdoptionState, PracticeState


def register() -> None:
    """Join the registers."""
    origins.register("library.practice", show_practice)
    registers.today_providers.append(today)
    registers.public_search_providers += [find, find_resources]
    registers.invariants["the search of practices holds what is public, and it alone"] = searched


def show_practice(code: str, reader: Person | None) -> Shown | None:
    """A practice in the thread: for anyone on its public sheet; before that, for who may read it."""
    found = queries.sheet(code)
    address = reverse("public:practice", args=[code])
    if found is None and reader is not None and reader.is_authenticated:
        found = queries.seen_by(reader, code)
        if found is not None and reader.roles_in(found.organisation):
            address = f"/espace/{found.organisation.code}/rencontres/pratiques/{code}"
        elif found is not None:
            address = f"/bureau/rencontres/pratiques/{code}"
    if found is None:
        return None
    words = queries.words_of(found)
    state = found.get_state_display()
    return Shown(title=words.name, sentence=words.summary, address=address, state=state, on=found.published_at)


def today(person: Person, organisation: Organisation) -> Today:
    """The team: what was proposed. A city: what came back, results to tell."""
    if organisation.kind == OrganisationKind.COMMITTEE:
        acts = list(_to_read(person, organisation))
    else:
        acts = [*_to_complete(person, organisation), *_to_tell(person, organisation)]
    return Today(acts=acts, moments=[], changes=[])


def _to_read(person: Person, committee: Organisation) -> Iterator[Act]:
    if committee not in person.committees_as(PROGRAMME_TEAM):
        return
    rows = Practice.objects.visible_to(person).filter(committee=committee, state=PracticeState.PROPOSED)
    for practice in rows.prefetch_related("texts").order_by("created_at", "pk")[:3]:
        sentence = _("Read a practice proposed: %(name)s") % {"name": queries.words_of(practice).name}
        yield Act(sentence=sentence, address=f"/bureau/rencontres/pratiques/{practice.code}")


def _to_complete(person: Person, organisation: Organisation) -> Iterator[Act]:
    if not accounts.may_write(person, organisation):
        return
    rows = Practice.objects.visible_to(person).filter(organisation=organisation, state=PracticeState.RETURNED)
    for practice in rows.prefetch_related("texts").order_by("created_at", "pk")[:3]:
        sentence = _("Complete your practice: %(name)s") % {"name": queries.words_of(practice).name}
        yield Act(sentence=sentence, address=f"/espace/{organisation.code}/rencontres/pratiques/{practice.code}")


def _to_tell(person: Person, organisation: Organisation) -> Iterator[Act]:
    if not accounts.may_write(person, organisation):
        return
    rows = Adoption.objects.visible_to(person).filter(organisation=organisation).exclude(state=AdoptionState.DROPPED)
    for adoption in rows.prefetch_related("results", "practice__texts").order_by("adopted_at", "pk"):
        adopted = adoption.adopted_at.astimezone(clock.PARIS).date()
        given = {result.after_months for result in adoption.results.all()}
        for months in results_due(adopted, given, clock.today())[-1:]:
            named = {"name": queries.words_of(adoption.practice).name, "months": months}
            yield Act(
                sentence=_("Tell what “%(name)s” gave after %(months)s months") % named,
                address=f"/espace/{organisation.code}/rencontres/reprises/{adoption.code}",
                due_at=datetime.combine(months_after(adopted, months + 1), time(0), tzinfo=clock.PARIS),
            )


def find(text: str, person: Any, limit: int) -> Iterator[Found]:
    """Public practices that hold every word, whatever its form."""
    for practice in queries.cards(queries.shelf(queries.Filters(q=text[: queries.LONGEST]))[:limit]):
        words = practice.words  # type: ignore[attr-defined]
        yield Found(_("practice"), words.name, practice.organisation.name, f"/pratiques/{practice.code}")


def find_resources(text: str, person: Any, limit: int) -> Iterator[Found]:
    """Published resources whose name or summary holds every word."""
    for resource in resources.named(text)[:limit]:
        kind = resource.get_kind_display()
        yield Found(_("resource"), str(resource), kind, f"/ressources/{resource.code}")


def searched() -> Iterator[str]:
    """Practices found though not public, or public and not to be found."""
    indexed = set(Word.objects.values_list("practice__code", flat=True).distinct())
    public = set(Practice.rows.filter(state__in=PUBLIC_STATES).values_list("code", flat=True))
    for code in sorted(indexed - public):
        yield f"practice {code}: found by the search, and not public"
    for code in sorted(public - indexed):
        yield f"practice {code}: public, and not found by the search"
