"""Where an adult hands over the sealed boxes a tablet keeps: by the key of the group's page, three weeks after it at most."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marelle.base import clock
from marelle.base.doors import anyone, door
from marelle.base.uploads import in_memory
from marelle.consultations import handing
from marelle.consultations.handing import Handed
from marelle.consultations.models import Sitting
from marelle.consultations.operations.handing import hand_over
from marelle.consultations.queries import access
from marelle.consultations.queries.access import Key
from marelle.web.parts import limits
from marelle.web.parts.forms import done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.public.sittings import private

MOST_FILES = 60  # of one group in a quarter of an hour: two of each tablet of a class
REASONS = {"full": handing.FULL, "later": handing.LATER, "no_box": handing.NO_BOX, "closed": handing.OVER}


class BoxesForm(forms.Form):
    """The file of one tablet."""

    file = forms.FileField(label=gettext_lazy("The file saved on the tablet"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs, auto_id="%s")
        self.fields["file"].widget.attrs["accept"] = ".json,application/json"


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
@in_memory(handing.MOST_BYTES)
def boxes(request: HttpRequest, key: str) -> HttpResponse:
    """Choose the file; then read what became of its sheets, in words."""
    sitting = access.late_sitting_of(key, clock.now())
    if sitting is None:
        raise Http404
    form, handed = _typed(request, sitting), []
    if done(form, lambda typed: handed.append(hand_over(Key(key), typed["file"].read()))):
        return private(request, "public/boxes.html", _told(sitting, key) | _outcome(handed[0]))
    status = 422 if form.errors else 200
    return private(request, "public/boxes.html", _told(sitting, key) | {"form": form}, status=status)


def _typed(request: HttpRequest, sitting: Sitting) -> BoxesForm:
    if request.method != "POST":
        return BoxesForm()
    limits.count("boxes", sitting.code, most=MOST_FILES, seconds=limits.QUARTER)
    return BoxesForm(request.POST, request.FILES)


def _told(sitting: Sitting, key: str) -> dict[str, Any]:
    """What the page says before any file."""
    is_over = sitting.state in access.LOST
    until = sitting.closes_at + access.BOXES_COME
    return {"key": key, "sitting": sitting, "is_over": is_over, "until": until, "limit": handing.MOST_BYTES}


def _outcome(handed: Handed) -> dict[str, Any]:
    """How many were taken, and the others by reason."""
    why = {name: handed.refused.get(status, 0) for name, status in REASONS.items()}
    return {"form": BoxesForm(), "handed": handed, **why}
