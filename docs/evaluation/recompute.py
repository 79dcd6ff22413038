"""The end-of-mandate evaluation, worked out again from the published files. Python 3.11 or later, nothing to install.

    python3 recompute.py FILES --year 2031 --track titre [--on 2031-12-03]

FILES: a folder with the CSV files of /donnees (mandates.csv, objectives.csv, actions.csv, indicators.csv, readings.csv,
reports.csv, ratings.csv, proposals.csv; a day in the name is fine, "mandates-2031-12-03.csv"), or the address of a site,
from which they are fetched. Prints `key,value,unit,known,asked`, the same lines as the file of the evaluation page.

The rules, in short (docs/handbook/evaluation.md says them in words):
- the cohort: mandates of the track whose last day (the eve of `ends_on`) falls in the year;
- an indicator counts by its newest reading with a value; its way is (reading - baseline) / (target - baseline), 0 to 1;
- each indicator counts once in its town and domain, each town once in the network, at each level of proof apart;
- per cents are whole, rounded down; what is unknown is counted and never taken for nothing.
"""

import argparse
import csv
import io
import sys
import urllib.parse
import urllib.request
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

FILES = ("mandates", "objectives", "actions", "indicators", "readings", "reports", "ratings", "proposals")
PROOFS = ("declared", "evidenced", "verified")
STATES = ("planned", "in_progress", "blocked", "postponed", "done", "abandoned")
RATERS = ("city", "children", "committee")
VERDICTS = ("achieved", "on_track", "held_back", "no_progress", "not_rated")
MONTHS_TO_ANSWER = 3
MILLION = 1_000_000


def main() -> None:
    """Read the files, print the lines."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("files", help="a folder of CSV files, or the address of a site")
    asked.add_argument("--year", type=int, required=True, help="the year in which the mandates end")
    asked.add_argument("--track", required=True, help="the code of the track, as in mandates.csv")
    asked.add_argument("--on", type=date.fromisoformat, default=date.today(), help="the day of the evaluation")
    given = asked.parse_args()
    tables = {name: read(given.files, name, given.track) for name in FILES}
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["key", "value", "unit", "known", "asked"])
    out.writerows(recompute(tables, given.year, given.track, given.on))


def read(files: str, name: str, track: str) -> list[dict[str, str]]:
    """One list of the open data."""
    if files.startswith(("http://", "https://")):
        address = f"{files.rstrip('/')}/donnees/{name}.csv?{urllib.parse.urlencode({'track': track})}"
        with urllib.request.urlopen(address) as answer:  # noqa: S310  typed by whoever runs this
            text = answer.read().decode("utf-8-sig")
    else:
        found = sorted(Path(files).glob(f"{name}*.csv"))
        if not found:
            raise SystemExit(f"{files} holds no {name}.csv")
        text = found[-1].read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def recompute(tables: dict[str, list[dict[str, str]]], year: int, track: str, on: date) -> list[list[object]]:
    """Every line of the evaluation, in order of key."""
    mandates = [m for m in tables["mandates"] if m["track"] == track and last_year(m) == year]
    plans = {m["plan"] for m in mandates}
    plan_of = {o["code"]: o["plan"] for o in tables["objectives"] if o["plan"] in plans}
    objectives = [o for o in tables["objectives"] if o["code"] in plan_of]
    actions = [a for a in tables["actions"] if a["objective"] in plan_of]
    indicators = [i for i in tables["indicators"] if i["objective"] in plan_of]
    finals = {r["code"]: r["plan"] for r in tables["reports"] if r["plan"] in plans and r["kind"] == "final"}
    ratings = [r for r in tables["ratings"] if r["report"] in finals]
    newest = newest_readings(tables["readings"])
    lines: list[list[object]] = [
        ["mandates.evaluated", len(mandates), "", len(mandates), len(mandates)],
        ["mandates.ended", sum(m["state"] == "ended" for m in mandates), "", len(mandates), len(mandates)],
        ["mandates.final_report", len(set(finals.values())), "", len(mandates), len(mandates)],
    ]
    for domain in {o["domain"] for o in objectives}:
        lines += attainment(domain, [i for i in indicators if i["domain"] == domain], newest, plan_of, len(mandates))
        aims = sum(o["domain"] == domain for o in objectives)
        lines += rated(domain, [r for r in ratings if r["domain"] == domain], aims)
        own = [a["state"] for a in actions if a["domain"] == domain]
        lines += [[f"actions.{domain}.{state}", own.count(state), "", len(own), len(own)] for state in STATES]
    lines += policies(indicators, newest)
    lines += proposals(tables["proposals"], mandates, on)
    return sorted(lines, key=lambda line: str(line[0]))


def last_year(mandate: dict[str, str]) -> int:
    """The year of its last day: the end is excluded."""
    return (date.fromisoformat(mandate["ends_on"]) - timedelta(days=1)).year


def newest_readings(readings: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Of each indicator, the reading with a value whose period ends last; "2027" before "2027-S2", which end together."""
    found: dict[str, dict[str, str]] = {}
    for reading in sorted(readings, key=lambda r: r["period"], reverse=True):
        held = found.get(reading["indicator"])
        if reading["value"] != "" and (held is None or reading["until"] >= held["until"]):
            found[reading["indicator"]] = reading
    return found


def attainment(domain, indicators, newest, plan_of, towns):
    """The mean way at each level of proof, and the indicators whose way is not known."""
    ways = defaultdict(list)  # of a level of proof and a plan
    unknown = 0
    for indicator in indicators:
        reading = newest.get(indicator["code"])
        way = way_of(indicator, reading)
        if way is None:
            unknown += 1
        else:
            ways[reading["proof"], plan_of[indicator["objective"]]].append(way)
    for proof in PROOFS:
        means = [whole(Decimal(sum(own)) / (MILLION * len(own))) for (level, _), own in ways.items() if level == proof]
        value = sum(means) * 100 // (MILLION * len(means)) if means else ""
        yield [f"attainment.{domain}.{proof}", value, "%", len(means), towns]
    yield [f"attainment.{domain}.unknown", unknown, "", len(indicators) - unknown, len(indicators)]


def way_of(indicator, reading) -> int | None:
    """How far a reading is from baseline to target, in millionths; None when one of the three is unknown."""
    start = indicator["baseline"]
    if start == "" and indicator["kind"] in ("yes_no", "milestone"):
        start = "0"
    if reading is None or start == "" or indicator["target"] == "":
        return None
    value, baseline, target = Decimal(reading["value"]), Decimal(start), Decimal(indicator["target"])
    if target == baseline:
        kept = {"higher_is_better": value >= target, "lower_is_better": value <= target}
        return MILLION if kept.get(indicator["direction"], value == target) else 0
    return whole(min(max((value - baseline) / (target - baseline), Decimal(0)), Decimal(1)))


def whole(share: Decimal) -> int:
    """A share as whole millionths, half to even; a whole million only for what is reached."""
    found = int((share * MILLION).to_integral_value(ROUND_HALF_EVEN))
    return found if share >= 1 else min(found, MILLION - 1)


def rated(domain, ratings, objectives):
    """How many objectives have each word, said by each of the three; once a word, whatever the groups of children."""
    for rater in RATERS:
        said = {(r["objective"], r["verdict"]) for r in ratings if r["by"] == rater}
        known = len({objective for objective, _verdict in said})
        for verdict in VERDICTS:
            found = sum(word == verdict for _objective, word in said)
            yield [f"ratings.{domain}.{rater}-{verdict}", found, "", known, objectives]


def policies(indicators, newest):
    """Of each yes/no indicator of the library, the share of the towns that say yes among those that say."""
    towns = defaultdict(lambda: defaultdict(list))
    for indicator in indicators:
        if indicator["kind"] == "yes_no" and indicator["definition"]:
            reading = newest.get(indicator["code"])
            towns[indicator["definition"]][indicator["organisation"]] += [reading] if reading else []
    for definition, followed in towns.items():
        last = [max(rows, key=lambda r: (r["until"], r["code"])) for rows in followed.values() if rows]
        yes = sum(Decimal(reading["value"]) > 0 for reading in last)
        value = 100 * yes // len(last) if last else ""
        yield [f"policies.{definition}", value, "%", len(last), len(followed)]


def proposals(rows, mandates, on):
    """How many came, how many were answered, the share answered within three months."""
    ours = [p for p in rows if any(p["organisation"] == m["organisation"] and is_during(p, m) for m in mandates)]
    in_time = late = 0
    for proposal in ours:
        if not proposal["received_on"]:
            continue  # nobody knows the day: left aside
        due, told = months_after(date.fromisoformat(proposal["received_on"])), proposal["answered_on"]
        if told and date.fromisoformat(told) <= due:
            in_time += 1
        elif told or on > due:
            late += 1
    counted = in_time + late
    yield ["proposals.received", len(ours), "", len(ours), len(ours)]
    yield ["proposals.answered", sum(bool(p["answer"]) for p in ours), "", len(ours), len(ours)]
    yield ["proposals.in_time", 100 * in_time // counted if counted else "", "%", counted, len(ours)]


def is_during(proposal, mandate) -> bool:
    """Whether it came during the mandate, or on a day nobody knows."""
    return not proposal["received_on"] or mandate["starts_on"] <= proposal["received_on"] < mandate["ends_on"]


def months_after(day: date) -> date:
    """Three months later, the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS_TO_ANSWER, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


if __name__ == "__main__":
    main()
