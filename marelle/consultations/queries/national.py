"""Tables of the whole country over two or three axes: what one may be made of, those that were drawn, how each is told."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from marelle.consultations import catalogue, telling
from marelle.consultations.catalogue import AGE2_OF, ALL, FRANCE
from marelle.consultations.drawing import Column
from marelle.consultations.free_axes import AGE, GENDER, MARK, Axis
from marelle.consultations.models import NationalTable, ZoneTables
from marelle.consultations.queries.published import Edition
from marelle.consultations.questionnaires import BANDS, GENDERS, Question
from marelle.consultations.states import NationalTableState
from marelle.consultations.telling import Result, result_of


def country(read: Edition) -> ZoneTables | None:
    """What the whole country tells, None when it has no page."""
    return read.freeze.zones.filter(zone=FRANCE, profile="", status="").first()


def crossable(read: Edition) -> list[Question]:
    """The questions a table may be told by, in the order children were asked."""
    asked = (question for _title, question in read.questions.values() if question.name not in (AGE, GENDER))
    return [question for question in asked if catalogue.is_crossable(question)]


def offered(read: Edition, told: ZoneTables) -> list[str]:
    """The names of the axes, in the order a table has them: age and gender as far as the country tells them, then questions."""
    known = [AGE] if told.ages != ALL else []
    known += [GENDER] if len(told.genders) > 1 else []
    return known + [question.name for question in crossable(read)]


def axes(read: Edition, told: ZoneTables, question: Question, names: Iterable[str]) -> list[Axis] | None:
    """The axes of a table in their order, whatever the order of the names; None for one that is not offered.

    Ages and genders the question is not told of are no values, nor ages a question it is told by was not put to.
    """
    wanted, known = set(names), offered(read, told)
    if wanted - set(known) or question.name in wanted:
        return None
    by = {each.name: each for each in crossable(read) if each.name in wanted}
    asked = set(BANDS).intersection(*(each.bands for each in by.values()))
    groups = {column.group for column in told.columns if column.question == question.name and not column.status}
    found = {name: answers(each) for name, each in by.items()}
    found |= {AGE: _among(ages(told.ages, asked), {age for age, gender in groups if gender == ALL})}
    found |= {GENDER: _among(genders(told.genders), {gender for age, gender in groups if age == ALL})}
    return [found[name] for name in known if name in wanted]


def ages(axis: str, asked: Iterable[str] = BANDS) -> Axis:
    """Age groups as a place tells them, those alone that were asked; none where ages are not told apart."""
    codes = {code: band for code, band in enumerate(BANDS, start=1) if band in set(asked) and axis != ALL}
    return Axis(AGE, codes if axis == "age4" else {code: AGE2_OF[band] for code, band in codes.items()})


def genders(told: Sequence[str]) -> Axis:
    """Genders a place tells apart."""
    return Axis(GENDER, {code: gender for code, gender in enumerate(GENDERS, start=1) if gender in told})


def _among(axis: Axis, told: set[str]) -> Axis:
    return Axis(axis.name, {code: value for code, value in axis.values.items() if value in told})


def answers(question: Question) -> Axis:
    """What children may answer to a question, those who do not know left out."""
    return Axis(question.name, {code: option.name for code, option in enumerate(question.options, start=1)})


def drawn(read: Edition, question: str = "") -> list[NationalTable]:
    """The tables anyone may read, of one question when asked, in the order of questions and axes."""
    found = read.freeze.national_tables.filter(state=NationalTableState.DRAWN).order_by("axes", "pk")
    rows = [table for table in found if table.question in read.questions and question in ("", table.question)]
    order = list(read.questions)
    return sorted(rows, key=lambda table: order.index(table.question))


def asked_for(read: Edition) -> list[NationalTable]:
    """Every table that was asked for, the latest first: drawn, refused, on its way."""
    return list(read.freeze.national_tables.select_related("asked_by").order_by("-asked_at", "-pk"))


def named(names: Sequence[str]) -> str:
    """What tells a table of a question from another, in its address: age.gender.play."""
    return MARK.join(names)


def find(read: Edition, question: str, axes: str) -> NationalTable | None:
    """A table anyone may read, by what its address says of its axes."""
    return read.freeze.national_tables.filter(state=NationalTableState.DRAWN, question=question, axes=axes).first()


def title(read: Edition, names: Iterable[str]) -> str:
    """What a table is told by, in words: age, gender, “Do you play?”."""
    return ", ".join(_axis(read, name) for name in names)


def who(read: Edition, table: NationalTable, column: Column) -> str:
    """Whose column it is, in words: 9 to 11 years, girls, yes."""
    values = zip(table.names, column.profile.split(MARK), strict=True)
    return ", ".join(_value(read, name, value) for name, value in values)


def _axis(read: Edition, name: str) -> str:
    if name == AGE:
        return _("age")
    return _("gender") if name == GENDER else _("“%(question)s”") % {"question": _words(read, name).title}


def _value(read: Edition, name: str, value: str) -> str:
    if name == AGE:
        return telling.age(value)
    return telling.gender(value) if name == GENDER else _words(read, name).name(value)


def _words(read: Edition, name: str) -> Result:
    return result_of(read.questions[name][1], "", [])
