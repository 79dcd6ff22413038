"""What the report of one place is made of: the place by age, the région and the country beside it."""

from dataclasses import dataclass

from marelle.base.addresses import whole
from marelle.consultations import catalogue
from marelle.consultations.catalogue import ALL, Group
from marelle.consultations.queries import published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition, Told


@dataclass(frozen=True)
class Report:
    """`here`: all children and each age. `others`: the région and the whole country, as far as they are larger and told."""

    read: Edition
    here: Told
    others: tuple[Told, ...]

    @property
    def place(self) -> Place:
        """Of which it tells."""
        return self.here.place

    @property
    def ages(self) -> list[Group]:
        """The ages told apart here, none when there are too few children."""
        return [(age, ALL) for age in catalogue.AGES[self.here.ages]] if self.here.ages != ALL else []

    @property
    def is_weighted(self) -> bool:
        """Whether its shares are."""
        return self.read.is_weighted(self.place.zone)


def report_of(read: Edition, place: Place) -> Report | None:
    """The report of a place; None when it has no page. Two questions."""
    here = published.told(read, published.by_age, [place])[place.zone]
    if here.status:
        return None
    wide = [one for one in place.around if one.level in catalogue.COUNTED]
    zones = published.told(read, published.everyone, wide) if wide else {}
    return Report(read, here, tuple(zones[one.zone] for one in wide if not zones[one.zone].status))


def address_of(code: str, place: Place, language: str | None = None) -> str:
    """The page of a place, whole; in the language now spoken, when none is said."""
    if place.is_country:
        return whole("public:results", code, language=language)
    return whole("public:results_place", code, place.slug, language=language)


def document_of(code: str, place: Place, language: str | None = None) -> str:
    """Its report to take away."""
    if place.is_country:
        return whole("public:results_report", code, language=language)
    return whole("public:results_place_report", code, place.slug, language=language)
