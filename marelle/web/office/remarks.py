"""Remarks beside the fields of a dossier: written, answered, settled, by its readers and the programme team."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marelle.accounts.doors import committee
from marelle.accounts.models import Person
from marelle.accounts.proof import SECOND, asks
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.mandates import rules
from marelle.mandates.models import Application, Remark, Review
from marelle.mandates.operations import remarks
from marelle.mandates.queries import office
from marelle.mandates.queries.remarks import remarks_on
from marelle.mandates.queries.written import HandedIn
from marelle.mandates.states import BEGUN, ReviewState
from marelle.web.parts import dossier
from marelle.web.parts.dossier import Marks, Reading


@door(committee)
@require_POST
@asks(acting=SECOND)
@once
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Note something beside a field."""
    application = get_object_or_404(Application.objects.visible_to(request.user), code=code)  # type: ignore[arg-type]
    field, text = request.POST.get("field", ""), request.POST.get("text", "")
    remark = remarks.write_remark(application.pk, field, text, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Your remark is kept. The city does not see it."))
    return redirect(_where(application, request.user, remark.field))  # type: ignore[arg-type]


@door(committee)
@require_POST
@asks(acting=SECOND)
@once
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a remark, settle it, or correct one's own."""
    remark = get_object_or_404(Remark.objects.visible_to(request.user).select_related("application"), code=code)  # type: ignore[arg-type]
    by: Person = request.user  # type: ignore[assignment]
    text, what = request.POST.get("text", ""), request.POST.get("act", "")
    acts = {
        "answer": lambda: remarks.answer_remark(remark.pk, text, by=by),
        "change": lambda: remarks.change_remark(remark.pk, text, by=by),
        "take_back": lambda: remarks.take_back_remark(remark.pk, by=by),
        "settle": lambda: remarks.settle_remark(remark.pk, by=by),
        "unsettle": lambda: remarks.settle_remark(remark.pk, by=by, is_settled=False),
    }
    if what not in acts:
        raise Http404
    acts[what]()
    return redirect(_where(remark.application, by, remark.field))


def shown(
    request: HttpRequest, application: Application, handed_in: HandedIn, mine: Review | None, *, is_bench: bool = False
) -> Reading:
    """The dossier with its remarks, for who may open it; the place to write where the address asks for one.

    On the bench each field has its link; elsewhere once the address says `remarques`. `mine`: this person's own reading of it, if any. Two questions for the team, one for others.
    """
    person: Person = request.user  # type: ignore[assignment]
    in_team = bool(person.roles_at(application.call.committee_id) & PROGRAMME_TEAM)
    may_handle = in_team and rules.may_handle(person, application)
    is_open, reads = application.state in remarks.OPEN, mine is not None and mine.state in BEGUN
    may_write = is_open and (may_handle or (mine is not None and mine.state == ReviewState.STARTED))
    marks = Marks(
        threads=dossier.threads(
            remarks_on(application, person),
            may_answer=is_open and (may_handle or reads),
            may_change=lambda remark: remark.author_id == person.pk and may_write,
            may_settle=lambda remark: remark.author_id == person.pk or may_handle,
        ),
        may_write=may_write and (is_bench or bool({"remarque", "remarques"} & {*request.GET})),
        asked=request.GET.get("remarque", "")[:120],
        address=reverse("office:remarks", args=[application.code]),
        csrf=get_token(request),
    )
    return dossier.read(handed_in.written, application.call.framework, marks)


def draft(application: Application, person: Person) -> str:
    """Words to begin an opinion from: the readers' summaries, then the remarks nobody has settled. Nothing else."""
    done = [r.review.summary.strip() for r in office.readings_of(application, person) if r.review.finished_at]
    pieces = [_("What the readers concluded"), *done] if done else []
    open_ones = [r for r in remarks_on(application, person) if r.parent_id is None and r.resolved_at is None]
    lines = [f"– {_named(remark)}{_(': ')}{remark.text.strip()}" for remark in open_ones]
    pieces += [_("Remarks still open"), "\n".join(lines)] if lines else []
    return "\n\n".join(pieces)


def _named(remark: Remark) -> str:
    """What a remark is about."""
    return ", ".join(filter(None, [remark.part, dossier.word_of(remark.field)]))


def _where(application: Application, person: Person, field: str) -> str:
    """The bench of who reads it, else its page in the office, at the field."""
    mine = application.reviews.filter(reviewer=person, state__in=BEGUN).first()
    page = (
        reverse("office:reading", args=[mine.code]) if mine else reverse("office:application", args=[application.code])
    )
    return f"{page}#c-{field}"
