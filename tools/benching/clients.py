"""Clients that ask one address again and again: `clients.py PORT PATH REQUESTS CLIENTS [COOKIE]`. Prints their times, in JSON."""

import http.client
import itertools
import json
import sys
import threading
import time
from statistics import median


def main() -> None:
    port, path, requests, clients = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    headers = {"Accept-Encoding": "gzip"} | ({"Cookie": sys.argv[5]} if len(sys.argv) > 5 else {})
    numbers, seconds, lock = itertools.count(), [], threading.Lock()

    def client() -> None:
        connection, mine = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
        while (n := next(numbers)) < requests:
            started = time.perf_counter()
            connection.request("GET", path.replace("{n}", f"{n}-{started}"), headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
            mine.append(time.perf_counter() - started)
        with lock:
            seconds.extend(mine)

    for _n in range(3):  # the server's own first times are not a visitor's
        warm = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        warm.request("GET", path.replace("{n}", f"warm{_n}"), headers=headers)
        warm.getresponse().read()
    threads = [threading.Thread(target=client) for _n in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    json.dump({"seconds": seconds, "rate": len(seconds) / elapsed, "median": median(seconds) * 1000}, sys.stdout)


if __name__ == "__main__":
    main()
