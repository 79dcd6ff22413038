"""The photo of a note, while anyone may see it."""

from django.http import FileResponse, Http404, HttpRequest

from marelle.mandates.queries import notes
from marelle.web.parts.testimonies import picture_of
from marelle.web.public.show import public


@public
def note_photo(request: HttpRequest, code: str, note: str) -> FileResponse:
    """Shown, of a member of today; any other is a 404."""
    found = notes.public_one(code, note)
    if found is None or found.photo is None or found.photo.removed_at is not None:
        raise Http404
    return picture_of(found.photo)
