"""For which organisation a page of the workspace speaks: the address says it, the roles of the day allow it (trust R2)."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from marelle.accounts import rules
from marelle.accounts.doors import own_organisation
from marelle.accounts.models import Organisation

SIREN = re.compile(r"[0-9]{9}")


def other_address(request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse | None:
    """Lead from a commune's SIREN to its INSEE code, for those who have a role there (settled 17)."""
    match, code = request.resolver_match, str(kwargs.get("code", ""))
    if match is None or match.namespaces[:1] != ["city"] or not SIREN.fullmatch(code):
        return None
    if not request.user.is_authenticated or own_organisation(request, code):
        return None
    own = Organisation.objects.filter(pk__in=request.user.organisation_ids, territory__siren=code).first()
    if own is None or not rules.may_read(request.user, own) or request.method not in {"GET", "HEAD"}:
        return None
    return HttpResponseRedirect(request.get_full_path().replace(f"/espace/{code}", f"/espace/{own.code}", 1))


def is_behind_a_door(path: str) -> bool:
    """Whether an address is of a workspace, of the office, of an account: open pages know nobody, and these are not kept."""
    return path.removeprefix("/en").startswith(("/espace/", "/bureau", "/compte/"))
