"""A form sent twice has one effect and gets one answer (trust D3)."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from marelle.base.errors import WrongState
from marelle.base.models import IdempotencyKey
from marelle.base.text import random_id

KEPT = timedelta(hours=48)  # trust D3
LONGEST = 80  # characters of a key
SIGNER = signing.Signer(salt="form-key")


def new_key() -> str:
    """A key for one showing of one form: random, and signed so that a public form can tell ours (trust W4)."""
    return SIGNER.sign(random_id())


def is_ours(key: str) -> bool:
    """Whether this house made the key."""
    try:
        SIGNER.unsign(key)
    except signing.BadSignature:
        return False
    return True


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The first POST with a `form_key` acts; the same key again gets the first answer.

    The key is taken and the view runs in one transaction, so that a crash leaves neither.
    Answers other than success are not kept: a refused form may be corrected and sent again.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("form_key", "")[:LONGEST]
        if request.method != "POST" or not key:
            return view(request, *args, **kwargs)
        person = str(getattr(getattr(request, "user", None), "code", ""))
        found = IdempotencyKey.objects.filter(key=key).first()
        if found:
            return _again(found, person, request.path)
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(
                    key=key, person_code=person, path=request.path, created_at=timezone.now()
                )
                response = view(request, *args, **kwargs)
                if response.status_code >= 400 or response.status_code == 200:
                    row.delete()
                else:
                    row.location = response.headers.get("Location", "")
                    row.save(update_fields=["location"])
                return response
        except IntegrityError:
            found = IdempotencyKey.objects.filter(key=key).first()
            if found is None:
                raise
            return _again(found, person, request.path)

    return inner


def _again(row: IdempotencyKey, person: str, path: str) -> HttpResponse:
    if (row.person_code, row.path) != (person, path):
        raise WrongState(_("This form has already been used. Open the page again."))
    return HttpResponseRedirect(row.location or path)


def forget_old_keys() -> int:
    """Drop keys past 48 hours; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
