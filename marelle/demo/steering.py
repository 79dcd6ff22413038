"""How the demonstration's team follows its network: visits and calls, next steps, a list it shares, a letter to several, testimonies."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from marelle.accounts.models import Person
from marelle.base import clock, jobs
from marelle.base.models import Job, JobState
from marelle.demo.practices import administrator
from marelle.mandates.models import Mandate
from marelle.mandates.operations import contacts, reminders, testimonies
from marelle.mandates.states import MEMBER_STATES

FILE = Path(__file__).with_name("steering.yaml")
CHALK, SUN, GROUND = "#fffdf7", "#ffc83d", "#0f5c73"


@cache
def content() -> dict[str, Any]:
    """The file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def tell(until: datetime, team: dict[str, Person]) -> None:
    """Whatever was said, agreed, written to several and published by then, with the members of that day."""
    rows = Mandate.rows.filter(state__in=sorted(MEMBER_STATES)).select_related("organisation")
    mandates = list(rows.order_by("organisation__code", "pk"))
    if not mandates:
        return
    officers = [team["committee-officer"], team["committee-admin"]]
    _share_a_list(until, officers[0])
    for number, row in enumerate(content()["contacts"]):
        _speak(mandates[number % len(mandates)], row, until, officers)
    for number, mandate in enumerate(mandates):
        if number % 3:
            contacts.name_officer(mandate.pk, officers[number % 2], by=officers[0])
    _remind(mandates[:3], until, officers[0])
    for number, row in enumerate(content()["testimonies"]):
        _testify(mandates[(number * 2) % len(mandates)], row, until, officers[0])


def _at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), clock.PARIS).replace(hour=10)


def _share_a_list(until: datetime, officer: Person) -> None:
    house = officer.committees_as()[0]
    for row in content()["views"]:
        with clock.at(until):
            contacts.save_view(house, by=officer, name=row["name"], query=row["query"], is_shared=True)


def _speak(mandate: Mandate, row: dict[str, Any], until: datetime, officers: Sequence[Person]) -> None:
    """An exchange, and whether its step was done since."""
    at, officer = _at(row["on"]), officers[row.get("officer", 0)]
    if at > until or at.date() < mandate.starts_on:
        return
    step = {}
    if "step" in row:
        is_city = row.get("by") == "city"
        step = {"next_step": row["step"], "next_on": row["until"], "next_is_city": is_city}
        step["next_by"] = None if is_city else officer
    said = {name: row.get(name, "") for name in ("with_whom", "said", "summary")}
    with clock.at(at):
        made = contacts.record_contact(
            mandate.pk, by=officer, kind=row["kind"], on=at.date(), is_shared="summary" in row, **said, **step
        )
    if "done" in row and _at(row["done"]) <= until:
        with clock.at(_at(row["done"])):
            contacts.finish_step(made.pk, by=officer)


def _remind(mandates: Sequence[Mandate], until: datetime, officer: Person) -> None:
    """A letter to three, sent as the worker would."""
    row = content()["reminding"]
    if _at(row["on"]) > until:
        return
    with clock.at(_at(row["on"])):
        made = reminders.draft_reminding(officer.committees_as()[0], mandates, by=officer)
        made = reminders.write_reminding(made.pk, row["words"], by=officer, version=made.version)
        reminders.confirm_reminding(made.pk, by=officer, version=made.version)
        for job in Job.objects.filter(state=JobState.WAITING, task=reminders.SEND):
            jobs.deliver.call(job.pk)


def _testify(mandate: Mandate, row: dict[str, Any], until: datetime, officer: Person) -> None:
    """Proposed by its city; read over and published, unless it waits."""
    at = _at(row["on"])
    if at > until or at.date() < mandate.starts_on:
        return
    drawn = {}
    if "picture" in row:
        drawn = {"picture": _drawing(), "picture_alt": row["picture"], "picture_rights": row["rights"]}
    said = {name: row[name] for name in ("quotes", "speaker", "role", "consent_how")}
    with clock.at(at):
        made = testimonies.propose_testimony(
            mandate.pk,
            by=administrator(mandate.organisation),
            first_name=row.get("first_name", ""),
            consent_on=at.date(),
            **said,
            **drawn,
        )
        if not row.get("waits"):
            testimonies.publish_testimony(made.pk, names_nobody=True, by=officer)


def _drawing() -> SimpleUploadedFile:
    """Three chalk squares and a half-sun: no photograph of anybody."""
    image = Image.new("RGB", (640, 480), GROUND)
    draw = ImageDraw.Draw(image)
    for number in range(3):
        left = 90 + 160 * number
        draw.rectangle((left, 290 - 40 * number, left + 140, 430 - 40 * number), outline=CHALK, width=8)
    draw.pieslice((430, 60, 610, 240), 180, 360, fill=SUN)
    out = io.BytesIO()
    image.save(out, format="PNG")
    return SimpleUploadedFile("marelle.png", out.getvalue(), "image/png")
