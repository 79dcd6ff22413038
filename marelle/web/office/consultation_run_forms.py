"""What the office types to hold a key, to open and to freeze. Nothing here saves, and no share is kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LONGEST_SHARE = 200  # characters, spaces included
LONGEST_FILE = 2000  # bytes: a share, and the line that says of what


class GroupForm(forms.Form):
    """The last group of one's share."""

    group = forms.CharField(
        label=_("Last group of your share"), max_length=20, help_text=_("The last eight characters of your copy.")
    )

    def __init__(self, *args: Any):
        super().__init__(*args)
        self.fields["group"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


class OpeningForm(forms.Form):
    """Open a consultation."""

    accepts_gaps = forms.BooleanField(
        label=_("Open although wordings or recordings are missing"),
        required=False,
        help_text=_("Children then read the next older wording, in French, without a voice."),
    )


class SharesForm(forms.Form):
    """Both shares, each typed or as the file its holder downloaded. A demonstration reads its own file."""

    first = forms.CharField(label=_("A share, typed"), required=False, max_length=LONGEST_SHARE)
    first_file = forms.FileField(label=_("or its file"), required=False)
    second = forms.CharField(label=_("The other share, typed"), required=False, max_length=LONGEST_SHARE)
    second_file = forms.FileField(label=_("or its file"), required=False)

    def __init__(self, asks: bool, *args: Any):
        super().__init__(*args)
        if not asks:
            self.fields.clear()
        for name, field in self.fields.items():
            field.widget.attrs |= (
                {"accept": ".txt"} if name.endswith("file") else {"autocomplete": "off", "spellcheck": "false"}
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("first", "second"):
            if name in self.fields and not (values.get(name) or values.get(f"{name}_file")):
                self.add_error(name, gettext("Type this share, or choose its file."))
        return values

    def clean_first_file(self) -> str:
        return self._read("first_file")

    def clean_second_file(self) -> str:
        return self._read("second_file")

    def _read(self, name: str) -> str:
        """The last line of what was downloaded."""
        sent = self.cleaned_data[name]
        if not sent:
            return ""
        if sent.size > LONGEST_FILE:
            raise ValidationError(gettext("This is not the file of a share."))
        lines = sent.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    @property
    def shares(self) -> tuple[str, str] | None:
        """What the operation takes; None when no share is asked for."""
        if not self.fields:
            return None
        values = self.cleaned_data
        return values["first"] or values["first_file"], values["second"] or values["second_file"]
