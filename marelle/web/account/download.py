"""Files, to those who may read them today: always taken away, never shown by the house (trust U6)."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from marelle.accounts.models import File
from marelle.accounts.proof import require_second_proof
from marelle.base.doors import door, signed_in
from marelle.web.parts.files import attachment


@door(signed_in)
@require_safe
def file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The bytes, as an attachment; another organisation's after a second proof; 404 for whoever may not, as for what is not there."""
    found = get_object_or_404(File.objects.visible_to(request.user), code=code, removed_at=None)  # type: ignore[arg-type]
    if found.organisation_id not in request.user.organisation_ids:  # type: ignore[union-attr]
        require_second_proof(request)  # somebody else's dossier, trust A4
    return attachment(found)
