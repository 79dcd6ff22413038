"""The consultation in the office: what will be public, the hour the embargo ends, agreed on by two persons."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import programme_team
from marelle.accounts.proof import FRESH, SECOND, asks
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.consultations import rules
from marelle.consultations.models import Consultation, Freeze
from marelle.consultations.operations import publishing
from marelle.consultations.queries import published, quality, result_files
from marelle.consultations.queries.results import asked_in, latest_freeze, results, waiting_act
from marelle.web.office.consultation_running import governed
from marelle.web.office.gathering_forms import day, hour
from marelle.web.parts.forms import done, page


class PublicationForm(forms.Form):
    """When the embargo ends."""

    on = day(gettext_lazy("Public from"))
    hour = hour(gettext_lazy("at"), time(6, 0))
    reread = forms.BooleanField(
        label=gettext_lazy("The attacks on published tables were read again for this freeze"),
        help_text=gettext_lazy(
            "docs/security.md lists them with their ceilings: read whether this freeze is within them."
        ),
    )

    @property
    def moment(self) -> datetime:
        """The day and hour, in Paris."""
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["hour"], clock.PARIS)


@door(programme_team)
@require_http_methods(["GET", "POST"])
@asks(reading=SECOND, acting=FRESH)
@once
def publication(request: HttpRequest, edition: str) -> HttpResponse:
    """Propose a day and hour; another administrator agrees, or not."""
    found, act, by = governed(request, edition), request.POST.get("act", ""), request.user
    if act in ANSWERS:
        messages.success(request, ANSWERS[act](found, by))
        return redirect("office:consultation_publication", edition)
    form = PublicationForm(request.POST if act == "propose" else None)
    if done(form, lambda data: publishing.propose(found.pk, form.moment, by=by, reread=data["reread"])):  # type: ignore[arg-type]
        messages.success(request, _("It is proposed: another programme administrator agrees, or not."))
        return redirect("office:consultation_publication", edition)
    return page(request, "office/consultation_publication.html", _context(request, found) | {"form": form})


def _agreed(found: Consultation, by: Any) -> str:
    publishing.confirm(found.pk, by=by)
    return _("It is agreed: results become public by themselves at the hour said.")


def _declined(found: Consultation, by: Any) -> str:
    publishing.decline(found.pk, by=by)
    return _("It is declined: nothing has changed.")


ANSWERS = {"confirm": _agreed, "decline": _declined}


def _context(request: HttpRequest, found: Consultation) -> dict[str, Any]:
    freeze, waiting = latest_freeze(found), waiting_act(found, publishing.PUBLISH)
    return {
        "consultation": found,
        "tab": "publication",
        "freeze": freeze,
        "waiting": waiting,
        "on": publishing.moment_of(waiting) if waiting else None,
        "may_act": rules.may_open(request.user, found),  # type: ignore[arg-type]
        "checks": _checks(found, freeze) if freeze and not found.published_at else [],
        "withheld": _withheld(found, freeze) if freeze else [],
        "reports": _reports(found) if found.published_at else None,
    }


def _reports(found: Consultation) -> result_files.Progress | None:
    """How far the worker is with the documents of a published edition."""
    read = published.edition(found.code)
    return result_files.progress(read) if read else None


def _checks(found: Consultation, freeze: Freeze) -> list[quality.Checked]:
    """What both persons read before they propose or agree."""
    asked, by = asked_in(found), quality.reread_by(found, freeze, publishing.PUBLISH)
    return quality.checks(found, freeze, asked, reread_by=by) if asked else []


def _withheld(found: Consultation, freeze: Freeze) -> list[dict[str, str]]:
    """The questions nothing is told of in the whole country, and why."""
    hidden = [result for result in results(found, freeze) if not result.is_told]
    return [{"title": result.title, "why": result.sentence()} for result in hidden]
