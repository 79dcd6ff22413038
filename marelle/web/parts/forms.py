"""A form and the operation behind it: what the operation refuses is shown on the form, with all that was typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marelle.base.errors import BadData


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
