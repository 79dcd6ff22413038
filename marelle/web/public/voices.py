"""What children said and what came of it, their own page of a town, and the page where a group of them rates a report."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.accounts.models import Organisation
from marelle.base import clock, origins
from marelle.base.doors import anyone, door
from marelle.mandates.models import Mandate
from marelle.mandates.queries import members, network
from marelle.plans import child_page as own_page
from marelle.plans import proposals as queries
from marelle.plans.models import GroupCode, Objective, Plan, Report
from marelle.plans.operations import group_codes as operations
from marelle.plans.states import ReportState, SentenceState, Verdict
from marelle.plans.voices import Heard
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.forms_guard import same_origin
from marelle.web.public.show import public, show

MOST_ON_CITY_PAGE = 3  # proposals; the others are one press away
MOST_TRIES = 40  # a quarter of an hour, from one address: a school has one for all its classes
WORDS = {  # of a child, and the drawing beside each; pgettext: they agree with “the promise”
    Verdict.ACHIEVED: (pgettext_lazy("a child says of a promise", "It is done"), "tick"),
    Verdict.ON_TRACK: (pgettext_lazy("a child says of a promise", "It is moving forward"), "forward"),
    Verdict.HELD_BACK: (pgettext_lazy("a child says of a promise", "Something blocks it"), "lock"),
    Verdict.NO_PROGRESS: (pgettext_lazy("a child says of a promise", "Nothing has changed"), "close"),
    Verdict.NOT_RATED: (pgettext_lazy("a child says of a promise", "We don’t know"), "dot"),
}


# What they said, and what came of it ---------------------------------------------------------------------------------
def voices_of(organisation: Organisation) -> dict[str, Any]:
    """For the city page: the latest proposals with their answers, how many there are, the share answered in time."""
    shown = queries.shown_to_everyone(organisation)
    heard = queries.heard_by([organisation])[organisation.pk] if shown else Heard()
    return {
        "proposals": shown[:MOST_ON_CITY_PAGE],
        "count": len(shown),
        "share": queries.told_in_short(heard),
    }


@public
def proposals(request: HttpRequest, code: str) -> HttpResponse:
    """Everything children proposed to a town that may be read, with its answer and what became of it."""
    mandate = member_or_404(code)
    shown: list[Any] = queries.shown_to_everyone(mandate.organisation)
    became = origins.offspring_of([f"plans.proposal:{p.code}" for p in shown], None)
    heard = queries.heard_by([mandate.organisation])[mandate.organisation.pk]
    context = {
        "organisation": mandate.organisation,
        "mandate": mandate,
        "lines": [{"proposal": p, "became": became.get(f"plans.proposal:{p.code}", [])} for p in shown],
        "heard": heard,
        "share": queries.told_in_short(heard),
    }
    return show(request, "public/proposals.html", context)


@public
def child_page(request: HttpRequest, code: str) -> HttpResponse:
    """A town's page for its children: its promises, what is done, what they proposed and were answered."""
    mandate = member_or_404(code)
    shown: list[Any] = queries.shown_to_everyone(mandate.organisation)
    answered = sum(p.given is not None for p in shown)
    promises = network.promises_of(mandate.plan)
    territory = mandate.organisation.territory
    page = own_page.page_of(mandate.plan, mandate.organisation.name, promises, len(shown), answered)
    context = {
        "organisation": mandate.organisation,
        "mandate": mandate,
        "page": page,
        "lines": [{"line": line, "children": [said(rating) for rating in line.children]} for line in page.lines],
        "sentences": group_sentences(mandate.plan),
        "has_119": territory is not None and territory.country == "FR",  # the line children call in France
        "proposals": shown[:MOST_ON_CITY_PAGE],
        "count": len(shown),
    }
    return show(request, "public/child_page.html", context)


def said(rating: Any) -> dict[str, Any]:
    """What a group of children said of a promise: which, words and drawing."""
    words, drawing = WORDS[Verdict(rating.verdict)]
    return {"who": rating.group, "words": words, "drawing": drawing, "at": rating.rated_at}


def group_sentences(plan: Plan) -> list[GroupCode]:
    """What each group added to the newest report accepted, once somebody has read it over, in the order they were made."""
    rows = GroupCode.objects.filter(
        report__plan=plan, report__state=ReportState.ACCEPTED, sentence_state=SentenceState.SHOWN
    )
    found = list(rows.order_by("-report__due_on", "-report", "made_at", "pk"))
    return [held for held in found if held.report_id == found[0].report_id]


def sentences_of(report: Report) -> list[GroupCode]:
    """The same, of one accepted report."""
    return list(report.group_codes.filter(sentence_state=SentenceState.SHOWN).order_by("made_at", "pk"))


def member_or_404(code: str) -> Mandate:
    """The living mandate of the town of this address. Raises Http404."""
    mandate = members.living_mandate(code)
    if mandate is None:
        raise Http404
    return mandate


# A group rates -------------------------------------------------------------------------------------------------------
class CodeForm(forms.Form):
    """The code an adult holds."""

    code = forms.CharField(
        label=gettext_lazy("The code"), max_length=40, help_text=gettext_lazy("Eight letters and digits.")
    )


class RatingForm(forms.Form):
    """A group’s rating: are they five or more, one drawing for each promise, a sentence if they like."""

    five = forms.ChoiceField(
        label=gettext_lazy("How many children are you?"),
        choices=[("yes", gettext_lazy("Five or more")), ("no", gettext_lazy("Fewer than five"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, objectives: list[Objective], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "%s"
        self.objectives = objectives
        for objective in objectives:
            self.fields[f"o-{objective.code}"] = forms.ChoiceField(
                label=objective.promise or objective.name,
                choices=[(verdict.value, WORDS[verdict][0]) for verdict in Verdict],
                widget=forms.RadioSelect,
            )
        self.fields["sentence"] = forms.CharField(
            label=gettext_lazy("One more thing to say, all together?"),
            max_length=operations.LONGEST_SENTENCE,
            required=False,
            help_text=gettext_lazy("One short sentence. Somebody reads it before it is shown. Write no name."),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Each promise with its field, and each choice with its drawing."""
        return [
            {"objective": o, "field": field, "choices": [(c, WORDS[Verdict(c.data["value"])][1]) for c in field]}
            for o in self.objectives
            for field in [self[f"o-{o.code}"]]
        ]

    @property
    def verdicts(self) -> dict[str, str]:
        """By objective."""
        return {o.code: self.cleaned_data[f"o-{o.code}"] for o in self.objectives}


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def group_rating(request: HttpRequest) -> HttpResponse:
    """A group of children says what it thinks of each promise: an adult types the code, they choose, it is sent once."""
    if request.method != "POST":
        return page(request, "public/group_code.html", form=CodeForm())
    limits.count("group_code", client_address(request), most=MOST_TRIES, seconds=limits.QUARTER)
    typed = request.POST.get("code", "")[:40]
    held = opened_by(typed)
    if held is None:
        form = CodeForm({"code": typed})
        form.add_error("code", refusal())
        return page(request, "public/group_code.html", form=form, status=422)
    return rate(request, held, typed)


def opened_by(typed: str) -> GroupCode | None:
    """What a code opens today; None for one that opens nothing, whatever the reason."""
    return operations.living(typed, clock.now())


def refusal() -> str:
    """The same for a wrong code, one that has expired, one that was withdrawn."""
    return operations.refusal()


def rate(request: HttpRequest, held: GroupCode, typed: str) -> HttpResponse:
    """The form of the group; once sent, thanks."""
    objectives = operations.rated(held.report)
    is_sent = "five" in request.POST or request.POST.get("act") == "send"
    initial = {"sentence": held.sentence} | {f"o-{code}": verdict for code, verdict in before(held).items()}
    form = RatingForm(objectives, request.POST if is_sent else None, initial=initial)
    context: dict[str, Any] = {
        "held": held,
        "code": typed,
        "organisation": held.report.plan.organisation,
        "plan": held.report.plan,
    }
    if is_sent and form.is_valid() and form.cleaned_data["five"] == "no":
        return page(request, "public/group_too_small.html", **context)
    if is_sent and form.is_valid():
        sentence = form.cleaned_data["sentence"]
        operations.rate(typed, form.verdicts, is_five_or_more=True, sentence=sentence)
        return page(request, "public/group_thanks.html", **context)
    return page(request, "public/group_rating.html", form=form, status=422 if form.errors else 200, **context)


def before(held: GroupCode) -> dict[str, str]:
    """What the holder of this code sent last, by objective: nothing of another group's."""
    if held.answered_at is None:
        return {}
    rows = held.ratings.filter(replaced_at=None)
    return dict(rows.values_list("objective__code", "verdict"))


def page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """What answers a code is kept by nobody between."""
    answer = show(request, template, {"noindex": True, **context}, status=status)
    if request.method == "POST":
        answer.headers["Cache-Control"] = "no-store"
    return answer
