"""Files, to those who may read them today: always taken away, never shown by the house (trust U6)."""

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.accounts.proof import require_second_proof
from marelle.base.doors import door, signed_in
from marelle.base.files import MEDIA_TYPES


@door(signed_in)
@require_safe
def file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The bytes, as an attachment; another organisation's after a second proof; 404 for whoever may not, as for what is not there."""
    found = get_object_or_404(File.objects.visible_to(request.user), code=code, removed_at=None)  # type: ignore[arg-type]
    if found.organisation_id not in request.user.organisation_ids:  # type: ignore[union-attr]
        require_second_proof(request)  # somebody else's dossier, trust A4
    kind = MEDIA_TYPES.get(found.kind, "application/octet-stream")
    response = FileResponse(files.opened(found), as_attachment=True, filename=found.label, content_type=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
