"""What the committee and a city said to one another is noted; the next step is agreed, then done; somebody follows a mandate."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import journal
from marelle.accounts.models import Organisation, Person
from marelle.base import clock
from marelle.base.errors import BadData
from marelle.mandates import rules
from marelle.mandates.models import Contact, Mandate, SavedView
from marelle.mandates.states import ViewPage

WRITTEN = (
    *("kind", "on", "with_whom", "said", "summary", "is_shared"),
    *("next_step", "next_on", "next_by", "next_is_city"),
)  # what a form of an exchange holds


@transaction.atomic
def record_contact(mandate_id: int, *, by: Person, **written: Any) -> Contact:
    """Note a visit, a call, a message or a meeting. Raises NotAllowed, BadData."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_follow, by, mandate)
    contact = Contact(mandate=mandate, recorded_by=by, recorded_at=clock.now(), **_known(written))
    _check(contact)
    contact.save()
    journal.record(contact, "contact_recorded", by=by, organisation=mandate.organisation, kind=contact.kind)
    return contact


@transaction.atomic
def change_contact(contact_id: int, *, by: Person, version: int, was: Mapping[str, Any], **written: Any) -> Contact:
    """Correct a note. `version`, `was`: what was read; what a colleague changed meanwhile is kept.

    Raises NotAllowed, and BadData, which tells the colleague's words where both wrote.
    """
    contact = Contact.rows.lock(contact_id)
    rules.require(rules.may_follow, by, contact.mandate)
    written = _known(written)
    changed = [name for name, value in written.items() if value != getattr(contact, name)]
    if version != contact.version:
        changed = [name for name in changed if written[name] != was.get(name)]
        faults = [_fault(contact, name) for name in changed if getattr(contact, name) != was.get(name)]
        if faults:
            raise BadData(_("A colleague wrote here meanwhile."), faults)
    for name in changed:
        setattr(contact, name, written[name])
    _check(contact)
    if changed:
        if not contact.next_step:
            contact.done_at = contact.done_by = None
        contact.version += 1
        contact.save(update_fields=[*changed, "done_at", "done_by", "version"])
        organisation = contact.mandate.organisation
        journal.record(contact, "contact_changed", by=by, organisation=organisation, fields=changed)
    return contact


@transaction.atomic
def finish_step(contact_id: int, *, by: Person) -> Contact:
    """Say that the step agreed is done. Twice is once. Raises NotAllowed, BadData."""
    contact = Contact.rows.lock(contact_id)
    rules.require(rules.may_finish_step, by, contact)
    if not contact.next_step:
        raise BadData(_("No step was agreed here."))
    if contact.done_at is None:
        contact.done_at, contact.done_by = clock.now(), by
        contact.save(update_fields=["done_at", "done_by"])
        journal.record(contact, "step_done", by=by, organisation=contact.mandate.organisation)
    return contact


@transaction.atomic
def take_step_up_again(contact_id: int, *, by: Person) -> Contact:
    """Say that the step agreed is not done after all. Twice is once. Raises NotAllowed."""
    contact = Contact.rows.lock(contact_id)
    rules.require(rules.may_finish_step, by, contact)
    if contact.done_at is not None:
        contact.done_at = contact.done_by = None
        contact.save(update_fields=["done_at", "done_by"])
        journal.record(contact, "step_not_done", by=by, organisation=contact.mandate.organisation)
    return contact


@transaction.atomic
def name_officer(mandate_id: int, officer: Person | None, *, by: Person) -> Mandate:
    """Say who of the committee follows a mandate; None: nobody. Raises NotAllowed, BadData."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_follow, by, mandate)
    if officer is not None and not rules.may_follow(officer, mandate):
        raise BadData(_("Choose somebody of the programme team."))
    if mandate.officer != officer:
        mandate.officer = officer
        mandate.save(update_fields=["officer"])
        journal.record(mandate, "officer_named", by=by, person=officer.code if officer else "")
    return mandate


@transaction.atomic
def save_view(
    committee: Organisation,
    *,
    by: Person,
    name: str,
    query: str,
    is_shared: bool = False,
    page: str = ViewPage.STEERING,
) -> SavedView:
    """Keep the filters of a page under a name; the same name again takes their place. Raises NotAllowed, BadData."""
    rules.require(rules.may_keep_readings if page == ViewPage.READINGS else rules.may_keep_views, by, committee)
    name = " ".join(name.split())
    if not name:
        raise BadData(_("Give this view a name."))
    kept = {"query": query, "is_shared": is_shared, "made_at": clock.now()}
    view, _made = SavedView.rows.update_or_create(
        owner=by, committee=committee, page=page, name=name[:80], defaults=kept
    )
    return view


@transaction.atomic
def drop_view(view_id: int, *, by: Person) -> None:
    """Forget a view of one's own. Raises NotAllowed."""
    view = SavedView.rows.lock(view_id)
    rules.require(rules.owns_view, by, view)
    view.delete()


def _known(written: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in written.items() if name in WRITTEN}


def _check(contact: Contact) -> None:
    """Raises BadData, one sentence a fault."""
    faults = []
    contact.next_by = None if contact.next_is_city else contact.next_by
    has_someone = contact.next_is_city or contact.next_by_id is not None
    if contact.on > clock.today():
        faults.append(_("Note what was: this day is still to come."))
    if not (contact.said or contact.summary):
        faults.append(_("Write what was said."))
    if contact.is_shared and not contact.summary:
        faults.append(_("Write the summary the city will read, or do not share it."))
    if len({bool(contact.next_step), contact.next_on is not None, has_someone}) > 1:
        faults.append(_("A next step says what, by whom and until when: give the three, or none."))
    elif contact.next_by is not None and not rules.may_follow(contact.next_by, contact.mandate):
        faults.append(_("Choose somebody of the programme team."))
    if faults:
        raise BadData(_("This note cannot be kept as it is."), faults)


def _fault(contact: Contact, name: str) -> str:
    """What a colleague wrote in a field meanwhile; pressed again, ours takes its place."""
    sentence = _("A colleague wrote here meanwhile: “%(theirs)s”. Join the two, then save.")
    theirs = contact.get_kind_display() if name == "kind" else getattr(contact, name) or ""
    return sentence % {"theirs": theirs}
