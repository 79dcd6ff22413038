"""Tags and filters every template has: they show, they do not decide."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.templatetags.static import static
from django.urls import Resolver404, get_urlconf, resolve
from django.utils.formats import date_format
from django.utils.formats import number_format as format_number
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from marelle.base import clock, idempotency
from marelle.base.countries import country_name
from marelle.base.languages import language_name
from marelle.base.text import hour_in_words

register = template.Library()

STATIC = Path(settings.BASE) / "marelle" / "static"
THIN_SPACE = "\u202f"  # before ; : ! ? and between thousands, in French


# Icons ---------------------------------------------------------------------------------------------------------------
TURNING = {"forward", "back"}  # these point along the line: they turn with the direction of writing


@lru_cache
def icon_names() -> frozenset[str]:
    """The icons that are drawn."""
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """`{% icon "tick" %}`: decoration. With a label, an image with a name. `size="large"` for 2.25 em."""
    kind, address = _drawing(name, size, settings.STATIC_URL)
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', kind, label, address)
    return _decoration(kind, address)


@lru_cache
def _drawing(name: str, size: str, _root: str) -> tuple[str, str]:
    """The class of an icon, and where it is drawn. Asked once: a page of a large plan has a thousand."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"no icon is called {name!r}: see marelle/static/icons.svg")
    kind = " ".join(filter(None, ["icon", size, "turns" if name in TURNING else ""]))
    return kind, f"{static('icons.svg')}#{name}"


@lru_cache
def _decoration(kind: str, address: str) -> SafeString:
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', kind, address)


@register.simple_tag
def remark_link(line: Any) -> SafeString:
    """Opens the place where one writes a remark beside a field. `line`: a `web.parts.dossier.Line`. A tag, since a page has hundreds."""
    label, key = gettext("Remark: %(title)s") % {"title": line.title}, line.key
    link = ' <a class="remark-link" href="?remarque={}#c-{}" aria-label="{}">{}</a>'
    return format_html(link, quote(key), key, label, icon("pen"))


@register.filter
def shape_icon(shape: str) -> str:
    """The icon of a domain's shape; a square for a shape this house has not drawn."""
    return shape if shape in {"rond", "egal", "livre", "porte-voix", "cle"} else "square"


# Ways ----------------------------------------------------------------------------------------------------------------
FIRST_PAGES = ("", "bureau", "compte", "espace")  # of a face: everything is below them, nothing is theirs


@lru_cache(maxsize=512)
def _leads_somewhere(path: str, language: str | None, urlconf: str | None) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def in_language(path: str, language: str | None) -> str:
    """`path` (French, without prefix) in `language`: French has no prefix, the others have theirs."""
    return path if language in (None, settings.LANGUAGE_CODE) else f"/{language}{path}"


def without_language(path: str) -> str:
    """`/en/villes` → `/villes`."""
    for language, _name in settings.LANGUAGES:
        if path == f"/{language}" or path.startswith(f"/{language}/"):
            return path[len(language) + 1 :] or "/"
    return path


@register.filter
def here(address: str) -> str:
    """An address of the house in the reader's language; another's as it is."""
    return in_language(without_language(address), get_language()) if address.startswith("/") else address


@register.simple_tag
def address(*pieces: Any) -> str:
    """`{% address "espace" code "plan" as url %}`: the address in the reader's language; empty until such a page exists."""
    path = in_language("/" + "/".join(str(piece).strip("/") for piece in pieces), get_language())
    has_slash = len(pieces) == 1 and pieces[0] in ("", "bureau", "compte")  # first pages of faces; no other page
    for candidate in (path.rstrip("/") + "/" if has_slash else path, path + "/"):
        if _leads_somewhere(candidate, get_language(), get_urlconf()):
            return candidate
    return ""


@register.inclusion_tag("parts/entry.html", takes_context=True)
def entry(context: template.Context, name: str, *pieces: Any, icon: str = "", also: str = "") -> dict[str, Any]:
    """`{% entry _("Meetings") "rendez-vous" also="webinaires rencontre" %}`: a menu's entry, absent until its page exists.

    It is marked when one is in it: at its address or below, or at or below one of `also`. These stand beside it in the
    address (below it for the first page of a face); `*` stands for any word, `-` before one takes it away.
    """
    url = address(*pieces)
    here = context["request"].path if context.get("request") else ""
    is_first_page = len(pieces) == (2 if pieces[0] == "espace" else 1) and pieces[0] in FIRST_PAGES
    around = url.rstrip("/") if is_first_page else url.rpartition("/")[0]
    others = [other for other in also.split() if _is_at(here, f"{around}/{other.lstrip('-')}")]
    own = not is_first_page and _is_at(here, url)
    inside = bool(url) and (own or bool(others)) and not any(other.startswith("-") for other in others)
    return {"name": name, "url": url, "current": "page" if here == url else "true" if inside else "", "icon": icon}


@register.simple_tag
def stands(person: Any, organisation: Any, standing: str) -> bool:
    """`{% stands request.user organisation "has_plan" as has_plan %}`: how a town of one's own stands."""
    return bool(getattr(person, "is_authenticated", False)) and bool(person.knows_of(organisation, standing))


def _is_at(here: str, place: str) -> bool:
    """Whether one is at that place, or below it."""
    return fnmatchcase(here, place) or fnmatchcase(here, f"{place}/*")


@register.simple_tag(takes_context=True)
def switch_language(context: template.Context, language: str) -> str:
    """The same page in another language."""
    request = context.get("request")
    if request is None:
        return in_language("/", language)
    query = request.META.get("QUERY_STRING", "")
    return in_language(without_language(request.path), language) + (f"?{query}" if query else "")


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file; empty when it has not been built (`tools/assets.py`)."""
    return static(path) if _is_built(path) else ""


@lru_cache
def _is_built(path: str) -> bool:
    return Path(f"{STATIC}/{path}").exists()


@register.simple_tag
def workspaces(person: Any) -> list[dict[str, Any]]:
    """The places where this person works, each once: name and address."""
    places = {}
    for membership in person.living_memberships:
        organisation = membership.organisation
        is_office = organisation.kind == "committee"
        path = "/bureau/" if is_office else f"/espace/{organisation.code}"
        places[organisation.pk] = {
            "name": organisation.name,
            "url": in_language(path, get_language()),
            "is_office": is_office,
        }
    return list(places.values())


# Dates and numbers ---------------------------------------------------------------------------------------------------
def in_paris(value: date | datetime) -> date | datetime:
    """An aware moment as Paris sees it; a day, or a moment already turned by `in_zone`, as it is."""
    return value.astimezone(clock.PARIS) if isinstance(value, datetime) and value.tzinfo else value


@register.filter
def day(value: date | datetime | None) -> str:
    """4 mai 2026, 1er mai 2026; in Paris for a moment."""
    if value is None:
        return ""
    value = in_paris(value)
    text = date_format(value, "j F Y", use_l10n=False)
    return f"1er{text[1:]}" if value.day == 1 and (get_language() or "fr").startswith("fr") else text


@register.filter
def week_day(value: date | datetime) -> str:
    """lundi 4 mai 2026."""
    local = in_paris(value)
    return f"{date_format(local, 'l', use_l10n=False)} {day(local)}"


@register.filter
def days(occurrence: Any, zone: str = "") -> str:
    """4 et 5 juin 2026, du 30 juin au 2 juillet 2026: the days of what `starts_at` and `ends_at` (excluded), in `zone`."""
    first = in_zone(occurrence.starts_at, zone)
    last = max(in_zone(occurrence.ends_at, zone) - timedelta(microseconds=1), first)
    count = (last.date() - first.date()).days + 1
    if count == 1:
        return day(first)
    begins = day(first)
    if first.year == last.year:
        begins = _without_last_word(begins)
        begins = _without_last_word(begins) if first.month == last.month else begins
    sentence = gettext("{first} and {last}") if count == 2 else pgettext("days", "{first} to {last}")
    return sentence.format(first=begins, last=day(last))


def _without_last_word(text: str) -> str:
    return text.rpartition(" ")[0]


@register.filter
def hour(value: datetime | None) -> str:
    """14 h 32, 18 h; in English 14:32. In Paris, unless already turned by `in_zone`."""
    return "" if value is None else hour_in_words(in_paris(value))


@register.filter
def duration(minutes: int) -> str:
    """1 h 30, 45 min, of a number of minutes."""
    hours, left = divmod(minutes, 60)
    if not hours:
        return f"{left}\u00a0min"
    return f"{hours}\u00a0h" + (f"\u00a0{left:02}" if left else "")


@register.filter
def moment(value: datetime | None) -> str:
    """4 mai 2026, 14 h 32 (in Paris)."""
    return "" if value is None else f"{day(value)}, {hour(value)}"


@register.filter
def is_today(value: datetime | None) -> bool:
    """Whether a moment is of today, in Paris: then its hour is enough."""
    return value is not None and in_paris(value).date() == clock.today()


@register.filter
def in_zone(value: datetime, zone: str) -> datetime:
    """The moment as clocks show it in `zone`, without its zone: for `day` and `|date`."""
    return value.astimezone(ZoneInfo(zone or "Europe/Paris")).replace(tzinfo=None)


@register.filter
def zone_words(zone: str) -> str:
    """heure de Paris, heure de La Réunion."""
    return gettext("{place} time").format(place=clock.place_of(zone or "Europe/Paris"))


register.filter("country_name", country_name)
register.filter("language_name", language_name)


@register.filter
def from_now(value: date | datetime, zone: str = "") -> str:
    """dans 3 jours, demain, il y a 2 heures: by the house's clock, the days as `zone` counts them."""
    if not isinstance(value, datetime):
        return _days_away((value - clock.today()).days)
    away = value - clock.now()
    local = ZoneInfo(zone or "Europe/Paris")
    days = (value.astimezone(local).date() - clock.now().astimezone(local).date()).days
    if abs(away) >= timedelta(hours=24) or (days and abs(away) >= timedelta(hours=12)):
        return _days_away(days)
    minutes = round(abs(away).total_seconds() / 60)
    hours = minutes // 60
    if hours:
        ahead = ngettext("in {count} hour", "in {count} hours", hours)
        past = ngettext("{count} hour ago", "{count} hours ago", hours)
        return (ahead if away > timedelta(0) else past).format(count=hours)
    if not minutes:
        return gettext("now")
    ahead = ngettext("in {count} minute", "in {count} minutes", minutes)
    past = ngettext("{count} minute ago", "{count} minutes ago", minutes)
    return (ahead if away > timedelta(0) else past).format(count=minutes)


def _days_away(days: int) -> str:
    if days in (-1, 0, 1):
        return {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}[days]
    if days > 0:
        return ngettext("in {count} day", "in {count} days", days).format(count=days)
    return ngettext("{count} day ago", "{count} days ago", -days).format(count=-days)


@register.filter
def is_past(value: date | datetime) -> bool:
    """Whether the house's clock has passed it."""
    return value < (clock.now() if isinstance(value, datetime) else clock.today())


@register.filter
def is_near(value: date | datetime) -> bool:
    """Whether it comes within seven days."""
    now = clock.now() if isinstance(value, datetime) else clock.today()
    return not is_past(value) and value - now <= timedelta(days=7)


@register.filter
def number(value: float | int | None, decimals: int | None = None) -> str:
    """12 345,6 in French, 12,345.6 in English; empty when unknown, since unknown is not 0."""
    if value is None:
        return ""
    text = format_number(value, decimals, use_l10n=True, force_grouping=True)
    return text.replace("\xa0", THIN_SPACE)


@register.filter
def file_size(size: int) -> str:
    """1,2 Mo in French, 1.2 MB in English."""
    if size < 1000:
        return ngettext("{count} byte", "{count} bytes", size).format(count=size)
    if size < 1_000_000:
        return gettext("{count} KB").format(count=number(round(size / 1000)))
    return gettext("{count} MB").format(count=number(size / 1_000_000, 1 if size < 9_950_000 else 0))


# States --------------------------------------------------------------------------------------------------------------
TONES = {  # how a state looks; its word always stands beside
    "writing": "intent draft returned assigned in_progress started proposed invited asked begun due design pilot",
    "waiting": "submitted admissible under_review hearing_planned heard opinion_given sent partly_signed planned ready published "
    "stated shown embargoed",
    "good": "accepted adopted signed active granted finished done confirmed valid prolonged renewed running joined "
    "open comes present retained met written answered achieved on_track yes",
    "watch": "on_probation on_watch probation with_recommendations blocked postponed late suspended silent offered overdue held_back",
    "bad": "declined refused unfavourable altered failed no_progress",
    "over": "withdrawn lapsed archived ended closed renounced amended stepped_aside abandoned todo unknown decided in_part",
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}
TONE_ICONS = {"writing": "pen", "waiting": "clock", "good": "tick", "watch": "warning", "bad": "close", "over": "dot"}


@register.filter
def tone(state: str) -> str:
    """The look of a state: writing, waiting, good, watch, bad or over."""
    return state if state in TONES else TONE_OF.get(str(state), "over")


@register.filter
def tone_icon(state: str) -> str:
    """The shape that stands beside a state's word."""
    return TONE_ICONS[tone(state)]


@register.simple_tag
def state_mark(state: str, word: Any) -> SafeString:
    """What `parts/state.html` draws: the word, its shape, a drawn edge."""
    return format_html('<span class="state {}">{}{}</span>', tone(state), icon(tone_icon(state)), word)


# Tables --------------------------------------------------------------------------------------------------------------
@register.filter
def cells(line: Any) -> SafeString:
    """The cells of one line of `parts/table.html`: a list may have thousands, and a loop of the template costs thrice as much."""
    first, *others = line.cells
    drawn = [f'<th scope="row">{_within(first)}</th>'] + [_cell(cell) for cell in others]
    return SafeString("".join(drawn))


def _cell(cell: Any) -> str:
    number = ' class="number"' if cell.column.is_number else ""
    inside = state_mark(cell.state, cell.text) if cell.state else _within(cell)
    return f'<td data-title="{conditional_escape(cell.column.title)}"{number}>{inside}</td>'


def _within(cell: Any) -> str:
    text = conditional_escape(cell.text)
    return f'<a href="{conditional_escape(cell.url)}">{text}</a>' if cell.url else text


# Forms ---------------------------------------------------------------------------------------------------------------
@register.filter
def spans(values: Iterable[Any]) -> SafeString:
    """Each value in a span of its own: a loop of the template's costs three times as much."""
    return SafeString("".join(f"<span>{conditional_escape(value)}</span>" for value in values))


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field is drawn as several boxes, to be held in a fieldset."""
    return isinstance(field.field.widget, RadioSelect)  # CheckboxSelectMultiple is one


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether the field is one box to tick."""
    return isinstance(field.field.widget, CheckboxInput)


# Mandate line --------------------------------------------------------------------------------------------------------
@register.inclusion_tag("parts/mandate_line.html")
def mandate_line(
    starts_on: date, ends_on: date, milestones: Iterable[dict[str, Any]] = (), finished: bool = False
) -> dict[str, Any]:
    """One square a year and a half-sun: `{% mandate_line mandate.starts_on mandate.ends_on milestones %}`.

    `milestones`: dicts with `name`, `on` (a day or None), `done`. `ends_on` is excluded.
    """
    today = clock.today()
    squares = []
    for position in range(1, max(ends_on.year - starts_on.year, 1) + 1):
        begins, ends = _anniversary(starts_on, position - 1), _anniversary(starts_on, position)
        state = "done" if today >= ends else "now" if begins <= today else "next"
        years = str(begins.year) if begins.year == (ends - timedelta(days=1)).year else f"{begins.year}-{ends.year}"
        squares.append({"position": position, "years": years, "state": state})
    current = next((square for square in squares if square["state"] == "now"), None)
    return {
        "squares": squares,
        "current": current,
        "milestones": list(milestones),
        "starts_on": starts_on,
        "last_day": ends_on - timedelta(days=1),
        "finished": finished or today >= ends_on,
    }


def _anniversary(day_one: date, years: int) -> date:
    try:
        return day_one.replace(year=day_one.year + years)
    except ValueError:  # 29 February
        return day_one.replace(year=day_one.year + years, day=28)


# Charts --------------------------------------------------------------------------------------------------------------
@register.filter
def bars(values: Iterable[dict[str, Any]], highest: float | None = None) -> list[dict[str, Any]]:
    """Bars on a width of 100: each of `values` has `name`, `value` (None when unknown), `shown`; the highest fills it.

    Optional: `whole`, what fills the width instead; `low` and `high`, an interval drawn across the end of the bar.
    """
    rows = list(values)
    top = highest or max((row.get("whole") or row["value"] or 0 for row in rows), default=0) or 1
    return [{**row, "width": round((row["value"] or 0) / top * 100), "ends": _ends(row, top)} for row in rows]


def _ends(row: dict[str, Any], top: float) -> tuple[int, int] | None:
    """Where an interval begins and ends, on a width of 100; None for none."""
    if row.get("low") is None or row.get("high") is None:
        return None
    return round(row["low"] / top * 100), round(row["high"] / top * 100)


# Words that changed --------------------------------------------------------------------------------------------------
@register.filter
def changes(before: str, after: str) -> list[dict[str, str]]:
    """Pieces of both texts in order, each "same", "gone" (only before) or "new" (only after), word by word."""
    old, new = re.findall(r"\s+|\S+", str(before)), re.findall(r"\s+|\S+", str(after))
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append({"kind": "same", "text": "".join(old[a:b])})
            continue
        pieces += [{"kind": "gone", "text": "".join(old[a:b])}] if b > a else []
        pieces += [{"kind": "new", "text": "".join(new[c:d])}] if d > c else []
    return pieces


# Forms ---------------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def form_key(context: template.Context) -> SafeString:
    """The hidden key by which a form sent twice has one effect (`base.idempotency.once`). Such a page is never kept."""
    if "request" in context:
        context["request"].is_for_one_reader = True
    return format_html('<input type="hidden" name="form_key" value="{}">', idempotency.new_key())
