"""Resources as pages read them: the public shelf, one of them, the team's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet

from marelle.accounts.models import File, Person
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base.text import fold
from marelle.library.models import Resource, ResourceFile
from marelle.library.states import Audience, ResourceKind

MOST_READ = 1000


@dataclass(frozen=True)
class Filters:
    """What the address of the shelf asks for."""

    kind: str = ""
    audience: str = ""
    service: str = ""
    language: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """From the address."""
        kind, audience = asked.get("kind", ""), asked.get("audience", "")
        service, language = asked.get("service", "")[:40], asked.get("language", "")
        return cls(
            kind=kind if kind in ResourceKind.values else "",
            audience=audience if audience in Audience.values else "",
            service=service if service.replace("-", "").isalnum() else "",
            language=language if language in ("fr", "en") else "",
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The same, for the links that turn pages."""
        told = {name: getattr(self, name) for name in ("kind", "audience", "service", "language")}
        return {name: value for name, value in told.items() if value}


def shelf(filters: Filters) -> QuerySet[Resource]:
    """What anyone may take away, the newest first."""
    rows = Resource.objects.public()
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.audience:
        rows = rows.filter(audience=filters.audience)
    if filters.service:
        about = Resource.services.through.objects.filter(service__code=filters.service)
        rows = rows.filter(pk__in=about.values("resource"))
    if filters.language:
        rows = rows.filter(pk__in=ResourceFile.objects.filter(language=filters.language).values("resource"))
    return rows.order_by("-published_at", "pk")


def public_one(code: str) -> Resource | None:
    """A published resource by its code."""
    return Resource.objects.public().filter(code=code).first()


def files_of(resource: Resource) -> list[ResourceFile]:
    """Every version, language by language, the one in use first."""
    return list(resource.files.select_related("file").order_by("language", "-number"))


def in_use(resource: Resource) -> list[ResourceFile]:
    """The newest version of each language."""
    first: dict[str, ResourceFile] = {}
    for kept in files_of(resource):
        first.setdefault(kept.language, kept)
    return list(first.values())


def public_file(resource: Resource, code: str) -> File | None:
    """A version of a published resource that is still kept."""
    kept = resource.files.filter(file__code=code, file__removed_at=None).select_related("file").first()
    return kept.file if kept else None


def of_team(person: Person) -> QuerySet[Resource]:
    """Those of the committees this person works for, drafts first, then the newest."""
    rows = Resource.objects.visible_to(person).filter(committee__in=person.committees_as(PROGRAMME_TEAM))
    return rows.select_related("committee").order_by("published_at", "-created_at", "-pk")


def named(text: str) -> list[Resource]:
    """Published resources whose name or summary holds every word of `text`, whatever the accents. A shelf of some hundreds."""
    words = fold(text).split()
    if not words:
        return []
    rows = Resource.objects.public().order_by("-published_at", "pk")[:MOST_READ]
    return [row for row in rows if all(word in _folded(row) for word in words)]


def _folded(resource: Resource) -> str:
    return fold(" ".join([*resource.name.values(), *resource.summary.values()]))
