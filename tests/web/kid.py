"""A child who answers by the pages alone, without a script: reads a page, presses a button, reads the next."""

import io
from html.parser import HTMLParser
from urllib.parse import urlencode


class Read(HTMLParser):
    """A page: its title, its headings, its forms with their fields and buttons."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.fields, self.buttons, self.checked, self.text = [], {}, [], {}, []
        self.inputs, self.root, self._open = [], {}, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "html":
            self.root = named
        if tag in ("h1", "legend", "button"):
            self._open = tag
            (self.buttons.append([named, ""]) if tag == "button" else self.headings.append(""))
        if tag == "input":
            self.inputs.append(named)
            if named.get("type") == "hidden":
                self.fields[named["name"]] = named["value"]
            elif "checked" in named:
                self.checked.setdefault(named["name"], []).append(named["value"])

    def handle_endtag(self, tag):
        if tag == self._open:
            self._open = None

    def handle_data(self, data):
        self.text.append(data)
        if self._open == "button":
            self.buttons[-1][1] += data
        elif self._open:
            self.headings[-1] += data


class Kid:
    """Sits before one intake. `steps`: what may be pressed now."""

    def __init__(self, intake):
        self.intake, self.status, self.headers, self.html = intake, 0, {}, ""

    def ask(self, method, path, fields=(), language="fr"):
        body = urlencode(list(fields)).encode()
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.input": io.BytesIO(body), "HTTP_ACCEPT_LANGUAGE": language,
        }  # fmt: skip

        def start(status, headers):
            self.status, self.headers = int(status.split()[0]), dict(headers)

        self.html = b"".join(self.intake(environ, start)).decode()
        self.page = Read(self.html)
        return self

    def come_in(self, code="ABCDEFGH"):
        return self.ask("GET", f"/e/{code}")

    def press(self, step, *fields, **answers):
        """The button of a step, after these choices."""
        chosen = [
            (name, value)
            for name, values in answers.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        ticked = [
            (name, value) for name, values in self.page.checked.items() if name not in answers for value in values
        ]
        known = [*self.page.fields.items(), *ticked, *fields, *chosen]
        return self.ask(
            "POST", "/e/page", [pair for pair in known if pair[0] != "step"] + ([("step", step)] if step else [])
        )

    @property
    def title(self):
        return self.page.headings[0]

    @property
    def steps(self):
        return [named.get("value") for named, _words in self.page.buttons if named.get("name") == "step"]
