"""Sends the same part under ever new ids: `posts.py PORT CONNECTIONS SECONDS < body`. Prints times and statuses, in JSON.

One thread and the system's own readiness list: sixty-four connections must not cost more than what they measure.
"""

import json
import selectors
import socket
import sys
import time
import uuid
from collections import Counter

NONE = str(uuid.UUID(int=0)).encode()


def main() -> None:
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    body = sys.stdin.buffer.read()
    before, after = body.split(NONE)
    heading = (
        b"POST /e/collect HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    )
    ready, times, statuses = selectors.DefaultSelector(), [], Counter()
    for _n in range(connections):
        line = socket.create_connection(("127.0.0.1", port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.register(line, selectors.EVENT_READ, [0.0])

    def send(line: socket.socket, sent: list) -> None:
        sent[0] = time.perf_counter()
        line.sendall(heading + before + str(uuid.uuid4()).encode() + after)

    began = time.perf_counter()
    for key in list(ready.get_map().values()):
        send(key.fileobj, key.data)
    left = connections
    while left:
        for key, _events in ready.select(timeout=30) or sys.exit("no answer in 30 s"):
            answer = key.fileobj.recv(8192)
            now = time.perf_counter()
            statuses[answer[9:12].decode() or "cut"] += 1
            times.append(now - key.data[0])
            if now - began < seconds and answer:
                send(key.fileobj, key.data)
            else:
                ready.unregister(key.fileobj)
                key.fileobj.close()
                left -= 1
    json.dump({"seconds": times, "elapsed": time.perf_counter() - began, "statuses": statuses}, sys.stdout)


if __name__ == "__main__":
    main()
