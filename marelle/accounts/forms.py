"""What was typed about people and teams → clean values."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from marelle.accounts.models import Organisation, Person
from marelle.accounts.queries import Colleague
from marelle.accounts.states import ROLES_BY_KIND, OrganisationKind, Role


def role_choices(organisation: Organisation) -> list[tuple[str, Any]]:
    """The roles an organisation of this kind knows, in the order of `Role`."""
    known = ROLES_BY_KIND[OrganisationKind(organisation.kind)]
    return [(role.value, role.label) for role in Role if role in known]


class NewcomerForm(forms.Form):
    """Who comes in: a name and an address, which a code will prove."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your work e-mail"),
        max_length=254,
        help_text=_("We send a code there at once. No password to invent."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class CodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=_("Code received by e-mail"),
        max_length=20,
        help_text=_("Eight letters, good for 15 minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )


class NameForm(forms.Form):
    """Whoever accepts an invitation says their name."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class DetailsForm(forms.Form):
    """One's own name and language."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("Language of your letters"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail of the person to invite"), max_length=254)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(organisation)  # type: ignore[attr-defined]
        self.initial.setdefault("role", Role.CITY_EDITOR)


class RoleForm(forms.Form):
    """One more role for a colleague."""

    person = forms.ChoiceField(label=_("Colleague"))
    role = forms.ChoiceField(label=_("One more role"))

    def __init__(self, organisation: Organisation, team: list[Colleague], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(c.person.code, c.person.name) for c in team]  # type: ignore[attr-defined]
        self.fields["role"].choices = role_choices(organisation)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """Yes or no to someone who asks to join, and as what."""

    role = forms.ChoiceField(label=_("Role"))
    answer = forms.ChoiceField(choices=[("accept", ""), ("decline", "")])

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(organisation)  # type: ignore[attr-defined]


class LeavingForm(forms.Form):
    """Whose account to close, or to erase: the address typed in full, so that nobody is taken for another."""

    email = forms.EmailField(
        label=_("E-mail of the account"), max_length=254, help_text=_("Typed in full, as the person signs in with it.")
    )
    act = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            (
                "close",
                _("Close the account: its roles end, it no longer opens anything; its name stays in the journal"),
            ),
            ("erase", _("Propose to erase the person: name, address and words leave Marelle, without return")),
        ],
        widget=forms.RadioSelect,
    )
    person: Person | None = None

    def __init__(self, reader: Person, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.committees = reader.committees_as({Role.PROGRAMME_ADMINISTRATOR})

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip()
        self.person = Person.objects.in_care_of(self.committees).filter(email__iexact=email).first()
        if self.person is None:
            raise forms.ValidationError(_("Nobody has this address. Check how it is spelt."))
        return email


class MergeForm(forms.Form):
    """Two accounts to compare, by their addresses typed in full, so that nobody is taken for another."""

    one = forms.EmailField(label=_("E-mail of one account"), max_length=254)
    other = forms.EmailField(label=_("E-mail of the other account"), max_length=254)

    def __init__(self, reader: Person, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.committees = reader.committees_as({Role.PROGRAMME_ADMINISTRATOR})

    def clean_one(self) -> Person:
        return self._person("one")

    def clean_other(self) -> Person:
        return self._person("other")

    def _person(self, field: str) -> Person:
        address = str(self.cleaned_data[field]).strip()
        found = Person.objects.in_care_of(self.committees).filter(email__iexact=address).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this address. Check how it is spelt."))
        return found


class DelegationForm(forms.Form):
    """The act by which the elected lead lets an administrator hand files in."""

    person = forms.ChoiceField(label=_("Administrator"))
    given_by = forms.CharField(label=_("Elected lead who signed"), max_length=120)
    reference = forms.CharField(
        label=_("Reference of the act"), max_length=120, help_text=_("For instance: order 2026-12.")
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, team: list[Colleague], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        chiefs = [c for c in team if any(m.role == Role.CITY_ADMINISTRATOR for m in c.memberships)]
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (c.person.code, c.person.name) for c in chiefs if not c.has_delegation
        ]
