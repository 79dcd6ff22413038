"""Scores of `consultations.cubes` made again with numpy, whole columns at once: what engines must agree with."""

import numpy as np

from marelle.consultations.items import NOT_ASKED, SKIPPED


def scored(columns, recipes, cumulations):
    """Codes of every score, then of every cumulation."""
    codes = {recipe.name: _score(columns, recipe) for recipe in recipes}
    worst = {recipe.name: recipe.worst for recipe in recipes}
    return codes | {
        name: _cumulated([(codes[each], worst[each]) for each in scores]) for name, scores in cumulations.items()
    }


def _score(columns, recipe):
    sheets = len(columns[next(iter(recipe.points))])
    asked, answered, most_asked, most_answered, points = (np.zeros(sheets, np.int64) for _sum in range(5))
    for name, points_of in recipe.points.items():
        of_code = np.zeros(256, np.int64)
        of_code[list(points_of)] = list(points_of.values())
        codes, worth = np.asarray(columns[name], np.uint8), of_code.max()
        put, said = codes != NOT_ASKED, np.isin(codes, list(points_of))
        asked += put
        answered += said
        most_asked += put * worth
        most_answered += said * worth
        points += of_code[codes]
    if recipe.prorate:
        points = (2 * points * most_asked + most_answered) // np.maximum(2 * most_answered, 1)
    enough = (answered > 0) & (answered * recipe.least.denominator >= recipe.least.numerator * asked)
    band = np.searchsorted(recipe.lows, points, side="right")
    return np.where(enough, band, np.where(asked > 0, SKIPPED, NOT_ASKED)).astype(np.uint8)


def _cumulated(scores):
    codes = np.stack([found for found, _worst in scores])
    inside = [(found >= worst) & (found != SKIPPED) for found, worst in scores]
    told = np.where((codes == SKIPPED).any(axis=0), SKIPPED, 1 + np.sum(inside, axis=0))
    return np.where((codes == NOT_ASKED).any(axis=0), NOT_ASKED, told).astype(np.uint8)
