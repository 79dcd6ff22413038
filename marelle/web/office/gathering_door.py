"""The door of a gathering: who is expected, who is there; badges, the list to print, what people need."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import SECOND, asks
from marelle.base.doors import door
from marelle.base.errors import MarelleError
from marelle.events import documents
from marelle.events.models import Event, Registration
from marelle.events.operations import gatherings
from marelle.events.queries import gatherings as queries
from marelle.web.office.gathering_forms import BadgeForm
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import Column, Table, answer

LONGEST = 60  # characters read of what is looked for


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=SECOND)
def at_the_door(request: HttpRequest, code: str) -> HttpResponse:
    """Check people in, by the code of their badge or by name; a press sent twice counts once."""
    event = _found(request, code)
    if request.headers.get("X-Requested-With") == "fetch" and request.method == "POST":
        return _by_script(request, event)
    form = BadgeForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if done(form, lambda values: gatherings.check_in(event.pk, values["code"], by=request.user)):  # type: ignore[arg-type]
        messages.success(request, _("Present."))
        return redirect("office:gathering_door", code)
    return page(request, "office/gathering_door.html", _expected(request, event) | {"form": form})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The list to print, for signatures: the last resort."""
    event = _found(request, code)
    return page(request, "office/gathering_sheet.html", {"event": event, "people": _named(queries.at_the_door(event))})


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def badges(request: HttpRequest, code: str) -> HttpResponse:
    """Every badge as one PDF, by name."""
    event = _found(request, code)
    content = documents.badges(event, queries.at_the_door(event))
    disposition = {"Content-Disposition": f'attachment; filename="badges-{event.year}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=disposition)


@door(programme_team)
@require_GET
@asks(reading=SECOND)
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes and what they need to eat and to take part; as a file too."""
    event = _found(request, code)
    return answer(request, "office/gathering_people.html", _needs(request, event), {"event": event})


def _by_script(request: HttpRequest, event: Event) -> JsonResponse:
    """What the page's own script hears: a name to show, or why not."""
    try:
        found = gatherings.check_in(event.pk, request.POST.get("code", ""), by=request.user)  # type: ignore[arg-type]
    except MarelleError as error:
        return JsonResponse({"sentence": error.sentence}, status=error.status)
    sentence = _("%(name)s, %(organisation)s: present.") % {
        "name": found.participant.name,
        "organisation": queries.name_of(found),
    }
    return JsonResponse({"sentence": sentence, "code": found.code})


def _expected(request: HttpRequest, event: Event) -> dict[str, object]:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    present, expected = queries.presence(event)
    found = _named(queries.at_the_door(event, words or request.GET.get("code", "")[:LONGEST]))
    return {"event": event, "people": found, "words": words, "present": present, "expected": expected}


def _named(found: list[Registration]) -> list[Registration]:
    """Each with the name of its organisation, as the badge says it."""
    for registration in found:
        registration.organisation = queries.name_of(registration)  # type: ignore[attr-defined]
    return found


def _needs(request: HttpRequest, event: Event) -> Table:
    return Table(
        request,
        name=f"participants-{event.year}",
        caption=_("Who comes"),
        columns=[
            Column("nom", _("Name"), lambda row: row.participant.name, order="nom"),
            Column("organisation", _("Organisation"), queries.name_of, order="organisation"),
            Column("fonction", _("Function"), lambda row: row.participant.function),
            Column("etat", _("State"), lambda row: str(row.get_state_display()), order="etat"),
            Column("repas", _("For meals"), lambda row: row.dietary, order="repas"),
            Column("confort", _("To take part in comfort"), lambda row: row.access, order="confort"),
        ],
        rows=queries.with_needs(event),
        empty=_("Nobody is registered yet."),
    )


def _found(request: HttpRequest, code: str) -> Event:
    return get_object_or_404(queries.of_team(request.user), code=code)  # type: ignore[arg-type]
