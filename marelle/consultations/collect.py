"""Where answers come in: `/e` and below, in front of Django, which it does not know (specs/consultation.md, section 10).

A part is checked, sealed, queued, and told received once it is on the disk, not before. Nothing is logged of who asked:
no address, no agent, no code, no minute. What it needs of the database comes through `Directory`, its pages through `Pages`.
"""

import hmac
import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from marelle.consultations import answering, boxes, codes, passes, sealing
from marelle.consultations.asking import (
    FORM,
    JSON,
    WHY,
    WORDS,
    Ask,
    Page,
    Refusal,
    Step,
    form_fields,
    headers_of,
    later,
    retry_after,
    said_in,
)
from marelle.consultations.counting import Counters
from marelle.consultations.hours import Hours, Line
from marelle.consultations.questionnaires import Questionnaire
from marelle.consultations.spool import NotKept, Row, Writer

PARIS = ZoneInfo("Europe/Paris")
HOUR = 3600  # seconds
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MEDIUM = re.compile(r"/e/media/([0-9a-f]{64})")
RANGE = re.compile(r"bytes=(\d+)-(\d*)")
log = logging.getLogger("marelle.intake")


# What is handed over ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SittingFacts:
    """All that is known here of one group, as plain values.

    `takes_parts`: its state and its consultation's let answers in (its window is looked at apart). `takes_late`: boxes a
    tablet kept may still come. `versions`: first bytes of the questionnaires' hashes, the one to show first.
    `help_numbers`: {"number", language: whom}. `title`, `themes`: by language.
    """

    reference: str
    consultation: str
    opens_at: datetime
    closes_at: datetime
    takes_parts: bool
    takes_late: bool
    head_count: int | None
    territory: str
    department: str
    site_kind: str
    site: str
    public_key: bytes
    versions: tuple[str, ...]
    bands: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, Any] = field(default_factory=dict)
    help_numbers: tuple[Mapping[str, str], ...] = ()
    answered_on: date | None = None
    is_pilot: bool = False
    is_demonstration: bool = False

    def is_on(self, at: datetime) -> bool:
        """Whether its code opens the door at that time."""
        return self.takes_parts and self.opens_at <= at < self.closes_at

    @property
    def most(self) -> int | None:
        """Sheets taken of each part: a fifth more than declared, and three."""
        return None if self.head_count is None else self.head_count * 6 // 5 + 3


class Medium(NamedTuple):
    """A recording or a picture."""

    content_type: str
    content: bytes


class Directory(Protocol):
    """What is asked of the other database. Each raises NotKept while it does not answer."""

    def by_digest(self, digest: bytes) -> SittingFacts | None: ...
    def by_reference(self, reference: str) -> SittingFacts | None: ...
    def questionnaire(self, short_hash: str) -> Questionnaire | None: ...
    def medium(self, sha256: str) -> Medium | None: ...
    def weight(self, sha256s: Iterable[str]) -> int: ...
    def count(self, reference: str, part: str) -> int: ...
    def add(self, counts: Mapping[tuple[str, str], int]) -> None: ...
    def add_hours(self, counts: Mapping[Line, int]) -> None: ...
    def alarm(self, failures: int) -> None: ...


class Keys(NamedTuple):
    """Each drawn from the house's secret for one purpose."""

    codes: bytes
    passes: bytes
    field: bytes
    ids: bytes

    @classmethod
    def of(cls, secret: str) -> "Keys":
        return cls(*(passes.derive(secret, purpose) for purpose in cls._fields))


@dataclass(frozen=True)
class Visit:
    """Someone who came in. `code`: as in the address, empty when a pass alone was shown. `ticket`: a pass for its forms.
    `late`: one for the boxes of a tablet.

    `send(id, part)` gives the status `POST /e/collect` would: 201 once received. `secret` seals the hidden field.
    `weigh(digests)`: bytes of recordings and pictures.
    """

    facts: SittingFacts
    questionnaire: Questionnaire
    ticket: str
    now: datetime
    secret: passes.Secret
    send: Callable[[str, Mapping[str, Any]], int]
    code: str = ""
    late: str = ""
    weigh: Callable[[Iterable[str]], int] = lambda digests: 0


class Pages(Protocol):
    """Every screen a child sees: `web.kids.pages`."""

    def start(self, ask: Ask, *, failed: bool) -> Page:
        """Where the code is typed; `failed`: the one just typed opens nothing now."""

    def first(self, ask: Ask, visit: Visit) -> Page:
        """What a code opens: GET /e/ABCDEFGH."""

    def walk(self, ask: Ask, visit: Visit) -> Page:
        """The next screen without JavaScript: POST /e/page, which carries a field `pass`."""

    def told(self, status: int, language: str) -> Page:
        """One sentence for an answer to a form: 201, 409, 410, 413, 415, 422, 503; 404 for what does not exist."""


class NoPages:
    """Words alone: where parts come in and no child looks."""

    def start(self, ask: Ask, *, failed: bool) -> Page:
        return self.told(404 if failed else 200, ask.language)

    def first(self, ask: Ask, visit: Visit) -> Page:
        return self.told(200, ask.language)

    def walk(self, ask: Ask, visit: Visit) -> Page:
        return self.told(200, ask.language)

    def told(self, status: int, language: str) -> Page:
        return Page(WHY.get(status, WORDS[status]), status, "text/plain; charset=utf-8")


# The door ----------------------------------------------------------------------------------------------------------------
class Intake:
    """The WSGI callable. One a process; its threads start with the first part."""

    def __init__(
        self,
        directory: Directory,
        writer: Writer,
        keys: Keys,
        clock: Callable[[], datetime],
        pages: Pages,
        *,
        older: tuple[Keys, ...] = (),
    ):
        self.directory, self.writer, self.keys, self.clock, self.pages = directory, writer, keys, clock, pages
        self.known = (keys, *older)  # what an earlier secret signed stays valid
        self.hours = Hours(directory.add_hours)
        self.counters = Counters(
            directory.count, directory.add, afterwards=lambda: self.hours.write(int(time.time()) // HOUR)
        )
        self.failures = codes.Failures(directory.alarm)
        self.secret = passes.Secret(keys.field)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, step = time.perf_counter(), Step()
        try:
            page = self.answer(environ, step)
        except Exception as error:
            reference = secrets.token_hex(4)
            log.error(
                "intake=%s at %s: %s", reference, step.name, type(error).__name__
            )  # no trace: it would hold answers
            page = Page(f"Reference: {reference}", 500, "text/plain; charset=utf-8")
        content = page.content.encode() if isinstance(page.content, str) else page.content
        start_response(f"{page.status} {WORDS.get(page.status, 'OK')}", headers_of(page, len(content)))
        self.hours.note(int(time.time()) // HOUR, page.status, time.perf_counter() - began)
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [content]

    def close(self) -> None:
        """Keep what is queued and counted, the hour that is not over too."""
        self.writer.close()
        self.counters.close()
        with suppress(Exception):  # figures may be lost, never answers nor their counts
            self.hours.write(int(time.time()) // HOUR + 1)

    def answer(self, environ: Mapping[str, Any], step: "Step") -> Page:
        """The page, or the few words, this asks for."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/e/collect":
            return self.collect(environ, step) if method == "POST" else Page("", 405, headers=(("Allow", "POST"),))
        language = environ.get("HTTP_ACCEPT_LANGUAGE", "")[:100]
        try:
            step.name = "reading"
            fields = form_fields(environ) if method == "POST" else ()
            query = dict(parse_qsl(environ.get("QUERY_STRING", "")[:500]))
            ask = Ask(method, path, query, fields, language)
            step.name = "page"
            if method not in ("GET", "HEAD", "POST"):
                return Page("", 405, headers=(("Allow", "GET, HEAD, POST"),))
            if found := MEDIUM.fullmatch(path):
                return self.medium(found[1], environ.get("HTTP_RANGE", ""))
            if path == "/e/page" and method == "POST":
                return self.pages.walk(ask, self.visit_by_pass(dict(fields).get("pass", "")))
            if path in ("/e", "/e/"):
                return self.typed(ask)
            return self.first(ask)
        except Refusal as refusal:
            return self.told(refusal, language)
        except NotKept:
            return self.told(Refusal(503, later()), language)

    # Codes
    def typed(self, ask: Ask) -> Page:
        """The page where one types the code, or the way to where the code leads."""
        if ask.method != "POST":
            return self.pages.start(ask, failed=False)
        typed = dict(ask.fields).get("code", "")
        if self._facts_of(typed) is None:
            return self.pages.start(ask, failed=True)
        return Page("", 303, headers=(("Location", f"/e/{codes.tidy(typed)}"),))

    def first(self, ask: Ask) -> Page:
        """What a code opens. Unknown, closed and not yet open: the same page, in the same time."""
        typed = ask.path.removeprefix("/e/")
        facts = self._facts_of(typed) if ask.method in ("GET", "HEAD") else None
        if facts is None:
            return self.pages.start(ask, failed=True)
        return self.pages.first(ask, self._visit(facts, codes.tidy(typed) or ""))

    def _facts_of(self, typed: str) -> SittingFacts | None:
        """The group whose door this code opens now. A wrong one is counted, and costs time once there are many."""
        code = codes.tidy(typed) or "-" * codes.LENGTH  # what cannot be a code takes the same road
        looked_up = (self.directory.by_digest(codes.digest(code, keys.codes)) for keys in self.known)
        facts = next((found for found in looked_up if found is not None), None)
        if facts is not None and facts.is_on(self.clock()) and self._shown(facts):
            return facts
        self.failures.add()
        return None

    def _shown(self, facts: SittingFacts) -> Questionnaire | None:
        return self.directory.questionnaire(facts.versions[0]) if facts.versions else None

    def visit_by_pass(self, text: str) -> Visit:
        """Raises Refusal."""
        found, facts = self.passed(text)
        if found.kind != passes.SITTING:
            raise Refusal(410)
        return self._visit(facts, "")

    def _visit(self, facts: SittingFacts, code: str) -> Visit:
        questionnaire = self._shown(facts)
        if questionnaire is None:
            raise Refusal(410)
        until = facts.closes_at + passes.AFTER_THE_WINDOW[passes.SITTING]
        ticket = passes.make(facts.reference, passes.SITTING, until, self.keys.passes)

        def send(id: str, part: Mapping[str, Any]) -> int:
            try:
                self.receive({"pass": ticket, "id": id, "part": part}, Step())
            except Refusal as refusal:
                return refusal.status
            return 201

        afterwards = facts.closes_at + passes.AFTER_THE_WINDOW[passes.LATE]
        late = passes.make(facts.reference, passes.LATE, afterwards, self.keys.passes)
        weigh = self.directory.weight
        return Visit(facts, questionnaire, ticket, self.clock(), self.secret, send, code, late, weigh)

    def medium(self, sha256: str, asked: str) -> Page:
        """A recording or a picture, or a stretch of it. Raises Refusal."""
        found = self.directory.medium(sha256)
        if found is None:
            raise Refusal(404)
        whole: bytes = found.content
        headers: tuple[tuple[str, str], ...] = (("Accept-Ranges", "bytes"),)
        stretch = RANGE.fullmatch(asked)
        if stretch is None:
            return Page(whole, 200, found.content_type, headers)
        start, end = int(stretch[1]), min(int(stretch[2] or len(whole) - 1), len(whole) - 1)
        if start > end:
            return Page(b"", 416, found.content_type, (("Content-Range", f"bytes */{len(whole)}"),))
        headers += (("Content-Range", f"bytes {start}-{end}/{len(whole)}"),)
        return Page(whole[start : end + 1], 206, found.content_type, headers)

    # Parts
    def collect(self, environ: Mapping[str, Any], step: "Step") -> Page:
        """POST /e/collect: in HTML for a form, in JSON otherwise."""
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        try:
            self.receive(said_in(kind, environ, step), step)
            answer = 201, 0
        except Refusal as refusal:
            answer = refusal.status, refusal.after
        if kind == FORM:
            return self.told(Refusal(*answer), environ.get("HTTP_ACCEPT_LANGUAGE", "")[:100])
        content = {"received": True} if answer[0] == 201 else {"received": False, "why": WHY[answer[0]]}
        return Page(json.dumps(content), answer[0], JSON, retry_after(answer[1]))

    def told(self, refusal: Refusal, language: str) -> Page:
        """The sentence that goes with a status, as a page."""
        page = self.pages.told(refusal.status, language)
        more = (*page.headers, *retry_after(refusal.after))
        return Page(page.content, refusal.status, page.content_type, more, page.scripts, page.styles)

    def receive(self, said: Mapping[str, Any], step: "Step") -> None:
        """Check, seal, queue, and wait until it is on the disk. Raises Refusal: to come back, while a database is away."""
        try:
            self._keep(said, step)
        except NotKept:
            raise Refusal(503, later()) from None

    def _keep(self, said: Mapping[str, Any], step: "Step") -> None:
        step.name = "pass"
        found, facts = self.passed(said.get("pass"))
        if not isinstance(id := said.get("id"), str) or not ID.fullmatch(id):
            raise Refusal(422)
        step.name = "checking"
        part, contents = self._carried(said, facts) if "sealed" in said else self._checked(said, facts, found)
        key = hmac.digest(self.keys.ids, bytes.fromhex(id.replace("-", "")), "sha256")[:16]
        step.name = "sealing"
        sheet, *texts = (sealing.seal(boxes.written(content), facts.public_key) for content in contents)
        step.name = "keeping"
        if not self.counters.hold(facts.reference, part, self._most(facts, part)):
            self._again_or_full(key)
            return
        is_new = False
        try:
            is_new = self.writer.put(Row(key, sheet), [Row(secrets.token_bytes(16), text) for text in texts]).wait()
        finally:
            self.counters.settle(facts.reference, part, is_new=is_new)

    def passed(self, text: Any) -> tuple[passes.Pass, SittingFacts]:
        """What a pass lets in now. Raises Refusal."""
        try:
            found = self._read(text if isinstance(text, str) else "")
        except passes.Expired:
            raise Refusal(410) from None
        except passes.Invalid:
            raise Refusal(422) from None
        facts = self.directory.by_reference(found.reference) if found.kind in passes.AFTER_THE_WINDOW else None
        if facts is None or not (facts.takes_late if found.kind == passes.LATE else facts.takes_parts):
            raise Refusal(410)
        return found, facts

    def _read(self, text: str) -> passes.Pass:
        """What a pass says, by today's key or an earlier one. Raises Invalid, Expired."""
        for keys in self.known[:-1]:
            try:
                return passes.read(text, keys.passes, self.clock())
            except passes.Expired:
                raise
            except passes.Invalid:
                continue
        return passes.read(text, self.known[-1].passes, self.clock())

    def _checked(self, said: Mapping[str, Any], facts: SittingFacts, found: passes.Pass) -> tuple[str, list[Any]]:
        """A part's name, and what goes into boxes: the sheet, then its free texts. Raises Refusal."""
        part = said.get("part")
        if not isinstance(part, dict) or part.get("v") not in facts.versions or found.kind != passes.SITTING:
            raise Refusal(422)
        questionnaire = self.directory.questionnaire(part["v"])
        try:
            clean = answering.clean(questionnaire, part) if questionnaire else None
        except answering.Refused:
            clean = None
        if clean is None:
            raise Refusal(422)
        sheet = boxes.Sheet(
            version=part["v"],
            part=clean.part,
            thread=clean.thread,
            age_band=clean.age_band,
            gender=clean.gender,
            language=clean.language,
            mode=clean.mode,
            rendering=clean.rendering,
            place=self._place(facts),
            answers=clean.answers,
        )
        texts = [
            boxes.FreeText(question, text, clean.age_band, clean.language, facts.department)
            for question, text in clean.texts.items()
        ]
        return clean.part, [sheet, *texts]

    def _carried(self, said: Mapping[str, Any], facts: SittingFacts) -> tuple[str, list[Any]]:
        """A box a tablet had sealed: it cannot be read here, so it counts as a part without name. Raises Refusal."""
        try:
            box = passes.bytes_of(said["sealed"])
            sealing.check_box(box, facts.public_key)
        except ValueError:
            raise Refusal(422) from None
        return "", [boxes.Carried(box, self._place(facts))]

    def _place(self, facts: SittingFacts) -> boxes.Place:
        year, week, _day = self.clock().astimezone(PARIS).isocalendar()
        return boxes.Place(facts.territory, facts.department, facts.site_kind, facts.site, f"{year}-W{week:02}")

    def _most(self, facts: SittingFacts, part: str) -> int | None:
        """How many of that part: of boxes, whose parts are not known, as many times more as there are parts."""
        if facts.most is None or part:
            return facts.most
        questionnaire = self._shown(facts)
        return facts.most * len(questionnaire.parts) if questionnaire else facts.most

    def _again_or_full(self, key: bytes) -> None:
        """A part sent again has its place already. Raises Refusal."""
        try:
            if self.writer.store.holds(key):
                return
        except NotKept:
            raise Refusal(503, later()) from None
        raise Refusal(409)
