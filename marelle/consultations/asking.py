"""What browsers send to the intake and what it sends back: bodies, forms, pages, headers. Knows no answer, no Django."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

BODY = 32 * 1024  # bytes read, no more
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MOST_FIELDS = 500  # of a form
WORDS = {
    200: "OK", 201: "Created", 206: "Partial Content", 303: "See Other", 404: "Not Found", 405: "Method Not Allowed",
    409: "Conflict", 410: "Gone", 413: "Content Too Large", 415: "Unsupported Media Type",
    416: "Range Not Satisfiable", 422: "Unprocessable Content", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """What a browser asks of the pages. `language`: its Accept-Language, as sent."""

    method: str
    path: str
    query: Mapping[str, str]
    fields: tuple[tuple[str, str], ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Page:
    """`scripts`, `styles`: hashes of what stands in the page itself ("sha256-…"). `headers`: more of them."""

    content: str | bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


class Refusal(Exception):
    """An answer that is not 201. `after`: seconds to wait before coming back."""

    def __init__(self, status: int, after: int = 0):
        super().__init__(status)
        self.status, self.after = status, after


class Step:
    """Where one request is: what a fault may say."""

    name = "address"


WHY = {
    409: "full: ask the adult",
    410: "closed",
    413: "too long",
    415: "neither a form nor JSON",
    422: "not a part of this questionnaire",
    503: "come back in a moment",
}


def later() -> int:
    """Seconds before coming back: not all at once."""
    return 2 + secrets.randbelow(9)


def retry_after(seconds: int) -> tuple[tuple[str, str], ...]:
    return (("Retry-After", str(seconds)),) if seconds else ()


def said_in(kind: str, environ: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
    """What a body says: `pass`, `id`, and `part` or `sealed`. Raises Refusal."""
    step.name = "reading"
    if kind not in (FORM, JSON):
        raise Refusal(415)
    body = body_of(environ)
    step.name = "parsing"
    try:
        said = json.loads(body) if kind == JSON else form_said(body)
    except (ValueError, RecursionError):
        raise Refusal(422) from None
    if not isinstance(said, dict):
        raise Refusal(422)
    return said


def form_said(body: bytes) -> dict[str, Any]:
    """A form's three fields; `part` is JSON in it too. Raises ValueError."""
    said: dict[str, Any] = dict(parse_qsl(body.decode(), max_num_fields=10))
    if "part" in said:
        said["part"] = json.loads(said["part"])
    return said


def form_fields(environ: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Every field of a page's form, in order. Raises Refusal."""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise Refusal(415)
    try:
        return tuple(parse_qsl(body_of(environ).decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Refusal(422) from None


def body_of(environ: Mapping[str, Any]) -> bytes:
    """At most BODY bytes. Raises Refusal."""
    try:
        announced = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    body = environ["wsgi.input"].read(BODY + 1) if announced <= BODY else b" " * (BODY + 1)
    if len(body) > BODY:
        raise Refusal(413)
    return body


@lru_cache(maxsize=64)
def content_policy(scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """Nothing but ours; of what stands in the page itself, these alone."""
    policy = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *(f"'{each}'" for each in scripts)],
        "style-src": ["'self'", *(f"'{each}'" for each in styles)],
        **{name: ["'self'"] for name in ("img-src", "font-src", "media-src", "connect-src", "form-action")},
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items())


def headers_of(page: Page, length: int) -> list[tuple[str, str]]:
    """Nothing is kept by anyone, nothing is told to anyone, nothing comes from elsewhere (section 9)."""
    return [
        ("Content-Type", page.content_type),
        ("Content-Length", str(length)),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Security-Policy", content_policy(page.scripts, page.styles)),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
        *page.headers,
    ]
