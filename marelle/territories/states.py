"""Kinds of territory."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TerritoryKind(TextChoices):
    COMMUNE = "commune", _("municipality")
    INTERCOMMUNALITY = "intercommunality", _("intercommunality")
    DEPARTEMENT = "departement", _("département")
    REGION = "region", _("region")
