"""What the town's children said in a published consultation, and « Reprendre »: into its plan, or as an answer to them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marelle.accounts.doors import member
from marelle.base import origins
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import method, telling
from marelle.consultations.catalogue import EVERYONE, Group
from marelle.consultations.models import Partner
from marelle.consultations.operations import carrying
from marelle.consultations.operations.carrying import Taken
from marelle.consultations.queries import monitoring, places, published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition, Told
from marelle.consultations.registered.results import reference
from marelle.consultations.telling import Result
from marelle.plans.models import Objective
from marelle.web.city.space import Space, enter, page
from marelle.web.city.voices import places as places_in
from marelle.web.city.voices import taking
from marelle.web.parts import result_tables
from marelle.web.parts.results import told


@dataclass(frozen=True)
class Read:
    """An edition as a town reads it. `zones`: what its place and the larger ones tell, the nearest first."""

    edition: Edition
    zones: list[Told]

    @property
    def own(self) -> Told:
        """What the town itself tells."""
        return self.zones[0]

    def chosen(self, slug: str) -> Told | None:
        """The place asked for, else the smallest that tells something."""
        telling_some = [each for each in self.zones if not each.status]
        if not slug:
            return next(iter(telling_some), None)
        return next((each for each in telling_some if (each.place.slug or "france") == slug), None)


def read_by(space: Space, code: str) -> Read | None:
    """The edition of that code, else the latest, where the town has a place in it; None when there is none."""
    place = _place(space)
    editions = published.editions() if place else []
    wanted = [each for each in editions if not code or each.code == code]
    edition = published.edition(wanted[0].code) if wanted else None
    if place is None or edition is None:
        return None
    around = [place, *place.around]
    zones = published.told(edition, published.by_age, around)
    return Read(edition, [zones[each.zone] for each in around])


def _place(space: Space) -> Place | None:
    short = places.in_short(space.organisation.territory)
    return places.find(short.zone) if short else None


@door(member)
@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    """Every question as it may be told for the town; too few answers, that of the larger place."""
    space, wanted = enter(request), request.GET.get("edition", "")
    slug, read = request.GET.get("lieu", ""), read_by(space, wanted)
    here = read.chosen(slug) if read else None
    if here is None and (wanted or slug):
        raise Http404
    if read is None or here is None:
        return page(request, "city/results.html", space, read=None)
    context = {"read": read, "here": here, "slug": here.place.slug or "france", "editions": published.editions()}
    context |= {"rows": _rows(read, here, space), "protection": method.protection(read.edition.consultation)}
    return page(request, "city/results.html", space, **context, **_too_few(read, space))


def _too_few(read: Read, space: Space) -> dict[str, Any]:
    """Why the town has no page, and the sheets its groups handed in, as it may know them."""
    if not read.own.status:
        return {}
    mine = Partner.objects.visible_to(space.person).filter(organisation=space.organisation)
    partner = mine.filter(consultation=read.edition.consultation).first()
    counted = monitoring.of_partner(partner) if partner else None
    floor = method.town_floor(read.edition.consultation)
    is_below = counted is not None and (counted.received or 0) < floor
    return {"why": telling.why_not(read.own.status), "counted": counted if is_below else None, "floor": floor}


def _rows(read: Read, here: Told, space: Space) -> list[dict[str, Any]]:
    """Each question told here, by age when ages are told, beside the larger places, with what became of it."""
    larger = [each for each in read.zones[read.zones.index(here) + 1 :] if not each.status]
    named = {one.question.name: _reference(read, here, one) for one in here.results}
    became = origins.offspring_of(list(named.values()), space.person)
    ages = published.groups_of(here, "age")
    return [
        told(one)
        | {"ages": _by_age(one, ages), "others": _elsewhere(here, larger, one), "is_told": one.is_told, "became": became.get(named[one.question.name], [])}
        for one in here.results
    ]  # fmt: skip


def _by_age(one: Result, ages: list[Group]) -> dict[str, Any] | None:
    """The question by age; None where no age is told of it."""
    told_apart = [group for group in ages if group != EVERYONE and group in one.columns]
    if not one.is_told or all(one.columns[group].status for group in told_apart):
        return None
    return result_tables.by_groups(one, [EVERYONE, *told_apart])


def _elsewhere(here: Told, larger: list[Told], one: Result) -> list[dict[str, Any]]:
    """The answer given most often here, as the larger places gave it."""
    table = result_tables.beside(here, larger, one.question.name)
    if table is None:
        return []
    most = max(range(len(one.everyone.shares)), key=lambda n: telling.height(one.everyone.shares[n]))
    found: list[dict[str, Any]] = table["lines"][most]["others"]
    return found


def _reference(read: Read, here: Told, one: Result) -> str:
    return reference(read.edition.freeze.code, one.question.name, here.place.zone)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def carry_on(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Choose what becomes of a result: an objective or an action of the plan, or an answer to the children."""
    space = enter(request)
    read, here, one = _result_or_404(request, space, question)
    plan, taken = taking(space), Taken(_reference(read, here, one), one.title, one.sentence())
    if request.method == "POST" and request.POST.get("to") == "answer":
        begun = carrying.begin_answer(taken, space.organisation, plan, by=space.person)
        return redirect("city:proposal", code, begun.code)
    if request.method != "POST" or plan is None:
        context = {"read": read, "here": here, "slug": here.place.slug or "france", "result": told(one)}
        return page(request, "city/result_carry_on.html", space, **context, **places_in(plan))
    if there := request.POST.get("there", ""):
        return _tied(request, taken, space, there)
    made = carrying.carry_on(taken, space.organisation, plan.pk, request.POST.get("to", ""), by=space.person)
    messages.success(request, _("“%(name)s” is in your plan.") % {"name": made.name})
    return redirect("city:objective" if isinstance(made, Objective) else "city:action", code, made.code)


def _tied(request: HttpRequest, taken: Taken, space: Space, part: str) -> HttpResponse:
    """To the objective or the action that answers it already."""
    carrying.tie(taken, space.organisation, part, by=space.person)
    messages.success(request, _("The thread says it: this answers the children."))
    kind, _sep, place = part.partition(".")
    return redirect(f"city:{kind}", space.organisation.code, place)


def _result_or_404(request: HttpRequest, space: Space, question: str) -> tuple[Read, Told, Result]:
    """A question told of the town or of a larger place it lies in. Raises Http404."""
    read = read_by(space, request.GET.get("edition", ""))
    here = read.chosen(request.GET.get("lieu", "")) if read else None
    one = here.result(question) if here else None
    if read is None or here is None or one is None or not one.is_told:
        raise Http404
    return read, here, one
