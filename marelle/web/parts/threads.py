"""A conversation on a page: what was said, a box to write in, a quarter of an hour to correct oneself."""

from collections.abc import Callable
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
    """One message, the language it is written in, and a file where the conversation takes one."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=threads.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write @ and somebody’s whole name to tell them."),
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)
    upload = forms.FileField(label=_("File to join"), required=False, help_text=_("20 MB at most."))

    def __init__(self, *args: Any, takes_files: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not takes_files:
            del self.fields["upload"]


def show(
    reference: str,
    person: Person,
    *,
    may_write: bool,
    form: MessageForm | None = None,
    file_address: Callable[[str], str] | None = None,
    carry_address: Callable[[str], str] | None = None,
) -> dict[str, Any]:
    """What `parts/thread.html` needs, oldest message first; this person has read it from now on. Raises NotAllowed.

    `file_address`: where the file of that code is given, for a conversation that takes files.
    `carry_address`: where somebody else's message, by its code, is carried on.
    """
    since = clock.now() - threads.CORRECTED_WITHIN
    found = threads.read(reference, person)
    lines = [
        {
            "message": m,
            "may_correct": m.author_id == person.pk and m.made_at > since,
            "carry_url": carry_address(m.code) if carry_address and m.author_id != person.pk else "",
            "file_url": file_address(m.file.code) if m.file and file_address else "",
        }
        for m in found
    ]
    empty = MessageForm(initial={"language": person.language}, takes_files=threads.takes_files(reference))
    return {"lines": lines, "form": form or empty, "may_write": may_write}


def sent(request: HttpRequest, reference: str, person: Person) -> MessageForm | None:
    """Say what was typed, or correct the message named; None once done, else the form with what was refused."""
    form = MessageForm(request.POST, request.FILES, takes_files=threads.takes_files(reference))
    if not threads.may_read(reference, person):
        raise Http404
    code = request.POST.get("message", "")
    mine = get_object_or_404(Message, code=code, thread__reference=reference) if code else None

    def act(typed: dict[str, Any]) -> None:
        if mine is not None:
            threads.correct(mine.pk, typed["text"], by=person)
        else:
            upload = typed.get("upload")
            threads.say(reference, typed["text"], by=person, language=typed["language"], upload=upload)

    return None if done(form, act) else form
