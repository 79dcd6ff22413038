"""Addresses that go wrong on purpose, one face each, for the tests of what stands around every view."""

from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from marelle.accounts.doors import committee, member, organisation_of, programme_team
from marelle.base import idempotency
from marelle.base.doors import anyone, door, signed_in
from marelle.base.errors import BadData, Closed, Conflict, NotAllowed, ProofNeeded, TooMany, Unavailable
from marelle.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from marelle.web.parts import limits
from marelle.web.parts.forms_guard import same_origin

ERRORS = {
    "closed": Closed("L’appel est clos.", call="k3"),
    "bad": BadData("Ce fichier ne peut pas être lu.", ["Ligne 3 : date inconnue."]),
    "conflict": Conflict("Vous étiez deux.", yours="mon texte", theirs="leur texte", version=4, field="summary"),
    "proof": ProofNeeded("Prouvez.", address="/compte/preuve"),
    "many": TooMany("Trop vite.", retry_after=30),
    "away": Unavailable("Le cachet ne répond pas."),
    "no": NotAllowed("Votre rôle ne le permet pas.", rule="may_submit"),
}
drawn, done, stuck = [], [], []


@door(anyone)
def page(request):
    drawn.append(request.get_full_path())
    return HttpResponse("<p>" + "Villes amies des enfants. " * 60 + "</p>")


@door(anyone)
def with_form(request):
    drawn.append(request.path)
    template = engines["django"].from_string("<form>{% form_key %}</form>")
    return HttpResponse(template.render({}, request))


@door(anyone)
def with_cookie(request):
    drawn.append(request.path)
    response = HttpResponse("x" * 600)
    response.set_cookie("trace", "1")
    return response


@door(anyone)
@same_origin
def public_form(request):
    done.append(request.method)
    return HttpResponse(status=204)


@door(anyone)
def limited(request):
    limits.count("trial", "x", most=2, seconds=60)
    return HttpResponse("fait")


@door(anyone)
def broken(request):
    raise RuntimeError("canary-7fa3")


@door(anyone)
def goes_wrong(request, name):
    raise ERRORS[name]


@door(signed_in)
def behind(request, name):
    raise ERRORS[name]


@door(member)
def workspace(request, code):
    return HttpResponse(organisation_of(request).name)


@door(member)
def refused(request, code):
    raise NotAllowed("Votre rôle ne le permet pas.", rule="may_submit")


@door(committee)
def office(request):
    return HttpResponse("bureau")


@door(programme_team)
def team(request):
    return HttpResponse("équipe")


@door(anyone)
def locked(request):
    """Stuck as many times as `stuck` says."""
    done.append("tried")
    if stuck:
        stuck.pop()
        raise OperationalError("database is locked")
    return HttpResponse("écrit")


@door(signed_in)
@idempotency.once
def act(request):
    done.append(request.user.code)
    return HttpResponse(status=303, headers={"Location": f"/espace/fait/{len(done)}"})


@door(anyone)
def error_page(request, name):
    return render(request, f"errors/{name}.html", {"error": None, "shell": "public/base.html"}, status=int(name))


public = [
    path("page", page),
    path("formulaire", with_form),
    path("temoin", with_cookie),
    path("envoi", public_form),
    path("limite", limited),
    path("casse", broken),
    path("erreur/<str:name>", goes_wrong),
    path("verrou", locked),
    path("dessin/<str:name>", error_page),
]
city = [path("<code>/voir", workspace), path("<code>/interdit", refused), path("acte", act)]
account = [path("erreur/<str:name>", behind)]
house = [path("", office), path("equipe", team)]
urlpatterns = [
    path("espace/", include((city, "city"))),
    path("bureau/", include((house, "office"))),
    path("compte/", include((account, "account"))),
    path("", include((public, "public"))),
]
