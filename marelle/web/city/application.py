"""The application: choosing the call, the task list, each section, handing in, the receipt."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marelle.accounts.doors import member
from marelle.accounts.proof import require_second_proof
from marelle.base import clock
from marelle.base.doors import door
from marelle.base.files import EXTENSIONS, MAX_BYTES
from marelle.base.idempotency import once
from marelle.framework.models import Track
from marelle.mandates import questions
from marelle.mandates.models import Application, Call
from marelle.mandates.operations import applications as operations
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import hearings, margin, people, places, points, story, written
from marelle.mandates.queries import taken_up as takings
from marelle.mandates.queries.applications import Dossier
from marelle.mandates.queries.changed import since_last
from marelle.mandates.questions import Section
from marelle.mandates.states import APPLICATION_STEPS
from marelle.territories.queries import Fact, facts
from marelle.web.city import taken_up
from marelle.web.city.forms import Statement, question_field
from marelle.web.city.saving import place_of, save_field
from marelle.web.city.space import Space, application_or_404, enter, page
from marelle.web.parts import dossier as dossiers
from marelle.web.parts.amendments import told
from marelle.web.parts.forms import FileForm, TypedForm, done
from marelle.web.parts.saving import Outcome, answer_one, save_typed


@door(member)
@require_GET
def application(request: HttpRequest, code: str) -> HttpResponse:
    """The task list, or where the application stands; without application, the calls one can answer."""
    space = enter(request)
    found = queries.current(space.organisation, space.person)
    if found is None:
        offers = queries.calls_for(space.organisation, clock.now())
        over = queries.over(space.organisation, space.person)
        return page(request, "city/application_start.html", space, offers=offers, over=over)
    if not found.is_being_written:
        return page(request, "city/application_sent.html", space, application=found, **_sent(found, space))
    dossier = queries.dossier(found)
    again = {**_sent(found, space), **_changed(dossier)} if found.submitted_at else {}
    return page(request, "city/application.html", space, **_written(dossier, space), **again)


@door(member)
@require_GET
def kept(request: HttpRequest, code: str, application: str) -> HttpResponse:
    """An application taken back or lapsed, read only: nothing of it is lost."""
    space = enter(request)
    found = get_object_or_404(queries.over(space.organisation, space.person), code=application)
    shown = dossiers.read(written.kept(found), found.call.framework)
    return page(request, "city/application_kept.html", space, application=found, dossier=shown)


@door(member)
@require_POST
@once
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Declare the intent to apply, in one click."""
    space = enter(request)
    call = get_object_or_404(Call.objects.published(), code=request.POST.get("call", ""))
    track = get_object_or_404(Track, code=request.POST.get("track", ""))
    operations.declare_intent(
        call, space.organisation, track, by=space.person, at=operations.arrived_in_time(request.arrived_at, clock.now())
    )
    messages.success(request, _("Your intent is declared and your application is open. Each answer saves itself."))
    return redirect("city:application_presentation", code)


@door(member)
@require_POST
@once
def take_up(request: HttpRequest, code: str) -> HttpResponse:
    """Begin from the answers of the previous application."""
    space = enter(request)
    operations.take_up(application_or_404(space).pk, by=space.person)
    messages.success(request, _("The answers and the plan of your previous application are here: read each one again."))
    return redirect("city:application", code)


@door(member)
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, code: str, name: str, slug: str = "") -> HttpResponse:
    """One section: a form that saves itself field by field, or all at once without script."""
    space = enter(request)
    dossier = queries.dossier(application_or_404(space))
    asked = dossier.section(name, slug)
    if asked is None:
        raise Http404
    if request.method == "POST":
        return _save_section(request, space, dossier, asked)
    if space.may_write and places.may_change(dossier.application, asked, dossier.sections):
        return _write_section(request, space, dossier, asked, Outcome())
    return _read_section(request, space, dossier, asked)


@door(member)
@require_POST
def save_one(request: HttpRequest, code: str) -> HttpResponse:
    """Save one field of the application or of its plan while its writer writes."""
    space = enter(request)
    dossier = queries.dossier(application_or_404(space))
    title, back = place_of(dossier, request.POST.get("name", ""))
    return answer_one(request, save_field(dossier, space.person), title=title, back=back)


@door(member)
@require_POST
@once
def attach(request: HttpRequest, code: str) -> HttpResponse:
    """Join a file, and come back to the documents, or to the recommendation whose answers it shows."""
    space, shows = enter(request), request.POST.get("recommendation", "")
    dossier = queries.dossier(application_or_404(space))
    asked = places.section_of(dossier.sections, questions.policy_key(shows) if shows else "documents")
    if asked is None:
        raise Http404
    form, given = FileForm(request.POST, request.FILES), {"by": space.person, "shows": shows}
    if done(form, lambda typed: operations.attach_file(dossier.application.pk, typed["file"], **given)):
        messages.success(request, _("The file is joined."))
        return redirect(
            queries.section_address(dossier.application, asked) + (f"#{questions.proof_key(shows)}" if shows else "")
        )
    return _write_section(request, space, dossier, asked, Outcome(), file_form=form)


@door(member)
@require_POST
@once
def detach(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """Take a file out of the application."""
    space = enter(request)
    operations.remove_file(application_or_404(space).pk, file_code, by=space.person)
    messages.success(request, _("The file is no longer in the application."))
    return redirect("city:application_documents", code)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Read the application over, state that it is exact, hand it in."""
    space = enter(request)
    found = application_or_404(space)
    if not found.is_being_written:
        return redirect("city:application_receipt", code)
    form = Statement(request.POST if request.method == "POST" else None)
    at = operations.arrived_in_time(request.arrived_at, clock.now())
    if request.method == "POST":
        require_second_proof(request)
        if done(form, lambda given: operations.submit_application(found.pk, by=space.person, at=at)):
            return redirect("city:application_receipt", code)
    dossier = queries.dossier(found)
    context = {**_about(dossier), "form": form, **_to_read(dossier, space, at)}
    return page(request, "city/application_submit.html", space, status=422 if form.errors else 200, **context)


@door(member)
@require_POST
@once
def tell(request: HttpRequest, code: str) -> HttpResponse:
    """Tell who hands in that everything is ready."""
    space = enter(request)
    operations.ask_to_hand_in(application_or_404(space).pk, by=space.person)
    messages.success(request, _("They have been told."))
    return redirect("city:application_submit", code)


@door(member)
@require_GET
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """What was handed in, when, by whom, and its fingerprint."""
    space = enter(request)
    found = application_or_404(space)
    if found.submitted_at is None:
        return redirect("city:application", code)
    hand_ins = list(found.hand_ins.select_related("receipt", "handed_in_by").order_by("-number"))
    context = {"application": found, "hand_ins": hand_ins, "next": story.next_step(found)}
    return page(request, "city/application_receipt.html", space, **context)


@door(member)
@require_http_methods(["GET", "POST"])
@once
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the application back, after a second look."""
    space = enter(request)
    found = application_or_404(space)
    if request.method == "POST":
        require_second_proof(request)
        operations.withdraw_application(found.pk, by=space.person)
        messages.success(request, _("Your application is withdrawn. What you wrote is kept."))
        return redirect("city:application", code)
    return page(request, "city/application_withdraw.html", space, application=found)


def _about(dossier: Dossier) -> dict[str, Any]:
    """What every page of an application shows above its content."""
    application = dossier.application
    return {
        "application": application,
        "dossier": dossier,
        "closes_at": queries.closes_at(application),
        "saved_at": dossier.saved_at,
    }


def _written(dossier: Dossier, space: Space) -> dict[str, Any]:
    """What is still to be written, what the committee asks, and what an earlier application could give."""
    taken = takings.of(dossier.application)
    may_take_up = space.may_write and not taken and not dossier.taken_from and not dossier.application.submitted_at
    return {
        **_about(dossier),
        **taken_up.differences(dossier, taken),
        "before": margin.before(dossier.application.organisation),
        "tasks": points.tasks(dossier, space.person),
        "asked": points.open_of(dossier),
        "previous": queries.previous(dossier.application) if may_take_up else None,
    }


def _sent(application: Application, space: Space) -> dict[str, Any]:
    """Where an application handed in stands: what was decided, what comes next, how it came there."""
    return {
        "decision": story.last_decision(application),
        "hearings": hearings.told(application),
        "next": story.next_step(application),
        "story": story.story_of(application, space.person),
        "may_withdraw": APPLICATION_STEPS.allows(application, "withdraw"),
    }


def _changed(dossier: Dossier) -> dict[str, Any]:
    """What differs from the last handing-in: answers, and the plan field by field."""
    plan = told(since_last(dossier.application), dossier.application.call.framework)
    return {"changed": queries.changed_since(dossier), "plan_changes": plan}


def _to_read(dossier: Dossier, space: Space, at: datetime) -> dict[str, Any]:
    """What is read over before handing in, what is missing, whether it still can be, and by whom when not by the reader."""
    missing = points.missing(dossier)
    others = [] if missing or space.may_hand_in else people.who_hand_in(space.organisation)
    sections = [
        {"title": s.title, "address": queries.section_address(dossier.application, s)} for s in dossier.sections
    ]
    is_open = queries.is_open(dossier.application, at)
    unticked = points.not_ticked(dossier.application)
    return {
        "is_open": is_open,
        "to_read": sections,
        "missing": missing,
        "who_hand_in": others,
        "unticked": unticked,
    }


def _save_section(request: HttpRequest, space: Space, dossier: Dossier, asked: Section) -> HttpResponse:
    """Without script: save every field of the page."""
    outcome = save_typed(request, [q.key for q in asked.questions], save_field(dossier, space.person))
    if outcome.conflicts or outcome.faults:
        return _write_section(request, space, queries.dossier(dossier.application), asked, outcome)
    messages.success(request, _("Saved."))
    return redirect(queries.section_address(dossier.application, asked))


def _write_section(
    request: HttpRequest, space: Space, dossier: Dossier, asked: Section, outcome: Outcome, **more: Any
) -> HttpResponse:
    answers = dossier.answers
    values = {**answers, **outcome.typed}
    groups = [
        {
            "title": group.title,
            "form": TypedForm(
                {
                    q.key: question_field(q, asked=questions.is_asked(q, answers), source=dossier.taken_from.get(q.key))
                    for q in group.questions
                },
                values,
                outcome.faults,
                was=answers,
            ),
        }
        for group in asked.groups
    ]
    titles = {q.key: q.title for q in asked.questions}
    taken = takings.of(dossier.application)
    differing = takings.answers_changed(taken, dossier) if taken else []
    refused = bool(outcome.conflicts or outcome.faults or more)
    context = {
        **_about(dossier),
        "section": asked,
        "groups": groups,
        "conflicts": [(name, titles[name], conflict) for name, conflict in outcome.conflicts],
        "faults": [(name, titles[name], fault) for name, fault in outcome.faults.items()],
        "saved_at": dossier.saved_in(asked),
        **_around(dossier, asked),
        "facts": _known(space) if asked.name == "presentation" else [],
        "file_form": FileForm(),
        "shown_by_file": _shown_by_file(asked),
        "taken": taken,
        "taken_changed": [line for line in differing if line["key"] in titles],
        "kinds": ", ".join(sorted({kind.upper() for kind in EXTENSIONS.values()})),
        "limit": MAX_BYTES,
        **more,
    }
    status = 409 if outcome.conflicts else 422 if refused else 200
    return page(request, "city/application_section.html", space, status=status, **context)


def _shown_by_file(asked: Section) -> list[tuple[str, str]]:
    """The recommendations of a page, each of which a file may show: code and title."""
    policies = [(group, group.questions[0].key.split(".")) for group in asked.groups]
    return [(key[1], group.title) for group, key in policies if key[0] == "recommendation"]


def _read_section(request: HttpRequest, space: Space, dossier: Dossier, asked: Section) -> HttpResponse:
    answers = dossier.answers
    groups = [
        (group.title, [(q.title, questions.said(q, answers.get(q.key, ""))) for q in group.questions])
        for group in asked.groups
    ]
    context = {**_about(dossier), "section": asked, "groups": groups, **_around(dossier, asked)}
    return page(request, "city/application_section_read.html", space, **context)


def _known(space: Space) -> list[Fact]:
    """What official sources say of this place: it is not asked again."""
    territory = space.organisation.territory
    return facts(territory) if territory else []


def _around(dossier: Dossier, asked: Section) -> dict[str, str]:
    """Where the pages before and after this one stand."""
    lines = [queries.section_address(dossier.application, s) for s in dossier.sections]
    if dossier.application.track.follows_framework:
        lines.insert(-1, queries.plan_address(dossier.application))
    here = lines.index(queries.section_address(dossier.application, asked))
    return {"before": lines[here - 1] if here else "", "after": lines[here + 1] if here + 1 < len(lines) else ""}
