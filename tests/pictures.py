"""A small true picture, to be sent with a form."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(name: str = "cour.png") -> SimpleUploadedFile:
    """Four pixels."""
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "white").save(out, format="PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")
