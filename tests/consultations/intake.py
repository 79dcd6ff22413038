"""An intake over the run's own database of answers, without Django: a class of 25, a questionnaire of two parts."""

import io
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from marelle.consultations import boxes, codes, collect, passes, sealing, spool
from marelle.consultations.questionnaires import Option, Part, Question, Questionnaire

OPENS, NOW, CLOSES = (datetime(2026, 11, 3, hour, tzinfo=UTC) for hour in (8, 9, 12))
CODE, REFERENCE = "ABCDEFGH", "sitting1"
PAIR = sealing.Pair.of(bytes.fromhex("5b7630bfa40c4a7845b86184067412155a0bc89de73206caa1fd44e785ddd893"))
KEYS = collect.Keys.of("secret of these tests")
YES_NO = (Option("yes", {"fr": "Oui"}), Option("no_way", {"fr": "Non"}))
QUESTIONNAIRE = Questionnaire(
    title={"fr": "Consultation"},
    languages=("fr", "ar"),
    parts=(
        Part(
            "rights",
            {"fr": "Mes droits"},
            (
                Question("q010", "one", {"fr": "Sais-tu ?"}, options=YES_NO),
                Question("q011", "many", {"fr": "Où ?"}, options=YES_NO, relevance=["=", "q010", "yes"]),
                Question("q012", "integer", {"fr": "Combien ?"}, start=0, end=10),
                Question("q090", "text", {"fr": "Que changer ?"}, bands=("12_14", "15_18"), free_text=True),
            ),
        ),
        Part("school", {"fr": "À l’école"}, (Question("q020", "one", {"fr": "Aimes-tu ?"}, options=YES_NO),)),
    ),
)
FACTS = collect.SittingFacts(
    reference=REFERENCE,
    consultation="2026",
    opens_at=OPENS,
    closes_at=CLOSES,
    takes_parts=True,
    takes_late=True,
    head_count=25,
    territory="67447",
    department="67",
    site_kind="school",
    site="site1",
    public_key=PAIR.public,
    versions=(QUESTIONNAIRE.short_hash,),
)
PASS = passes.make(REFERENCE, "sitting", CLOSES, KEYS.passes)
LATE = passes.make(REFERENCE, "late", CLOSES, KEYS.passes)


class Rooms:
    """A directory in memory."""

    def __init__(self, *facts: collect.SittingFacts):
        self.facts = {each.reference: each for each in facts or [FACTS]}
        self.codes = {codes.digest(CODE, KEYS.codes): REFERENCE}
        self.counts, self.alarms, self.media = {}, [], {}

    def change(self, **changes):
        self.facts[REFERENCE] = replace(self.facts[REFERENCE], **changes)

    def by_digest(self, digest):
        return self.facts.get(self.codes.get(digest, ""))

    def by_reference(self, reference):
        return self.facts.get(reference)

    def questionnaire(self, short_hash):
        return QUESTIONNAIRE if short_hash == QUESTIONNAIRE.short_hash else None

    def medium(self, sha256):
        return self.media.get(sha256)

    def weight(self, sha256s):
        return sum(len(self.media[each].content) for each in sha256s)

    def count(self, reference, part):
        return self.counts.get((reference, part), 0)

    def add(self, counts):
        for key, received in counts.items():
            self.counts[key] = self.counts.get(key, 0) + received

    def add_hours(self, counts):
        self.hours = counts

    def alarm(self, failures):
        self.alarms.append(failures)


class Held:
    """A clock the test holds."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


def intake_over(store, rooms=None, *, gathers=0.0, now=NOW):
    """The intake, its directory and its clock as `intake.directory` and `intake.clock`."""
    return collect.Intake(rooms or Rooms(), spool.Writer(store, gathers=gathers), KEYS, Held(now), collect.NoPages())


def part(**changes):
    """What a child of 12 said of their rights, free text included."""
    said = {
        "v": QUESTIONNAIRE.short_hash,
        "p": "rights",
        "t": "0123456789abcdef" * 2,
        "a": {"q010": 1, "q011": [2, 1], "q012": "dk"},
        "age_band": "12_14",
        "gender": "girl",
        "lang": "fr",
        "mode": "screen",
        "rendering": "text",
    }
    return said | changes


def body(**changes):
    """A part under a new id."""
    return {"pass": PASS, "id": str(uuid.uuid4()), "part": part()} | changes


class Answer:
    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, dict(headers), content

    @property
    def json(self):
        return json.loads(self.content)


def ask(intake, method="POST", path="/e/collect", said=None, *, kind="application/json", **environ):
    """One request, through WSGI. `said`: bytes as they are, else JSON or a form by `kind`."""
    if not isinstance(said, bytes):
        said = (json.dumps(said) if kind == "application/json" else urlencode(said or {})).encode() if said else b""
    heard = []
    content = intake(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(said)),
            "wsgi.input": io.BytesIO(said),
        }
        | environ,
        lambda status, headers: heard.append((int(status[:3]), headers)),
    )
    ((status, headers),) = heard
    return Answer(status, headers, b"".join(content))


def opened(store, pair=PAIR):
    """Everything in the spool, opened."""
    with store.reading() as connection:
        found = connection.execute("SELECT id, box FROM spool ORDER BY id").fetchall()
    return [boxes.read(sealing.open_box(bytes(box), pair.private)) for _id, box in found]
