"""The published results of a consultation, worked out again from its open data. Python 3.11 or later, nothing to install.

    python3 recompute_consultation.py https://SITE 2025 [--without-pages]

Downloads the files of /consultation/2025/donnees, then checks, and prints how many are equal of how many:
- files: size and SHA-256 of each are those of its Data Package;
- columns: shares add up to 100 (a coded one stands for its bounds), and are coded and rounded as their base says: under 200
  children they stay between 5 and 95, under 1,000 between 2 and 98, else between 1 and 99 with one decimal;
- intervals: both ends, told to a tenth of a point and clipped to the same bounds, are those of Wilson's interval at 95 % of
  one share that rounds to the one told, worth so many children (`effective`);
- pages: each share and interval is the one /consultation/2025/<question> shows, by place, age, gender and crossed question.

A base is rounded to ten: where it stands at a bound, the rule of either side is taken. Several answers have each a base of
their own, near the one that is told. Ends with 1 when anything differs, with the first differences told.
"""

import argparse
import csv
import hashlib
import io
import json
import math
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser

Z = 1.959963984540054  # of a 95 % interval
CODED = ((200, 5), (1000, 2), (math.inf, 1))  # under so many children, shares stay so far from 0 and 100
FINE = 1000  # children from whom shares have a decimal
NEAR = 48  # children by which the bases of several answers may differ: two cells, moved by 12 at most, on either side
HALF = 0.05  # of the tenth of a point ends are told to
TOLD = 10  # differences told
WIDE = ("country", "region", "departement")
GENDERS = {"girl": "filles", "boy": "garçons", "other": "autrement", "no": "ne souhaite pas le dire"}

Row = dict[str, str]


def main() -> int:
    """Read the files, compare, print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("site", help="the address of a site")
    asked.add_argument("edition", help="the code of the edition, as in its address: 2025")
    asked.add_argument("--without-pages", action="store_true", help="leave the pages aside: large editions have many")
    given = asked.parse_args()
    home = f"{given.site.rstrip('/')}/consultation/{urllib.parse.quote(given.edition)}"
    tally = Tally()
    tables, words = download(home, tally)
    kinds = {question: kind for question, (kind, _answers) in words.items()}
    columns = gathered(tables)
    for rows in columns.values():
        check_column(rows, kinds[rows[0]["question"]], tally)
    if not given.without_pages:
        check_pages(home, columns, words, tally)
    return tally.told()


class Tally:
    """How many are equal of how many, and the first that are not."""

    def __init__(self) -> None:
        self.equal: dict[str, int] = defaultdict(int)
        self.all: dict[str, int] = defaultdict(int)
        self.faults: list[str] = []

    def count(self, what: str, is_equal: bool, fault: str) -> None:
        """One more."""
        self.all[what] += 1
        self.equal[what] += is_equal
        if not is_equal:
            self.faults.append(f"{what}: {fault}")

    def told(self) -> int:
        """Print the counts; 1 when anything differs, or nothing was compared."""
        for what, count in self.all.items():
            print(f"{what}: {self.equal[what]} of {count} equal")
        for fault in self.faults[:TOLD]:
            print(fault, file=sys.stderr)
        return int(bool(self.faults) or not self.all["intervals"])


# Files ---------------------------------------------------------------------------------------------------------------
def read(address: str) -> bytes:
    """What stands at an address."""
    if not address.startswith(("http://", "https://")):
        raise SystemExit("give an address that begins with http:// or https://")
    try:
        with urllib.request.urlopen(address) as answer:  # noqa: S310  typed by whoever runs this
            return answer.read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{address}: {error.code} {error.reason}") from None


def download(home: str, tally: Tally) -> tuple[list[Row], dict[str, tuple[str, dict[str, str]]]]:
    """Every line of the tables, and of each question its kind and its answers in words."""
    tables: list[Row] = []
    words: dict[str, tuple[str, dict[str, str]]] = {}
    for resource in json.loads(read(f"{home}/donnees/datapackage.json"))["resources"]:
        content = read(f"{home}/donnees/{resource['path']}")
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        is_equal = digest == resource["hash"] and len(content) == resource["bytes"]
        tally.count("files", is_equal, f"{resource['path']} is not the one that was described")
        titles = [field["name"] for field in resource.get("schema", {}).get("fields", [])]
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))) if titles else []
        if "effective" in titles:
            tables += rows
        elif "option_text" in titles:
            for row in rows:
                words.setdefault(row["question"], (row["kind"], {}))[1][row["option"]] = row["option_text"]
    return tables, words


def gathered(tables: list[Row]) -> dict[tuple[str, ...], list[Row]]:
    """The lines of each column: one question, one place, one group."""
    columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in tables:
        columns[key_of(row)].append(row)
    return columns


def key_of(row: Row) -> tuple[str, ...]:
    """Level, place, question, crossed question, its answer, age, gender."""
    names = ("zone_level", "zone", "question", "crossed", "among", "age", "sex")
    return tuple(row.get(name, "") for name in names)


# Arithmetic ----------------------------------------------------------------------------------------------------------
def edges(low: int, high: int) -> set[int]:
    """How far from 0 and 100 shares of so many children stay."""
    return {next(edge for limit, edge in CODED if children < limit) for children in (low, high)}


def check_column(rows: list[Row], kind: str, tally: Tally) -> None:
    """One column: its shares, how they are coded, its intervals."""
    where = " ".join(filter(None, key_of(rows[0])))
    if not rows[0]["option"]:
        empty = all(not rows[0][name] for name in ("share", "low", "high", "effective", "base", "count", "refused"))
        tally.count("columns", empty and bool(rows[0]["status"]), f"{where} is withheld and says a number")
        return
    base = int(rows[0]["base"])
    apart = NEAR if kind == "many" else 0
    allowed = edges(base - 5 - apart, base + 4 + apart)
    if apart and len(allowed) > 1:
        allowed |= {edge for _limit, edge in CODED if min(allowed) < edge < max(allowed)}
    if kind == "many":
        fitting = [next((edge for edge in allowed if is_coded_so(row, edge)), 0) for row in rows]
    else:
        found = next((edge for edge in allowed if all(is_coded_so(r, edge) for r in rows) and adds_up(rows, edge)), 0)
        fitting = [found] * len(rows)
    tally.count("columns", all(fitting), f"{where} is not coded, rounded or added up as its base of {base} says")
    for row, edge in zip(rows, fitting, strict=True):
        if row["share"]:
            least, most = shares_of(row, edge or min(allowed))
            ends = f"no share near {row['share']} has the ends {row['low']} and {row['high']}"
            tally.count("intervals", least <= most + 1e-9, f"{where} {row['option']}: {ends}")


def is_coded_so(row: Row, edge: int) -> bool:
    """Whether a share is told, or coded, as one that stays so far from 0 and 100."""
    if not row["share"]:
        ends = not (row["low"] or row["high"] or row["effective"] or row["count"])
        return ends and row["status"] in (f"coded_low_{edge}", f"coded_high_{100 - edge}")
    share, scale = float(row["share"]), 10 if edge == 1 else 1
    return not row["status"] and edge < share < 100 - edge and round(share * scale) == share * scale


def adds_up(rows: list[Row], edge: int) -> bool:
    """Whether shares make 100: those that are told exactly, where none is coded; else within what the coded ones may be."""
    told = sum(round(10 * float(row["share"])) for row in rows if row["share"])
    low = sum(row["status"].startswith("coded_low") for row in rows)
    high = sum(row["status"].startswith("coded_high") for row in rows)
    return told + 10 * high * (100 - edge) <= 1000 <= told + 10 * low * edge + 10 * high * 100


def shares_of(row: Row, edge: int) -> tuple[float, float]:
    """The shares, in per cent, whose interval has the ends that are told: least and most; none where least is the greater.

    A share p has an end e where p - e is z standard errors of e: what Wilson's interval is made from. An end at a bound may
    have been clipped; one at its share may have been moved there, for a share rounds to less than one unit away.
    """
    share, low, high, effective = (float(row[name]) for name in ("share", "low", "high", "effective"))
    unit = 0.1 if edge == 1 else 1.0
    least = [share - unit]
    most = [share + unit]
    least += [] if low == edge else [share_at(low - HALF, effective, 1)]
    most += [] if low == share else [share_at(low + HALF, effective, 1)]
    least += [] if high == share else [share_at(high - HALF, effective, -1)]
    most += [] if high == 100 - edge else [share_at(high + HALF, effective, -1)]
    return max(least), min(most)


def share_at(end: float, effective: float, side: int) -> float:
    """The share, in per cent, of which this is the lower end (side 1) or the upper one (side -1)."""
    farthest = effective / (effective + Z**2)  # the lower end of a share of 1
    e = min(end / 100, farthest) if side > 0 else max(end / 100, 1 - farthest)
    return 100 * (e + side * Z * math.sqrt(e * (1 - e) / effective))


# Pages ---------------------------------------------------------------------------------------------------------------
class Shown(HTMLParser):
    """The cells of the first table below the heading of the table: lines of texts, titles first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[list[str]] = []
        self.is_inside = self.is_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A section begins, a line, a cell."""
        if tag == "section":
            self.is_inside = ("aria-labelledby", "table") in attrs
        elif tag == "tr" and self.is_inside:
            self.lines.append([])
        elif tag in ("td", "th") and self.is_inside:
            self.lines[-1].append("")
            self.is_cell = True

    def handle_endtag(self, tag: str) -> None:
        """A section ends, or a cell."""
        self.is_inside = self.is_inside and tag != "section"
        self.is_cell = self.is_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self.is_cell and self.is_inside:
            self.lines[-1][-1] += data


def check_pages(
    home: str,
    columns: dict[tuple[str, ...], list[Row]],
    words: dict[str, tuple[str, dict[str, str]]],
    tally: Tally,
) -> None:
    """Every share and interval of every table pages show, compared with the files."""
    for address, by_group in pages(home, columns, words):
        read_page = Shown()
        read_page.feed(read(address).decode("utf-8"))
        found = dict(displayed(read_page.lines, is_single=by_group.keys() == {""}))
        for group, rows in by_group.items():
            answers = words[rows[0]["question"]][1]
            for row in rows:
                wanted = in_words(row)
                seen = found.get(group, {}).get(plain(answers[row["option"]]))
                tally.count("pages", seen == wanted, f"{address} {group} {row['option']}: {seen}, not {wanted}")


def pages(
    home: str, columns: dict[tuple[str, ...], list[Row]], words: dict[str, tuple[str, dict[str, str]]]
) -> Iterator[tuple[str, dict[str, list[Row]]]]:
    """The address of each table and what it must show, by the words of its groups ("" of the only one)."""
    places: dict[tuple[str, ...], dict[tuple[str, ...], list[Row]]] = defaultdict(dict)
    for (level, zone, question, crossed, among, age, sex), rows in columns.items():
        if rows[0]["option"]:
            places[level, zone, question][crossed, among, age, sex] = rows
    for (level, zone, question), groups in places.items():
        whole = groups.get(("", "", "all", "all"))
        if whole is None:
            continue  # nothing is told of everyone: the page says why, and no number
        place = {} if level == "country" else {"lieu": f"{level}-{zone}"}
        yield address_of(home, question, place), {"": whole}
        for by in ("age", "genre", "age_genre")[: 3 if level in WIDE else 2]:
            told = {who(g[2], g[3]): r for g, r in groups.items() if not g[0] and is_of(by, g[2], g[3])}
            if told:
                everyone = {who("all", "all"): whole}
                yield address_of(home, question, place | {"par": by}), everyone | told
        for crossed in dict.fromkeys(g[0] for g in groups if g[0]):
            answers = words[crossed][1]
            told = {
                plain(answers[g[1]]).lower(): r
                for g, r in groups.items()
                if g[0] == crossed and g[2:] == ("all", "all")
            }
            if told:
                yield address_of(home, question, place | {"croise": crossed}), told


def address_of(home: str, question: str, query: dict[str, str]) -> str:
    """The page of one table."""
    asked = f"?{urllib.parse.urlencode(query)}" if query else ""
    return f"{home}/{urllib.parse.quote(question)}{asked}"


def is_of(by: str, age: str, sex: str) -> bool:
    """Whether a group stands in a table by age, by gender, by both."""
    return {"age": (True, False), "genre": (False, True), "age_genre": (True, True)}[by] == (age != "all", sex != "all")


def who(age: str, sex: str) -> str:
    """A group as pages say it."""
    said = ["{} à {} ans".format(*age.split("_"))] if age != "all" else []
    said += [GENDERS[sex]] if sex != "all" else []
    return ", ".join(said) or "tous les enfants"


def displayed(lines: list[list[str]], *, is_single: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """What a table shows: by group, each answer with its share and interval."""
    titles = [plain(title) for title in lines[0]] if lines else []
    if is_single:
        yield (
            "",
            {
                plain(line[0]): f"{plain(line[1])} ({plain(line[2])})" if plain(line[2]) else plain(line[1])
                for line in lines[1:]
            },
        )
        return
    for line in lines[1:]:
        if len(line) == len(titles):
            cells = [plain(cell) for cell in line]
            yield cells[0].lower(), dict(zip(titles[2:], cells[2:], strict=True))


def in_words(row: Row) -> str:
    """A share with its interval, as pages say them in French."""
    if row["status"]:
        end, number = row["status"].removeprefix("coded_").split("_")
        return f"{number} % ou {'moins' if end == 'low' else 'plus'}"
    share, low, high = (row[name].replace(".", ",") for name in ("share", "low", "high"))
    return f"{share} % ({low} à {high} %)"


def plain(text: str) -> str:
    """A text with plain spaces, one at a time."""
    return " ".join(text.split())


if __name__ == "__main__":
    raise SystemExit(main())
