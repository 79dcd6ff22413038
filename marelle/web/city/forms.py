"""The fields of an application and of a plan, as Django draws them. Nothing is saved here."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.framework.models import Domain, Framework, text
from marelle.mandates.models import Application
from marelle.mandates.questions import LINE, Question
from marelle.plans.fields import FIELDS, MORE, typed
from marelle.plans.models import Action, Indicator, Objective
from marelle.plans.states import Direction
from marelle.web.parts.forms import TypedForm

ROWS = 5  # lines of a text box before it is written in
GROWS_FROM = 200  # characters: what may be longer is not read whole in one line, on a telephone
Words = Mapping[str, str]  # by the name of a field


class Statement(forms.Form):
    """What whoever hands in states."""

    exact = forms.BooleanField(
        label=gettext_lazy("I have read this application over. What it says is exact, and I may hand it in."),
        error_messages={"required": gettext_lazy("Tick the box to state it.")},
    )


def question_field(question: Question, *, asked: bool, source: Application | None = None) -> forms.Field:
    """The field of a question; `asked`: it must be answered before handing in; `source`: whose words stand there."""
    hints = [question.why] if question.why else []
    if source:
        hints.append(_("Taken from “%(call)s”: read it again.") % {"call": source.call})
    given = {"label": question.title, "help_text": " ".join(hints), "required": asked}
    if question.kind == "choice":
        return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **given)
    if question.kind == "file":
        offered = [("", _("none chosen")), *question.choices]
        return forms.ChoiceField(choices=offered, widget=forms.Select, **given)
    if question.kind == "number":
        return forms.CharField(max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **given)
    if question.kind == "day":
        return forms.CharField(widget=forms.TextInput(attrs={"type": "date"}), **given)
    if question.kind == "line":
        return forms.CharField(max_length=LINE, **given)
    widget = forms.Textarea(attrs={"rows": ROWS, "maxlength": question.limit})
    return forms.CharField(widget=widget, **given)


def objective_form(objective: Objective, typed_in: Words, faults: Words) -> TypedForm:
    """What is written of an objective."""
    return _part_form(
        "objective",
        objective,
        {
            "name": _line(_("Objective"), 300, required=True),
            "promise": _line(_("The promise, in words a ten-year-old reads"), 300),
        },
        typed_in,
        faults,
    )


def action_form(action: Action, framework: Framework, domain: Domain, typed_in: Words, faults: Words) -> TypedForm:
    """What is written of an action. `domain`: whose articles and goals are offered."""
    levels = [("", _("not said")), *((level["code"], text(level["name"])) for level in framework.involvement)]
    return _part_form(
        "action",
        action,
        {
            "name": _line(_("Action"), 300, required=True),
            "lead_service": _line(
                _("Lead service"), 120, hint=_("A service, never a person’s name: it will be public.")
            ),
            "partners": _line(_("Partners"), 300),
            "involvement": forms.ChoiceField(
                label=_("How children take part"), choices=levels, required=False, widget=forms.Select
            ),
            "starts_on": _day(_("Starts on")),
            "ends_on": _day(_("Ends on")),
            "budget_eur": _line(_("Budget over the mandate, in euros"), 12, inputmode="numeric"),
            **_more_of_action(domain),
        },
        typed_in,
        faults,
    )


def indicator_form(indicator: Indicator, typed_in: Words, faults: Words) -> TypedForm:
    """What is written of an indicator."""
    return _part_form(
        "indicator",
        indicator,
        {
            "name": _line(_("Indicator"), 300, required=True),
            "unit": _line(_("Unit"), 60),
            "direction": forms.ChoiceField(label=_("What is better"), choices=Direction.choices, required=False),
            "baseline": _line(_("Value today"), 20, inputmode="decimal"),
            "baseline_year": _line(_("Year of that value"), 4, inputmode="numeric"),
            "baseline_missing_because": _line(_("No value today? Say why"), 300),
            "target": _line(_("Target"), 20, inputmode="decimal"),
            "yearly_targets": _line(
                _("Yearly targets"),
                300,
                hint=_("For example 2027: 40; 2028: 55. Leave blank if none is set."),
            ),
            "source": _line(_("Source"), 200),
            "means_of_verification": _line(
                _("Means of verification"), 300, hint=_("The document or register where anyone could check it.")
            ),
            "breakdowns": _line(_("Read by which groups"), 200, hint=_("For example by district, by gender.")),
            "owner": _line(
                _("Service that answers for it"), 120, hint=_("A service, never a person’s name: it will be public.")
            ),
        },
        typed_in,
        faults,
    )


def _more_of_action(domain: Domain) -> dict[str, forms.Field]:
    """Whom an action is for, who pays, what it delivers: rarely written."""
    rights, goals = (", ".join(str(code) for code in codes) for codes in (domain.rights, domain.sdg))
    return {
        "funding": _line(_("Who pays"), 300, hint=_("The town’s own budget, a grant, a partner.")),
        "target_children": _line(_("Children it is for"), 300),
        "age_from": _line(_("From age"), 2, inputmode="numeric"),
        "age_to": _line(_("To age"), 2, inputmode="numeric"),
        "places": _line(_("Places"), 300),
        "output": _line(_("What it delivers"), 300),
        "articles": _line(
            _("Articles of the Convention"),
            200,
            hint=_("In this domain: %(codes)s.") % {"codes": rights} if rights else "",
        ),
        "sdg": _line(
            _("Sustainable development goals and targets"),
            200,
            hint=_("In this domain: %(codes)s.") % {"codes": goals} if goals else "",
        ),
    }


def _part_form(
    kind: str, part: Objective | Action | Indicator, fields: Mapping[str, forms.Field], typed_in: Words, faults: Words
) -> TypedForm:
    prefix = f"{kind}.{part.code}."
    stored = {f"{prefix}{name}": typed(kind, name, getattr(part, name)) for name in FIELDS[kind]}
    mine = {name: words for name, words in typed_in.items() if name in stored}
    own_faults = {name: fault for name, fault in faults.items() if name in stored}
    named = {f"{prefix}{name}": field for name, field in fields.items()}
    rare = [f"{prefix}{name}" for name in MORE.get(kind, ())]
    return TypedForm(named, {**stored, **mine}, own_faults, was=stored, rare=rare)


def _line(title: str, limit: int, *, required: bool = False, hint: str = "", **attrs: str) -> forms.Field:
    """Words in one line, in a box that grows with them where they may be long."""
    grows = limit >= GROWS_FROM
    widget = (
        forms.Textarea(attrs={"rows": 1, **attrs}) if grows else forms.TextInput(attrs={"autocomplete": "off", **attrs})
    )
    return forms.CharField(label=title, max_length=limit, required=required, help_text=hint, widget=widget)


def _day(title: str) -> forms.Field:
    return forms.CharField(label=title, required=False, widget=forms.TextInput(attrs={"type": "date"}))
