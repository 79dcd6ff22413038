"""A country is typed as one says it."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from marelle.web.parts.forms import CountryField


@pytest.mark.parametrize(
    ("language", "typed", "kept"),
    [
        ("fr", "Tunisie", "TN"),
        ("fr", "grece", "GR"),
        ("en", "Greece", "GR"),
        ("en", " it ", "IT"),
        ("fr", "XK", "XK"),  # a country nobody named here yet
        ("fr", "", ""),
    ],
)
def test_a_country_is_known_by_its_name_or_its_letters(language, typed, kept):
    with translation.override(language):
        assert CountryField(required=False).clean(typed) == kept


@pytest.mark.parametrize("typed", ["Atlantide", "T1", "TUN"])
def test_what_is_no_country_is_refused(typed):
    with pytest.raises(ValidationError, match="deux lettres"), translation.override("fr"):
        CountryField().clean(typed)
