"""A conversation on a page: what was said, a box to write in, a quarter of an hour to correct oneself."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from marelle.accounts import threads
from marelle.accounts.models import Message, Person
from marelle.base import clock
from marelle.web.parts.forms import done


class MessageForm(forms.Form):
    """One message, and the language it is written in."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=threads.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write @ and somebody’s whole name to tell them."),
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)


def show(reference: str, person: Person, *, may_write: bool, form: MessageForm | None = None) -> dict[str, Any]:
    """What `parts/thread.html` needs, oldest message first; this person has read it from now on. Raises NotAllowed."""
    since = clock.now() - threads.CORRECTED_WITHIN
    found = threads.read(reference, person)
    lines = [{"message": m, "may_correct": m.author_id == person.pk and m.made_at > since} for m in found]
    return {"lines": lines, "form": form or MessageForm(initial={"language": person.language}), "may_write": may_write}


def sent(request: HttpRequest, reference: str, person: Person) -> MessageForm | None:
    """Say what was typed, or correct the message named; None once done, else the form with what was refused."""
    form = MessageForm(request.POST)
    if not threads.may_read(reference, person):
        raise Http404
    code = request.POST.get("message", "")
    mine = get_object_or_404(Message, code=code, thread__reference=reference) if code else None

    def act(typed: dict[str, Any]) -> None:
        if mine is not None:
            threads.correct(mine.pk, typed["text"], by=person)
        else:
            threads.say(reference, typed["text"], by=person, language=typed["language"])

    return None if done(form, act) else form
