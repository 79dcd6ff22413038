"""Children who answer by the pages alone: `walks.py < plan`, a plan as JSON. Prints times and statuses, in JSON.

{"port", "path", "children", "seconds", "think", "whole"}: as many children at once, each with a connection of their own,
one walk after the other until `seconds` are over. `think`: seconds before each page is sent. `whole`: from the code to
thanks, ten requests; else from the first square to the receipt, six, the way there walked once and not counted.
One thread and the system's own readiness list, so that children cost less than what they measure.
"""

import gzip
import heapq
import json
import random
import re
import selectors
import socket
import sys
import time
from collections import Counter
from urllib.parse import quote

HIDDEN = re.compile(rb'<input type="hidden" name="(pass|state)" value="([^"]*)"')
NAMES = re.compile(rb'type="radio" name="(q\d+)" value="2"')
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
WAY = (
    "rights",
    "about",
    "parts",
    "begin",
    "next",
    "next",
    "next",
    "next",
    "send",
    "finish",
)  # requests of a whole visit
SIX = slice(3, 9)
LONGEST = 60.0  # seconds a walk may go on once time is over
WARM = 2.0  # seconds that are not counted, when nobody thinks


class Child:
    """One connection, and where the walk is. `known`: what the page before carries."""

    def __init__(self, plan: dict):
        self.plan, self.step, self.known, self.body = plan, 0, {}, b""
        self.line = socket.create_connection(("127.0.0.1", plan["port"]), timeout=30)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.steps = list(WAY if plan["whole"] else WAY[SIX])
        self.start = dict(plan.get("start") or {})
        self.asked, self.got = 0.0, b""

    def ask(self) -> None:
        """The next request of the walk."""
        step = self.steps[self.step]
        self.asked, self.got = time.perf_counter(), b""
        if self.step == 0:
            self.known = self.start
        if step == "rights":
            words = f"GET {self.plan['path']} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        else:
            fields = dict(self.known) | {"begin": {"part": "all"}}.get(step, {"step": step})
            if step == "parts":
                fields |= {"band": "12_14", "gender": "girl"}
            if step == "next":
                fields |= {name.decode(): "2" for name in NAMES.findall(self.body)}
            body = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items()).encode()
            words = (
                b"POST /e/page HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
            ) + body
        self.line.sendall(words)

    def hear(self) -> int:
        """Take what came; the status once the answer is whole, 0 before."""
        piece = self.line.recv(65536)
        if not piece:
            raise ConnectionError
        self.got += piece
        head, mark, body = self.got.partition(b"\r\n\r\n")
        found = LENGTH.search(head) if mark else None
        if not mark or (found and len(body) < int(found[1])):
            return 0
        self.body = gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body
        fields = {name.decode(): value.decode() for name, value in HIDDEN.findall(self.body)}
        self.known = fields or self.known
        self.step = (self.step + 1) % len(self.steps)
        return int(head[9:12])


def prepare(plan: dict) -> dict:
    """What the squares carry, for walks that begin there."""
    child = Child({**plan, "whole": True})
    for _step in range(3):
        child.ask()
        while not child.hear():
            pass
    child.line.close()
    return child.known


class Crowd:
    """All of them, and what they met."""

    def __init__(self, plan: dict):
        self.plan, self.think, self.chance = plan, plan["think"], random.Random(7)
        self.warm = 0.0 if self.think else WARM
        self.ready, self.due = selectors.DefaultSelector(), []
        self.times, self.walks, self.statuses = [], 0, Counter()
        self.children = [Child(plan) for _n in range(plan["children"])]
        self.left, self.began = len(self.children), time.perf_counter()
        for number, child in enumerate(self.children):
            self.ready.register(child.line, selectors.EVENT_READ, number)
            heapq.heappush(self.due, (self.began + self.chance.uniform(0, self.think), number))

    def run(self) -> None:
        """Until everyone has ended the walk begun in time."""
        while self.left:
            now = time.perf_counter()
            if now - self.began > self.plan["seconds"] + LONGEST:
                self.statuses["late"] += self.left
                return
            while self.due and self.due[0][0] <= now:
                self.children[heapq.heappop(self.due)[1]].ask()
            for key, _events in self.ready.select(timeout=max(0.0, self.due[0][0] - now) if self.due else 5):
                self.hear(key.data)

    def hear(self, number: int) -> None:
        """A piece of an answer; once it is whole, the next step."""
        child = self.children[number]
        try:
            status = child.hear()
        except OSError:
            self.statuses["cut"] += 1
            self.leave(child)
            return
        if status:
            now = time.perf_counter()
            self.note(child, status, now)
            if now - self.began > self.plan["seconds"] and (child.step == 0 or self.think):
                self.leave(child)
            else:
                heapq.heappush(self.due, (now + self.chance.uniform(0.5, 1.5) * self.think, number))

    def note(self, child: Child, status: int, now: float) -> None:
        """Count it, the first moments apart."""
        if now - self.began > self.warm:
            self.times.append(now - child.asked)
            self.statuses[str(status)] += 1
            self.walks += child.step == 0

    def leave(self, child: Child) -> None:
        """Hang up."""
        self.ready.unregister(child.line)
        child.line.close()
        self.left -= 1


def main() -> None:
    plan = json.load(sys.stdin)
    if not plan["whole"]:
        plan["start"] = prepare(plan)
    crowd = Crowd(plan)
    crowd.run()
    elapsed = time.perf_counter() - crowd.began - crowd.warm
    met = {"seconds": crowd.times, "walks": crowd.walks, "elapsed": elapsed, "statuses": crowd.statuses}
    json.dump(met, sys.stdout)


if __name__ == "__main__":
    main()
