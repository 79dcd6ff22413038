"""Tries codes at full speed over three connections: `guesser.py PORT GUESSES SEED`. Prints those that opened something."""

import http.client
import itertools
import random
import sys
import threading

from marelle.consultations.codes import ALPHABET, LENGTH

CONNECTIONS = 3


def main() -> None:
    port, guesses, seed = map(int, sys.argv[1:])
    found: list[str] = []
    tried = itertools.count()  # together: two of them wait, the third goes on

    def guess(number: int) -> None:
        chance, line = random.Random(seed + number), http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while next(tried) < guesses:
            code = "".join(chance.choices(ALPHABET, k=LENGTH))
            line.request("GET", f"/e/{code}")
            answer = line.getresponse()
            answer.read()
            if answer.status != 404:
                found.append(code)
        line.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*found)


if __name__ == "__main__":
    main()
