"""Following a town: its feed, a mail a month, and what its own site may show."""

import hashlib

from django import forms
from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from marelle.base.doors import anyone, door
from marelle.base.workbooks.columns import NOT_IN_XLSX
from marelle.mandates.models import Follower, Mandate
from marelle.mandates.operations import followers as operations
from marelle.mandates.queries import members, network
from marelle.mandates.queries.news import morning, news_of
from marelle.web.parts import limits
from marelle.web.parts.addresses import client_address
from marelle.web.parts.forms import done
from marelle.web.parts.forms_guard import same_origin
from marelle.web.parts.middleware import CONTENT_POLICY
from marelle.web.public.show import public, show

MOST_ASKS = 5  # a quarter of an hour, from one address
FRAMED = {
    "Content-Security-Policy": CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"),
    "Cross-Origin-Resource-Policy": "cross-origin",
}  # trust W1, W2: what a town shows on its own site, and nothing else


class FollowForm(forms.Form):
    """Where the letters go."""

    email = forms.EmailField(label=_("E-mail"), help_text=_("Used for this letter alone, erased as soon as you stop."))


def member_or_404(code: str) -> Mandate:
    """The mandate of a member. Raises Http404."""
    mandate = members.living_mandate(code)
    if mandate is None:
        raise Http404
    return mandate


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a mail a month: the same answer whether the address is known or not. Below, the feed and what a site may show."""
    mandate = member_or_404(code)
    if request.method == "POST":
        limits.count("follow", client_address(request), most=MOST_ASKS, seconds=limits.QUARTER)
    form = FollowForm(request.POST or None)
    if done(form, lambda data: ask(mandate, data["email"])):
        return redirect(reverse("public:follow", args=[code]) + "?courriel=1")
    context = {"organisation": mandate.organisation, "form": form, "is_asked": request.GET.get("courriel") == "1"}
    return show(request, "public/follow.html", context, status=422 if form.errors else 200)


def ask(mandate: Mandate, email: str) -> None:
    """Have the link sent, once an hour to one address for one town: nobody's box is filled by others."""
    name = hashlib.sha256(f"{mandate.organisation.code}:{email.strip().lower()}".encode()).hexdigest()
    if caches["default"].add(f"follow:{name}", 1, limits.HOUR):
        operations.ask(mandate.organisation, email=email, language=get_language() or "fr")


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes, by the link of the letter: a press, for programs that look at letters follow links too."""
    organisation = member_or_404(operations.read(token)[0]).organisation
    follower = operations.confirm(token) if request.method == "POST" else None
    context = {"organisation": organisation, "follower": follower, "noindex": True}
    return private(show(request, "public/follow_confirm.html", context))


@door(anyone)
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """Stop, by the link of any letter; mail programs press it by themselves (RFC 8058). Pressed again, it is done already."""
    follower = Follower.objects.filter(key=key).select_related("organisation").first()
    if follower and request.method == "POST":
        operations.stop(follower.pk)
        follower = None
    return private(show(request, "public/follow_stop.html", {"follower": follower, "noindex": True}))


@public
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """What is new in a town, for feed readers: Atom, RFC 4287."""
    mandate = member_or_404(code)
    news = news_of(mandate)
    context = {
        "organisation": mandate.organisation,
        "language": mandate.plan.framework.towns_language,
        "news": news,
        "updated": max((item.at for item in news), default=morning(mandate.starts_on)),
        "site": settings.SITE_ADDRESS,
        "own_address": request.path,
    }
    words = render_to_string("public/city_feed.xml", context)
    return HttpResponse(NOT_IN_XLSX.sub("", words), content_type="application/atom+xml; charset=utf-8")


@public
def vignette(request: HttpRequest, code: str) -> HttpResponse:
    """What a town shows on its own site, in a frame: no cookie, no script."""
    mandate = member_or_404(code)
    promises = network.promises_of(mandate.plan)
    context = {
        "mandate": mandate,
        "organisation": mandate.organisation,
        "promises": len(promises),
        "done": sum(promise.done for promise in promises),
        "actions": sum(promise.actions for promise in promises),
    }
    return framed(show(request, "public/vignette.html", context))


@public
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """That a town is a member, and for which years, as a picture for its site."""
    words = render_to_string("public/badge.svg", {"mandate": member_or_404(code), "demo": settings.DEMO})
    return framed(HttpResponse(words, content_type="image/svg+xml; charset=utf-8"))


def framed(response: HttpResponse) -> HttpResponse:
    """Other sites may show it."""
    for name, value in FRAMED.items():
        response[name] = value
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody: the address is the secret."""
    response["Cache-Control"] = "no-store"
    return response
