"""What a need looks like in the workspace and in the office: its form, the reasons why somebody may help."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marelle.events.figures import POINTS
from marelle.events.queries.needs import domains
from marelle.events.states import Term, Urgency
from marelle.library.models import Service

LONGEST = 3000  # characters of a text


class NeedForm(forms.Form):
    """What a city is looking for."""

    name = forms.CharField(
        label=_("What are you looking for?"),
        max_length=200,
        help_text=_("One sentence: other cities will read it, with the name of yours."),
    )
    service = forms.ModelChoiceField(
        Service.objects.order_by("position", "code"),
        label=_("Service concerned"),
        to_field_name="code",
        required=False,
        empty_label="–",
    )
    domain = forms.ModelChoiceField(
        None,
        label=_("Domain of the programme"),
        empty_label="–",
        to_field_name="code",
        required=False,
        help_text=_("One of the two is needed."),
    )
    urgency = forms.TypedChoiceField(
        label=_("How urgent is it?"),
        choices=Urgency.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=Urgency.THIS_YEAR,
    )
    what_was_tried = forms.CharField(
        label=_("What was tried, and what it gave"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The cities you ask for an exchange will read it."),
    )
    childrens_words = forms.CharField(
        label=_("What children say of it"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Their words, never a name: nothing that would let somebody find a child, no school, no age alone. "
            "Only your team and the committee read them."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = domains()


def reasons_in_words(reasons: Iterable[Any]) -> list[dict[str, Any]]:
    """Each reason of a score as it is read, from `figures` or as an exchange kept them: words, and what they add."""
    pairs = [reason if isinstance(reason, list) else (reason.term, reason.points) for reason in reasons]
    return [{"words": Term(term).label, "points": points} for term, points in pairs if term in Term.values]


def weights() -> list[dict[str, Any]]:
    """What each reason is worth, the weightiest first: the whole rule of the matching."""
    return [{"words": term.label, "points": points} for term, points in sorted(POINTS.items(), key=lambda p: -p[1])]
