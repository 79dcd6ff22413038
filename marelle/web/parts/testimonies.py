"""Testimonies for several faces: the form a city fills, a picture shown where it may be."""

from typing import Any

from django import forms
from django.http import FileResponse
from django.utils.translation import gettext_lazy

from marelle.accounts.models import File
from marelle.base import clock
from marelle.mandates.models import Testimony
from marelle.mandates.states import ChildRole, Speaker
from marelle.web.parts.files import attachment

LANGUAGES = [("fr", gettext_lazy("What was said, in French")), ("en", gettext_lazy("What was said, in English"))]
QUOTE = forms.Textarea({"rows": 3})


class TestimonyForm(forms.Form):
    """What somebody says, in which role, with their consent; a picture or none."""

    speaker = forms.ChoiceField(label=gettext_lazy("Who speaks"), choices=Speaker.choices)
    quote_fr = forms.CharField(label=LANGUAGES[0][1], widget=QUOTE, max_length=600, required=False)
    quote_en = forms.CharField(label=LANGUAGES[1][1], widget=QUOTE, max_length=600, required=False)
    role = forms.CharField(
        label=gettext_lazy("In which role (an adult)"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Deputy mayor for childhood, head of a leisure centre, parent of a pupil…"),
    )
    first_name = forms.CharField(
        label=gettext_lazy("First name (an adult)"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Never the family name."),
    )
    child_role = forms.ChoiceField(
        label=gettext_lazy("In which role (a child)"), choices=[("", "—"), *ChildRole.choices], required=False
    )
    consent_on = forms.DateField(
        label=gettext_lazy("Consent given on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    consent_how = forms.CharField(
        label=gettext_lazy("How it was given, where it is kept"),
        max_length=300,
        help_text=gettext_lazy(
            "Of a child: by whom besides the child. It may be taken back at any time, without a reason."
        ),
    )
    picture_alt = forms.CharField(
        label=gettext_lazy("If there is a picture: what it shows"), max_length=200, required=False
    )
    picture_rights = forms.CharField(
        label=gettext_lazy("If there is a picture: who owns its rights"), max_length=200, required=False
    )

    @property
    def written(self) -> dict[str, Any]:
        """As the operation takes it."""
        typed = dict(self.cleaned_data)
        is_child = typed["speaker"] == Speaker.CHILD
        quotes = {language: typed.pop(f"quote_{language}") for language, _title in LANGUAGES}
        child_role = typed.pop("child_role")
        if is_child:
            typed["role"] = child_role
        return typed | {"quotes": {language: words.strip() for language, words in quotes.items() if words.strip()}}


class PictureForm(forms.Form):
    """A picture, or the one that stands taken away."""

    picture = forms.FileField(label=gettext_lazy("Picture: never of a child"), required=False)
    without_picture = forms.BooleanField(label=gettext_lazy("Take the picture away"), required=False)


def stands(testimony: Testimony | None) -> dict[str, Any]:
    """What a form shows when it is opened."""
    if testimony is None:
        return {"consent_on": clock.today()}
    is_child = testimony.speaker == Speaker.CHILD
    plain = ("speaker", "first_name", "consent_on", "consent_how", "picture_alt", "picture_rights")
    return {
        **{name: getattr(testimony, name) for name in plain},
        **{f"quote_{language}": testimony.quotes.get(language, "") for language, _title in LANGUAGES},
        "role": "" if is_child else testimony.role,
        "child_role": testimony.role if is_child else "",
    }


def picture_of(file: File) -> FileResponse:
    """A picture for a page, kept by nobody: taken back, it is gone."""
    response = attachment(file)
    response.headers["Cache-Control"] = "no-store"
    return response
