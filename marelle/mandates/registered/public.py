"""What anyone may find and put in a calendar: members, territories, promises, the dates of published calls."""

from marelle.base import registers
from marelle.mandates.queries import network, promises


def register() -> None:
    """Join the registers."""
    registers.public_search_providers += [network.find_cities, promises.find_promises]
    registers.calendar_providers.append(network.dates_of_calls)
