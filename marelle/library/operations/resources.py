"""Tools, models, expertise documents, lessons notes: prepared by the committee, taken away by anyone."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts import files, journal
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.notifications import notify
from marelle.accounts.queries import people_of
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.framework.models import Domain
from marelle.library import rules
from marelle.library.models import Resource, ResourceFile, Service
from marelle.library.operations.practices import LANGUAGES, RIGHTS
from marelle.library.states import RESOURCE_STEPS, Audience, ResourceKind, ResourceState

WORDS = ("name", "summary", "kind", "audience", "author", "rights")


@transaction.atomic
def draft_resource(committee: Organisation, *, by: Person, at: datetime | None = None, **words: Any) -> Resource:
    """Prepare a resource. `words`: those of `change_resource`. Raises NotAllowed, BadData."""
    resource = Resource(committee=committee, created_at=at or clock.now())
    rules.require(rules.may_keep, by, resource)
    _fill(resource, words)
    resource.save()
    _sort(resource, words)
    journal.record(resource, "resource_drafted", by=by, organisation=committee)
    return resource


@transaction.atomic
def change_resource(resource_id: int, *, by: Person, **words: Any) -> Resource:
    """Change what is said of it: name and summary by language, kind, audience, author, rights, domains, services.

    Raises NotAllowed, WrongState once it is off the shelf, BadData.
    """
    resource = _kept(resource_id, by)
    _fill(resource, words)
    resource.version += 1
    resource.save()
    _sort(resource, words)
    journal.record(resource, "resource_changed", by=by, organisation=resource.committee)
    stamps.bump("public")
    return resource


@transaction.atomic
def add_file(resource_id: int, upload: UploadedFile, language: str, *, by: Person) -> ResourceFile:
    """A new version in one language: it takes the place of the one before, which stays to be read. Raises BadData."""
    resource = _kept(resource_id, by)
    return keep_file(resource, files.take(upload, organisation=resource.committee, by=by), language, by=by)


@transaction.atomic
def keep_file(resource: Resource, file: File, language: str, *, by: Person) -> ResourceFile:
    """The same with a file the house holds already: a lessons note it has drawn."""
    rules.require(rules.may_keep, by, resource)
    if language not in LANGUAGES:
        raise BadData(_("Choose one of the answers offered."))
    last = resource.files.filter(language=language).aggregate(last=Max("number"))["last"] or 0
    kept = ResourceFile.objects.create(
        resource=resource, language=language, number=last + 1, file=file, added_at=clock.now()
    )
    journal.record(resource, "resource_file_added", by=by, organisation=resource.committee, language=language)
    stamps.bump("public")
    return kept


@transaction.atomic
def submit_resource(resource_id: int, *, by: Person) -> Resource:
    """Propose it to somebody else of the team. Raises NotAllowed, WrongState, BadData when it holds no file."""
    resource = _kept(resource_id, by)
    RESOURCE_STEPS.take(resource, "submit")
    if not resource.files.exists():
        raise BadData(_("Join a file first: it is what people come for."))
    resource.submitted_by = by
    _tell(resource, "resource_submitted", by, lambda: _("A resource is proposed: read it over."))
    return _moved(resource, "resource_submitted", by)


@transaction.atomic
def send_back_resource(resource_id: int, note: str, *, by: Person) -> Resource:
    """Give it back with what to complete. Raises NotAllowed, WrongState, BadData."""
    if not note.strip():
        raise BadData(_("Say what is to be completed: its authors read it."))
    resource = _read_over(resource_id, "send_back", by)
    resource.review_note = note.strip()
    _tell(resource, "resource_sent_back", by, lambda: _("A resource comes back with a note."))
    return _moved(resource, "resource_sent_back", by)


@transaction.atomic
def publish_resource(resource_id: int, *, by: Person, at: datetime | None = None) -> Resource:
    """Put it on the public shelf, once somebody else has proposed it. Raises NotAllowed, WrongState."""
    resource = _read_over(resource_id, "publish", by)
    resource.published_at, resource.review_note = at or clock.now(), ""
    return _moved(resource, "resource_published", by)


@transaction.atomic
def retain_resource(resource_id: int, *, by: Person) -> Resource:
    """Keep it for the programme: what the committee recommends. Raises NotAllowed, WrongState."""
    return _moved(_read_over(resource_id, "retain", by), "resource_retained", by)


@transaction.atomic
def retire_resource(resource_id: int, *, by: Person) -> Resource:
    """Take it off the shelf; its files are kept. Raises NotAllowed, WrongState."""
    resource = _kept(resource_id, by)
    RESOURCE_STEPS.take(resource, "retire")
    return _moved(resource, "resource_retired", by)


def _read_over(resource_id: int, step: str, by: Person) -> Resource:
    resource = Resource.rows.lock(resource_id)
    rules.require(rules.may_read_over, by, resource)
    RESOURCE_STEPS.take(resource, step)
    return resource


def _tell(resource: Resource, verb: str, by: Person, sentence: Callable[[], str]) -> None:
    """Tell the others of the team, each in their language."""
    team = [person for person in people_of([resource.committee], PROGRAMME_TEAM) if person != by]
    address = reverse("office:resource", args=[resource.code])
    about = f"library.resource:{resource.code}"
    notify(team, verb, reference=about, sentence=sentence, address=address, committee=resource.committee)


def _moved(resource: Resource, verb: str, by: Person) -> Resource:
    resource.save(update_fields=["state", "published_at", "submitted_by", "review_note"])
    journal.record(resource, verb, by=by, organisation=resource.committee)
    stamps.bump("public")
    return resource


def _kept(resource_id: int, by: Person) -> Resource:
    resource = Resource.rows.lock(resource_id)
    rules.require(rules.may_keep, by, resource)
    if resource.state == ResourceState.RETIRED:
        raise WrongState(_("This resource is off the shelf."), state=resource.state)
    return resource


def _fill(resource: Resource, words: dict[str, Any]) -> None:
    for field in WORDS:
        if field in words:
            setattr(resource, field, words[field])
    known = (resource.kind in ResourceKind.values, resource.audience in Audience.values, resource.rights in RIGHTS)
    if not all(known):
        raise BadData(_("Choose one of the answers offered."))
    if not any(resource.name.values()):
        raise BadData(_("Give it a name in one language at least."))


def _sort(resource: Resource, words: dict[str, Any]) -> None:
    domains: Iterable[Domain] = words.get("domains", ())
    services: Iterable[Service] = words.get("services", ())
    if "domains" in words:
        resource.domains.set(domains)
    if "services" in words:
        resource.services.set(services)
