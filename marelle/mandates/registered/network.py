"""The workbook of a living network: who reads and writes it."""

from marelle.accounts import imports
from marelle.mandates.network_sheets import KIND
from marelle.mandates.operations import bringing_in


def register() -> None:
    """Join the register of workbooks."""
    imports.register(KIND, imports.Reader(bringing_in.may, bringing_in.check, bringing_in.read, bringing_in.write))
