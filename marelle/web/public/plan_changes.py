"""What changed in a member's plan since it was adopted: one page a change accepted."""

from django.http import Http404, HttpRequest, HttpResponse

from marelle.mandates.queries import amendments
from marelle.plans.amendments import differences
from marelle.web.parts.amendments import told
from marelle.web.public.cities import found
from marelle.web.public.show import public, show


@public
def plan_change(request: HttpRequest, code: str, amendment: str) -> HttpResponse:
    """What one change added, took out and changed, both texts side by side, and why."""
    territory, mandate = found(code)
    if mandate is None or (territory is not None and territory.code != code):
        raise Http404
    versions = amendments.versions_of(mandate.plan)
    this = next((version for version in versions if version.code == amendment), None)
    if this is None:
        raise Http404
    context = {
        "organisation": mandate.organisation,
        "mandate": mandate,
        "amendment": this,
        "groups": told(differences(this.before, this.after), mandate.plan.framework),
        "others": [version for version in versions if version != this],
    }
    return show(request, "public/plan_change.html", context)
