"""How files come in: straight to disk, block after block, and no further than the limit (trust U2)."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from marelle.base.files import MAX_BYTES

MAX_BODY = 5 * MAX_BYTES  # bytes of one form with its files


class OnDisk(TemporaryFileUploadHandler):
    """Writes to a temporary file and lets fall what exceeds the limit; the size says how much came."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > MAX_BODY:
            raise RequestDataTooBig("a form with more than 100 MB of files")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start <= MAX_BYTES:
            super().receive_data_chunk(raw_data, start)
        return None
