"""The press kit under embargo: for the programme team alone, drawn anew each time and kept nowhere."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.consultations import press_kit
from marelle.consultations.queries.results import preview
from marelle.consultations.states import ConsultationState
from marelle.web.office.consultation_running import governed


@door(programme_team)
@require_safe
@asks(reading=SECOND)
def kit(request: HttpRequest, edition: str) -> HttpResponse:
    """The archive as it will be public, with the embargo on its first page. Raises Http404, Unavailable."""
    found = governed(request, edition)
    read = preview(found) if found.state == ConsultationState.EMBARGOED else None
    if read is None:
        raise Http404
    response = HttpResponse(press_kit.kit(read), content_type="application/zip")
    response["Content-Disposition"] = (
        f'attachment; filename="consultation-{edition}-dossier-de-presse-sous-embargo.zip"'
    )
    return response
