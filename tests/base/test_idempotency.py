"""A form sent twice has one effect and gets one answer."""

from datetime import timedelta

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.utils import timezone

from marelle.base import idempotency, stamps
from marelle.base.errors import Closed, WrongState
from marelle.base.models import IdempotencyKey, Stamp
from tests.base.threads import at_once


class Someone:
    def __init__(self, code="p1"):
        self.code = code


@idempotency.once
def act(request, answer=303):
    stamps.bump("effects")
    if answer == 303:
        return HttpResponseRedirect(f"/fait/{stamps.current('effects')}")
    if answer == 409:
        raise Closed("")
    return HttpResponse(status=answer)


def post(key, person="p1", path="/acte", **more):
    request = RequestFactory().post(path, {"form_key": key} if key else {})
    request.user = Someone(person)
    return act(request, **more)


def effects():
    return Stamp.objects.filter(name="effects").values_list("value", flat=True).first() or 0


@pytest.mark.django_db
def test_same_key_gets_the_first_answer_again():
    """trust D3."""
    first, second, third = post("k1"), post("k1"), post("k2")

    assert [(r.status_code, r.headers["Location"]) for r in (first, second, third)] == [
        (302, "/fait/1"),
        (302, "/fait/1"),
        (302, "/fait/2"),
    ]
    assert effects() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_have_one_effect():
    """trust D3, F6, V8."""
    answers = at_once(lambda number: post("k1"), 8)

    assert [getattr(a, "headers", {}).get("Location", a) for a in answers] == ["/fait/1"] * 8
    assert effects() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"person": "p2"}, {"path": "/autre"}])
def test_key_of_another_person_or_page_is_refused(more):
    post("k1")

    with pytest.raises(WrongState):
        post("k1", **more)

    assert effects() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [200, 422])
def test_refused_form_may_be_corrected_and_sent_again(answer):
    first = post("k1", answer=answer)
    second = post("k1")

    assert (first.status_code, second.status_code) == (answer, 302)
    assert second["Location"] == "/fait/2"


@pytest.mark.django_db
def test_act_that_fails_leaves_neither_key_nor_effect():
    with pytest.raises(Closed):
        post("k1", answer=409)

    assert (effects(), IdempotencyKey.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_form_without_key_acts_each_time():
    post("")
    post("")

    assert effects() == 2


@pytest.mark.django_db
def test_keys_are_forgotten_after_48_hours():
    post("old")
    post("young")
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=48, seconds=1))

    forgotten = idempotency.forget_old_keys()

    assert (forgotten, list(IdempotencyKey.objects.values_list("key", flat=True))) == (1, ["young"])


def test_key_is_signed_by_the_house():
    """trust W4."""
    key = idempotency.new_key()

    assert len(key) <= idempotency.LONGEST
    assert [idempotency.is_ours(k) for k in (key, key[:-1], "a" + key, "", "x:y")] == [True, False, False, False, False]
