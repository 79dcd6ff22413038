"""The national gathering as anyone reads it: programme, items, proceedings, declarations; calendar, schedule and table files."""

import json
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts.models import File
from marelle.base.origins import reference, strip_for
from marelle.base.registers import Moment
from marelle.base.text import hour_in_words
from marelle.events import schedules
from marelle.events.models import Event, ProgrammeItem
from marelle.events.queries import gatherings as queries
from marelle.events.queries import outcomes
from marelle.events.queries.gatherings import Programme
from marelle.events.schedules import Conference, Talk
from marelle.events.states import OVER, EventState, ItemKind
from marelle.framework.models import text
from marelle.web.parts import calendars
from marelle.web.parts.files import attachment
from marelle.web.parts.tables import CONTENT_TYPES, Column, as_csv, as_xlsx
from marelle.web.public.show import View, public, show


def of_year(view: View) -> View:
    """Give the view the gathering of the year in the address; of several committees', the one asked for, or the choice."""

    @wraps(view)
    def inner(request: HttpRequest, year: int, **kwargs: str) -> HttpResponseBase:
        events = queries.in_year(year)
        found = _asked_for(request, events, kwargs.get("code", ""))
        if not found:
            raise Http404
        if len(found) > 1:
            return choice(request, year, found)
        found[0].is_one_of_several = len(events) > 1  # type: ignore[attr-defined]
        answer: HttpResponseBase = view(request, found[0], **kwargs)
        return answer

    return inner


def _asked_for(request: HttpRequest, events: list[Event], code: str) -> list[Event]:
    committee = request.GET.get("comite", "")
    if committee:
        return [event for event in events if event.committee.code == committee]
    return queries.holding(events, code) if code and len(events) > 1 else events


def choice(request: HttpRequest, year: int, events: list[Event]) -> HttpResponse:
    """Several committees hold a gathering that year: the reader says which. A file's address leads here."""
    home = reverse("public:gathering", args=[year])
    if request.path != home:
        return HttpResponseRedirect(home)
    for event in events:
        event.occurrence = queries.occurrence_of(event)  # type: ignore[attr-defined]
    return show(request, "public/gathering_choice.html", {"year": year, "events": events})


def which(event: Event) -> str:
    """What an address adds when several committees hold a gathering that year."""
    return f"?comite={event.committee.code}" if event.is_one_of_several else ""  # type: ignore[attr-defined]


def home_of(event: Event) -> str:
    """Its page."""
    return reverse("public:gathering", args=[event.year]) + which(event)


@public
@of_year
def gathering(request: HttpRequest, event: Event) -> HttpResponse:
    """The programme by day and hour, for a phone and for paper."""
    programme = queries.programme(event)
    _prepare(programme)
    context = {
        "event": event,
        "home": home_of(event),
        "objectives": text(event.objectives),
        "occurrence": programme.occurrence,
        "days": programme.days,
        "market": queries.market(programme.items),
        "hosts": queries.hosts_of(event),
        "declarations": list(queries.declarations_of(event, opened=True)),
        "proceedings": outcomes.proceedings(programme.items) if event.state == EventState.DOCUMENTED else [],
        "told": outcomes.practices_told(event, programme.items) if event.state in OVER else [],
        "files": _files(event),
    }
    return show(request, "public/gathering.html", context)


@public
@of_year
def item(request: HttpRequest, event: Event, code: str) -> HttpResponse:
    """One item: what it is about, who speaks, places left; once the proceedings are published, what came out of it."""
    found = get_object_or_404(event.items.select_related("domain"), code=code)
    told = event.state == EventState.DOCUMENTED
    context = {
        "event": event,
        "home": home_of(event),
        "item": found,
        "description": text(found.description),
        "theme": text(found.theme),
        "speakers": found.roles.filter(role="speaker").select_related("organisation").order_by("position", "pk"),
        "places": queries.places(event, [found]).get(found.pk),
        "outcome": text(found.outcome) if told else "",
        "documents": found.files.filter(removed_at=None).order_by("pk") if told else [],
        "practices": queries.market([found]),
        "strip": strip_for(reference("events.item", found.code), None),
    }
    return show(request, "public/gathering_item.html", context)


@public
@of_year
def document(request: HttpRequest, event: Event, code: str, file_code: str) -> FileResponse:
    """A file of the proceedings, once they are published."""
    if event.state != EventState.DOCUMENTED:
        raise Http404
    found = get_object_or_404(event.items, code=code)
    file: File = get_object_or_404(found.files.filter(removed_at=None), code=file_code)
    return attachment(file)


@public
@of_year
def declaration(request: HttpRequest, event: Event, code: str) -> HttpResponse:
    """A declaration and the organisations that have signed it, first first."""
    found = get_object_or_404(queries.declarations_of(event, opened=True), code=code)
    signatures = found.signatures.select_related("organisation").order_by("signed_at", "pk")
    context = {
        "event": event,
        "home": home_of(event),
        "declaration": found,
        "words": text(found.text),
        "signatures": signatures,
    }
    return show(request, "public/gathering_declaration.html", context)


# ---------------------------------------------------------------------------------------------------------------- files
@public
@of_year
def calendar(request: HttpRequest, event: Event) -> HttpResponse:
    """Every item as a date, to subscribe to."""
    programme = queries.programme(event)
    return calendars.answer(map(_moment, _timed(programme)), text(programme.event.name))


@public
@of_year
def schedule_xml(request: HttpRequest, event: Event) -> HttpResponse:
    """The frab schedule as XML."""
    content = schedules.as_xml(_conference(queries.programme(event)))
    return _open(HttpResponse(content, content_type="application/xml; charset=utf-8"))


@public
@of_year
def schedule_json(request: HttpRequest, event: Event) -> HttpResponse:
    """The frab schedule as JSON."""
    content = schedules.as_json(_conference(queries.programme(event)))
    return _open(HttpResponse(json.dumps(content, ensure_ascii=False), content_type="application/json"))


@public
@of_year
def table_csv(request: HttpRequest, event: Event) -> HttpResponse:
    """The programme as CSV; `bom=1` for old spreadsheets."""
    programme = queries.programme(event)
    content = as_csv(columns(programme), _timed(programme), with_mark=request.GET.get("bom") == "1")
    return _open(_file(content, "csv", event))


@public
@of_year
def table_xlsx(request: HttpRequest, event: Event) -> HttpResponse:
    """The programme as a spreadsheet."""
    programme = queries.programme(event)
    return _open(_file(as_xlsx(columns(programme), _timed(programme), text(programme.event.name)), "xlsx", event))


def columns(programme: Programme) -> list[Column]:
    """What the tables say of an item."""
    return [
        Column("begins", _("Begins"), lambda item: item.starts_at),
        Column("ends", _("Ends"), lambda item: item.ends_at),
        Column("title", _("Title"), lambda item: text(item.name)),
        Column("kind", _("Kind"), lambda item: str(ItemKind(item.kind).label)),
        Column("theme", _("Theme"), lambda item: text(item.theme)),
        Column("level", _("Level"), lambda item: item.get_level_display()),
        Column("room", _("Room"), lambda item: item.room),
        Column("speakers", _("Speakers"), lambda item: ", ".join(programme.speakers.get(item.pk, []))),
        Column("capacity", _("Places"), lambda item: item.capacity, kind="number"),
        Column("url", _("Address"), address_of),
    ]


def address_of(item: ProgrammeItem) -> str:
    """The page of an item, whole, in French: what others cite."""
    return f"{settings.SITE_ADDRESS}/rencontre/{item.event.year}/{item.code}"


def _prepare(programme: Programme) -> None:
    """Each item as its line shows it: a page of 67 of them is made of ready words."""
    event = programme.event
    zone, shows_places = ZoneInfo(event.zone), event.state == EventState.PUBLISHED
    kinds = {kind.value: str(kind.label) for kind in ItemKind}
    here = reverse("public:gathering", args=[event.year])
    until = _("until {hour}")
    for item in _timed(programme):
        ends = until.format(hour=hour_in_words(item.ends_at.astimezone(zone)))  # type: ignore[union-attr]
        places = [str(programme.places[item.pk])] if shows_places and item.pk in programme.places else []
        speakers = programme.speakers.get(item.pk, [])
        item.url, item.title = f"{here}/{item.code}", text(item.name)  # type: ignore[attr-defined]
        kind = [kinds[item.kind]] if kinds[item.kind] != item.title.lower() else []  # type: ignore[attr-defined]
        item.facts = [*kind, ends, *filter(None, [item.room]), *speakers, *places]  # type: ignore[attr-defined]


def _timed(programme: Programme) -> list[ProgrammeItem]:
    return [item for item in programme.items if item.starts_at]


def _moment(item: ProgrammeItem) -> Moment:
    event = item.event
    return Moment(
        code=f"item-{item.code}",
        title=text(item.name),
        starts_at=item.starts_at,  # type: ignore[arg-type]
        ends_at=item.ends_at,
        address=f"/rencontre/{event.year}/{item.code}",
        zone=event.zone,
        place=item.room or event.place,
        sequence=item.version,
        is_cancelled=event.state == EventState.CANCELLED,
    )


def _conference(programme: Programme) -> Conference:
    event, occurrence = programme.event, programme.occurrence
    return Conference(
        title=text(event.name),
        acronym=f"rencontre_{event.year}",
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        zone=event.zone,
        version=f"{event.version}.{occurrence.sequence}.{sum(item.version for item in programme.items)}",
        address=f"{settings.SITE_ADDRESS}/rencontre/{event.year}",
        talks=[_talk(item, programme.speakers.get(item.pk, [])) for item in _timed(programme)],
    )


def _talk(item: ProgrammeItem, persons: list[str]) -> Talk:
    return Talk(
        code=item.code,
        title=text(item.name),
        kind=item.kind,
        starts_at=item.starts_at,  # type: ignore[arg-type]
        minutes=item.minutes,
        room=item.room,
        track=text(item.theme),
        language=item.language,
        abstract=text(item.description),
        address=address_of(item),
        persons=persons,
    )


def _files(event: Event) -> list[tuple[str, str]]:
    """Name and address of each file the programme may be taken away as."""
    names = {"iCalendar": "ics", "CSV": "csv", "XLSX": "xlsx", "XML": "xml", "JSON": "json"}
    return [
        (name, reverse(f"public:gathering_{kind}", args=[event.year]) + which(event)) for name, kind in names.items()
    ]


def _file(content: bytes, kind: str, event: Event) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="rencontre-{event.year}.{kind}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[kind], headers=disposition)


def _open(response: HttpResponse) -> HttpResponse:
    """Open data: pages of other sites may read it."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
