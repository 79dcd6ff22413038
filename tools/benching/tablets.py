"""Tablets of one class behind one slow link: `tablets.py PORT CODE TABLETS BITS_A_SECOND`. Prints when each saw question 1, in JSON.

All come at once, nothing kept from before. Each reads the code's page with everything it brings along, then presses on as
its script does (the next screens take the place of the body alone) until the first question stands with its pictograms;
the letters come behind. What comes down shares the link, packet by packet, 40 ms there and back.
"""

import asyncio
import gzip
import json
import re
import sys
import time
from urllib.parse import quote

PACKET, ROUND_TRIP = 1460, 0.04  # bytes, seconds
HIDDEN = re.compile(r'<input type="hidden" name="(pass|state)" value="([^"]*)"')
BROUGHT = re.compile(r'(?:href|src)="(/static/[^"#]+)')
FONTS = re.compile(r"""url\(["']?([^"')]+woff2)""")
LETTERS = re.compile(r'<meta name="letters" content="([^"]+)"')


class Link:
    """What comes down is shared in the order of its packets."""

    def __init__(self, bits: float):
        self.bytes_a_second, self.free_at, self.carried = bits / 8, 0.0, 0

    async def carry(self, size: int) -> None:
        for packet in [PACKET] * (size // PACKET) + [size % PACKET]:
            now = time.perf_counter()
            self.free_at = max(now, self.free_at) + packet / self.bytes_a_second
            self.carried += packet
            await asyncio.sleep(max(0.0, self.free_at - now))


class Tablet:
    """One device. `known`: what it fetched already; `behind`: what comes meanwhile."""

    def __init__(self, port: int, link: Link):
        self.port, self.link, self.known, self.behind, self.carried = port, link, set(), [], 0

    async def ask(self, method: str, path: str, body: bytes = b"") -> str:
        """The page; its bytes, as packed, go through the link."""
        await asyncio.sleep(ROUND_TRIP)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\nAccept-Language: fr\r\nConnection: close\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        self.carried += len(answer)
        await self.link.carry(len(answer))
        said, _mark, content = answer.partition(b"\r\n\r\n")
        if b"transfer-encoding: chunked" in said.lower():
            content = b"".join(re.split(rb"(?:^|\r\n)[0-9a-fA-F]+\r\n", content))
        packed = b"content-encoding: gzip" in said.lower()
        return (gzip.decompress(content) if packed else content).decode("utf-8", "replace")

    async def read(self, method: str, path: str, body: bytes = b"") -> str:
        """A page, and what it brings along that is not here yet."""
        page = await self.ask(method, path, body)
        shown = page if method == "GET" else page[page.find("<body") :]
        brought = {*BROUGHT.findall(shown), *FONTS.findall(shown)} - self.known
        self.known |= brought
        fonts = {each for each in brought if each.endswith("woff2")}  # optional: nobody waits for them
        self.behind += [asyncio.create_task(self.ask("GET", each)) for each in sorted(fonts) if each.startswith("/")]
        await asyncio.gather(*(self.ask("GET", each) for each in sorted(brought - fonts)))
        return page

    async def come(self, code: str, began: float) -> tuple[float, int]:
        """Seconds until the first question stands, and the bytes it took."""
        page = await self.read("GET", f"/e/{code}")
        letters = LETTERS.search(page)
        for fields in (
            {"step": "language", "lang": "fr"},
            {"step": "about"},
            {"step": "parts", "band": "9_11", "gender": "girl"},
            {"part": ""},
        ):
            carried = dict(HIDDEN.findall(page)) | {"js": "1"} | fields
            if "part" in fields:
                carried["part"] = re.search(r'name="part" value="([^"]+)"', page)[1]
            body = "&".join(f"{name}={quote(value, safe='')}" for name, value in carried.items())
            page = await self.read("POST", "/e/page", body.encode())
        if 'class="question' not in page:
            raise SystemExit("no question")
        seen, before = time.perf_counter() - began, self.carried
        self.behind += [self.ask("GET", each) for each in (letters[1].split(" ")[1::2] if letters else ())]
        await asyncio.gather(*self.behind)
        return seen, before


async def main() -> None:
    port, code, tablets, bits = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    link, began = Link(bits), time.perf_counter()
    met = await asyncio.gather(*(Tablet(port, link).come(code, began) for _n in range(tablets)))
    seconds, before = zip(*met, strict=True)
    json.dump({"seconds": seconds, "before": sum(before), "bytes": link.carried}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
