"""The letter to those who relayed an edition, on the day its results are public: nothing in it that is not public."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from marelle.accounts.states import OrganisationKind
from marelle.base import outbox
from marelle.base.addresses import whole
from marelle.consultations import telling
from marelle.consultations.catalogue import EPCI
from marelle.consultations.models import Consultation, Partner
from marelle.consultations.queries import places, published
from marelle.consultations.queries.places import Place
from marelle.consultations.queries.published import Edition, Told
from marelle.consultations.queries.reports import address_of, document_of
from marelle.consultations.states import PartnerState

PUBLISHED = "results_published"
TOWNS = (OrganisationKind.COMMUNE, OrganisationKind.INTERCOMMUNALITY)  # whose space holds a plan


def tell_partners(consultation: Consultation) -> int:
    """One letter to each confirmed partner of a published edition, in the transaction of its publication; how many partners.

    Asked twice, each partner still gets one.
    """
    read = published.edition(consultation.code)
    confirmed = Partner.rows.filter(consultation=consultation, state=PartnerState.CONFIRMED)
    above = [f"territory__{name}" for name in ("intercommunality", "departement", "region")]
    partners = list(confirmed.select_related("organisation", *above).order_by("pk"))
    if read is None:
        return 0
    around = {partner.pk: _around(partner) for partner in partners}
    every = {place.zone: place for found in around.values() for place in found}
    told = published.told(read, published.everyone, every.values())
    for partner in partners:
        with translation.override(partner.language):
            _write(read, partner, [told[place.zone] for place in around[partner.pk]])
    return len(partners)


def _around(partner: Partner) -> list[Place]:
    """Its own place, then the département, the région, the country: an intercommunality only when it is its own."""
    own = places.placed(partner.territory)
    if own is None:
        return [places.country()]
    return [own, *(place for place in own.around if place.level != EPCI)]


def _write(read: Edition, partner: Partner, zones: list[Told]) -> None:
    """`zones`: its own place and the larger ones, the country last."""
    consultation = read.consultation
    outbox.write(
        PUBLISHED,
        to=partner.contact_email,
        language=partner.language,
        key=f"{PUBLISHED}:{partner.code}",
        reference=f"consultations.partner:{partner.code}",
        context={"partner": partner, "consultation": consultation, **_said(partner, zones)},
    )


def _said(partner: Partner, zones: list[Told]) -> Mapping[str, Any]:
    """The numbers as pages tell them, and the addresses in the partner’s language. `own`: None without a page of its own."""
    language, code = partner.language, partner.consultation.code
    own, country = zones[0], zones[-1]
    near = next((each for each in zones if not each.status), country)
    is_town = partner.organisation is not None and partner.organisation.kind in TOWNS
    space = partner.organisation.code if partner.organisation else ""
    return {
        "place": own.place.name,
        "near": near.place.name,
        "has_page": not own.status,
        "children": telling.plain(near.children or 0),
        "in_country": telling.plain(country.children or 0),
        "page": address_of(code, near.place, language),
        "report": document_of(code, near.place, language),
        "for_children": whole("public:results_children", code, language=language),
        "carry_on": whole("city:results", space, language=language) if is_town else "",
    }
