"""Names of the countries whose cities the network meets; a country that is not here is shown by its two letters (ISO 3166-1)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Any] = {
    "AL": _("Albania"),
    "BE": _("Belgium"),
    "BF": _("Burkina Faso"),
    "BJ": _("Benin"),
    "CA": _("Canada"),
    "CH": _("Switzerland"),
    "CI": _("Ivory Coast"),
    "CM": _("Cameroon"),
    "DE": _("Germany"),
    "DZ": _("Algeria"),
    "EG": _("Egypt"),
    "ES": _("Spain"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "GR": _("Greece"),
    "HR": _("Croatia"),
    "IE": _("Ireland"),
    "IL": _("Israel"),
    "IT": _("Italy"),
    "JO": _("Jordan"),
    "LB": _("Lebanon"),
    "LU": _("Luxembourg"),
    "MA": _("Morocco"),
    "MG": _("Madagascar"),
    "ML": _("Mali"),
    "MR": _("Mauritania"),
    "MT": _("Malta"),
    "NL": _("Netherlands"),
    "PS": _("Palestine"),
    "PT": _("Portugal"),
    "SI": _("Slovenia"),
    "SN": _("Senegal"),
    "TN": _("Tunisia"),
    "TR": _("Türkiye"),
    "UA": _("Ukraine"),
}


def country_name(code: str) -> str:
    """In the language of the page."""
    return str(NAMES.get(code, code))
