"""What anyone may find and put in a calendar: members, territories, the dates of published calls."""

from marelle.base import registers
from marelle.mandates.queries import network


def register() -> None:
    """Join the registers."""
    registers.search_providers.append(network.find_cities)
    registers.calendar_providers.append(network.dates_of_calls)
