"""A crowd of people, each with a connection of their own: `crowd.py PORT`, a plan as JSON on standard input.

{"over": 60, "acts": [{"at": 1.5, "every": 5, "read": "/path", "send": {"path", "body"}, "from": "10.0.0.1"}]}
At second `at` of the plan somebody comes: with `every`, they read `read` again and again until `over`, keeping what they
have (ETag); with `send`, they read `read`, then send the form. An answer is timed from the moment it was due, so that a
server that makes people wait is not asked less. Prints {"reads", "sends"}: of each [wall clock, seconds, status, lines].
"""

import asyncio
import gzip
import json
import sys
import time
from collections.abc import Callable
from typing import Any

READER = {"Accept": "text/html", "Accept-Encoding": "gzip"}
FORM = READER | {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
LONGEST = 30.0  # seconds somebody waits for one answer
FAILED = 0  # status of what was not answered


class Line:
    """A connection of one person, opened again when the server has closed it."""

    def __init__(self, port: int, address: str):
        self.port, self.address, self.lines = port, address, None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, dict, bytes]:
        """Status, headers and body; status 0 when nothing came."""
        host = f"127.0.0.1:{self.port}"
        sent = {"Host": host, "X-Forwarded-For": self.address, **headers}
        if body:
            sent |= {"Origin": f"http://{host}", "Content-Length": str(len(body))}
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        try:
            return await asyncio.wait_for(self._exchange(f"{head}\r\n".encode() + body), LONGEST)
        except (OSError, EOFError, TimeoutError):
            self.close()
            return FAILED, {}, b""

    async def _exchange(self, words: bytes) -> tuple[int, dict, bytes]:
        if self.lines is not None and self.lines[0].at_eof():
            self.close()
        if self.lines is None:
            self.lines = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.lines
        writer.write(words)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in head[1:])}
        status = int(head[0].split()[1])
        in_pieces = headers.get("transfer-encoding") == "chunked"
        body = await (pieces(reader) if in_pieces else reader.readexactly(int(headers.get("content-length", 0))))
        return status, headers, gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body

    def close(self) -> None:
        if self.lines is not None:
            self.lines[1].close()
        self.lines = None


async def pieces(reader: asyncio.StreamReader) -> bytes:
    """A body whose length was not said beforehand."""
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return body


async def come(port: int, act: dict[str, Any], begun: float, over: float, note: Callable) -> None:
    """One person, from the moment they come."""
    due = begun + act["at"]
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    line = Line(port, act["from"])
    if act.get("every"):
        await look_again(line, act, due, begun + over, note)
    else:
        await fill_in(line, act, due, note)
    line.close()


async def look_again(line: Line, act: dict[str, Any], due: float, until: float, note: Callable) -> None:
    """Read a page at its interval; told it has not changed, keep what one has."""
    etag, seen = "", 0
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked = time.time()
        status, headers, body = await line.ask("GET", act["read"], READER | ({"If-None-Match": etag} if etag else {}))
        if status == 200:
            etag, seen = headers.get("etag", ""), body.count(b"<li>")
        note("reads", asked, time.perf_counter() - due, status, seen)
        due += act["every"]


async def fill_in(line: Line, act: dict[str, Any], due: float, note: Callable) -> None:
    """Read the page of a form when there is one, then send it: each timed from when the person could begin."""
    if act.get("read"):
        asked = time.time()
        status, _headers, _body = await line.ask("GET", act["read"], READER)
        note("reads", asked, time.perf_counter() - due, status, 0)
        due = time.perf_counter()
    asked = time.time()
    status, _headers, _body = await line.ask("POST", act["send"]["path"], FORM, act["send"]["body"].encode())
    note("sends", asked, time.perf_counter() - due, status, 0)


async def main() -> None:
    port, plan = int(sys.argv[1]), json.load(sys.stdin)
    noted: dict[str, list] = {"reads": [], "sends": []}

    def note(kind: str, *facts: Any) -> None:
        noted[kind].append(facts)

    begun = time.perf_counter() + 0.5
    await asyncio.gather(*(come(port, act, begun, plan["over"], note) for act in plan["acts"]))
    json.dump(noted | {"seconds": time.perf_counter() - begun}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
