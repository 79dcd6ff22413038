"""A class before the real intake, over HTTP, without the house around it: what a child's browser asks and gets."""

import gzip
import hashlib
import io
import math
import mimetypes
import threading
import wave
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from marelle.config.front import Front, kids_pages
from marelle.consultations import collect, spool
from marelle.consultations.collect import Medium
from marelle.consultations.languages import NATIVE
from marelle.consultations.questionnaires import Option, Part, Question, Questionnaire
from tests.consultations import intake as given

WRITTEN = ("fr", "fr-x-simple", "en", "ar")  # in the others the house speaks, and the questions are French
STATIC = Path(__file__).resolve().parents[2] / "marelle" / "static"
HELP = (
    {"number": "119", "fr": "enfant en danger", "en": "child in danger", "ar": "طفل في خطر"},
    {"number": "3018", "fr": "harcèlement, violences en ligne", "en": "bullying, online violence", "ar": "التنمر والعنف على الإنترنت"},
    {"number": "3114", "fr": "prévention du suicide", "en": "suicide prevention", "ar": "الوقاية من الانتحار"},
)  # fmt: skip


def recording(seconds=0.4) -> bytes:
    """A note, as a file one can play."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(
            bytes(int(128 + 60 * math.sin(n * 2 * math.pi * 440 / 8000)) for n in range(int(8000 * seconds)))
        )
    return made.getvalue()


SHORT, LONG = recording(), recording(20)
DIGESTS = {name: hashlib.sha256(sound).hexdigest() for name, sound in {"short": SHORT, "long": LONG}.items()}


def four(fr, simple, en, ar):
    return {"fr": fr, "fr-x-simple": simple, "en": en, "ar": ar}


OFTEN = (
    Option("oui", four("Oui, souvent", "Oui", "Yes, often", "نعم، كثيرًا"), pictogram="oui", audio={"": {"fr": "long"}}),
    Option("un_peu", four("Parfois", "Parfois", "Sometimes", "أحيانًا"), pictogram="un-peu"),
    Option("non", four("Non, jamais", "Non", "No, never", "لا، أبدًا"), pictogram="non"),
)
PLACES = (
    Option("ecole", four("À l’école", "À l’école", "At school", "في المدرسة"), pictogram="ecole"),
    Option("maison", four("À la maison", "À la maison", "At home", "في البيت"), pictogram="maison"),
    Option("parc", four("Au parc ou sur un terrain de sport", "Au parc", "In the park", "في الحديقة"), pictogram="parc"),
)  # fmt: skip
QUESTIONNAIRE = Questionnaire(
    title=four("Consultation nationale", "Consultation", "National consultation", "الاستشارة الوطنية"),
    languages=tuple(NATIVE),
    parts=(
        Part(
            "droits",
            four("Mes droits", "Mes droits", "My rights", "حقوقي"),
            (
                Question("q001", "one", four("As-tu déjà entendu parler de tes droits ?", "Tu connais tes droits ?", "Have you heard of your rights?", "هل سمعت عن حقوقك؟"),
                         options=OFTEN, pictogram="droits", audio={"": {"fr": "short", "ar": "short"}},
                         wordings={"12_14": four("As-tu déjà entendu parler de la Convention relative aux droits de l’enfant ?", "Tu connais tes droits ?", "Have you heard of the Convention on the Rights of the Child?", "هل سمعت عن اتفاقية حقوق الطفل؟")}),
                Question("q002", "many", four("Où t’en a-t-on parlé ?", "Où ?", "Where were you told?", "أين سمعت عنها؟"), options=PLACES, relevance=["!=", "q001", "non"]),
                Question("q003", "integer", four("De 0 à 10, à quel point te sens-tu écouté par les adultes ?", "De 0 à 10 : on t’écoute ?", "From 0 to 10, how far do adults listen to you?", "من 0 إلى 10، إلى أي حد يستمع إليك الكبار؟"), start=0, end=10,
                         hint=four("0 : pas du tout, 10 : tout à fait.", "0 : non. 10 : oui.", "0: not at all, 10: fully.", "0: لا على الإطلاق، 10: تمامًا")),
                Question("q004", "one", four("Quelqu’un t’a-t-il déjà fait du mal ?", "On t’a fait mal ?", "Has anybody hurt you?", "هل آذاك أحد؟"), options=OFTEN, bands=("12_14", "15_18"), sensitive=True),
                Question("q005", "text", four("Si tu pouvais changer une chose dans ta ville ?", "Tu veux changer quoi ?", "If you could change one thing in your town?", "لو أمكنك تغيير شيء واحد في مدينتك؟"), bands=("12_14", "15_18"), free_text=True),
            ),
            minutes=4, icon="droits",
        ),
        Part("ecole", four("Mon école", "Mon école", "My school", "مدرستي"),
             (Question("q020", "one", four("Aimes-tu aller à l’école ?", "Tu aimes l’école ?", "Do you like going to school?", "هل تحب الذهاب إلى المدرسة؟"), options=OFTEN, pictogram="ecole"),), minutes=3, icon="ecole"),
        Part("ville", four("Ma ville", "Ma ville", "My town", "مدينتي"),
             tuple(Question(f"q03{n}", "one", {"fr": f"Question {n} sur la ville ?"}, options=OFTEN) for n in range(10)), minutes=5, icon="ville"),
        Part("sante", four("Ma santé", "Ma santé", "My health", "صحتي"),
             (Question("n040", "note", four("Une dernière partie, courte.", "Une partie courte.", "One last part, a short one.", "جزء أخير قصير.")),
              Question("q041", "one", four("Dors-tu bien ?", "Tu dors bien ?", "Do you sleep well?", "هل تنام جيدًا؟"), options=OFTEN, pictogram="dormir")), minutes=2, icon="sante"),
    ),
    media=DIGESTS,
)  # fmt: skip


class Rooms(given.Rooms):
    """One class that answers this questionnaire."""

    def __init__(self):
        facts = replace(
            given.FACTS,
            versions=(QUESTIONNAIRE.short_hash,),
            title=QUESTIONNAIRE.title,
            languages=WRITTEN,
            help_numbers=HELP,
            answered_on=given.CLOSES.date(),
            head_count=60,
        )
        super().__init__(facts)
        self.media = {digest: Medium("audio/wav", {"short": SHORT, "long": LONG}[n]) for n, digest in DIGESTS.items()}

    def questionnaire(self, short_hash):
        return QUESTIONNAIRE if short_hash == QUESTIONNAIRE.short_hash else None


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *said):
        """Nothing."""


def shelf(environ, start_response):
    """Files of the house, packed as the product packs them; an empty page where a browser asks for another."""
    path = (STATIC / environ["PATH_INFO"].removeprefix("/static/")).resolve()
    if not (environ["PATH_INFO"].startswith("/static/") and path.is_relative_to(STATIC) and path.is_file()):
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    content, headers = path.read_bytes(), [("Content-Type", mimetypes.guess_type(path.name)[0] or "font/woff2")]
    headers.append(("Cache-Control", "max-age=600"))
    if path.suffix != ".woff2":
        content, headers = gzip.compress(content), [*headers, ("Content-Encoding", "gzip")]
    start_response("200 OK", [*headers, ("Content-Length", str(len(content)))])
    return [content]


def bounded(application):
    """Bodies end where they said, as with the product's server."""

    def bounds(environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        return application({**environ, "wsgi.input": io.BytesIO(environ["wsgi.input"].read(length))}, start_response)

    return bounds


@contextmanager
def school(store):
    """The intake of one class, served: `.url`, `.rooms`, `.intake`."""
    rooms = Rooms()
    intake = collect.Intake(rooms, spool.Writer(store, gathers=0.0), given.KEYS, given.Held(), kids_pages())
    server = make_server("127.0.0.1", 0, bounded(Front(shelf, intake)), Server, Silent)
    server.url, server.rooms, server.intake, server.store = (
        f"http://127.0.0.1:{server.server_port}",
        rooms,
        intake,
        store,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        intake.close()
