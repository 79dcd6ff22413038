import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from marelle.base.doors import anyone, door, signed_in
from marelle.base.errors import NotAllowed


class Someone:
    is_authenticated = True


def nobody(request):
    """Never."""
    return False


def view(request):
    """Says hello."""
    return HttpResponse("bonjour")


def request_by(person):
    request = RequestFactory().get("/espace?a=1")
    request.user = person
    return request


@pytest.mark.parametrize(("test", "person"), [(anyone, AnonymousUser()), (signed_in, Someone())])
def test_door_opens(test, person):
    assert door(test)(view)(request_by(person)).content == b"bonjour"


def test_public_door_never_asks_who_is_there():
    """trust A12."""
    assert door(anyone)(view)(RequestFactory().get("/")).content == b"bonjour"


@pytest.mark.parametrize("test", [signed_in, nobody])
def test_door_leads_strangers_to_the_sign_in(test):
    """trust O1."""
    response = door(test)(view)(request_by(AnonymousUser()))

    assert (response.status_code, response.headers["Location"]) == (302, "/compte/entrer?next=/espace%3Fa%3D1")


@pytest.mark.parametrize(
    ("came_from", "next_page"),
    [("http://testserver/espace/67447?a=1", "/espace/67447%3Fa%3D1"), ("http://elsewhere.example/", "/espace/joindre")],
)
def test_a_form_sent_too_late_leads_back_to_its_page(came_from, next_page):
    """Its own address answers nothing to who comes back from the sign-in."""
    request = RequestFactory().post("/espace/joindre", headers={"Referer": came_from})
    request.user = AnonymousUser()

    assert door(signed_in)(view)(request).headers["Location"] == f"/compte/entrer?next={next_page}"


def test_closed_door_refuses():
    with pytest.raises(NotAllowed) as refused:
        door(nobody)(view)(request_by(Someone()))

    assert refused.value.facts == {"door": "nobody"}


def test_door_is_written_on_the_view():
    """trust O1."""
    assert (door(signed_in)(view).door, door(signed_in)(view).__doc__) == ("signed_in", "Says hello.")
