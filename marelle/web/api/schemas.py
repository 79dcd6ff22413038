"""What the API takes and gives, as OpenAPI tells it."""

from datetime import date
from typing import Literal

from ninja import Field, Schema

Kind = Literal["commune", "intercommunality", "departement", "region"]


class TerritoryOut(Schema):
    """One answer of the type-ahead. `departement`: its code, null for what lies in none or is one."""

    code: str
    name: str
    kind: Kind
    departement: str | None
    population: int | None = Field(description="Persons, official population in force; null if unknown.")


class MemberOut(Schema):
    """One member. `mandate_end` is the first day after the mandate."""

    code: str
    name: str
    kind: Literal["commune", "intercommunality"]
    departement: str | None
    region: str | None
    population: int | None
    lon: float | None
    lat: float | None
    track: str
    state: Literal["active", "prolonged"]
    mandate_start: date
    mandate_end: date
    url: str


class ErrorOut(Schema):
    """Why something was refused: a sentence, each fault, and a reference to quote."""

    error: str
    faults: list[str] = []
    reference: str = ""
