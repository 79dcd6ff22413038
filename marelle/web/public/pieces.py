"""The gallery of pieces: every part in every state. Demonstration and development only."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from marelle.base import clock
from marelle.base.doors import anyone, door
from marelle.web.templatetags.marelle import icon_names


class Domain(Thing):
    """A domain for the gallery."""

    def __str__(self) -> str:
        return self.name


class SampleForm(forms.Form):
    """One field of each kind."""

    mayor = forms.CharField(
        label=gettext_lazy("Name of the elected lead"), help_text=gettext_lazy("As on the agreement.")
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    children = forms.IntegerField(label=gettext_lazy("Children under 18"), min_value=0)
    vote_on = forms.DateField(
        label=gettext_lazy("Date of the council’s vote"), widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(
        label=gettext_lazy("Presentation"), widget=forms.Textarea, help_text=gettext_lazy("1,500 characters at most.")
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where children meet"),
        choices=[("school", gettext_lazy("At school")), ("town", gettext_lazy("At the town hall"))],
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How far are you?"),
        widget=forms.RadioSelect,
        choices=[("no", gettext_lazy("Not begun")), ("some", gettext_lazy("Begun")), ("yes", gettext_lazy("In place"))],
    )
    ages = forms.MultipleChoiceField(
        label=gettext_lazy("Ages concerned"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("0", gettext_lazy("0 to 5")), ("6", gettext_lazy("6 to 11")), ("12", gettext_lazy("12 to 17"))],
    )
    agree = forms.BooleanField(label=gettext_lazy("The council has voted on this plan"))
    vote = forms.FileField(label=gettext_lazy("The council’s vote"), required=False)


@door(anyone)
@require_safe
def pieces(request: HttpRequest) -> HttpResponse:
    """Show every piece; `?dir=rtl` turns the page over."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    direction = "rtl" if request.GET.get("dir") == "rtl" else ""
    return render(request, "public/pieces.html", {"direction": direction, **samples()})


def samples() -> dict[str, Any]:
    """Invented content for the gallery."""
    now = clock.now()
    return {
        **of_mandates(),
        **of_states(now),
        **of_forms(),
        **of_words(now),
        **of_messages(now),
        **of_figures(),
        "saved_at": now,
    }


def of_mandates() -> dict[str, Any]:
    """Domains, and mandates at four moments of their life."""
    begun = date(clock.today().year - 2, 3, 15)
    return {
        "domains": domains(),
        "mandates": [
            {"starts_on": begun, "ends_on": begun.replace(year=begun.year + 6), "milestones": milestones(begun)},
            {
                "starts_on": begun.replace(year=begun.year - 5),
                "ends_on": begun.replace(year=begun.year + 1),
                "milestones": [],
            },
            {
                "starts_on": begun.replace(year=begun.year + 3),
                "ends_on": begun.replace(year=begun.year + 7),
                "milestones": [],
            },
            {
                "starts_on": begun.replace(year=begun.year - 9),
                "ends_on": begun.replace(year=begun.year - 3),
                "milestones": [],
            },
        ],
    }


def of_states(now: datetime) -> dict[str, Any]:
    """Every tone of a state, near and far moments."""
    return {
        "states": [
            ("writing", _("draft, not handed in yet")),
            ("waiting", _("under review")),
            ("good", _("title granted")),
            ("watch", _("on probation")),
            ("bad", _("refused")),
            ("over", _("withdrawn by the city")),
        ],
        "moments": [
            now + timedelta(days=3),
            now + timedelta(days=64),
            now + timedelta(hours=5),
            now - timedelta(days=1),
        ],
    }


def of_forms() -> dict[str, Any]:
    """Tables, tasks, forms empty, faulty and filled."""
    return {
        "table": table(),
        "no_table": Thing(caption="", columns=[], rows=[], totals=[], downloads=[], empty=_("No application yet.")),
        "tasks": tasks(),
        "form": SampleForm(prefix="a"),
        "faulty": SampleForm({"b-email": "marie@", "b-children": "-3"}, prefix="b"),
        "third": SampleForm(prefix="c"),
        "file": Thing(label="deliberation-2026-04.pdf", size=248_000),
        "page": Paginator(range(500), 50).page(4),
        "crumbs": [(_("The network"), "/villes"), ("Bas-Rhin", "/villes?departement=67")],
    }


def of_words(now: datetime) -> dict[str, Any]:
    """A text before and after, the thread, a chart, a map."""
    return {
        "before": _("Open a calm street in front of the school on Tuesdays."),
        "after": _("Open a calm street in front of both schools every day, with the parents."),
        "strip": strip(now),
        "values": [
            {"name": _("Very safe"), "value": 34.0, "shown": "34 %"},
            {"name": _("Rather safe"), "value": 41.0, "shown": "41 %"},
            {"name": _("Not safe"), "value": 25.0, "shown": "25 %"},
            {"name": _("At night"), "value": None, "shown": ""},
        ],
        "map_svg": MAP,
        "map_key": [{"css": "member", "name": _("commune")}, {"css": "member group", "name": _("intercommunality")}],
    }


def of_messages(now: datetime) -> dict[str, Any]:
    """What is told, kept and to be done."""
    return {
        "notifications": [
            Thing(
                sentence=_("Your application is admissible."), address="#", at=now - timedelta(hours=2), is_read=False
            ),
            Thing(sentence=_("A reader has been assigned."), address="#", at=now - timedelta(days=4), is_read=True),
        ],
        "documents": [
            Thing(label=_("Rules of the call 2026"), url="#", kind="pdf", size=184_000, at=now),
            Thing(label=_("Model of a council’s vote"), url="#", kind="odt", size=22_400, at=now),
        ],
        "next_date": Thing(at=now + timedelta(days=3), title=_("The call closes"), url="#", zone="Europe/Paris"),
        "acts": [
            Thing(title=_("Finish the plan: 2 domains are empty"), url="#", help=_("about 40 minutes")),
            Thing(title=_("Answer Amina’s remark on objective 3"), url="#", help=""),
            Thing(title=_("Name who signs"), url="#", help=""),
        ],
    }


def of_figures() -> dict[str, Any]:
    """Figures, facts and every icon."""
    return {
        "figures": [
            Thing(value="312", name=_("towns and groups of towns"), on=_("on 1 May 2026")),
            Thing(value="1\u202f840\u202f000", name=_("children live there"), on=_("census of 2022")),
            Thing(value="96", name=_("départements have at least one"), on=""),
        ],
        "facts": [
            (_("Population"), "12\u202f345"),
            (_("Département"), "Bas-Rhin", "#"),
            (_("Elected lead"), "Marie Klein"),
        ],
        "icons": sorted(icon_names()),
    }


def domains() -> list[Domain]:
    """The five domains of the demonstration's framework."""
    named = [
        (_("Well-being"), "pin", "rond"),
        (_("Equality"), "prune", "egal"),
        (_("Education"), "canard", "livre"),
        (_("Participation"), "brique", "porte-voix"),
        (_("Rights"), "ocre", "cle"),
    ]
    return [Domain(name=name, colour=colour, shape=shape) for name, colour, shape in named]


def milestones(begun: date) -> list[dict[str, Any]]:
    """What marks a mandate."""
    return [
        {"name": _("Agreement signed"), "on": begun, "done": True},
        {"name": _("Mid-term report"), "on": begun.replace(year=begun.year + 3), "done": False},
        {"name": _("Final report"), "on": begun.replace(year=begun.year + 6), "done": False},
    ]


def table() -> Thing:
    """A table with sorting, states, links and totals."""
    name = Thing(title=_("Town"), is_number=False, sort_url="?sort=-name", sorted="ascending")
    state = Thing(title=_("State"), is_number=False, sort_url="?sort=state", sorted="")
    people = Thing(title=_("Inhabitants"), is_number=True, sort_url="?sort=people", sorted="")
    lines = [
        ("Erstein", "admissible", _("admissible"), "11\u202f124"),
        ("Saint-Denis", "under_review", _("under review"), "155\u202f634"),
        ("Sélestat", "draft", _("draft, not handed in yet"), "19\u202f252"),
    ]
    rows = [
        Thing(
            cells=[
                Thing(text=town, url="#", column=name, state=""),
                Thing(text=word, url="", column=state, state=value),
                Thing(text=count, url="", column=people, state=""),
            ]
        )
        for town, value, word, count in lines
    ]
    total = [_("Total"), "", "186\u202f010"]
    return Thing(
        caption=_("Applications to the 2026 call"),
        columns=[name, state, people],
        rows=rows,
        totals=[Thing(text=text, column=column) for text, column in zip(total, [name, state, people], strict=True)],
        downloads=[("CSV", "#"), ("XLSX", "#"), ("JSON", "#")],
        empty="",
    )


def tasks() -> list[Thing]:
    """A task list with every kind of line."""
    plain = {"help": "", "minutes": None, "person": "", "blocked_by": "", "url": "#"}
    return [
        Thing(**plain | {"title": _("Presentation"), "state": "done", "word": _("ready")}),
        Thing(
            **plain
            | {
                "title": _("Self-assessment"),
                "state": "begun",
                "word": _("begun"),
                "minutes": 25,
                "person": "Paul Meyer",
            }
        ),
        Thing(**plain | {"title": _("Action plan"), "state": "todo", "word": _("to do"), "minutes": 90}),
        Thing(
            **plain
            | {
                "title": _("Hand in"),
                "state": "blocked",
                "word": _("blocked"),
                "blocked_by": _("The plan is not ready."),
            }
        ),
    ]


def strip(now: datetime) -> Thing:
    """Both ends of a thread, with steps to come."""
    link = {"excerpt": "", "address": "#", "state": "", "at": now, "changed": False}
    return Thing(
        parents=[
            Thing(**link | {"label": _("34 children out of 100 are afraid on the way to school"), "changed": True}),
            Thing(**link | {"label": _("a source that is not public"), "address": ""}),
        ],
        offspring=[Thing(**link | {"label": _("A calm street in front of the school"), "state": _("under way")})],
        steps_to_come=[_("mid-term report"), _("a practice, told to other towns")],
    )


MAP = mark_safe(
    '<svg viewBox="0 0 320 200" role="img" aria-label="Essai">'
    '<path class="land" d="M60 40l60-25 60 10 50 35 20 60-30 50-70 15-70-20-40-60z"/>'
    '<path class="step-2" d="M90 60l40-10 20 40-30 25-40-15z"/><path class="step-4" d="M150 50l40 5 15 40-35 20z"/>'
    '<rect class="inset" x="262" y="20" width="50" height="40"/><path class="land" d="M275 30l20 5-5 15-15-3z"/>'
    '<circle class="member" cx="120" cy="90" r="6"/><circle class="member group" cx="180" cy="110" r="9"/></svg>'
)
