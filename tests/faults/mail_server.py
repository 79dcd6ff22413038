"""A mail server on this machine, which keeps what it is given and may fail: what SMTP asks of one, no more.

It may be taken down, be slow to take a letter, hang without a word, cut the line once it has taken one, or refuse.
"""

import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer:
    """Listens on a free port of this machine while it is up; the port stays its own while it is down.

    `slow`: seconds before it says that a letter is taken. `hangs`: it never answers what a client wants to send.
    `cuts`: of how many letters to come it cuts the line, having taken them. `refuses`: readers and what it answers to them.
    """

    def __init__(self, slow: float = 0.0):
        self.slow, self.hangs, self.cuts, self.refuses = slow, False, 0, {}
        self.received, self.calls, self._server = [], 0, None
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
        self.house.calls += 1
        self.say("220 ready")
        for line in self.rfile:
            word = line.split(b" ")[0].strip().upper()
            if word == b"MAIL" and self.house.hangs:
                return self.hang()
            if word == b"DATA":
                self.say("354 go on")
                if not self.take():
                    return
            elif word == b"RCPT":
                self.say(self.house.refuses.get(line.decode().partition("<")[2].partition(">")[0], "250 ok"))
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    @property
    def house(self) -> MailServer:
        return self.server.house

    def take(self) -> bool:
        """Keep a letter, then say so, as a server does; False when it cut the line instead."""
        lines = iter(self.rfile.readline, b"")
        content = b"".join(line.removeprefix(b".") for line in iter(lambda: next(lines), b".\r\n"))
        time.sleep(self.house.slow)
        self.house.received.append(content)
        if self.house.cuts:
            self.house.cuts -= 1
            return False
        self.say("250 kept")
        return True

    def hang(self) -> None:
        """Not a word, until the client goes away."""
        while self.rfile.readline():
            pass

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
