"""The shared pieces: what they show, that nothing is inline, that what is used exists, and what it all weighs."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as Thing

import pytest
from django import forms
from django.template import TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from marelle.base import clock
from marelle.config.settings import BASE
from marelle.web.public import pieces
from marelle.web.templatetags import marelle as tags
from tools import assets

PRODUCT = Path(BASE) / "marelle"
STATIC = PRODUCT / "static"
PAGES = sorted((PRODUCT / "templates").rglob("*.html"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(NOW), translation.override("fr"):
        yield


@pytest.fixture(scope="module")
def built():
    """The assets, built as `make` does."""
    assets.build_all()
    return assets.BUILT


def drawn(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


# What holds for every template and sheet -----------------------------------------------------------------------------
def test_no_template_holds_inline_style_script_or_handler():
    at_fault = []
    for page in PAGES:
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", page.read_text(), flags=re.S)
        inline = re.findall(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", text)
        at_fault += [(page.name, inline)] if inline else []

    assert at_fault == []


def test_every_icon_used_is_drawn_and_every_icon_drawn_is_used():
    code = [p.read_text() for p in PAGES if p.name != "pieces.html"] + [
        p.read_text() for p in (PRODUCT / "web").rglob("*.py")
    ]
    named = set(re.findall(r"""\{% icon "([\w-]+)\"""", "\n".join(code)))
    tones = set(tags.TONE_ICONS.values())
    shapes = {tags.shape_icon(s) for s in ("rond", "egal", "livre", "porte-voix", "cle", "unknown")}
    entries = set(re.findall(r"""icon="([\w-]+)\"""", "\n".join(code)))

    assert named | tones | shapes | entries <= tags.icon_names()
    assert tags.icon_names() - (named | tones | shapes | entries) == set()


def test_an_icon_that_is_not_drawn_is_refused():
    with pytest.raises(TemplateSyntaxError):
        drawn('{% icon "unicorn" %}')


def test_no_sheet_names_left_or_right():
    physical = re.compile(
        r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![\w-])(?:left|right|width|height|min-width|max-width"
        r"|min-height|max-height)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
    )

    assert [(s.name, found) for s in SHEETS if (found := physical.findall(s.read_text()))] == []


def test_sheets_stay_in_their_layers():
    layers = "@layer tokens, reset, base, layout, components, forms, map, print;"
    named = {s.stem: re.findall(r"^@layer ([a-z]+) \{", s.read_text(), flags=re.M) for s in SHEETS}
    of_the_house = {stem: found for stem, found in named.items() if stem in layers}

    assert layers in (STATIC / "css" / "tokens.css").read_text()
    assert of_the_house == {stem: [stem] for stem in of_the_house}
    assert {stem: found for stem, found in named.items() if stem not in layers} == {
        stem: [] if stem == "fonts" else ["components"] for stem in named if stem not in layers
    }


def test_classes_named_by_parts_have_a_look():
    sheets = "\n".join(s.read_text() for s in SHEETS)
    known = set(re.findall(r"\.([a-z][\w-]*)", sheets))
    named = set()
    for page in (PRODUCT / "templates" / "parts").glob("*.html"):
        for words in re.findall(r'class="([^"{]*)"', page.read_text()):
            named.update(words.split())

    assert named - known == set()


def test_public_pages_and_errors_never_ask_for_the_person():
    pages = [p for p in PAGES if p.parent.name in ("public", "errors")] + [PRODUCT / "templates" / "base.html"]

    assert [p.name for p in pages if re.search(r"request\.(user|session)", p.read_text())] == []


@pytest.mark.parametrize(
    "name", ["explained", "400", "403", "404", "409", "422", "429", "500", "503"], ids=lambda name: f"errors/{name}"
)
def test_error_pages_stand_without_request_or_context(name):
    page = render_to_string(f"errors/{name}.html", {"shell": "public/base.html"})

    assert page.count("<h1>") == 1
    assert "conserv" in page or "modifié" in page
    assert '<a class="button"' in page


# Weights -------------------------------------------------------------------------------------------------------------
def test_sheet_scripts_and_fonts_keep_their_budget(built):
    weight = {path.relative_to(built).as_posix(): assets.compressed_bytes(path) for path in assets.results()}

    assert weight["marelle.css"] <= 15_000
    assert weight["js/marelle.js"] + weight["js/htmx.min.js"] <= 20_000
    assert weight["fonts/atkinson-400.woff2"] + weight["fonts/atkinson-700.woff2"] <= 22_000
    assert weight["fonts/bricolage-700.woff2"] <= 19_500


def test_fonts_keep_figures_of_equal_width(built):
    from fontTools.ttLib import TTFont

    for name in assets.FONTS:
        font = TTFont(built / "fonts" / f"{name}.woff2")
        features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert "tnum" in features
        assert {ord(letter) for letter in "éèêëàâçîïôùûüÿœæÉÈÀÇŒ«»’…–€"} <= set(font.getBestCmap())


def test_illustrations_stay_small_and_plain():
    for picture in (STATIC / "illustrations").glob("*.svg"):
        text = picture.read_text()
        assert len(text.encode()) <= 6000
        assert not re.search(r"<style|<script|style=|href=\"http", text)


# Dates, numbers, states ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (timedelta(days=3), "dans 3 jours"),
        (timedelta(days=1), "demain"),
        (timedelta(days=-1), "hier"),
        (timedelta(days=-40), "il y a 40 jours"),
        (timedelta(hours=5), "dans 5 heures"),
        (timedelta(hours=-1, minutes=-10), "il y a 1 heure"),
        (timedelta(minutes=20), "dans 20 minutes"),
        (timedelta(seconds=5), "maintenant"),
    ],
    ids=str,
)
def test_from_now_tells_how_far(moment, words):
    assert tags.from_now(NOW + moment) == words


def test_a_day_is_written_as_french_writes_it():
    assert tags.day(date(2026, 5, 1)) == "1er mai 2026"
    assert tags.day(datetime(2026, 5, 3, 22, 30, tzinfo=UTC)) == "4 mai 2026"
    assert tags.moment(datetime(2026, 5, 3, 22, 30, tzinfo=UTC)) == "4 mai 2026, 0\u00a0h\u00a030"
    with translation.override("en"):
        assert tags.day(date(2026, 5, 1)) == "1 May 2026"
        assert tags.moment(datetime(2026, 5, 3, 22, 30, tzinfo=UTC)) == "4 May 2026, 00:30"


def test_numbers_have_thin_spaces_and_unknown_is_not_zero():
    assert tags.number(12345.5, 1) == "12\u202f345,5"
    assert tags.number(None) == ""
    assert tags.file_size(999) == "999 octets"
    assert tags.file_size(248_000) == "248 Ko"
    assert tags.file_size(1_240_000) == "1,2 Mo"


def test_deadline_says_date_hour_zone_and_distance():
    part = '{% include "parts/deadline.html" with at=at zone=zone only %}'
    paris = drawn(part, at=datetime(2026, 5, 7, 21, 59, tzinfo=UTC), zone="Europe/Paris")
    reunion = drawn(part, at=datetime(2026, 5, 7, 21, 59, tzinfo=UTC), zone="Indian/Reunion")

    assert [
        w for w in ("jeudi 7 mai 2026, 23\u00a0h\u00a059", "heure de Paris", "dans 3 jours") if w not in paris
    ] == []
    assert [
        w for w in ("vendredi 8 mai 2026, 1\u00a0h\u00a059", "heure de La Réunion", "dans 4 jours") if w not in reunion
    ] == []


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        ("draft", "writing"),
        ("submitted", "waiting"),
        ("signed", "good"),
        ("on_probation", "watch"),
        ("declined", "bad"),
    ],
)
def test_a_state_has_a_word_a_shape_and_a_look(state, tone):
    shown = drawn('{% include "parts/state.html" with state=state word="mot" only %}', state=state)

    assert f'class="state {tone}"' in shown
    assert f"#{tags.TONE_ICONS[tone]}" in shown
    assert "mot" in shown


# Mandate line --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("begins", "years", "states"),
    [
        (date(2024, 5, 5), 6, ["done", "now", "next", "next", "next", "next"]),
        (date(2024, 5, 4), 6, ["done", "done", "now", "next", "next", "next"]),
        (date(2027, 1, 1), 4, ["next"] * 4),
        (date(2020, 5, 4), 6, ["done"] * 6),
    ],
    ids=["eve of an anniversary", "anniversary", "to come", "ended"],
)
def test_mandate_line_has_a_square_a_year(begins, years, states):
    line = tags.mandate_line(begins, begins.replace(year=begins.year + years))

    assert [square["state"] for square in line["squares"]] == states
    assert line["finished"] == (states[-1] == "done")


def test_answer_in_part_is_no_warning():
    assert [tags.tone_icon(answer) for answer in ("yes", "in_part", "no")] == ["tick", "dot", "dot"]


def test_mandate_line_names_this_year_and_lists_milestones():
    shown = drawn(
        "{% mandate_line begins ends milestones %}",
        begins=date(2024, 3, 1),
        ends=date(2030, 3, 1),
        milestones=[{"name": "Bilan", "on": date(2027, 3, 1), "done": False}],
    )

    assert shown.count('aria-current="step"') == 1
    assert [
        w for w in ("Année 3 sur 6", "1er mars 2024", "28 février 2030", "Bilan", "(cette année)") if w not in shown
    ] == []


# Forms ---------------------------------------------------------------------------------------------------------------
class TwoFields(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme sur la convention.")
    way = forms.ChoiceField(label="Voie", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])


def test_field_ties_title_hint_and_fault_to_its_box():
    shown = drawn('{% include "parts/form.html" with form=form only %}', form=TwoFields({"name": ""}))

    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_helptext"' in shown
    assert 'id="id_name_error"' in shown
    assert '<a href="#id_name">' in shown
    assert "2 points à corriger" in shown
    assert shown.count("<legend>Voie") == 1
    assert '<fieldset class="field faulty" id="id_way" aria-describedby="id_way_error">' in shown


def test_conflict_loses_neither_text():
    shown = drawn(
        '{% include "parts/conflict.html" with yours=a theirs=b label="Objectif" name="title" version=4 url="/x" csrf="t" only %}',
        a="une rue <calme>",
        b="une rue sûre",
    )

    assert shown.count('name="version" value="4"') == 3
    assert 'name="value" value="une rue &lt;calme&gt;"' in shown
    assert 'name="value" value="une rue sûre"' in shown
    assert "une rue sûre\n\nune rue &lt;calme&gt;</textarea>" in shown


def test_changes_are_told_word_by_word():
    assert tags.changes("une rue calme", "une place calme") == [
        {"kind": "same", "text": "une "},
        {"kind": "gone", "text": "rue"},
        {"kind": "new", "text": "place"},
        {"kind": "same", "text": " calme"},
    ]


def test_strip_greys_steps_to_come_and_names_nothing_hidden():
    link = {"excerpt": "", "state": "", "at": NOW, "changed": False}
    strip = Thing(
        parents=[Thing(label="une source non publique", address="", **link)],
        offspring=[Thing(label="Une rue calme", address="/villes/67130/engagements/1", **link)],
        steps_to_come=["bilan à mi-mandat"],
    )

    shown = drawn('{% include "parts/strip.html" with strip=strip only %}', strip=strip)

    assert re.findall(r'href="([^"]*)"', shown) == ["/villes/67130/engagements/1"]
    assert re.findall(r'<li class="to-come"><span>([^<]*)', shown) == ["bilan à mi-mandat"]


# Ways ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("here", "language", "there"),
    [
        ("/villes?region=44", "en", "/en/villes?region=44"),
        ("/en/villes", "fr", "/villes"),
        ("/", "en", "/en/"),
        ("/en/", "fr", "/"),
        ("/envie", "en", "/en/envie"),
    ],
)
def test_language_is_switched_by_address(here, language, there):
    context = {"request": RequestFactory().get(here)}

    assert tags.switch_language(context, language) == there


# The gallery ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["fr", "en"])
def test_gallery_shows_every_part(settings, language):
    settings.DEMO = True
    shown = "".join(p.read_text() for p in (PRODUCT / "templates").rglob("*.html") if p.parent.name != "parts")
    shown += "".join(p.read_text() for p in (PRODUCT / "templates" / "parts").glob("*.html"))
    shown += "".join(p.read_text() for p in (PRODUCT / "web").glob("*/keying.py"))  # whole pages two faces share
    parts = {p.name for p in (PRODUCT / "templates" / "parts").glob("*.html")}
    by_tags = {"entry.html", "mandate_line.html"}

    with translation.override(language):
        page = pieces.pieces(RequestFactory().get("/pieces", {"dir": "rtl"})).content.decode()

    assert 'dir="rtl"' in page
    assert page.count("<h1>") == 1
    assert {name for name in parts - by_tags if f"parts/{name}" not in shown} == set()


def test_gallery_is_absent_in_production(settings):
    settings.DEMO = settings.DEBUG = False

    with pytest.raises(pieces.Http404):
        pieces.pieces(RequestFactory().get("/pieces"))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("INSEE, populations en vigueur en 2026", "Source\u202f: INSEE, populations en vigueur en 2026</span>"),
        ("INSEE", "INSEE, 2026</span>"),
    ],
)
def test_provenance_says_the_year_once(source, shown):
    part = drawn(
        '{% include "parts/provenance.html" with source=publisher year=year only %}', publisher=source, year=2026
    )

    assert shown in part


# Days ----------------------------------------------------------------------------------------------------------------
def lasts(*ends):
    return Thing(**dict(zip(("starts_at", "ends_at"), (datetime(*m, tzinfo=UTC) for m in ends), strict=True)))


@pytest.mark.parametrize(
    ("held", "french", "english"),
    [
        (lasts((2026, 6, 4, 7), (2026, 6, 5, 15)), "4 et 5 juin 2026", "4 and 5 June 2026"),
        (lasts((2026, 6, 1, 7), (2026, 6, 2, 15)), "1er et 2 juin 2026", "1 and 2 June 2026"),
        (lasts((2026, 6, 4, 7), (2026, 6, 6, 15)), "4 au 6 juin 2026", "4 to 6 June 2026"),
        (lasts((2026, 6, 30, 7), (2026, 7, 1, 15)), "30 juin et 1er juillet 2026", "30 June and 1 July 2026"),
        (lasts((2026, 6, 29, 7), (2026, 7, 1, 15)), "29 juin au 1er juillet 2026", "29 June to 1 July 2026"),
        (
            lasts((2026, 12, 31, 7), (2027, 1, 1, 15)),
            "31 décembre 2026 et 1er janvier 2027",
            "31 December 2026 and 1 January 2027",
        ),
        (lasts((2026, 6, 4, 7), (2026, 6, 4, 22)), "4 juin 2026", "4 June 2026"),  # ends at midnight in Paris
        (lasts((2026, 6, 4, 22), (2026, 6, 5, 15)), "5 juin 2026", "5 June 2026"),  # begins at midnight in Paris
    ],
)
def test_days_are_said_all_and_once(held, french, english):
    with translation.override("fr"):
        said = tags.days(held, "Europe/Paris")
    with translation.override("en"):
        assert (said, tags.days(held, "Europe/Paris")) == (french, english)


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        ("stated", "waiting"),
        ("offered", "watch"),
        ("silent", "watch"),
        ("comes", "good"),
        ("retained", "good"),
        ("met", "good"),
    ],
)
def test_what_lives_is_not_drawn_as_over(state, tone):
    assert tags.tone(state) == tone


def test_bars_share_one_scale_and_say_their_names_and_figures_in_letters():
    """As words of the page, they wrap and keep their size on a telephone."""
    values = [
        {"name": n, "value": v, "shown": f"{v}"} for n, v in (("À pied", 40), ("En voiture", 10), ("Autre", None))
    ]
    shown = render_to_string("parts/chart.html", {"title": "T", "values": values})

    lines = re.findall(r'<li><span>(.+?)</span><strong>(.+?)</strong>.*?width="(\d+)"', shown)
    assert lines == [("À pied", "40", "100"), ("En voiture", "10", "25"), ("Autre", "non mesuré", "0")]
