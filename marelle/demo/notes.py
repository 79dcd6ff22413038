"""Notes on the actions of the demonstration: one year after the beginning, some shown to everyone, one with a drawn photo."""

import io
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from marelle.accounts import files
from marelle.accounts.models import File, Person
from marelle.base import clock, pdf
from marelle.demo import network
from marelle.demo.practices import administrator
from marelle.mandates.models import Mandate
from marelle.plans.models import Action, Objective
from marelle.plans.operations.notes import Written, show_note, write_note

WORDS = (  # told by turns; the first with a photo, the last read inside
    "Les barrières sont posées pour un mois d’essai. Les parents déposent les enfants au bout de la rue.",
    "Une vingtaine d’élèves ont dessiné la rue dont ils ont envie. Les dessins sont affichés en mairie.",
    "Réunion avec les riverains : deux livraisons du matin restent à déplacer.",
)
AFTER, EVERY = timedelta(days=380), timedelta(days=60)
GROUND, ROAD, BENCH, INK = "#CBE6F2", "#F4EDE0", "#0B6E4F", "#1B2340"  # tokens.css


def tell(until: datetime) -> None:
    """Three notes on an action of the story, those whose day has come."""
    story = Objective.objects.filter(name=network.content()["story"]["objective"], plan__mandate__isnull=False)
    action = Action.objects.filter(objective__in=story).order_by("pk").first()
    if action is None:
        return
    mandate = Mandate.rows.select_related("organisation").get(plan=action.objective.plan_id)
    author = administrator(mandate.organisation)
    begun = datetime.combine(mandate.starts_on, datetime.min.time(), clock.PARIS) + timedelta(hours=16)
    for number, words in enumerate(WORDS):
        at = begun + AFTER + number * EVERY
        if at <= until:
            with clock.at(at):
                _tell(action, words, number, mandate, author)


def _tell(action: Action, words: str, number: int, mandate: Mandate, author: Person) -> None:
    photo = _photo(mandate, author) if number == 0 else None
    rights = {
        "photo_alt": "Dessin : une rue sans voiture, un banc et deux barrières.",
        "photo_credit": "dessin de démonstration",
    }
    note = write_note(action.pk, Written(words, clock.today(), photo, **(rights if photo else {})), by=author)
    if number < len(WORDS) - 1:
        show_note(note.pk, by=author)


def _font() -> ImageFont.FreeTypeFont:
    """That of the house: the one of Pillow has no accents."""
    found = (Path(folder) / "AtkinsonHyperlegible-Regular.ttf" for folder in pdf.font_folders())
    return ImageFont.truetype(next(path for path in found if path.exists()), 22)


def _photo(mandate: Mandate, author: Person) -> File:
    """A drawing in the place of a photo: it says that it is one, and shows nobody."""
    image = Image.new("RGB", (640, 400), GROUND)
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 400), (640, 400), (420, 160), (220, 160)], fill=ROAD, outline=INK)
    pen.rounded_rectangle((60, 250, 200, 270), radius=6, fill=BENCH, outline=INK, width=3)
    for left in (230, 350):
        pen.rectangle((left, 180, left + 70, 200), fill="#FFC83D", outline=INK, width=3)
    pen.text((20, 16), "Démonstration : dessin, et non photographie", fill=INK, font=_font())
    content = io.BytesIO()
    image.save(content, "PNG")
    upload = SimpleUploadedFile("rue-apaisee.png", content.getvalue(), "image/png")
    return files.take(upload, organisation=mandate.organisation, by=author)
