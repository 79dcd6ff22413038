"""Every screen of `/e`: from what a child pressed to the next page. No cookie, no database, no account.

Without a script the way is carried in one sealed field. With one, `js=1` comes along and a part is a single document.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from marelle.consultations import answering, passes
from marelle.consultations.asking import Ask, Page
from marelle.consultations.collect import Visit
from marelle.consultations.questionnaires import Part
from marelle.web.kids import screens, tablet, walking
from marelle.web.kids.drawing import Assets
from marelle.web.kids.screens import Scene
from marelle.web.kids.walking import State
from marelle.web.kids.words import preferred, words

CLEARED = (("Clear-Site-Data", '"cache", "storage"'),)
TOLD = {409: "full", 410: "closed", 503: "wait"}


class KidsPages:
    """The pages the intake shows (`consultations.collect.Pages`). `find`: what they bring along, asked at the first page."""

    def __init__(self, find: Callable[[], Assets]):
        self.find = find

    @cached_property
    def assets(self) -> Assets:
        """Addresses of the sheet, the script and the pictograms."""
        return self.find()

    def start(self, ask: Ask, *, failed: bool) -> Page:
        """Where the code is typed."""
        return self._at_once(Page(screens.start(words(preferred(ask.language)), self.assets, failed=failed)))

    def told(self, status: int, language: str) -> Page:
        """One sentence."""
        return Page(screens.told(words(preferred(language)), self.assets, TOLD.get(status, "wrong")), status)

    def first(self, ask: Ask, visit: Visit) -> Page:
        """What a code opens: the languages, or the rights when there is one alone; for an adult, `?tablet=1`."""
        if ask.query.get("tablet") == "all":
            kept = tablet.bundle(visit, self.assets)
            is_light = tablet.weight(kept, visit, self.assets) <= tablet.MOST
            return Page(json.dumps(kept if is_light else {}), 200 if is_light else 413, "application/json")
        if "tablet" in ask.query:
            return Page(tablet.enrolment(visit, self.assets, ask.language))
        return self._at_once(self._door(visit, State(code=visit.code), preferred(ask.language)))

    def _at_once(self, page: Page) -> Page:
        """A first page carries its sheet: one wait less, where the network is slow. With a script nothing more is fetched."""
        if not self.assets.sheet:
            return page
        link = f'<link rel="stylesheet" href="{self.assets.css}">'
        return replace(
            page, content=str(page.content).replace(link, self.assets.at_once), styles=(self.assets.sheet_hash,)
        )

    def walk(self, ask: Ask, visit: Visit) -> Page:
        """The next screen."""
        fields: dict[str, list[str]] = {}
        for name, value in ask.fields:
            fields.setdefault(name, []).append(value)
        state = State.read(_last(fields, "state"), visit.secret, visit.facts.reference, visit.now)
        if state is None:
            return self._too_late(ask, visit, _last(fields, "state"))
        try:
            return _Walk(self, visit, state, fields, preferred(ask.language)).page()
        except (answering.Refused, passes.TooLong):
            return self.told(422, state.lang or ask.language)

    def _too_late(self, ask: Ask, visit: Visit, carried: str) -> Page:
        """Two hours passed: the way is closed, the door and the language are known. Or the field is none of ours."""
        left = State.left_of(carried, visit.secret, visit.facts.reference)
        if left is None:
            return self.told(422, ask.language)
        return Page(screens.late(self.scene(visit, replace(left, lang=left.lang or preferred(ask.language)))), 410)

    def _door(self, visit: Visit, state: State, spoken: str) -> Page:
        offered = [
            code for code in visit.questionnaire.languages if not visit.facts.languages or code in visit.facts.languages
        ]
        if len(offered) == 1:
            return Page(screens.rights(self.scene(visit, replace(state, lang=offered[0]))))
        shown = self.scene(visit, replace(state, lang=spoken if spoken in offered else (offered or ["fr"])[0]))
        return Page(screens.language(shown, offered or ["fr"]))

    def scene(self, visit: Visit, state: State, *, with_script: bool = False) -> Scene:
        """What a screen is drawn with: the state, sealed for its forms."""
        sealed = state.sealed(visit.secret, visit.facts.reference, visit.now)
        return Scene(
            visit, state, self.assets, {"pass": visit.ticket, "state": sealed, "js": "1" if with_script else ""}
        )


class _Walk:
    """One step of one child."""

    def __init__(self, pages: KidsPages, visit: Visit, way: State, fields: Mapping[str, list[str]], spoken: str):
        self.pages, self.visit, self.way, self.fields, self.spoken = pages, visit, way, fields, spoken
        self.with_script = _last(fields, "js") == "1"

    def page(self) -> Page:
        """The screen the step leads to; where one is when it is not known."""
        if self.fields.get("part"):
            return self.begin(_last(self.fields, "part"))
        steps: dict[str, Callable[[], Page]] = {
            "language": self.language, "about": self.about, "refuse": self.finish, "parts": self.parts,
            "next": self.next, "back": self.back, "review": self.review, "erase": self.erase, "send": self.send,
            "received": self.received, "received-last": self.received_last, "stop": self.stop, "stopped": self.stopped,
            "resume": self.here, "finish": self.finish,
        }  # fmt: skip
        return steps.get(_last(self.fields, "step"), self.here)()

    # Before the first question
    def language(self) -> Page:
        chosen = _last(self.fields, "lang")
        if chosen not in self.visit.questionnaire.languages:
            return self.here()
        self.way = replace(self.way, lang=chosen)
        return self._show(screens.rights)

    def about(self) -> Page:
        return self._show(screens.about)

    def parts(self) -> Page:
        """The squares; or the two questions again, while there is no age."""
        if "band" in self.fields or not self.way.band:
            band, gender = walking.about({name: values[-1] for name, values in self.fields.items()})
            if not band:
                return Page(screens.about(self._scene(), missing=True))
            self.way = replace(self.way, band=band, gender=gender)
        return self._show(screens.parts)

    # A part
    def begin(self, name: str) -> Page:
        known = {part.name: part for part in walking.parts_for(self.visit.questionnaire, self.way.band)}
        if name not in known or name in self.way.done:
            return self.here()
        if name != self.way.part or self.with_script:
            self.way = self.way.begun(name)
        self.way = walking.turned(known[name], replace(self.way, page=-1), 1)
        return self.whole(known[name]) if self.with_script else self.questions()

    def whole(self, part: Part) -> Page:
        """The part for the script: every question this band may see, with what decides whether it is put."""
        shown = part.seen_by(self.way.band)
        body = walking.body(self.way, self.visit.questionnaire)
        return Page(screens.whole_part(self._scene(), part, shown, body))

    def questions(self) -> Page:
        """The page one is at; the end of the part after the last."""
        part = self._part
        if part is None:
            return self._show(screens.parts)
        found = walking.pages_of(part, self.way)
        if self.way.page >= len(found):
            return Page(screens.end(self._scene(), part))
        return Page(screens.questions(self._scene(), part, found[self.way.page], page=self.way.page))

    def next(self) -> Page:
        return self._turn(1)

    def back(self) -> Page:
        return self._turn(-1)

    def _turn(self, by: int) -> Page:
        """A page further or nearer; before the first, the squares: what was answered stays, should one come back."""
        part = self._part
        if part is None:
            return self.here()
        self._take()
        if by > 0 and self._tells_who():
            return self.questions()
        moved = walking.turned(part, self.way, by)
        self.way = replace(moved, page=max(moved.page, 0))
        return self._show(screens.parts) if moved.page < 0 else self.questions()

    def review(self) -> Page:
        self.way = replace(self.way, page=-1)
        return self._turn(1) if self._part else self.here()

    def erase(self) -> Page:
        self.way = replace(self.way, part="", id="", page=0, a={})
        return self._show(screens.parts)

    def send(self) -> Page:
        """Through the intake, as from anywhere else: received, or said why not with nothing lost."""
        part = self._part
        if part is None:
            return self.here()
        status = self.visit.send(self.way.id, walking.body(self.way, self.visit.questionnaire))
        if status != 201:
            return Page(screens.end(self._scene(), part, status=status), status)
        self.way = self.way.sent()
        return Page(screens.sent(self._scene()), 201)

    def received(self) -> Page:
        """The script sent the part and was told so."""
        self.way = self.way.sent() if self.way.part else self.way
        return self._show(screens.parts)

    # The way out
    def stop(self) -> Page:
        self._take()
        return self._show(screens.stop)

    def received_last(self) -> Page:
        self.way = self.way.sent() if self.way.part else self.way
        return self.finish()

    def stopped(self) -> Page:
        self.way = replace(self.way, part="", id="", a={})
        return self.finish()

    def finish(self) -> Page:
        return Page(screens.thanks(self._scene()), headers=CLEARED)

    def here(self) -> Page:
        """Where one was."""
        if self.way.part and not self.with_script:
            return self.questions()
        if self.way.band:
            return self._show(screens.parts)
        return self._show(screens.rights) if self.way.lang else self.pages._door(self.visit, self.way, self.spoken)

    @property
    def _part(self) -> Part | None:
        return next((part for part in self.visit.questionnaire.parts if part.name == self.way.part), None)

    def _take(self) -> None:
        """What was typed on the page one leaves."""
        part = self._part
        if part is None or self.with_script:
            return
        found = walking.pages_of(part, self.way)
        if 0 <= self.way.page < len(found):
            self.way = walking.answered(part, found[self.way.page], self.way, self.fields)

    def _tells_who(self) -> bool:
        """Whether a free text of this page says who writes."""
        said = [self.way.a[name] for name in self.fields if name in self.way.a]
        return any(isinstance(each, str) and answering.tells_who(each) for each in said)

    def _show(self, screen: Callable[[Scene], str]) -> Page:
        return Page(screen(self._scene()))

    def _scene(self) -> Scene:
        return self.pages.scene(self.visit, self.way, with_script=self.with_script)


def _last(fields: Mapping[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[-1]
