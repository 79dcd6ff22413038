"""What the sheet of a practice holds on paper: words, numbers, lists, ready to be drawn."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marelle.base import clock
from marelle.library.models import Practice, PracticeText
from marelle.library.states import PracticeState


def sheet(
    practice: Practice, words: PracticeText, answers: list[tuple[Any, str]], rights: Any, spoken: str = ""
) -> dict[str, Any]:
    """The public sheet in the language of the day; `answers`: its questions and what they were answered.

    `spoken`: the languages its people answer in, when somebody agreed to be asked.
    """
    address = f"{settings.SITE_ADDRESS}/pratiques/{practice.code}"
    facts = [
        (_("Told by"), _teller(practice)),
        (_("Evidence"), str(practice.get_evidence_level_display())),
        (_("Domains"), ", ".join(str(domain) for domain in practice.domains.all())),
        (_("Services"), ", ".join(str(service) for service in practice.services.all())),
        (
            _("Cost of the first year"),
            "" if practice.cost_eur is None else f"{number_format(practice.cost_eur, force_grouping=True)} €",
        ),
        (_("Published"), day(practice.published_at)),
        (_("Last changed"), day(practice.corrected_at)),
        (_("Retained for the programme"), _("yes") if practice.state == PracticeState.RETAINED else ""),
        (_("May it be asked about?"), _asked(practice)),
        (_("Languages its people answer in"), spoken),
        (_("Terms"), str(rights)),
        (_("This sheet"), address),
    ]
    return {
        "kind": _("Practice of the network of child-friendly cities"),
        "keywords": [f"marelle:practice:{practice.code}"],
        "facts": [{"name": str(name), "value": value} for name, value in facts if value],
        "summary": words.summary,
        "sections": [{"title": str(title), "text": text} for title, text in answers],
        "told_in": words.language,
        "words": {"fingerprint": "", "verify": "", "page": _("page"), "nothing_written": ""},
    }


def _teller(practice: Practice) -> str:
    name = practice.organisation.name
    return f"{name} ({practice.abroad})" if practice.abroad else name


def _asked(practice: Practice) -> str:
    if practice.contact_id is None:
        return _("Nobody has agreed to be asked yet.")
    return _("Yes: somebody there agreed to be asked by the network’s towns, who find the name when they carry on.")


def day(at: datetime | None) -> str:
    """A day in words; empty when there is none."""
    if at is None:
        return ""
    local: date = clock.day_of(at)
    words = date_format(local, "j F Y", use_l10n=False)
    return f"1er{words[1:]}" if local.day == 1 and (get_language() or "").startswith("fr") else words
