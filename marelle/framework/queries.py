"""The library of a framework, read in a fixed number of questions, and how its parts show themselves in the thread."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch, Value
from django.db.models.functions import Concat

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


def domains_of(framework: Framework, *, covered: bool = True) -> list[Domain]:
    """The domains in order, each with its `recommendations`: two questions, none for a frozen version met lately.

    `covered`: whether recommendations are wanted at hand; one question less without them.
    """
    if framework.frozen_at:
        return library_of(framework)
    if not covered:
        return list(framework.domains.order_by("position", "pk"))
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


def show_recommendations(named: Collection[str], reader: Any) -> dict[str, Shown]:
    """Recommendations, for anyone."""
    return _show(Recommendation.objects.select_related("domain"), "domain__framework", named)


def show_objectives(named: Collection[str], reader: Any) -> dict[str, Shown]:
    """Objectives of the library, for anyone."""
    return _show(LibraryObjective.objects.select_related("domain"), "domain__framework", named)


def show_actions(named: Collection[str], reader: Any) -> dict[str, Shown]:
    """Examples of action, for anyone."""
    return _show(LibraryAction.objects.select_related("objective__domain"), "objective__domain__framework", named)


def _show(rows: Any, way: str, named: Collection[str]) -> dict[str, Shown]:
    name = Concat(f"{way}__code", Value("/"), f"{way}__version", Value("/"), "code")
    codes = {one.rpartition("/")[2] for one in named}  # an index finds them before names are put together
    found = rows.filter(code__in=codes).annotate(named=name).filter(named__in=named)
    return {one.named: Shown(title=str(one), sentence="", address="") for one in found}
