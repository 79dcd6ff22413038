"""Serving a file: always taken away, never shown by the house (trust U6)."""

from django.http import FileResponse

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.base.files import MEDIA_TYPES


def attachment(file: File) -> FileResponse:
    """The bytes, as an attachment that can do nothing in a browser. `nosniff` and `no-store` are every answer's (middleware)."""
    label = file.label.rpartition("/")[2]
    name = label if label.lower().endswith(f".{file.kind}") else f"{label}.{file.kind}"
    kind = MEDIA_TYPES.get(file.kind, "application/octet-stream")
    response = FileResponse(files.opened(file), as_attachment=True, filename=name, content_type=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
