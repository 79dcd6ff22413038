"""The antivirus, when one is set: clamd hears each file before it is kept, and what it cannot hear is not kept (trust U7)."""

import socket
import struct
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from marelle.base.errors import BadData, Unavailable

PATIENCE = 30  # seconds without a word from clamd
BLOCK = 2**16  # bytes


def check(path: Path) -> None:
    """Raise BadData for a file clamd names, Unavailable when it does not say that the file is sound. Nothing when none is set."""
    if not settings.ANTIVIRUS:
        return
    try:
        answer = _ask(settings.ANTIVIRUS, path)
    except (OSError, ValueError) as error:  # away, or an address that is none
        answer = type(error).__name__
    if answer == "stream: OK":
        return
    if answer.endswith(" FOUND"):
        raise BadData(
            _("The antivirus refuses this file. Check it on your machine, then send a sound one."), said=answer
        )
    raise Unavailable(_("The antivirus does not answer: no file can be received now. Try again later."), said=answer)


def _ask(address: str, path: Path) -> str:
    """What clamd says of a file sent to it block after block."""
    with _connected(address) as clamd, path.open("rb") as file:
        clamd.sendall(b"zINSTREAM\0")
        while block := file.read(BLOCK):
            clamd.sendall(struct.pack("!L", len(block)) + block)
        clamd.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 1000:
            said = clamd.recv(1000)
            if not said:
                break
            answer += said
    return answer.decode(errors="replace").strip("\0\n ")


def _connected(address: str) -> socket.socket:
    """`host:port`, or the path of a socket on this machine."""
    if address.startswith("/"):
        local = socket.socket(socket.AF_UNIX)
        local.settimeout(PATIENCE)
        try:
            local.connect(address)
        except OSError:
            local.close()
            raise
        return local
    host, _sep, port = address.rpartition(":")
    host = host.strip("[]")  # an IPv6 address is written between brackets
    return socket.create_connection((host, int(port)), timeout=PATIENCE)
