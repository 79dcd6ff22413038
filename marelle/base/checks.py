"""What must always hold in the house's own tables; each yields one sentence a fault."""

from collections.abc import Iterator

from marelle.base.models import Job, JobState, Letter, LetterState, Origin
from marelle.base.origins import fingerprint


def letters_and_their_dates() -> Iterator[str]:
    """A letter sent says when; one that was not says nothing. The database holds it too."""
    faults = Letter.objects.filter(state=LetterState.SENT, sent_at=None) | Letter.objects.exclude(
        state=LetterState.SENT
    ).exclude(sent_at=None)
    for pk in faults.order_by("pk").values_list("pk", flat=True):
        yield f"letter={pk}: its state and its date disagree"


def jobs_and_their_ends() -> Iterator[str]:
    """A job that is done says when; one that has not begun holds no lease."""
    for pk in Job.objects.filter(state=JobState.DONE, ended_at=None).order_by("pk").values_list("pk", flat=True):
        yield f"job={pk}: done, without an end"
    waiting = Job.objects.filter(state=JobState.WAITING).exclude(lease_until=None)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        yield f"job={pk}: waits, yet someone holds it"


def frozen_words() -> Iterator[str]:
    """The words of an origin are those its fingerprint was made from."""
    for origin in Origin.objects.order_by("pk").iterator(chunk_size=1000):
        if fingerprint(f"{origin.label}\n{origin.excerpt}") != origin.fingerprint:
            yield f"origin={origin.pk}: its frozen words were altered"


def parked() -> list[str]:
    """Letters and jobs given up, for the staff to look at: a worry, not a broken invariant."""
    letters = Letter.objects.filter(state=LetterState.PARKED).order_by("pk")
    jobs = Job.objects.filter(state=JobState.PARKED).order_by("pk")
    return [f"letter={letter.pk} {letter.kind}: {letter.last_error}" for letter in letters] + [
        f"job={job.pk} {job.task}: {job.last_error}" for job in jobs
    ]
