"""Loading a framework version from its file: all of it or nothing, and never over one a call relies on."""

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.framework.checks import faults_of
from marelle.framework.models import (
    Criterion,
    Domain,
    Framework,
    GoalArea,
    IndicatorDefinition,
    LibraryAction,
    LibraryObjective,
    Programme,
    Recommendation,
    Right,
    Track,
)

HEAVY_BUDGET_PERCENT = 10  # of a track that chose none (docs/decisions/0012)
KINDS_AS_WRITTEN = {"intercommunalite": "intercommunality"}  # the file's word, and the code's


def read_framework(path: Path) -> dict[str, Any]:
    """The file, as data. Raises BadData when it cannot be read."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadData(_("This framework file cannot be read."), [f"{path.name}: {error}"]) from error


@transaction.atomic
def load_framework(data: dict[str, Any]) -> Framework:
    """Load programmes, tracks and one framework version. The same file twice changes nothing.

    Raises BadData with every fault and its place, WrongState when a call already relies on another text of it.
    """
    faults = faults_of(data)
    if faults:
        raise BadData(_("This framework cannot be loaded."), faults)
    head = data["framework"]
    fingerprint = fingerprint_of(data)
    framework = Framework.objects.select_for_update().filter(code=head["code"], version=str(head["version"])).first()
    if framework and framework.fingerprint == fingerprint:
        return framework
    if framework and framework.frozen_at:
        raise WrongState(
            _("A call relies on this version of the framework: it no longer changes. Give the new text a new version."),
            framework=framework.code,
            version=framework.version,
        )
    if framework and (framework.calls.exists() or framework.plans.exists()):
        raise WrongState(
            _("A call in preparation uses this version of the framework: give the new text a new version.")
        )
    if framework:
        framework.delete()
    _load_programmes(data)
    return _load_version(data, fingerprint)


@transaction.atomic
def freeze_framework(framework_id: int, *, at: datetime | None = None) -> Framework:
    """Let a version change no more, because a call relies on it. Twice is once."""
    framework = Framework.objects.select_for_update().get(pk=framework_id)
    if framework.frozen_at is None:
        framework.frozen_at = at or clock.now()
        framework.save(update_fields=["frozen_at"])
    return framework


def fingerprint_of(data: dict[str, Any]) -> str:
    """SHA-256 of what a framework file says, whatever its layout."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def _load_programmes(data: dict[str, Any]) -> None:
    owner = {}
    for row in data.get("programmes", []):
        programme, _new = Programme.objects.update_or_create(code=row["code"], defaults={"name": row["name"]})
        owner.update(dict.fromkeys(row.get("tracks", []), programme))
    for position, row in enumerate(data.get("tracks", [])):
        Track.objects.update_or_create(
            code=row["code"],
            programme=owner[row["code"]],
            defaults={
                "name": row["name"],
                "years": row["years"],
                "organisation_kinds": [KINDS_AS_WRITTEN.get(k, k) for k in row["organisation_kinds"]],
                "follows_framework": row.get("follows_framework", True),
                "title_granted": row.get("title_granted", True),
                "council_vote": row.get("council_vote", "required"),
                "vote_name": row.get("vote_name", {}),
                "agreement": row.get("agreement", "required"),
                "reports": row.get("reports", []),
                "report_dates": row.get("report_dates", {}),
                "heavy_budget_percent": row.get("heavy_budget_percent", HEAVY_BUDGET_PERCENT),
                "pairs_sign_together": row.get("pairs_sign_together", False),
                "position": position,
            },
        )


def _load_version(data: dict[str, Any], fingerprint: str) -> Framework:
    head = data["framework"]
    framework = Framework.objects.create(
        code=head["code"],
        version=str(head["version"]),
        status=head.get("status", "demonstration"),
        valid_from=date.fromisoformat(str(head["valid_from"])),
        name=head["name"],
        involvement=data.get("involvement", []),
        self_assessment=data.get("self_assessment", {}),
        joining=data.get("joining", {}),
        coherence=data.get("coherence", []),
        fingerprint=fingerprint,
    )
    GoalArea.objects.bulk_create(
        GoalArea(framework=framework, number=row["number"], name=row["name"]) for row in data.get("goal_areas", [])
    )
    Right.objects.bulk_create(
        Right(framework=framework, article=row["article"], name=row["name"]) for row in data.get("rights", [])
    )
    Criterion.objects.bulk_create(
        Criterion(framework=framework, position=n, code=row["code"], weight=row["weight"], name=row["name"])
        for n, row in enumerate(data.get("criteria", []))
    )
    domains = {row["code"]: _load_domain(framework, row, n) for n, row in enumerate(data["domains"])}
    Recommendation.objects.bulk_create(
        Recommendation(
            domain=domains[row["domain"]],
            position=n,
            code=row["code"],
            basis=row.get("basis", ""),
            objectives=row.get("objectives", []),
            name=row["name"],
        )
        for n, row in enumerate(data.get("recommendations", []))
    )
    return framework


def _load_domain(framework: Framework, row: dict[str, Any], position: int) -> Domain:
    domain = Domain.objects.create(
        framework=framework,
        position=position,
        **{field: row[field] for field in ("code", "slug", "name")},
        **{field: row.get(field, "") for field in ("colour", "shape")},
        short=row.get("short", {}),
        **{field: row.get(field, []) for field in ("goal_areas", "rights", "sdg")},
    )
    LibraryObjective.objects.bulk_create(
        LibraryObjective(
            domain=domain,
            position=n,
            code=part["code"],
            name=part["name"],
            rights=part.get("rights", []),
            sdg=part.get("sdg", []),
        )
        for n, part in enumerate(row.get("objectives") or [])
    )
    objectives = {o.code: o for o in domain.objectives.all()}
    LibraryAction.objects.bulk_create(
        LibraryAction(objective=objectives[part["objective"]], position=n, code=part["code"], name=part["name"])
        for n, part in enumerate(row.get("actions") or [])
    )
    IndicatorDefinition.objects.bulk_create(
        _definition(domain, objectives.get(part.get("objective")), part, n)
        for n, part in enumerate(row.get("indicators") or [])
    )
    return domain


def _definition(
    domain: Domain, objective: LibraryObjective | None, part: dict[str, Any], position: int
) -> IndicatorDefinition:
    return IndicatorDefinition(
        domain=domain,
        objective=objective,
        position=position,
        **{field: part[field] for field in ("code", "name", "kind", "measure", "direction")},
        rollup=part.get("rollup", "none"),
        **{field: part.get(field) or {} for field in ("unit", "numerator", "denominator", "note")},
        factor=part.get("factor"),
        **{field: part.get(field) or "" for field in ("source", "means_of_verification")},
        breakdowns=part.get("breakdowns") or [],
    )
