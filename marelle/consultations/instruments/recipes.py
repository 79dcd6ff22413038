"""How a score is worked out, in French sentences: for the guide of city officers and for archives."""

from collections.abc import Iterator
from fractions import Fraction

from marelle.consultations.items import Item, items_of
from marelle.consultations.questionnaires import (
    BANDS,
    REFERENCE,
    Cumulation,
    Option,
    Question,
    Questionnaire,
    Score,
    Text,
    wording,
)


def told(declared: Score | Cumulation, questionnaire: Questionnaire) -> list[str]:
    """One sentence a fact: questions with their points, answers asked for, bands, who is in situation."""
    if isinstance(declared, Cumulation):
        counted = ", ".join(declared.scores)
        return [f"Nombre de scores où l’enfant est en situation, parmi : {counted}. Aucun nombre si l’un d’eux manque."]
    said = [
        *_points(declared, questionnaire),
        f"Un score n’existe que si {_share(declared.min_answered)} au moins des questions posées à l’enfant ont une réponse.",
    ]
    if declared.prorate:
        said.append("Les points sont reportés au prorata sur les questions sans réponse, à l’entier le plus proche.")
    bands = " ; ".join(f"{_worded(band.name, band.label)} : {_span(band.low, band.high)}" for band in declared.bands)
    return [*said, f"Tranches : {bands}.", f"En situation : score de {declared.cutoff} ou plus."]


def _points(score: Score, questionnaire: Questionnaire) -> Iterator[str]:
    """“home_quiet (Là où tu vis…) : Non = 1”; answers that give no point are left out."""
    for item in items_of(questionnaire):
        given = [(answer, points) for answer, points in score.points.get(item.name, {}).items() if points]
        if given:
            answers = ", ".join(f"{_answer(item, answer)} = {points}" for answer, points in given)
            yield f"{item.name} ({_title(item)}) : {answers}"


def _title(item: Item) -> str:
    option = next((each for each in item.question.options if each.name == item.option), None)
    return _said(item.question) + (f" › {_said(option)}" if option else "")


def _answer(item: Item, answer: str) -> str:
    if item.option:
        return "choisi" if answer == "yes" else "non choisi"
    option = next((each for each in item.question.options if each.name == answer), None)
    return _said(option) if option else answer


def _said(thing: Question | Option) -> str:
    return wording(thing, BANDS[-1], REFERENCE)[0] or thing.name


def _worded(name: str, label: Text) -> str:
    return label.get(REFERENCE, name)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} à {high}"


def _share(min_answered: str) -> str:
    return f"{float(100 * Fraction(min_answered)):g}".replace(".", ",") + " %"
