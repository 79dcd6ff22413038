"""The dossiers of a call in one file: the one a person asked for, and how far the worker is."""

from collections.abc import Iterable

from django.db.models import QuerySet

from marelle.accounts.models import Person
from marelle.base.models import Job, JobState
from marelle.mandates import rules
from marelle.mandates.models import Application, Bundle, Call
from marelle.mandates.queries import office

TASK = "bundle_dossiers"


def own(call: Call, person: Person) -> Bundle | None:
    """The one that is being made for a person, or that is there to be taken."""
    return Bundle.objects.visible_to(person).living().filter(call=call).select_related("file").first()


def job_of(bundle: Bundle) -> Job | None:
    """The job that makes it, for its progress."""
    return Job.objects.filter(key=f"{TASK}:{bundle.code}").first()


def is_stopped(job: Job | None) -> bool:
    """Whether the worker gave it up."""
    return job is not None and job.state == JobState.PARKED


def gathered(call: Call, person: Person) -> QuerySet[Application]:
    """The dossiers handed in that a person may read of a call."""
    return office.applications_of(call, person).exclude(submitted_at=None)


def held_by(bundle: Bundle) -> list[int]:
    """The keys of the applications a file holds."""
    return list(bundle.held.values_list("pk", flat=True))


def is_too_wide(bundle: Bundle, held: Iterable[int]) -> bool:
    """Whether the owner of a file may no longer read all it holds. `held`: keys of applications."""
    if not rules.may_bundle(bundle.asked_by, bundle.call):
        return True
    readable = gathered(bundle.call, bundle.asked_by)
    return not set(held) <= set(readable.values_list("pk", flat=True))
