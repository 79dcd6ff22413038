"""Opening a group that answers the consultation: the same form in a workspace and by a partner's link."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from marelle.base.text import fold
from marelle.consultations.models import Partner, Sitting
from marelle.consultations.operations.sittings import HOURS, MOST_CHILDREN, Group, Place, languages_of
from marelle.consultations.states import SiteKind
from marelle.territories.models import Territory
from marelle.territories.queries import suggest
from marelle.territories.states import TerritoryKind

AGES = [
    ("6_8", gettext_lazy("6 to 8 years")),
    ("9_11", gettext_lazy("9 to 11 years")),
    ("12_14", gettext_lazy("12 to 14 years")),
    ("15_18", gettext_lazy("15 to 18 years")),
]
PLACES = [(kind.value, kind.label) for kind in SiteKind if kind != SiteKind.HOME]
ANOTHER = "-"
MOST_OFFERED = 6


class CommuneField(forms.CharField):
    """A commune by its name, postal or INSEE code. Cleaned: the Territory; `kinds` widens what is found."""

    def __init__(self, *, kinds: tuple[str, ...] = (TerritoryKind.COMMUNE,), **options: Any):
        super().__init__(max_length=120, **options)
        self.kinds = kinds

    def clean(self, value: Any) -> Territory | None:
        """The one it names. Raises ValidationError with those it may mean."""
        typed = super().clean(value)
        if not typed:
            return None
        found = suggest(typed.replace("\x00", ""), self.kinds, MOST_OFFERED)
        exact = [s for s in found if fold(s.name) == fold(typed) or s.code == typed.strip() or named(s) == typed]
        if len(exact) == 1 or len(found) == 1:
            one = (exact or found)[0]
            return Territory.objects.current().get(code=one.code, kind=one.kind)
        if not found:
            raise ValidationError(_("Nothing by that name. Try the postal code."))
        names = ", ".join(named(suggestion) for suggestion in found)
        raise ValidationError(_("Several places have this name. Copy yours: %(names)s.") % {"names": names})


def named(place: Any) -> str:
    """A place and its code, as the field takes it back."""
    return f"{place.name} ({place.code})"


class GroupForm(forms.Form):
    """Where, which ages, how many: what two minutes need."""

    use_required_attribute = False
    site = forms.ChoiceField(label=gettext_lazy("Where"), widget=forms.RadioSelect, required=False)
    place = forms.CharField(
        label=gettext_lazy("Name of the place"), max_length=200, required=False,
        help_text=gettext_lazy("“Jules-Verne school”, “Les Tilleuls leisure centre”."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=PLACES, required=False)
    commune = CommuneField(
        label=gettext_lazy("Its commune"), required=False, help_text=gettext_lazy("Name, postal code or INSEE code")
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the group"), max_length=80, required=False,
        help_text=gettext_lazy("To know it again in your list: “CM2, morning”. Never a child’s name."),
    )  # fmt: skip
    bands = forms.MultipleChoiceField(
        label=gettext_lazy("Ages expected"),
        choices=AGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one age.")},
    )
    head_count = forms.IntegerField(
        label=gettext_lazy("Children expected"), min_value=1, max_value=MOST_CHILDREN,
        help_text=gettext_lazy("From 1 to 60. You may raise it while they answer."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages offered"), widget=forms.CheckboxSelectMultiple, required=False
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("For how long"), coerce=int, initial=2,
        choices=[(n, ngettext_lazy("%d hour", "%d hours") % n) for n in range(1, HOURS + 1)],
    )  # fmt: skip

    def __init__(self, partner: Partner, data: Any = None, *, language_names: Any = str, **options: Any):
        super().__init__(data, auto_id="%s", **options)
        self.partner = partner
        self.sites = {site.code: site for site in partner.sites.select_related("territory").order_by("name")}
        spoken = languages_of(partner.consultation)
        self.fields["languages"].choices = [(code, language_names(code)) for code in spoken]  # type: ignore[attr-defined]
        self.fields["languages"].initial = spoken
        if len(spoken) < 2:
            del self.fields["languages"]
        self._places()

    def _places(self) -> None:
        """The places known, the last of the list being another; a first one is offered from what the partner said."""
        fields, partner = self.fields, self.partner
        if self.sites:
            known = [(code, site.name) for code, site in self.sites.items()]
            fields["site"].choices = [*known, (ANOTHER, _("Another place, below"))]  # type: ignore[attr-defined]
            fields["site"].initial = known[0][0]
        else:
            del fields["site"]
            fields["place"].initial = partner.name
        fields["kind"].initial = partner.kind
        if partner.territory.kind == TerritoryKind.COMMUNE:
            fields["commune"].initial = named(partner.territory)

    def clean(self) -> dict[str, Any]:
        """A place known, or another with its commune."""
        cleaned = super().clean() or {}
        chosen = self.sites.get(cleaned.get("site", ""))
        if chosen is not None:
            cleaned["where"] = Place(chosen.name, chosen.kind, chosen.territory)
        elif not cleaned.get("place"):
            self.add_error("place", _("Give the name of the place: a school, a centre."))
        elif "commune" in cleaned and cleaned["commune"] is None:
            self.add_error("commune", _("Say in which commune the place is."))
        elif "commune" in cleaned:
            cleaned["where"] = Place(cleaned["place"], cleaned.get("kind") or SiteKind.OTHER, cleaned["commune"])
        return cleaned


def group_of(typed: dict[str, Any]) -> Group:
    """What was declared, as the operation takes it."""
    return Group(
        bands=tuple(typed["bands"]),
        head_count=typed["head_count"],
        languages=tuple(typed.get("languages") or ()),
        name=typed["name"],
        hours=typed["hours"],
    )


def in_large(code: str) -> SafeString:
    """A code as wide as the page, in SVG: read from the back of a room."""
    words = escape(code)
    letters = f'<text x="300" y="70" text-anchor="middle" font-size="78" font-weight="700" textLength="580" fill="currentColor">{words}</text>'
    return mark_safe(f'<svg viewBox="0 0 600 90" aria-hidden="true">{letters}</svg>')  # escaped above


def minutes_left(sitting: Sitting, at: Any) -> int:
    """Whole minutes until its code opens nothing, never under 0."""
    return max(0, int((sitting.closes_at - at).total_seconds() // 60))
