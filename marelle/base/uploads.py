"""How files come in: straight to disk, block after block, and no further than the limit (trust U2). Sealed boxes: in memory."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, MemoryFileUploadHandler, TemporaryFileUploadHandler

from marelle.base.files import MAX_BYTES

MAX_BODY = 5 * MAX_BYTES  # bytes of one form with its files


class Limited(FileUploadHandler):
    """Lets fall what exceeds `most` bytes of a file; the size says how much came."""

    def __init__(self, request: Any, most: int = MAX_BYTES):
        super().__init__(request)
        self.most = most

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
        if start <= self.most:
            super().receive_data_chunk(raw_data, start)
        return None


class OnDisk(Limited, TemporaryFileUploadHandler):
    """Writes to a temporary file."""


class InMemory(Limited, MemoryFileUploadHandler):
    """Holds one small file, which must leave no trace on the disk."""

    activated = True  # the library would else leave it to the next one


def in_memory(most: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The file a view takes is held so; said to the middleware, which reads forms before views do."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        view.most_in_memory = most  # type: ignore[attr-defined]
        return view

    return wrap
