"""A group without an account: opened by a partner's signed link, shown to the room, closed. No cookie, nothing kept by anyone between."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from marelle.base import clock, qr_codes
from marelle.base.doors import anyone, door
from marelle.base.idempotency import is_ours, new_key
from marelle.base.languages import language_name
from marelle.consultations import codes, figures
from marelle.consultations.models import Partner, Sitting
from marelle.consultations.operations import sittings as operations
from marelle.consultations.operations.sittings import MOST_CHILDREN
from marelle.consultations.queries import access, monitoring
from marelle.consultations.queries.access import Key, Link
from marelle.consultations.states import RELAYS, ConsultationState
from marelle.web.parts import limits
from marelle.web.parts.forms import done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.parts.sittings import GroupForm, group_of, in_large, minutes_left
from marelle.web.public.show import show

EVERY = 20  # seconds between two looks of a group's page
MORE = 5  # children added by one press
MOST_OPENED = 30  # groups opened by one link in a quarter of an hour


def private(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page whose address is the secret: kept by nobody, found by no engine."""
    response = show(request, template, context | {"noindex": True, "canonical": "", "alternates": []}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def open_group(request: HttpRequest, link: str) -> HttpResponse:
    """A teacher opens a group: place, ages, how many; then the code, the square and the page for the room."""
    partner = access.partner_of(link, clock.now())
    if partner is None:
        raise Http404
    if request.method == "POST":
        limits.count("sittings", partner.code, most=MOST_OPENED, seconds=limits.QUARTER)
    form, opened = GroupForm(partner, request.POST or None, language_names=language_name), []
    if done(form, lambda typed: opened.append(_open(request, link, typed))):
        return redirect("public:projector", opened[0].projector)
    context = {"form": form, "partner": partner, "consultation": partner.consultation, "opens": _opens(partner)}
    status = 422 if form.errors else 200
    return private(request, "public/sitting_open.html", context | {"key": new_key()}, status=status)


def _opens(partner: Partner) -> bool:
    """Whether a group may be opened now."""
    consultation, now = partner.consultation, clock.now()
    runs = consultation.opens_at <= now < consultation.closes_at
    return partner.state in RELAYS and consultation.state == ConsultationState.OPEN and runs


def _open(request: HttpRequest, link: str, typed: dict[str, Any]) -> access.Opened:
    once = request.POST.get("form_key", "")[:80]
    _sitting, opened = operations.open_by_link(
        Link(link), typed["where"], group_of(typed), once=once if is_ours(once) else ""
    )
    return opened


# The page of the room ------------------------------------------------------------------------------------------------
@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def projector(request: HttpRequest, key: str) -> HttpResponse:
    """The code, its square, how many have finished by fives, the time left; close, raise the number expected."""
    sitting = access.sitting_of(key)
    if sitting is None:
        return _thanks(request, key)
    if request.method == "POST":
        return _act(request, sitting, Key(key))
    return private(request, "public/projector.html", {"key": key, **_room(request, sitting)})


def _thanks(request: HttpRequest, key: str) -> HttpResponse:
    """What a page still open on a wall becomes once its group is closed, by whomever. Raises Http404 for a key nobody has."""
    sitting = access.late_sitting_of(key, clock.now())
    if sitting is None:
        raise Http404
    until = sitting.closes_at + access.BOXES_COME
    return private(request, "public/sitting_closed.html", {"sitting": sitting, "key": key, "until": until})


def _act(request: HttpRequest, sitting: Sitting, key: Key) -> HttpResponse:
    """One press; then the page as it has become."""
    act = request.POST.get("act", "")
    if act == "close":
        operations.close(sitting.pk, by=key)
    elif act == "raise":
        operations.raise_head_count(sitting.pk, min((sitting.head_count or 0) + MORE, MOST_CHILDREN), by=key)
    elif act == "begin":
        operations.begin(sitting.pk, by=key)
    else:
        raise Http404
    return HttpResponseRedirect(reverse("public:projector", args=[key]))


def _room(request: HttpRequest, sitting: Sitting) -> dict[str, Any]:
    """What the room reads."""
    now, opened = clock.now(), access.unseal(sitting)
    if opened is None:
        raise Http404
    address = f"{settings.SITE_ADDRESS}/e/{opened.code}"
    return {
        "sitting": sitting,
        "code": codes.shown(opened.code),
        "large": in_large(codes.shown(opened.code)),
        "qr_code": qr_codes.shown(address),
        "typed_at": f"{settings.SITE_ADDRESS}/e",
        "finished": figures.by_fives(monitoring.came(sitting)),
        "left": minutes_left(sitting, now),
        "waits": sitting.opens_at > now,
        "is_over": sitting.closes_at <= now,
        "may_raise": sitting.head_count is not None and sitting.head_count < MOST_CHILDREN,
        "every": "" if request.GET.get("arret") else EVERY,
        "language": get_language(),
    }
