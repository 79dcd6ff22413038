"""The letter to the analyst whose file is ready: where to take it, and until when. Nothing of it is in the letter."""

from django.utils import timezone

from marelle.base import outbox
from marelle.base.addresses import whole
from marelle.consultations.models import ResearchRequest
from marelle.consultations.queries import research

READY = "research_file_ready"


def tell_analyst(request: ResearchRequest) -> None:
    """One letter a request, in the transaction that says it is ready."""
    language = request.analyst.language
    outbox.write(
        READY,
        to=request.analyst.email,
        language=language,
        key=f"{READY}:{request.code}",
        reference=research.reference(request),
        context={
            "request": request,
            "consultation": request.consultation,
            "until": timezone.localtime(request.expires_at),
            "address": whole("office:research_files", language=language),
        },
    )
