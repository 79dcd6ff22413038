"""Remarks of coherence: a plan, being written or handed in, read over by its framework within its mandate."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marelle.framework.models import Domain, Framework
from marelle.mandates.figures import mandate_end
from marelle.mandates.models import Application
from marelle.plans.coherence import Frame, Remark, remarks_of
from marelle.plans.models import Amendment

Term = tuple[date, date]  # first day, and the first day after


def of_application(application: Application, content: Mapping[str, Any], domains: Sequence[Domain]) -> list[Remark]:
    """Of the plan of an application, as it is today or as it was handed in. `domains`: with their recommendations."""
    starts_on = application.call.mandate_starts_on
    term = (starts_on, mandate_end(starts_on, application.track.years))
    return remarks_of(content, frame_of(application.call.framework, domains, term))


def of_amendment(amendment: Amendment, content: Mapping[str, Any], domains: Sequence[Domain]) -> list[Remark]:
    """Of the working copy of a plan that runs."""
    mandate = getattr(amendment.plan, "mandate", None)
    term = (mandate.starts_on, mandate.ends_on) if mandate else None
    return remarks_of(content, frame_of(amendment.plan.framework, domains, term))


def frame_of(framework: Framework, domains: Sequence[Domain], term: Term | None) -> Frame:
    """What a plan is read against, as plain values."""
    starts_on, ends_on = term or (None, None)
    return Frame(
        rules=framework.coherence,
        domains=[domain.code for domain in domains],
        recommendations={r.code: domain.code for domain in domains for r in domain.recommendations.all()},
        levels=[level["code"] for level in framework.involvement],
        starts_on=starts_on,
        ends_on=ends_on,
    )
