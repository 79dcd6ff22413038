"""The library of a framework, read in a fixed number of questions, and how its parts show themselves in the thread."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch

from marelle.base.origins import Shown
from marelle.framework.models import (
    Domain,
    Framework,
    IndicatorDefinition,
    LibraryAction,
    LibraryObjective,
    Recommendation,
)

KEPT = 16  # frozen versions at hand in a process


def no_framework() -> Iterator[str]:
    """What a house without a framework has to do."""
    if not Framework.objects.exists():
        yield "No framework is loaded: `marelle framework load your-framework.yaml --write`."


def domains_of(framework: Framework) -> list[Domain]:
    """The domains in order, each with its `recommendations`: two questions, none for a frozen version met lately."""
    if framework.frozen_at:
        return library_of(framework)
    recommendations = Prefetch("recommendations", Recommendation.objects.order_by("position", "pk"))
    return list(framework.domains.order_by("position", "pk").prefetch_related(recommendations))


def library_of(framework: Framework) -> list[Domain]:
    """The domains in order with what they offer: objectives, their actions, indicators, recommendations.

    Five questions; none for a frozen version met lately, since it changes no more. Read them, never write in them:
    every reader of this process shares them.
    """
    if not framework.frozen_at:
        return list(_read_library(framework.pk))
    return list(_frozen_library(framework.pk, framework.frozen_at.timestamp(), framework.fingerprint))


@lru_cache(maxsize=KEPT)
def _frozen_library(pk: int, frozen_at: float, fingerprint: str) -> tuple[Domain, ...]:
    return _read_library(pk)


def forget() -> None:
    """Let go of the versions at hand."""
    _frozen_library.cache_clear()


def _read_library(pk: int) -> tuple[Domain, ...]:
    actions = Prefetch("actions", LibraryAction.objects.order_by("position", "pk"))
    return tuple(
        Domain.objects.filter(framework=pk)
        .select_related("framework")
        .order_by("position", "pk")
        .prefetch_related(
            Prefetch("recommendations", Recommendation.objects.order_by("position", "pk")),
            Prefetch("objectives", LibraryObjective.objects.order_by("position", "pk").prefetch_related(actions)),
            Prefetch("indicators", IndicatorDefinition.objects.order_by("position", "pk")),
        )
    )


def public_id(framework: Framework, code: str) -> str:
    """How a part of a framework version is named in the thread: "fr-demo/2026.1/R2"."""
    return f"{framework.code}/{framework.version}/{code}"


def show_recommendation(named: str, reader: Any) -> Shown | None:
    """A recommendation, for anyone."""
    return _show(Recommendation.objects.select_related("domain"), "domain__framework", named)


def show_objective(named: str, reader: Any) -> Shown | None:
    """An objective of the library, for anyone."""
    return _show(LibraryObjective.objects.select_related("domain"), "domain__framework", named)


def show_action(named: str, reader: Any) -> Shown | None:
    """An example of action, for anyone."""
    return _show(LibraryAction.objects.select_related("objective__domain"), "objective__domain__framework", named)


def _show(rows: Any, way: str, named: str) -> Shown | None:
    framework, _sep, code = named.rpartition("/")
    name, _sep, version = framework.rpartition("/")
    found = rows.filter(**{f"{way}__code": name, f"{way}__version": version, "code": code}).first()
    return Shown(title=str(found), sentence="", address="") if found else None
