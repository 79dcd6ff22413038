"""Serving a file: always taken away, never shown by the house (trust U6)."""

from django.http import FileResponse, HttpResponse

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.base.files import MEDIA_TYPES
from marelle.base.text import fold

KINDS = {kind: MEDIA_TYPES[kind] for kind in ("pdf", "docx")}  # what the house writes


def attachment(file: File) -> FileResponse:
    """The bytes, as an attachment that can do nothing in a browser. `nosniff` and `no-store` are every answer's (middleware)."""
    label = file.label.rpartition("/")[2]
    name = label if label.lower().endswith(f".{file.kind}") else f"{label}.{file.kind}"
    kind = MEDIA_TYPES.get(file.kind, "application/octet-stream")
    response = FileResponse(files.opened(file), as_attachment=True, filename=name, content_type=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def given(content: bytes, kind: str, *, name: str) -> HttpResponse:
    """What the house has just written, to be taken away under that name. `kind`: one of `KINDS`."""
    response = HttpResponse(content, content_type=KINDS[kind])
    words = "-".join(fold(name).replace("_", " ").split())
    response["Content-Disposition"] = f'attachment; filename="{words}.{kind}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
