"""What a framework file must hold before anything of it is loaded: every fault is told, each with its place."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

FORMAT = 1
KINDS = {"number", "percent", "ratio", "yes_no", "duration", "money"}
MEASURES = {"rate", "count", "level", "yes_no"}
DIRECTIONS = {"higher_is_better", "lower_is_better", "neutral"}
ROLLUPS = {"sum", "mean", "max", "latest", "ratio", "none"}
VOTES = {"required", "optional", "none"}
REPORTS = {"yearly", "mid_term", "final"}
SEVERITIES = {"important", "advice"}
COHERENCE: dict[str, set[str]] = {  # the rules that `plans.coherence` knows, each with the thresholds it takes
    "domain_missing": set(),
    "objective_without_action": set(),
    "objective_without_indicator": set(),
    "recommendation_not_covered": set(),
    "children_without_part": {"level"},
    "action_without_lead": set(),
    "domain_without_budget": set(),
    "dates_outside_mandate": {"months"},
    "baseline_unexplained": set(),
    "target_against_direction": set(),
    "target_equals_baseline": set(),
    "yearly_targets_off_course": set(),
    "yearly_targets_outside_mandate": set(),
}
MOST_YEARS = 99  # of a track whose years are themselves at fault
WEIGHTS_SUM = 100  # a reviewer's criteria share a hundred points


def faults_of(data: Any) -> list[str]:
    """Every fault of a framework file, as sentences that begin with their place; empty when it may be loaded."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return [f"format: expected {FORMAT}"]
    try:
        return [
            *(*_heading(data), *_tracks(data), *_common(data), *_domains(data), *_recommendations(data)),
            *(*_joining(data.get("joining") or {}), *_coherence(data)),
        ]
    except (AttributeError, TypeError, KeyError) as error:
        return [f"file: a part does not have the expected shape ({type(error).__name__}: {error})"]


def _heading(data: dict) -> Iterator[str]:
    head = data.get("framework") or {}
    for field in ("code", "version", "valid_from"):
        if not head.get(field):
            yield f"framework.{field}: missing"
    try:
        date.fromisoformat(str(head.get("valid_from")))
    except ValueError:
        yield "framework.valid_from: expected a day such as 2026-01-01"
    yield from _name("framework", head)


def _tracks(data: dict) -> Iterator[str]:
    belongs = {track for programme in data.get("programmes", []) for track in programme.get("tracks", [])}
    known = {track.get("code") for track in data.get("tracks", [])}
    yield from (f"programmes: unknown track {code}" for code in sorted(belongs - known))
    yield from _twice("tracks", data.get("tracks", []))
    for programme in data.get("programmes", []):
        yield from _name(f"programmes[{programme.get('code')}]", programme)
    for track in data.get("tracks", []):
        place = f"tracks[{track.get('code')}]"
        yield from _name(place, track)
        if track.get("code") not in belongs:
            yield f"{place}: belongs to no programme"
        if not isinstance(track.get("years"), int) or track["years"] < 1:
            yield f"{place}.years: expected a whole number, 1 or more"
        if not track.get("organisation_kinds"):
            yield f"{place}.organisation_kinds: missing"
        yield from _among(f"{place}.council_vote", [track.get("council_vote", "required")], VOTES)
        if "vote_name" in track:
            yield from _name(place, track, "vote_name")
        yield from _among(f"{place}.agreement", [track.get("agreement", "required")], VOTES)
        yield from _among(f"{place}.reports", track.get("reports", []), REPORTS)
        yield from _report_dates(f"{place}.report_dates", track)
        if type(track.get("pairs_sign_together", False)) is not bool:
            yield f"{place}.pairs_sign_together: expected true or false"
        percent = track.get("heavy_budget_percent", 0)
        if type(percent) is not int or not 0 <= percent <= 100:
            yield f"{place}.heavy_budget_percent: expected a whole number, 0 to 100"


def _report_dates(place: str, track: dict) -> Iterator[str]:
    """A yearly sheet has a day of the year; the two others, a month of the mandate."""
    dates = track.get("report_dates", {})
    yield from _among(place, dates, set(track.get("reports", [])))
    for kind, when in dates.items():
        if kind == "yearly":
            if not _is_day_of_a_year(when):
                yield f"{place}.yearly: expected a day of every year, such as 01-31"
        elif not isinstance(when, int) or not 0 < when <= 12 * (track.get("years") or MOST_YEARS):
            yield f"{place}.{kind}: expected a month of the mandate, from 1"


def _is_day_of_a_year(when: Any) -> bool:
    try:
        date.fromisoformat(f"2001-{when}")  # a year without a 29 February
    except ValueError:
        return False
    return True


def _common(data: dict) -> Iterator[str]:
    criteria = data.get("criteria", [])
    yield from _twice("criteria", criteria)
    weights = [c.get("weight") for c in criteria]
    if not all(isinstance(w, int) and w > 0 for w in weights):
        yield "criteria: every weight is a whole number above 0"
    elif sum(weights) != WEIGHTS_SUM:
        yield f"criteria: the weights sum to {sum(weights)} instead of {WEIGHTS_SUM}"
    for criterion in criteria:
        yield from _name(f"criteria[{criterion.get('code')}]", criterion)
    for level in data.get("involvement", []):
        yield from _name(f"involvement[{level.get('code')}]", level)
    yield from _self_assessment(data.get("self_assessment") or {})


def _self_assessment(data: dict) -> Iterator[str]:
    """Each question has its words and its reason; each answer to the policy its code and its words."""
    if policy := data.get("policy"):
        place, answers = "self_assessment.policy", policy.get("answers") or []
        yield from (*_name(place, policy), *_name(place, policy, "why"), *_twice(f"{place}.answers", answers))
        if not answers:
            yield f"{place}.answers: missing"
        for answer in answers:
            yield from _name(f"{place}.answers[{answer.get('code')}]", answer)
            if type(answer.get("described", False)) is not bool:
                yield f"{place}.answers[{answer.get('code')}].described: expected true or false"
    prompts = data.get("prompts") or []
    yield from _twice("self_assessment.prompts", prompts, "number")
    for prompt in prompts:
        place = f"self_assessment.prompts[{prompt.get('number')}]"
        yield from (*_name(place, prompt), *_name(place, prompt, "why"))
        if type(prompt.get("number")) is not int or prompt["number"] < 1:
            yield f"{place}.number: expected a whole number, 1 or more"


def _domains(data: dict) -> Iterator[str]:
    domains = data.get("domains") or []
    if not domains:
        yield "domains: at least one is needed"
    rights = {right["article"] for right in data.get("rights", [])}
    areas = {area["number"] for area in data.get("goal_areas", [])}
    yield from _twice("domains", domains)
    yield from _twice("domains", domains, "slug")
    for what in ("objectives", "actions", "indicators"):
        yield from _twice(f"domains.{what}", [part for domain in domains for part in domain.get(what) or []])
    for domain in domains:
        place = f"domains[{domain.get('code')}]"
        yield from _name(place, domain)
        if not domain.get("slug"):
            yield f"{place}.slug: missing"
        yield from _among(f"{place}.rights", domain.get("rights", []), rights)
        yield from _among(f"{place}.goal_areas", domain.get("goal_areas", []), areas)
        yield from _parts(domain, place, rights)


def _parts(domain: dict, place: str, rights: set[int]) -> Iterator[str]:
    objectives = {o.get("code") for o in domain.get("objectives") or []}
    for objective in domain.get("objectives") or []:
        where = f"{place}.objectives[{objective.get('code')}]"
        yield from _name(where, objective)
        yield from _among(f"{where}.rights", objective.get("rights", []), rights)
    for action in domain.get("actions") or []:
        where = f"{place}.actions[{action.get('code')}]"
        yield from _name(where, action)
        yield from _among(f"{where}.objective", [action.get("objective")], objectives)
    for indicator in domain.get("indicators") or []:
        where = f"{place}.indicators[{indicator.get('code')}]"
        yield from _name(where, indicator)
        if indicator.get("objective"):
            yield from _among(f"{where}.objective", [indicator["objective"]], objectives)
        yield from _among(f"{where}.kind", [indicator.get("kind")], KINDS)
        yield from _among(f"{where}.measure", [indicator.get("measure")], MEASURES)
        yield from _among(f"{where}.direction", [indicator.get("direction")], DIRECTIONS)
        yield from _among(f"{where}.rollup", [indicator.get("rollup", "none")], ROLLUPS)
        if indicator.get("rollup") == "ratio" and not (indicator.get("numerator") and indicator.get("denominator")):
            yield f"{where}: a ratio needs a numerator and a denominator"


def _recommendations(data: dict) -> Iterator[str]:
    domains = {d.get("code") for d in data.get("domains") or []}
    objectives = {o.get("code") for d in data.get("domains") or [] for o in d.get("objectives") or []}
    yield from _twice("recommendations", data.get("recommendations", []))
    for recommendation in data.get("recommendations", []):
        place = f"recommendations[{recommendation.get('code')}]"
        yield from _name(place, recommendation)
        yield from _among(f"{place}.domain", [recommendation.get("domain")], domains)
        yield from _among(f"{place}.objectives", recommendation.get("objectives", []), objectives)


def _joining(data: dict) -> Iterator[str]:
    """Every condition speaks of a question and of its answers, and the last outcome holds whatever was answered."""
    questions, outcomes = data.get("questions") or [], data.get("outcomes") or []
    yield from _twice("joining.questions", questions, "key")
    yield from _twice("joining.outcomes", outcomes)
    for question in questions:
        yield from _question(f"joining.questions[{question.get('key')}]", question)
    known = {q.get("key"): {a.get("code") for a in q.get("answers") or []} for q in questions}
    for outcome in outcomes:
        yield from _outcome(f"joining.outcomes[{outcome.get('code')}]", outcome, known)
    if questions and (not outcomes or outcomes[-1].get("when")):
        yield "joining.outcomes: the last one holds always, without when"
    for cost in data.get("costs") or []:
        yield from (*_name("joining.costs", cost), *_name("joining.costs", cost, "text"))


def _coherence(data: dict) -> Iterator[str]:
    """Each rule is one that is known, once, with its words, its weight and its thresholds."""
    rules = data.get("coherence") or []
    recommendations = {r.get("code") for r in data.get("recommendations", [])}
    levels = {level.get("code") for level in data.get("involvement", [])}
    yield from _twice("coherence", rules, "rule")
    for rule in rules:
        place = f"coherence[{rule.get('rule')}]"
        yield from _among("coherence", [rule.get("rule")], set(COHERENCE))
        yield from _among(f"{place}.severity", [rule.get("severity")], SEVERITIES)
        for words in ("name", "why", "to_do"):
            yield from _name(place, rule, words)
        if "recommendation" in rule:
            yield from _among(f"{place}.recommendation", [rule["recommendation"]], recommendations)
        yield from _thresholds(f"{place}.thresholds", rule, levels)


def _thresholds(place: str, rule: dict, levels: set[str]) -> Iterator[str]:
    given, known = rule.get("thresholds") or {}, COHERENCE.get(rule.get("rule", ""), set())
    yield from _among(place, given, known)
    yield from (f"{place}.{name}: missing" for name in sorted(known - set(given)))
    if "level" in given:
        yield from _among(f"{place}.level", [given["level"]], levels)
    if "months" in given and (type(given["months"]) is not int or given["months"] < 0):
        yield f"{place}.months: expected a whole number, 0 or more"


def _question(place: str, question: dict) -> Iterator[str]:
    yield from _name(place, question, "title")
    if not question.get("answers"):
        yield f"{place}.answers: missing"
    yield from _twice(f"{place}.answers", question.get("answers") or [])
    for answer in question.get("answers") or []:
        yield from _name(f"{place}.answers[{answer.get('code')}]", answer)


def _outcome(place: str, outcome: dict, known: dict[str, set[str]]) -> Iterator[str]:
    yield from _name(place, outcome, "title")
    yield from _when(place, outcome, known)
    for part in ("reasons", "to_do", "notes"):
        for line in outcome.get(part) or []:
            yield from _name(f"{place}.{part}", line, "text")
            yield from _when(f"{place}.{part}", line, known)


def _when(place: str, thing: dict, known: dict[str, set[str]]) -> Iterator[str]:
    for key, answers in (thing.get("when") or {}).items():
        yield from _among(f"{place}.when", [key], set(known))
        yield from _among(f"{place}.when.{key}", answers, known.get(key, set(answers)))


def _name(place: str, thing: dict, field: str = "name") -> Iterator[str]:
    names = thing.get(field)
    if not isinstance(names, dict) or not names or not all(isinstance(n, str) and n.strip() for n in names.values()):
        yield f"{place}.{field}: expected words for each language, such as {{fr: …, en: …}}"


def _twice(place: str, things: Iterable[dict], field: str = "code") -> Iterator[str]:
    seen: set[Any] = set()
    for thing in things:
        value = thing.get(field)
        if not value:
            yield f"{place}: one has no {field}"
        elif value in seen:
            yield f"{place}: {field} {value} stands twice"
        seen.add(value)


def _among(place: str, values: Iterable[Any], known: set) -> Iterator[str]:
    yield from (f"{place}: unknown {value!r}" for value in values if value not in known)
