"""The antivirus hears each file before it is kept; a listener that speaks clamd's INSTREAM stands in for it."""

import socket
import struct
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.accounts.states import Role
from marelle.base.errors import BadData, Unavailable
from tests.factories.accounts import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
WORDS = b"a,b\n1,2\n" * 20_000  # several blocks


class Clamd(threading.Thread):
    """Hears one file, then gives its answer; None hangs up without a word."""

    def __init__(self, listener: socket.socket, answer: bytes | None):
        super().__init__(daemon=True)
        self.listener, self.answer, self.heard = listener, answer, b""

    def run(self) -> None:
        with self.listener, self.listener.accept()[0] as caller, caller.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!L", sent.read(4))[0]:
                self.heard += sent.read(length)
            if self.answer is not None:
                caller.sendall(self.answer)


@pytest.fixture
def clamd(settings, tmp_path):
    """Start one that answers so, on a port or on a socket of this machine."""

    def start(answer: bytes | None, *, local: bool = False) -> Clamd:
        listener = socket.socket(socket.AF_UNIX if local else socket.AF_INET)
        listener.bind(str(tmp_path / "clamd") if local else ("127.0.0.1", 0))
        listener.listen()
        settings.ANTIVIRUS = str(tmp_path / "clamd") if local else f"127.0.0.1:{listener.getsockname()[1]}"
        made = Clamd(listener, answer)
        made.start()
        return made

    return start


def send():
    city = OrganisationFactory()
    by = PersonFactory(roles=[(city, Role.CITY_EDITOR)])
    return files.take(SimpleUploadedFile("table.csv", WORDS), organisation=city, by=by)


@pytest.mark.parametrize("local", [False, True], ids=["port", "socket"])
def test_file_is_heard_before_it_is_kept(clamd, local):
    """trust U7. Whole, block after block."""
    heard = clamd(b"stream: OK\0", local=local)

    kept = send()

    heard.join(10)
    assert (heard.heard, kept.size) == (WORDS, len(WORDS))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"stream: Eicar-Signature FOUND\0", BadData),
        (b"INSTREAM size limit exceeded. ERROR\0", Unavailable),
        (b"", Unavailable),
        (None, Unavailable),
    ],
    ids=["named", "too long for it", "nothing", "hangs up"],
)
def test_file_is_refused_unless_said_to_be_sound(clamd, settings, answer, error):
    """trust U7. Fails closed: nothing is kept, nor left on disk."""
    before = sorted(settings.FILES_ROOT.rglob("*"))
    clamd(answer)

    with pytest.raises(error):
        send()

    left = [path for path in settings.FILES_ROOT.rglob("*") if path not in before and path.is_file()]
    assert (File.rows.count(), left) == (0, [])


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd", "clamd"])
def test_no_file_is_taken_while_the_antivirus_is_away(settings, address):
    """trust U7."""
    settings.ANTIVIRUS = address

    with pytest.raises(Unavailable):
        send()

    assert File.rows.count() == 0


def test_none_is_asked_when_none_is_set(settings):
    settings.ANTIVIRUS = ""

    assert send().size == len(WORDS)
