"""A practice taken over by another organisation: into its plan, then what it gave after 6 and 12 months."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.accounts.notifications import notify
from marelle.accounts.queries import people_of
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.library import rules
from marelle.library.figures import RESULTS_AFTER, results_due
from marelle.library.models import Adoption, AdoptionResult, Practice
from marelle.library.operations.practices import WRITERS, reference
from marelle.library.queries.practices import words_of
from marelle.library.states import ADOPTION_STEPS, PUBLIC_STATES, Outcome
from marelle.plans.operations import writing as plans

LONGEST_WORDS = 2000
LONGEST_REASON = 300


@transaction.atomic
def take_over(
    practice_id: int,
    organisation: Organisation,
    plan_id: int,
    objective: str,
    *,
    by: Person,
    at: datetime | None = None,
) -> Adoption:
    """Put a practice into a plan as an action of the objective chosen; the practice is its origin.

    Raises NotAllowed, WrongState when it is one's own, taken over already, or off the shelf; BadData.
    """
    practice = Practice.rows.lock(practice_id)
    rules.require(rules.may_take_over, by, organisation)
    if practice.organisation_id == organisation.pk:
        raise WrongState(_("This practice is your own: it is in your town already."))
    if practice.state not in PUBLIC_STATES:
        raise WrongState(_("This practice is not on the shelf any more."), state=practice.state)
    words = words_of(practice, by.language)
    action = plans.take_over(
        plan_id,
        objective,
        kind="practice",
        parent=reference(practice),
        name=words.name,
        excerpt=words.summary,
        address=f"/pratiques/{practice.code}",
        by=by,
    )
    if action.objective.plan.organisation_id != organisation.pk:
        raise BadData(_("What you chose is no longer there. Open the page again."))
    adoption = _kept(
        Adoption(
            practice=practice, organisation=organisation, action=action, adopted_at=at or clock.now(), adopted_by=by
        )
    )
    journal.record(adoption, "practice_adopted", by=by, practice=practice.code)
    _tell_authors(
        adoption, "practice_adopted", lambda: _("Another town takes over what you told: see what becomes of it.")
    )
    stamps.bump("public")
    return adoption


@transaction.atomic
def adapt(adoption_id: int, what_was_changed: str, *, by: Person) -> Adoption:
    """Tell what was done otherwise here. Raises NotAllowed, WrongState, BadData."""
    adoption = _mine(adoption_id, by)
    ADOPTION_STEPS.take(adoption, "adapt")
    adoption.what_was_changed = _words(what_was_changed, _("Say what you do otherwise."))
    adoption.save(update_fields=["state", "what_was_changed"])
    journal.record(adoption, "adoption_adapted", by=by)
    stamps.bump("public")
    return adoption


@transaction.atomic
def give_result(
    adoption_id: int, after_months: int, outcome: str, words: str = "", *, by: Person, at: datetime | None = None
) -> Adoption:
    """Tell what it gave, 6 or 12 months later, once. Raises NotAllowed, WrongState before that day, BadData."""
    at = at or clock.now()
    adoption = _mine(adoption_id, by)
    if after_months not in RESULTS_AFTER or outcome not in Outcome.values:
        raise BadData(_("Choose one of the answers offered."))
    given = set(adoption.results.values_list("after_months", flat=True))
    if after_months not in results_due(clock.day_of(adoption.adopted_at), given, clock.day_of(at)):
        raise WrongState(_("This result is not asked for today: it was given already, or its day has not come."))
    ADOPTION_STEPS.take(adoption, "give_result")
    said = words.strip()
    if len(said) > LONGEST_WORDS:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST_WORDS})
    AdoptionResult.objects.create(
        adoption=adoption, after_months=after_months, outcome=outcome, words=said, given_at=at, given_by=by
    )
    adoption.save(update_fields=["state"])
    journal.record(adoption, "adoption_result_given", by=by, after_months=after_months, outcome=outcome)
    _tell_authors(adoption, "adoption_result_given", lambda: _("A town tells what your practice gave there."))
    stamps.bump("public")
    return adoption


@transaction.atomic
def drop(adoption_id: int, because: str, *, by: Person) -> Adoption:
    """Give it up, and say why: the action stays in the plan until somebody removes it. Raises NotAllowed, WrongState, BadData."""
    adoption = _mine(adoption_id, by)
    ADOPTION_STEPS.take(adoption, "drop")
    adoption.dropped_because = _words(because, _("Say why: it helps whoever reads this practice."), LONGEST_REASON)
    adoption.save(update_fields=["state", "dropped_because"])
    journal.record(adoption, "adoption_dropped", by=by)
    stamps.bump("public")
    return adoption


def _mine(adoption_id: int, by: Person) -> Adoption:
    adoption = Adoption.rows.lock(adoption_id)
    rules.require(rules.may_follow, by, adoption)
    return adoption


def _kept(adoption: Adoption) -> Adoption:
    try:
        with transaction.atomic():
            adoption.save()
    except IntegrityError:
        raise WrongState(_("Your town has taken this practice over already.")) from None
    return adoption


def _words(typed: str, missing: str, limit: int = LONGEST_WORDS) -> str:
    words = typed.strip()
    if not words:
        raise BadData(missing)
    if len(words) > limit:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": limit})
    return words


def _tell_authors(adoption: Adoption, verb: str, sentence: Any) -> None:
    """Tell those who told the practice; which town it is stands on their page, never in a letter."""
    owner = adoption.practice.organisation
    address = reverse("city:practices", args=[owner.code])
    notify(
        people_of([owner], WRITERS), verb, reference=reference(adoption.practice), sentence=sentence, address=address
    )
