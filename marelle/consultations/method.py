"""How the numbers of an edition are made and what protects the children: said once, for pages, reports and the press kit."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marelle.consultations import catalogue, telling
from marelle.consultations.exports.caution import day
from marelle.consultations.models import Consultation, NationalTable
from marelle.consultations.queries import open_data
from marelle.consultations.queries.published import Edition
from marelle.framework.models import text

RULES, SEAL = "rules", "seal"  # facts a page shows in their own way: with a link, in letters of one width


@dataclass(frozen=True)
class Section:
    """A few sentences under a title. `name`: of its anchor."""

    name: str
    title: str
    sentences: list[str]


@dataclass(frozen=True)
class Fact:
    """A line of a recipe. `kind`: RULES, SEAL or ""."""

    name: str
    value: str
    kind: str = ""


def sections(consultation: Consultation) -> list[Section]:
    """How the numbers are made, what they are worth."""
    first, last = (day(on) for on in open_data.fieldwork(consultation))
    return [
        Section("answered", _("Who answered, and how"), [
            _("Children of 6 to 18, from %(start)s to %(end)s, in class, at a centre, at home, on a screen or on paper. Taking part was free, each question could be skipped.") % {"start": first, "end": last},
            _("It is not a sample drawn at random: no margin of error exists. The numbers speak of the children who answered."),
        ]),
        Section("share", _("What a share is"), [
            _("Of a question: the children to whom it was asked and who chose an answer or “I don’t know”. Those who would rather not say, or skipped, are told apart, to the nearest 5%%.") % {},
            _("Shares are whole below a thousand children, to the tenth above, and those of one question add up to 100. Where several answers were possible, each is a yes or a no of its own."),
        ]),
        Section("interval", _("The interval, and the word “higher”"), [
            _("The indicative interval holds the noise that was added and the number of children; it is Wilson’s, at 95%%.") % {},
            _("Two shares are said to differ when their gap is more than 1.96 times the root of the sum of their variances. Of twenty comparisons where nothing differs, about one is said to: read a difference with the others."),
        ]),
    ]  # fmt: skip


def town_floor(consultation: Consultation) -> int:
    """Children from which a town has its page."""
    return max(consultation.city_floor, catalogue.ZONE_FLOOR)


def protection(consultation: Consultation) -> list[str]:
    """What protects the children, and what it does to the numbers."""
    floors = {
        "town": town_floor(consultation),
        "place": catalogue.ZONE_FLOOR,
        "group": catalogue.COLUMN_FLOOR,
        "sensitive": catalogue.SENSITIVE_FLOOR,
    }
    return [
        _("Nobody can know who answered: no name, no address, no hour was kept, and answers were mixed when they were opened."),
        _("A town has its page from %(town)s children on, a larger place from %(place)s, a group from %(group)s. A sensitive question is told from %(sensitive)s children on, and never of a town.") % floors,
        _("Each count was moved a little, at random, once and for all: two tables never tell one child apart. The same children always give the same figure."),
        _("Near 0 and near 100 no number is told: “95%% or more” says that nearly all agree without saying that all do.") % {},
        _("Numbers of children are rounded to the nearest ten, those of an answer to the nearest five, refusals to the nearest 5%%.") % {},
        _("The interval is indicative: it counts what was moved and how many answered, not who chose to."),
    ]  # fmt: skip


def recipe(read: Edition, zone: str, table: NationalTable | None = None) -> list[Fact]:
    """What the numbers of a zone are made of; a table over several axes has a digest of its own."""
    manifest = read.freeze.manifest
    digest = _("Fingerprint of this table") if table else _("Fingerprint of all tables")
    return [
        Fact(pgettext("of answers", "Weights"), weights(read, zone)),
        Fact(pgettext("of children", "Protection"), telling.rules(manifest.get("rules", "")), RULES),
        Fact(pgettext("of answers", "Freeze"), frozen(read)),
        Fact(_("Questionnaire"), manifest.get("questionnaire", read.asked.content_hash), SEAL),
        Fact(digest, table.digest if table else manifest.get("digest", ""), SEAL),
        Fact(_("Version of the code"), manifest.get("code_version", "")),
    ]


def weights(read: Edition, zone: str) -> str:
    """Whether the shares of a zone are weighted, and by what."""
    if read.is_weighted(zone):
        return _("yes, by region, size of the town, age and gender")
    if catalogue.level_of(zone) in catalogue.WIDE:
        return _("none: each child counts once")
    return _("none: below the département they would add noise, not truth")


def frozen(read: Edition) -> str:
    """The freeze and its day."""
    return _("%(freeze)s, of %(day)s") % {"freeze": read.freeze.code, "day": day(open_data.frozen_on(read.freeze))}


def citation(read: Edition, place: str = "", question: str = "") -> str:
    """Who, what, where, which freeze; the address comes after it."""
    freeze, edition = read.freeze, read.consultation
    said = {"freeze": freeze.code, "day": day(open_data.frozen_on(freeze))}
    about = [_("“%(title)s”") % {"title": question}] if question else []
    return ", ".join([edition.committee.name, text(edition.name), *about, *([place] if place else []), _("freeze %(freeze)s of %(day)s") % said])  # fmt: skip
