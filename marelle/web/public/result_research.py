"""The file for researchers: what it holds, what it does not, how one asks for it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from marelle.consultations.coarsening import FLOOR, SENSITIVE_FLOOR
from marelle.consultations.operations.research import GONE, sentence
from marelle.consultations.states import ConsultationState
from marelle.web.public.result_places import about, edition_or_404
from marelle.web.public.show import public, show


@public
def research(request: HttpRequest, code: str) -> HttpResponse:
    """What one gets, what one signs, in which order; once answers are destroyed, that there is no file any more."""
    read = edition_or_404(code)
    context = {
        "over": sentence(GONE) if read.consultation.state == ConsultationState.PURGED else "",
        "contact": settings.CONTACT_EMAIL,
        "floor": FLOOR,
        "sensitive_floor": SENSITIVE_FLOOR,
    }
    return show(request, "public/results_research.html", about(read) | context)
