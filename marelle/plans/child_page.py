"""The page for children: short sentences made from what is known of a plan, and those somebody of the town wrote again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from marelle.accounts.models import Person
from marelle.base.origins import Shown
from marelle.plans.models import ChildSentence, Plan, Rating
from marelle.plans.states import FOLLOWED, RatedBy, ReportState


class Promise(Protocol):
    """An objective as anyone reads it, its actions counted."""

    @property
    def code(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def actions(self) -> int: ...
    @property
    def done(self) -> int: ...
    @property
    def begun(self) -> int: ...


@dataclass(frozen=True)
class Sentence:
    """One sentence of the page. `made`: what the data gives today; `edited`: what somebody wrote instead, if anyone did."""

    part: str
    made: str
    edited: ChildSentence | None = None
    has_changed: bool = False
    language: str = ""

    @property
    def words(self) -> str:
        """What a child reads."""
        return self.edited.words if self.edited else self.made


@dataclass(frozen=True)
class Line:
    """A promise on the page: its words, where it stands, what each group of children thinks of it (none has said: none)."""

    promise: Any
    words: Sentence
    stands: Sentence
    children: Sequence[Rating] = ()


@dataclass(frozen=True)
class Page:
    """The whole page."""

    welcome: Sentence
    asked: Sentence
    lines: list[Line]

    @property
    def sentences(self) -> list[Sentence]:
        """All of them, in the order of the page."""
        return [self.welcome, *(s for line in self.lines for s in (line.words, line.stands)), self.asked]


def page_of(plan: Plan, town: str, promises: Sequence[Promise], proposed: int, answered: int) -> Page:
    """The page of a plan that runs. `proposed`, `answered`: how many proposals anyone reads. Two questions."""
    edited = {row.part: row for row in ChildSentence.objects.filter(plan=plan)}
    language, ours = get_language() or "fr", plan.framework.towns_language
    told = _made(town, promises, proposed, answered)
    at_home = told if language == ours else made_in_the_towns_words(plan, town, promises, proposed, answered)
    ratings = children_say(plan)

    def sentence(part: str, written_by_the_town: bool = False) -> Sentence:
        row = edited.get(part)
        own = ours if row or written_by_the_town else language
        return Sentence(part, told[part], row, row is not None and row.instead_of != at_home[part], own)

    return Page(
        welcome=sentence("welcome"),
        asked=sentence("asked"),
        lines=[
            Line(p, sentence(f"promise.{p.code}", True), sentence(f"stands.{p.code}"), ratings.get(p.code, ()))
            for p in promises
        ],
    )


def made_in_the_towns_words(
    plan: Plan, town: str, promises: Sequence[Promise], proposed: int, answered: int
) -> dict[str, str]:
    """Each sentence as the data gives it today, in the language the town writes in: what an edited one stands for."""
    with override(plan.framework.towns_language):
        return _made(town, promises, proposed, answered)


def children_say(plan: Plan) -> dict[str, list[Rating]]:
    """By objective, what each group of children said in the newest report accepted. One question."""
    rows = Rating.objects.filter(
        report__plan=plan, report__state=ReportState.ACCEPTED, by=RatedBy.CHILDREN, replaced_at=None
    )
    held: dict[str, list[Rating]] = {}
    newest_last = rows.select_related("objective", "group")
    for rating in newest_last.order_by("report__due_on", "report", "group__made_at", "group", "pk"):
        said = held.setdefault(rating.objective.code, [])
        if said and said[0].report_id != rating.report_id:
            said.clear()
        said.append(rating)
    return held


def show_child_pages(codes: Collection[str], reader: Person | None) -> dict[str, Shown]:
    """In the thread: the same for everyone, while the plan runs."""
    rows = Plan.objects.filter(code__in=codes, state__in=sorted(FOLLOWED)).scoped("a page anyone reads")
    return {
        plan.code: Shown(
            title=_("The page for the children of %(town)s") % {"town": plan.organisation.name},
            sentence="",
            address=reverse("public:child_page", args=[plan.organisation.code]),
        )
        for plan in rows.select_related("organisation")
    }


def _made(town: str, promises: Sequence[Promise], proposed: int, answered: int) -> dict[str, str]:
    """Every sentence of the page, from the data, in the language of the moment."""
    found = {"welcome": _welcome(town, len(promises)), "asked": _asked(proposed, answered)}
    for promise in promises:
        found[f"promise.{promise.code}"] = promise.words
        found[f"stands.{promise.code}"] = _stands(promise)
    return found


def _welcome(town: str, promises: int) -> str:
    if not promises:
        return _("%(town)s has not written its promises to children yet.") % {"town": town}
    return ngettext(
        "%(town)s has made %(count)s promise to children. Here is what becomes of it.",
        "%(town)s has made %(count)s promises to children. Here is what becomes of them.",
        promises,
    ) % {"town": town, "count": promises}


def _asked(proposed: int, answered: int) -> str:
    if not proposed:
        return _("No child’s idea stands here yet. You can give yours to your children’s council or to your class.")
    ideas = ngettext("Children gave %(count)s idea.", "Children gave %(count)s ideas.", proposed) % {"count": proposed}
    if answered == proposed:
        return ideas + " " + _("The town has answered everything.")
    if not answered:
        return ideas + " " + _("The town has not answered yet.")
    return (
        ideas
        + " "
        + ngettext("The town has answered %(count)s of them.", "The town has answered %(count)s of them.", answered)
        % {"count": answered}
    )


def _stands(promise: Promise) -> str:
    """Where a promise stands, by its actions: a child is told what is done, not what is hoped."""
    if promise.actions and promise.done == promise.actions:
        return _("It is done!")
    if promise.done:
        return ngettext("%(done)s thing in %(all)s is done.", "%(done)s things in %(all)s are done.", promise.done) % {
            "done": promise.done,
            "all": promise.actions,
        }
    if promise.begun:
        return _("It has begun. It is not finished.")
    return _("It has not begun yet.")
