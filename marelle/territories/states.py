"""Kinds of territory, of former code, of point."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

UNINHABITED = ("984", "989")  # départements where nobody lives: the Southern and Antarctic Lands, Clipperton


class TerritoryKind(TextChoices):
    COMMUNE = "commune", _("municipality")
    INTERCOMMUNALITY = "intercommunality", _("intercommunality")
    DEPARTEMENT = "departement", _("département")
    REGION = "region", _("region")


class FormerCodeKind(TextChoices):
    DELEGATED = "delegated", _("delegated municipality")
    ASSOCIATED = "associated", _("associated municipality")
    FORMER_CODE = "former_code", _("former code")


class PointQuality(TextChoices):
    """How the point of a territory was found; an administrator's correction outlives every load."""

    EXACT = "exact", _("place of that name")
    POSTCODE = "postcode", _("middle of its postal code")
    DEPARTEMENT = "departement", _("a point of its département")
    MEAN = "mean", _("middle of its inhabitants")
    GIVEN = "given", _("as given in the file")
    CORRECTED = "corrected", _("corrected by hand")
