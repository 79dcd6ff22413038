"""Two notes on a member's action: one read inside, with a photo of persons, one that anyone may read."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marelle.accounts import files
from marelle.base import clock
from marelle.plans.operations import notes
from marelle.plans.operations.notes import Written


def photo() -> SimpleUploadedFile:
    """A picture of one colour."""
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "#0F5C73").save(content, "PNG")
    return SimpleUploadedFile("photo.png", content.getvalue(), "image/png")


def make_notes(builder: Any) -> None:
    """The two, by their names in the town."""
    by, action, today = builder.people["CE"], builder.made["action"], clock.today()
    picture = files.take(photo(), organisation=builder.organisation, by=by, label=builder.word("photo"))
    rights = {"photo_use": "internal", "photo_credit": builder.word("note"), "consent": builder.word("note", "consent")}
    inside = Written(builder.word("note", "words"), today, picture, photo_alt=builder.word("note", "alt"), **rights)
    builder.made["note"] = notes.write_note(action.pk, inside, by=by)
    shown = Written(builder.word("note shown"), today)
    builder.made["public_note"] = notes.show_note(notes.write_note(action.pk, shown, by=by).pk, by=by)
