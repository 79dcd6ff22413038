"""The picture of a testimony, while anyone may read it."""

from django.http import FileResponse, Http404, HttpRequest

from marelle.mandates.queries import testimonies
from marelle.web.parts.testimonies import picture_of
from marelle.web.public.show import public


@public
def testimony_picture(request: HttpRequest, code: str, testimony: str) -> FileResponse:
    """Published and consented to; any other is a 404."""
    found = testimonies.public_one(code, testimony)
    if found is None or found.picture is None or found.picture.removed_at is not None:
        raise Http404
    return picture_of(found.picture)
