"""The whole road, page after page, by the people who take it: from a call to a member on the map.

Nothing here knows how long a mandate is, how many domains there are, or which country one is in: the programme's files say.
"""

import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from pypdf import PdfReader

from marelle.accounts import files
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.models import Letter
from marelle.framework.models import Framework, Track
from marelle.mandates.models import Agreement, Application
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.journeys.browser import Browser

VOTE = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OPENS, CLOSES, STARTS = date(2026, 4, 1), date(2026, 6, 1), date(2026, 9, 1)


def moment(month: int, day: int, hour: int = 10) -> datetime:
    """A moment of 2026, in Paris."""
    return datetime(2026, month, day, hour, tzinfo=clock.PARIS)


@dataclass
class Road:
    """One municipality's way through the pages. `framework`, `track`, `place`: those of the programme walked."""

    framework: Framework
    track: str
    place: str
    call: str = "appel"
    browsers: dict[str, Browser] = field(default_factory=dict)

    def walk(self) -> "Road":
        """Every step in turn, each on its day."""
        steps = [
            (moment(3, 20), self.committee_opens_a_call),
            (moment(4, 2), self.town_comes_in),
            (moment(4, 10), self.town_writes),
            (moment(5, 2), self.town_hands_in),
            (moment(6, 3), self.committee_admits_and_gives_to_readers),
            (moment(6, 20), self.readers_read),
            (moment(7, 6), self.board_decides),
            (moment(8, 31), self.council_votes),
            (moment(9, 3), self.committee_sends_the_agreement),
            (moment(9, 10), self.both_sign),
        ]
        for at, step in steps:
            with clock.at(at):
                step()
                self.worker()
        return self

    def worker(self) -> None:
        """What `marelle worker --once` does: jobs, then letters."""
        call_command("worker", once=True, verbosity=0, stdout=io.StringIO())

    # ------------------------------------------------------------------------------------------------- the committee
    def committee_opens_a_call(self) -> None:
        house = OrganisationFactory(committee=True)
        for key, role in {
            "admin": Role.PROGRAMME_ADMINISTRATOR,
            "officer": Role.PROGRAMME_OFFICER,
            "reader-1": Role.REVIEWER,
            "reader-2": Role.REVIEWER,
            "board": Role.BOARD_MEMBER,
        }.items():
            self.sign_in(key, PersonFactory(email=f"{key}@comite.example", roles=[(house, role)], application=True))
        admin = self.browsers["admin"]
        admin.open("/bureau/appels/nouveau")
        admin.fill(
            "/appels/nouveau",
            code=self.call,
            **{f"name_{language}": "Appel 2026" for language in self.framework.languages},
            tracks=[str(Track.objects.get(code=self.track).pk)],
            framework=str(self.framework.pk),
            opens_on=OPENS.isoformat(),
            closes_on=CLOSES.isoformat(),
            mandate_starts_on=STARTS.isoformat(),
        )
        admin.fill("/publier")

    def sign_in(self, key: str, person: Person) -> Browser:
        self.browsers[key] = Browser.of(person)
        return self.browsers[key]

    # ------------------------------------------------------------------------------------------------------ the town
    def town_comes_in(self) -> None:
        """A newcomer finds the municipality, proves an address, opens its space, and invites the elected lead."""
        newcomer = Browser()
        newcomer.open(f"/compte/commune/{self.place}")
        newcomer.fill(f"/compte/commune/{self.place}", name="Inés Escribano", email="ines@mairie.example")
        newcomer.fill("/code", code=re.search(r"^ {4}(\S+)$", Letter.objects.latest("pk").text, re.M)[1])
        self.browsers["editor"] = self.protect(Person.objects.get(email="ines@mairie.example"))
        team = self.browsers["editor"]
        team.open(f"/espace/{self.place}/equipe")
        team.fill("/equipe/inviter", email="alcaldesa@mairie.example", role=Role.ELECTED_LEAD)
        link = re.search(r"https?://[^/\s]+(/\S+)", Letter.objects.latest("pk").text)[1]
        invited = Browser()
        invited.open(link)
        invited.fill(link, name="Carmen Alcaldesa")
        self.browsers["lead"] = self.protect(Person.objects.get(email="alcaldesa@mairie.example"))

    def protect(self, person: Person) -> Browser:
        """As if they had just set up their application: `tests/web/test_account_sign_in.py` walks that."""
        return Browser.of(person)

    def town_writes(self) -> None:
        """The application and its plan, page after page, as the task list leads."""
        editor, here = self.browsers["editor"], f"/espace/{self.place}/candidature"
        editor.open(here)
        editor.fill("/commencer", where={"track": self.track})
        editor.open(here)
        for page in editor.links(r"/candidature/(presentation|auto-evaluation/|equipe-projet|documents)"):
            editor.open(page)
            editor.fill(page, all_of_it=True)
        editor.open(f"{here}/documents")
        editor.fill("/joindre", file=SimpleUploadedFile("voto.pdf", VOTE, "application/pdf"))
        for what in ("objective", "action", "indicator"):
            self.add_from_library(editor, what)

    def add_from_library(self, editor: Browser, what: str) -> None:
        """The first line the library offers, everywhere it offers one."""
        page = editor.open(f"/espace/{self.place}/candidature/plan")
        forms = [form for form in page.forms if form.values.get("what") == [what]]
        for place in dict.fromkeys(form.values["to"][0] for form in forms):
            form = next(f for f in forms if f.values["to"] == [place])
            offered = [line for line in form.choices["library"] if line]
            answer = editor.client.post(form.action, form.values | {"library": offered[:1]})
            assert answer.status_code == 302, answer.content.decode()[-2000:]

    def town_hands_in(self) -> None:
        lead = self.browsers["lead"]
        lead.open(f"/espace/{self.place}/candidature")
        lead.open(f"/espace/{self.place}/candidature/depot")
        lead.fill("/depot", exact="on")

    # ------------------------------------------------------------------------------------------- reading and deciding
    def committee_admits_and_gives_to_readers(self) -> None:
        officer = self.browsers["officer"]
        officer.open(f"/bureau/candidatures/{self.application.code}")
        officer.fill("/recevable")
        for key in ("reader-1", "reader-2"):
            reader = Person.objects.get(email=f"{key}@comite.example")
            officer.fill("/lecteurs", reader=reader.code)

    def readers_read(self) -> None:
        for key in ("reader-1", "reader-2"):
            reader = self.browsers[key]
            reader.open("/bureau/lectures")
            [page] = reader.links(r"/lectures/(?!liens$|temps$)\w+$")
            reader.open(page)
            reader.fill("/commencer")
            marks = {name.replace(".", "__"): "3" for name in reader.form(page).choices}
            reader.fill(page, all_of_it=True, **marks, summary="Un proyecto sólido.")
            reader.fill("/terminer")

    def board_decides(self) -> None:
        officer, admin, board = (self.browsers[key] for key in ("officer", "admin", "board"))
        here = f"/bureau/candidatures/{self.application.code}"
        officer.open(f"{here}/avis")
        officer.fill("/avis", opinion="favourable", text="Avis favorable de la commission.")
        admin.open(f"{here}/proposer")
        admin.fill("/proposer", outcome="granted", reasons="Un plan tenu.", session_on="2026-07-06")
        board.open("/bureau/decisions")
        board.open(f"{here}/decision")
        board.fill("/decision")

    # -------------------------------------------------------------------------------------------------- the agreement
    def council_votes(self) -> None:
        lead = self.browsers["lead"]
        lead.open(f"/espace/{self.place}/convention")
        lead.fill("/vote", number="2026-41", voted_on="2026-08-28")

    def committee_sends_the_agreement(self) -> None:
        officer = self.browsers["officer"]
        officer.open("/bureau/conventions")
        officer.open(f"/bureau/conventions/preparer/{self.application.code}")
        officer.fill(f"/preparer/{self.application.code}")
        officer.fill("/envoyer")

    def both_sign(self) -> None:
        lead, admin = self.browsers["lead"], self.browsers["admin"]
        lead.open(f"/espace/{self.place}/convention")
        lead.open(f"/espace/{self.place}/convention/signer")
        lead.fill("/signer", capacity="Alcaldesa", read="on")
        admin.open(f"/bureau/conventions/{self.agreement.code}")
        admin.open(f"/bureau/conventions/{self.agreement.code}/signer")
        admin.fill("/signer", capacity="Présidente du comité", read="on")

    # ----------------------------------------------------------------------------------------------------- what stands
    @property
    def organisation(self) -> Organisation:
        return Organisation.objects.get(code=self.place)

    @property
    def application(self) -> Application:
        return Application.rows.select_related("plan", "receipt").get(organisation__code=self.place)

    @property
    def agreement(self) -> Agreement:
        return Agreement.rows.select_related("document", "sealed", "mandate").get(application=self.application)

    @property
    def seen(self) -> str:
        """The text of every page anyone saw."""
        return "\n".join(text for browser in self.browsers.values() for text in browser.seen.values())


def bytes_of(file) -> bytes:
    with files.opened(file) as stream:
        return stream.read()


def text_of_pdf(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def json_of(browser: Browser, address: str):
    """An export, read."""
    return json.loads(b"".join(browser.client.get(address).streaming_content))


def later(days: int) -> datetime:
    """So many days after the signatures."""
    return moment(9, 10) + timedelta(days=days)
