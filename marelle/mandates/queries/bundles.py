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


def is_too_wide(bundle: Bundle, held: Iterable[int] = ()) -> bool:
    """Whether it holds what its owner may read no longer. `held`: keys of applications; those it holds, when none is given."""
    if not rules.may_bundle(bundle.asked_by, bundle.call):
        return True
    keys = set(held) or set(bundle.held.values_list("pk", flat=True))
    return len(keys) < bundle.dossiers or not keys <= set(
        gathered(bundle.call, bundle.asked_by).values_list("pk", flat=True)
    )
