"""Every city on one page, and a letter to one of them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from marelle.accounts.doors import programme_team
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates.operations.cities import write_to_city
from marelle.mandates.queries import office, people
from marelle.web.office import tables
from marelle.web.office.forms import WriteForm
from marelle.web.parts.forms import done, page
from marelle.web.parts.tables import answer
from marelle.web.templatetags.marelle import day


@door(programme_team)
@require_GET
def city_list(request: HttpRequest) -> HttpResponse:
    """Who stands where, the silent first."""
    return answer(request, "office/cities.html", tables.cities(request))


@door(programme_team)
@require_http_methods(["GET", "POST"])
@once
def write(request: HttpRequest, code: str) -> HttpResponse:
    """A letter to a city's administrators, its reason already written."""
    standing = next((row for row in office.standings(request.user) if row.organisation.code == code), None)  # type: ignore[arg-type]
    if standing is None:
        raise Http404
    form = WriteForm(request.POST or None, initial={"words": _reason(standing)})
    city, told = standing.organisation, []
    if done(form, lambda values: told.extend(write_to_city(city.pk, values["words"], by=request.user))):
        sentence = ngettext(
            "Your message leaves to %(count)s person.", "Your message leaves to %(count)s people.", len(told)
        )
        messages.success(request, sentence % {"count": len(told)})
        return redirect("office:cities")
    context = {"standing": standing, "contacts": people.contacts_of(city), "form": form}
    return page(request, "office/city_write.html", context)


def _reason(standing: office.Standing) -> str:
    """Why one writes: the silence."""
    if standing.last_at is None:
        return _("We have seen nothing from you here yet. Can we help?")
    return _("We have seen nothing from you here since %(day)s. Can we help?") % {"day": day(standing.last_at)}
