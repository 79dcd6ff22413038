"""A mail server on this machine, which keeps what it is given and may be taken down: what SMTP asks of one, no more."""

import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer:
    """Listens on a free port of this machine while it is up; the port stays its own while it is down."""

    def __init__(self, slow: float = 0.0):
        self.slow, self.received, self._server = slow, [], None
        self.up()
        self.port = self._server.server_address[1]

    def up(self) -> None:
        """Answer from now on."""
        port = self.port if hasattr(self, "port") else 0
        self._server = _Listening(("127.0.0.1", port), _Talk)
        self._server.house = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def down(self) -> None:
        """Refuse every connection from now on."""
        self._server.shutdown()
        self._server.server_close()
        self._server = None

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(self, *error: object) -> None:
        if self._server:
            self.down()

    @property
    def messages(self) -> list[EmailMessage]:
        """What was accepted, first first."""
        return [message_from_bytes(content, policy=policy.default) for content in self.received]

    @property
    def readers(self) -> list[str]:
        """To whom, first first."""
        return [str(message["To"]) for message in self.messages]


class _Listening(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    house: MailServer


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 ready")
        for line in self.rfile:
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                self.say("354 go on")
                self.take()
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self) -> None:
        lines = iter(self.rfile.readline, b"")
        content = b"".join(line.removeprefix(b".") for line in iter(lambda: next(lines, b".\r\n"), b".\r\n"))
        time.sleep(self.server.house.slow)
        self.server.house.received.append(content)  # kept, then said: as a server does
        self.say("250 kept")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
