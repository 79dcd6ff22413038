"""What two persons read before results are published: what came in, what was left out, what will not be told, and what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marelle.accounts.models import PendingAct
from marelle.accounts.states import RequestState
from marelle.consultations import catalogue, telling
from marelle.consultations.models import Consultation, Freeze
from marelle.consultations.queries import monitoring
from marelle.consultations.queries.results import results
from marelle.consultations.questionnaires import Questionnaire
from marelle.consultations.telling import Result, plain

MANY_REFUSED = 20  # per cent, to the nearest five: from there on a result says as much by its silence
LEAST_CAME, MOST_CAME = 50, 120  # sheets for a hundred children declared: beyond, specs/consultation.md, section 7
ENGLISH = "en"  # of the public pages, beside French
DESIGNED = 1.5  # effect of the weights from which an interval is a quarter wider


@dataclass(frozen=True)
class Checked:
    """One thing to look at. `todo`: what to do before publishing, "" where all is well."""

    title: str
    said: str
    todo: str = ""


def checks(consultation: Consultation, freeze: Freeze, asked: Questionnaire, *, reread_by: str = "") -> list[Checked]:
    """What is to be looked at, in the order of the road of an answer. `reread_by`: who read the attacks again, or ""."""
    told, overview = results(consultation, freeze), monitoring.overview(consultation)
    return [
        *_came(overview.whole),
        _tabled(told),
        *_set_aside(freeze.manifest),
        _refusals(told),
        _silent(told),
        *_places(freeze),
        *_weights(consultation, freeze.manifest, told),
        _english(asked),
        _reread(reread_by),
    ]


def reread_by(consultation: Consultation, freeze: Freeze, kind: str) -> str:
    """Who said, when proposing the publication of this freeze, that the attacks were read again; "" when nobody has."""
    acts = PendingAct.rows.filter(reference=f"consultations.consultation:{consultation.code}", kind=kind)
    said = acts.exclude(state=RequestState.DECLINED).filter(payload__freeze=freeze.code, payload__reread=True)
    return said.order_by("-pk").values_list("proposed_by__name", flat=True).first() or ""


def reasons(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Why sheets were set aside, and about how many, by fives; None under five."""
    words = {
        "identical": _("At least three sheets of one place and week say the same."),
        "same_place": _("Nearly every answer is at the same place of its list."),
        "ages": _("Two ages or two genders for one child."),
    }
    aside = manifest.get("set_aside", {})
    return [{"why": why, "words": words.get(why, why), "count": count} for why, count in aside.items()]


# What came in --------------------------------------------------------------------------------------------------------
def _came(whole: monitoring.Told) -> Iterable[Checked]:
    yield Checked(_("Sheets received"), _few(whole.received))
    hundred, title = whole.hundred, _("Sheets for a hundred children declared by groups")
    if hundred is None:
        yield Checked(title, _("cannot be said"))
    else:
        gap = not LEAST_CAME <= hundred <= MOST_CAME
        todo = _("Look at the groups where they differ most, on the page of counts, and say it beside the results.")
        yield Checked(title, plain(hundred), todo if gap else "")


def _tabled(told: Sequence[Result]) -> Checked:
    most = max((one.everyone.base or 0 for one in told), default=0)
    todo = "" if most else _("Nothing will be told: too few answered. Do not publish.")
    return Checked(_("Children behind the tables of the whole country"), telling.children(most) or _("none told"), todo)


def _set_aside(manifest: Mapping[str, Any]) -> Iterable[Checked]:
    found = reasons(manifest)
    said = "; ".join(f"{each['words']} {_at_least(each['count'])}" for each in found) or pgettext("sheets", "none")
    todo = _("Two persons may count them with the others, on the page of the freeze, before the publication.")
    yield Checked(_("Sheets set aside"), said, todo if found else "")
    if "refused" in manifest:
        refused = manifest["refused"]
        todo = "" if refused == 0 else _("Find out why before publishing: a tablet with an old version, another key.")
        yield Checked(_("Answers that could not be opened"), plain(0) if refused == 0 else _few(refused), todo)


# What will be read ---------------------------------------------------------------------------------------------------
def _refusals(told: Sequence[Result]) -> Checked:
    known = [one for one in told if one.is_told and one.everyone.refused is not None]
    many = [one for one in known if (one.everyone.refused or 0) >= MANY_REFUSED]
    most = max(known, key=lambda one: one.everyone.refused or 0, default=None)
    title = _("Children who would rather not say, or skipped")
    if most is None:
        return Checked(title, _("cannot be said"))
    said = _("%(share)s at most, to “%(question)s”") % {
        "share": telling.percent(most.everyone.refused or 0),
        "question": most.title,
    }
    todo = ngettext(
        "For %(count)s question, one child in five or more: say so wherever it is commented.",
        "For %(count)s questions, one child in five or more: say so wherever they are commented.",
        len(many),
    )
    return Checked(title, said, todo % {"count": len(many)} if many else "")


def _silent(told: Sequence[Result]) -> Checked:
    hidden = [one for one in told if not one.is_told]
    todo = _("They are listed below: do not announce them.") if hidden else ""
    return Checked(_("Questions not told for the whole country"), plain(len(hidden)), todo)


def _places(freeze: Freeze) -> Iterable[Checked]:
    found = Counter(freeze.zones.filter(profile="").values_list("level", "status").order_by())
    pages = {level: count for (level, status), count in found.items() if not status}
    said = ", ".join(f"{telling.level(each)} {plain(pages.get(each, 0))}" for each in reversed(catalogue.LEVELS))
    yield Checked(_("Places with a page"), said)
    silent: Counter[str] = Counter()
    for (_level, status), count in found.items():
        if status:
            silent[status] += count
    words = {
        catalogue.BELOW_FLOOR: pgettext("places without a page", "too few children"),
        catalogue.ZONE_DIFFERENCE: pgettext("places without a page", "would give a few children away by subtraction"),
    }
    said = ", ".join(f"{plain(count)} ({words.get(why, why)})" for why, count in sorted(silent.items()))
    todo = _("Tell their partners that their children count in a larger place.") if silent else ""
    yield Checked(_("Places with answers and no page"), said or plain(0), todo)


def _weights(consultation: Consultation, manifest: Mapping[str, Any], told: Sequence[Result]) -> Iterable[Checked]:
    if not manifest.get("margins"):
        todo = _("Say wherever results are commented that some ages and régions may weigh more than they should.")
        yield Checked(pgettext("of answers", "Weights"), _("none: every child counts once"), todo)
        return
    classes = len(consultation.margins.get("rows", []))
    said = ngettext("%(count)s class, %(source)s", "%(count)s classes, %(source)s", classes)
    yield Checked(pgettext("of answers", "Weights"), said % {"count": classes, "source": manifest["margins"]})
    effects = [one.everyone.design for one in told if one.is_told]
    if effects:
        said = _("%(least)s to %(most)s") % {"least": plain(min(effects)), "most": plain(max(effects))}
        todo = (
            _("Some intervals are clearly wider: comment these shares with care.") if max(effects) >= DESIGNED else ""
        )
        yield Checked(_("By how much weights widen the variance"), said, todo)
    if spread := manifest.get("weights"):
        said = _("from %(least)s to %(most)s times the mean; trimmed: %(count)s") % {
            "least": plain(spread["least"]),
            "most": plain(spread["most"]),
            "count": plain(0) if spread["trimmed"] == 0 else _at_least(spread["trimmed"]),
        }
        yield Checked(_("What a sheet weighs"), said)


def _english(asked: Questionnaire) -> Checked:
    lacking = sum(not each.get(ENGLISH) for each in _texts(asked))
    todo = _("The English pages will show them in French: it is too late to mend them for this edition.")
    return Checked(_("Words of the questionnaire missing in English"), plain(lacking), todo if lacking else "")


def _texts(asked: Questionnaire) -> Iterable[Mapping[str, str]]:
    """Titles of parts, questions and options, by language."""
    for part in asked.parts:
        yield from (each for each in (part.title,) if each)
        for question in part.questions:
            yield from (question.label, *(option.label for option in question.options))


def _reread(by: str) -> Checked:
    title = _("The attacks on published tables, read again for this freeze")
    if by:
        return Checked(title, _("yes, by %(name)s") % {"name": by})
    return Checked(title, _("not yet"), _("Read them in the method of protection, then say so below."))


# In words ------------------------------------------------------------------------------------------------------------
def _few(count: int | None) -> str:
    return _("fewer than five") if count is None else plain(count)


def _at_least(count: int | None) -> str:
    return _("fewer than five") if count is None else _("%(count)s or more") % {"count": plain(count)}
