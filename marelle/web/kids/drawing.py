"""Small pieces of the child's pages: every text escaped, each with its own language and direction."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

from marelle.consultations.languages import direction
from marelle.consultations.questionnaires import Option, Question, Questionnaire, recording, wording
from marelle.web.kids.words import Words

DOCUMENT = """<!doctype html>
<html lang="{lang}" dir="{dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{css}">
<script type="module" src="{js}"></script>
</head>
<body{attributes}>
{banner}<main>
{main}
</main>
{foot}</body>
</html>
"""


YOUNG = frozenset({"6_8", "9_11"})


@dataclass(frozen=True)
class Assets:
    """Addresses of what a page brings along. `pictograms`: the names drawn in the sprite.

    `sheet`: what stands at `css`, save its letters. `fonts`: how heavy, and where. `weight`: bytes of all, unpacked.
    """

    css: str
    js: str
    sprite: str
    pictograms: frozenset[str] = field(default_factory=frozenset)
    sheet: str = ""
    weight: int = 0
    fonts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def at_once(self) -> str:
        """The sheet as a first page carries it: its letters are named, for the script to fetch once a question stands."""
        letters = " ".join(f"{weight} {address}" for weight, address in self.fonts)
        said = f'<meta name="letters" content="{text(letters)}">\n' if letters else ""
        return f"{said}<style>{self.sheet}</style>"

    @cached_property
    def sheet_hash(self) -> str:
        """As the policy of a page names it."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.sheet.encode()).digest()).decode()


def text(value: str) -> str:
    """Any text, harmless."""
    return escape(value, quote=True)


def spoken(value: str, language: str, around: str) -> str:
    """A text in its language; marked when the page around it speaks another."""
    if language == around or not value:
        return text(value)
    return f'<span lang="{text(language)}" dir="{direction(language)}">{text(value)}</span>'


def attributes(**named: str | bool | None) -> str:
    """` data-x="…"` for each that is given; underscores become hyphens."""
    said = []
    for name, value in named.items():
        if value is True:
            said.append(f" {name.replace('_', '-')}")
        elif value not in (None, False, ""):
            said.append(f' {name.replace("_", "-")}="{text(str(value))}"')
    return "".join(said)


def hidden(fields: Mapping[str, str]) -> str:
    """Fields nobody sees."""
    return "".join(f'<input type="hidden" name="{text(n)}" value="{text(v)}">' for n, v in fields.items() if v)


def button(step: str, words: str, *, kind: str = "", name: str = "step") -> str:
    """A button that sends the form with a step."""
    return f'<button name="{name}" value="{text(step)}"{_class(kind)}>{text(words)}</button>'


def form(inside: str, carried: Mapping[str, str], id: str = "walk") -> str:
    """A form of the walk; the way out at the foot of the page sends the one called `walk`."""
    return f'<form method="post" action="/e/page" id="{id}">{hidden(carried)}{inside}</form>'


def drawn(name: str, assets: Assets, kind: str = "pictogram") -> str:
    """A pictogram of the house, for the eyes alone; nothing when nobody drew it."""
    if name not in assets.pictograms:
        return ""
    return f'<svg class="{kind}" aria-hidden="true" focusable="false"><use href="{assets.sprite}#{text(name)}"/></svg>'


def squares(done: int, total: int) -> str:
    """Squares that fill up: for the eyes alone, the words beside say it."""
    drawn = "".join(f"<i{' class=full' if n < done else ''}></i>" for n in range(total))
    return f'<div class="squares" aria-hidden="true">{drawn}</div>'


def picture(of: Question | Option, assets: Assets, questionnaire: Questionnaire, language: str) -> str:
    """The pictogram that goes with a text: drawn by the house, or a file of the questionnaire."""
    name = of.pictogram
    if not name:
        return ""
    if name in assets.pictograms:
        return drawn(name, assets)
    digest = questionnaire.media.get(name)
    if digest is None:
        return ""
    said = of.pictogram_alt.get(language) or of.pictogram_alt.get("fr", "")
    return f'<img class="pictogram" src="/e/media/{digest}" alt="{text(said)}" loading="lazy">'


def sound(of: Question | Option, questionnaire: Questionnaire, band: str, words: Words, label: str) -> str:
    """The recorded voice: a player for everyone, which the script turns into a button. Without a recording, nothing."""
    name = recording(of, band, words.language)
    digest = questionnaire.media.get(name) if name else None
    if digest is None:
        return ""
    return f'<audio controls preload="none" src="/e/media/{digest}" data-label="{text(label)}" aria-label="{text(label)}"></audio>'


def worded(of: Question | Option, band: str, language: str) -> str:
    """What a question or an option says to this child."""
    value, really = wording(of, band, language)
    return spoken(value, really, language)


def plain(of: Question | Option, band: str, language: str) -> str:
    """The same as bare text."""
    return wording(of, band, language)[0]


def help_box(numbers: Iterable[Mapping[str, str]], words: Words, *, leads: bool = True) -> str:
    """Whom to call. A number is a link on telephones alone: the style sheet chooses. `leads`: with a sentence before."""
    lines = []
    for each in numbers:
        number = text(each["number"])
        why = each.get(words.language) or each.get(words.language.partition("-")[0]) or each.get("fr", "")
        shown = f'<b class="no-phone">{number}</b><a class="phone" href="tel:{number}">{number}</a>'
        lines.append(f"<li>{shown} {spoken(why, words.language if why != each.get('fr') else 'fr', words.spoken)}</li>")
    first = f"<p>{text(words('help_text'))}</p>" if leads else ""
    return f"{first}<ul>{''.join(lines)}</ul><p>{text(words('help_adult'))}</p>"


def document(
    main: str,
    *,
    title: str,
    words: Words,
    assets: Assets,
    band: str = "",
    banner: str = "",
    foot: str = "",
    **data: str,
) -> str:
    """A whole page."""
    return DOCUMENT.format(
        lang=text(words.spoken),
        dir=words.direction,
        title=text(title),
        icon=assets.sprite,
        css=assets.css,
        js=assets.js,
        attributes=attributes(**{"class": _looks(band)}, **data),
        banner=banner,
        main=main,
        foot=foot,
    )


def _looks(band: str) -> str:
    """Of the page, for a band: up to 11 it is a game."""
    return f"band-{band}{' young' if band in YOUNG else ''}" if band else ""


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
