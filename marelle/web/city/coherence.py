"""What does not hold together in the plan being written: advice to read, to follow, or to answer."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marelle.accounts.doors import member
from marelle.base.doors import door
from marelle.base.idempotency import once
from marelle.framework.queries import domains_of
from marelle.mandates.models import Application
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries.coherence import of_application
from marelle.mandates.queries.places import may_change_plan
from marelle.plans.operations.reasons import LONGEST, give_reason
from marelle.plans.queries import DomainOutline, content
from marelle.web.city.space import application_or_404, enter, page
from marelle.web.parts.coherence import Told, in_editor, shown


@door(member)
@require_http_methods(["GET", "POST"])
@once
def coherence(request: HttpRequest, code: str) -> HttpResponse:
    """Every remark, by domain, with why, what to do, and the city's own reason."""
    space = enter(request)
    application = application_or_404(space)
    if not application.track.follows_framework:
        raise Http404
    if request.method == "POST":
        sent = request.POST
        remark, said = (sent.get("rule", ""), sent.get("place", "")), sent.get("said", "")
        give_reason(application.plan_id, remark, said, was=sent.get("was", ""), by=space.person)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(f"{request.path}#{remark[0]}.{remark[1]}")
    context = {"application": application, "closes_at": queries.closes_at(application), "longest": LONGEST}
    context |= {"remarks": remarks_on(application), "may_answer": space.may_write and may_change_plan(application)}
    return page(request, "city/plan_coherence.html", space, **context)


def remarks_on(application: Application, parts: Sequence[DomainOutline] | None = None) -> Told:
    """The remarks on the plan of an application, as it is written today. `parts`: its outline, when it is already read."""
    domains = [part.domain for part in parts] if parts else domains_of(application.call.framework)
    found = of_application(application, content(application.plan, parts), domains)
    return shown(found, domains, in_editor(queries.plan_address(application)))
