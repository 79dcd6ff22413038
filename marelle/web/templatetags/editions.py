"""Where one is in an edition of the consultation: four places, and the pages of the one one is in."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marelle.consultations.models import Consultation

register = template.Library()
PLACES = (  # its name, then its pages: the page's own name, its address, its words
    (_("Edition"), (("edition", "consultation", _("Edition")), ("help", "help_numbers", _("Help numbers")))),
    (
        _("Questionnaire"),
        (
            ("questionnaire", "questionnaire", pgettext_lazy("of a questionnaire", "Texts")),
            ("todo", "questionnaire_todo", _("To do, languages")),
            ("media", "questionnaire_media", _("Recordings and pictures")),
            ("preview", "questionnaire_preview", _("Preview")),
            ("versions", "questionnaire_versions", _("Versions")),
            ("exports", "questionnaire_exports", _("Exports")),
        ),
    ),
    (
        pgettext_lazy("of a consultation", "Fieldwork"),
        (
            ("watch", "watch", _("Counts")),
            ("partners", "partners", _("Partners")),
            ("sittings", "sittings", _("Groups")),
            ("keying", "keying", _("Booklets")),
        ),
    ),
    (
        _("Opening and results"),
        (
            ("key", "consultation_key", _("Key")),
            ("opening", "consultation_opening", _("Opening")),
            ("tables", "consultation_tables", _("Crossed tables")),
            ("freeze", "consultation_freeze", _("Freeze")),
            ("results", "consultation_results", _("Results")),
            ("publication", "consultation_publication", pgettext_lazy("of results", "Publication")),
            ("research", "consultation_research", _("Files for research")),
        ),
    ),
)


@register.inclusion_tag("office/_edition_tabs.html")
def edition_tabs(consultation: Consultation, tab: str) -> dict[str, Any]:
    """The four places, then the pages of the one `tab` belongs to."""
    [here] = [pages for _name, pages in PLACES if tab in {page for page, _address, _words in pages}]
    places = [
        {"name": name, "leads": f"office:{pages[0][1]}", "is_here": pages is here, "is_page": pages[0][0] == tab}
        for name, pages in PLACES
    ]
    inner = [{"name": words, "leads": f"office:{address}", "is_here": page == tab} for page, address, words in here]
    return {"code": consultation.code, "places": places, "pages": inner if len(inner) > 1 else []}
