"""A form and the operation behind it: what the operation refuses is shown on the form, with all that was typed."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict, ErrorList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marelle.base.countries import NAMES, country_name
from marelle.base.errors import BadData
from marelle.base.files import EXTENSIONS
from marelle.base.text import fold

Words = Mapping[str, str]  # by the name of a field


class TypedForm(forms.Form):
    """A form shown with what was typed and what was said of it: each field is saved by its operation, not here."""

    use_required_attribute = False

    def __init__(
        self,
        fields: Mapping[str, forms.Field],
        values: Words,
        faults: Words,
        *,
        was: Words,
        rare: Collection[str] = (),
    ):
        super().__init__(initial=dict(values), auto_id="%s")
        self.fields.update(fields)
        self.was = [(name, was.get(name, "")) for name in fields]
        self._errors = ErrorDict({name: ErrorList([fault]) for name, fault in faults.items() if name in fields})
        self.rare = rare
        self.is_rare_faulty = any(name in rare for name in self._errors)

    @property
    def usual_fields(self) -> list[forms.BoundField]:
        """Those always seen."""
        return [field for field in self if field.name not in self.rare]

    @property
    def rare_fields(self) -> list[forms.BoundField]:
        """Those that stand behind « More »."""
        return [field for field in self if field.name in self.rare]


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(label=gettext_lazy("File to join"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs, auto_id="%s")
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{extension}" for extension in sorted(EXTENSIONS))


def done(form: forms.BaseForm, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the form was clean and `act(cleaned values)` took it. What BadData says becomes the form's errors."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except BadData as error:
        for sentence in error.faults or [error.sentence]:
            form.add_error(None, sentence)
        return False
    return True


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page; 422 when one of its forms was refused."""
    refused = any(isinstance(value, forms.BaseForm) and value.is_bound and value.errors for value in context.values())
    return render(request, template, context, status=422 if refused else 200)


class CountryField(forms.CharField):
    """A country by its name, in the language of the page, or by its two letters: these are what is kept."""

    def __init__(self, **options: Any):
        super().__init__(max_length=60, help_text=gettext_lazy("Its name, or its two letters: TN, IT, GR…"), **options)

    def clean(self, value: Any) -> str:
        """The two letters, or nothing. Raises ValidationError."""
        typed = super().clean(value)
        if not typed:
            return ""
        known = {fold(country_name(code)): code for code in NAMES}
        found = known.get(fold(typed), typed.upper())
        if not re.fullmatch("[A-Z]{2}", found):
            raise ValidationError(_("Write the name of the country, or its two letters: TN, IT, GR…"))
        return found
