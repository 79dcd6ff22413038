"""A browser without scripts: it opens a page, fills its form, presses its button, and follows where it leads."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client

from tests.signing_in import sign_in

FIGURES = {"year": "2025", "age": "9", "count": "40", "eur": "12000"}  # by how the name of the field ends
BLANK = {"text": "Palabras nuestras – nos mots.", "date": "2026-04-20", "email": "equipo@marelle.example"}


@dataclass
class Form:
    """A form as it stands on a page: where it goes, what it would send, what may be chosen."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def filled(self) -> dict[str, list[str]]:
        """What it would send once every blank is filled with the plainest thing, each first choice taken."""
        filled = {}
        for name, kind in self.kinds.items():
            if any(self.values.get(name, [])) or kind in ("hidden", "file", "checkbox"):
                continue
            offered = [choice for choice in self.choices.get(name, []) if choice]
            plainest = FIGURES[name.rpartition("_")[2]] if kind == "figure" else BLANK.get(kind, BLANK["text"])
            filled[name] = [offered[0]] if offered else [plainest]
        return filled


class Reader(HTMLParser):
    """The forms, links and text of a page; `marks` counts its elements by class."""

    def __init__(self, address: str, html: str):
        super().__init__()
        self.address, self.forms, self.links, self.text = address, [], [], ""
        self.form: Form | None = None
        self.area = self.list = ""
        self.marks: Counter[str] = Counter()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.marks.update(given.get("class", "").split())
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.form = Form(given.get("action") or self.address, given.get("method", "get").lower())
            self.forms.append(self.form)
        if self.form and given.get("name"):
            self.field(tag, given)
        if self.form and tag == "option" and self.list:
            self.form.choices[self.list].append(given.get("value", ""))
            if "selected" in given:
                self.form.values[self.list] = [given.get("value", "")]

    def field(self, tag, given):
        name, kind = given["name"], "figure" if given.get("inputmode") == "numeric" else given.get("type", "text")
        if tag == "textarea":
            self.area, self.form.kinds[name], self.form.values[name] = name, "text", [""]
        elif tag == "select":
            self.list, self.form.kinds[name] = name, "select"
            self.form.choices.setdefault(name, [])
        elif tag == "input":
            self.form.kinds[name] = kind
            if kind in ("radio", "checkbox"):
                self.form.choices.setdefault(name, []).append(given.get("value", "on"))
                if "checked" in given:
                    self.form.values.setdefault(name, []).append(given.get("value", "on"))
            elif kind != "file":
                self.form.values.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        if tag == "textarea" and self.area:
            self.form.values[self.area] = [self.form.values[self.area][0].removeprefix("\n")]  # as browsers do
            self.area = ""
        if tag == "select":
            if self.form and self.list and self.list not in self.form.values:
                self.form.values[self.list] = self.form.choices[self.list][:1]
            self.list = ""

    def handle_data(self, data):
        self.text += data
        if self.form and self.area:
            self.form.values[self.area][0] += data


class Browser:
    """Somebody at their screen. `seen` keeps the text of every page, by its address."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "fr"})
        self.seen: dict[str, str] = {}

    @classmethod
    def of(cls, person) -> "Browser":
        """Someone who has just proved who they are, with their application."""
        browser = cls()
        sign_in(browser.client, person)
        return browser

    def open(self, address: str) -> Reader:
        """A page, which must answer."""
        answer = self.client.get(address, follow=True)
        return self.read(answer.redirect_chain[-1][0] if answer.redirect_chain else address, answer)

    def read(self, address: str, answer) -> Reader:
        html = answer.content.decode()
        self.page = Reader(address.partition("#")[0], html)
        self.seen[address] = self.page.text
        assert answer.status_code == 200, (address, answer.status_code, words_of(html))
        return self.page

    def fill(self, ending: str, *, page: Reader | None = None, where: dict | None = None, all_of_it=False, **given):
        """Send the form of the page whose action ends so (and holds those values); follow to the next page.

        `given` names fields with `__` for a dot. `all_of_it`: fill what is blank too.
        """
        page = page or self.page
        form = self.form(ending, page=page, where=where)
        sent = form.values | (form.filled() if all_of_it else {})
        sent |= {name.replace("__", "."): value for name, value in given.items()}
        answer = self.client.post(form.action, sent, follow=True)
        return self.read(answer.redirect_chain[-1][0] if answer.redirect_chain else form.action, answer)

    def form(self, ending: str, *, page: Reader | None = None, where: dict | None = None) -> Form:
        """The first such form of the page."""
        page = page or self.page
        for form in page.forms:
            holds = all(form.values.get(name) == [value] for name, value in (where or {}).items())
            if form.method == "post" and form.action.partition("?")[0].endswith(ending) and holds:
                return form
        raise AssertionError(f"{page.address} has no form to …{ending}: {words_of(page.text)}")

    def links(self, pattern: str) -> list[str]:
        """The links of the page that match, once each, in order."""
        return list(dict.fromkeys(link for link in self.page.links if re.search(pattern, link)))


def words_of(html: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))[:1500]
