"""The dossiers of a call in one file: the one a person asked for, and how far the worker is."""

from marelle.accounts.models import Person
from marelle.base.models import Job, JobState
from marelle.mandates.models import Bundle, Call

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
