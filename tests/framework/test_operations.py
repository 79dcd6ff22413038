"""Loading a framework: all of it or nothing, the same twice, never over one a call relies on."""

import copy

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from marelle.base.errors import BadData, WrongState
from marelle.framework.models import Criterion, Domain, Framework, IndicatorDefinition, Recommendation, Track, text
from marelle.framework.operations import freeze_framework, load_framework, read_framework
from tests.factories.framework import DEMONSTRATION, DemonstrationFramework
from tests.factories.mandates import IN_TIME

pytestmark = pytest.mark.django_db

SPANISH = {
    "format": 1,
    "framework": {"code": "es", "version": "1", "valid_from": "2025-01-01", "name": {"es": "Marco de prueba"}},
    "programmes": [{"code": "ciudades", "tracks": ["reconocimiento"], "name": {"es": "Ciudades"}}],
    "tracks": [
        {"code": "reconocimiento", "years": 4, "organisation_kinds": ["commune"], "name": {"es": "Reconocimiento"}}
    ],
    "criteria": [{"code": "todo", "weight": 100, "name": {"es": "Todo"}}],
    "domains": [{"code": f"C{n}", "slug": f"componente-{n}", "name": {"es": f"Componente {n}"}} for n in range(1, 18)],
    "recommendations": [
        {"code": f"R{n}", "domain": f"C{n}", "name": {"es": f"Recomendación {n}"}} for n in range(1, 18)
    ],
}


def spoiled(place):
    """The demonstration's file with one fault."""
    data = copy.deepcopy(read_framework(DEMONSTRATION))
    place(data)
    return data


def test_load_framework_loads_the_demonstration_whole():
    framework = load_framework(read_framework(DEMONSTRATION))

    assert framework.domains.count() == 5
    assert Recommendation.objects.filter(domain__framework=framework).count() == 13
    assert IndicatorDefinition.objects.filter(domain__framework=framework).count() == 33
    assert sum(framework.criteria.values_list("weight", flat=True)) == 100
    assert list(framework.domains.order_by("position").values_list("slug", flat=True)) == [
        "bien-etre",
        "egalite",
        "education",
        "participation",
        "droits",
    ]


def test_load_framework_loads_the_rules_of_coherence():
    framework = load_framework(read_framework(DEMONSTRATION))

    children = next(rule for rule in framework.coherence if rule["rule"] == "children_without_part")
    assert (children["severity"], children["recommendation"], children["thresholds"]) == (
        "important",
        "R7",
        {"level": "consulted"},
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"rule": "no_such_rule"}, "coherence: unknown 'no_such_rule'"),
        ({"rule": "domain_missing"}, "coherence: rule domain_missing stands twice"),
        ({"severity": "fatal"}, "coherence[children_without_part].severity: unknown 'fatal'"),
        ({"recommendation": "R99"}, "coherence[children_without_part].recommendation: unknown 'R99'"),
        ({"thresholds": {"level": "present"}}, "coherence[children_without_part].thresholds.level: unknown 'present'"),
        ({"thresholds": {}}, "coherence[children_without_part].thresholds.level: missing"),
        ({"thresholds": {"level": "lead", "x": 1}}, "coherence[children_without_part].thresholds: unknown 'x'"),
        (
            {"why": {}},
            "coherence[children_without_part].why: expected words for each language, such as {fr: …, en: …}",
        ),
    ],
)
def test_load_framework_refuses_a_rule_of_coherence_at_fault(change, fault):
    def spoil(data):
        next(rule for rule in data["coherence"] if rule["rule"] == "children_without_part").update(change)

    with pytest.raises(BadData) as refused:
        load_framework(spoiled(spoil))

    assert fault in refused.value.faults
    assert Framework.objects.count() == 0


def test_load_framework_refuses_months_that_are_no_number():
    def spoil(data):
        next(rule for rule in data["coherence"] if "months" in rule.get("thresholds", {}))["thresholds"]["months"] = -1

    with pytest.raises(BadData) as refused:
        load_framework(spoiled(spoil))

    assert refused.value.faults == [
        "coherence[dates_outside_mandate].thresholds.months: expected a whole number, 0 or more"
    ]


def test_load_framework_loads_the_three_tracks():
    DemonstrationFramework()

    tracks = Track.objects.order_by("position").values_list("code", "years", "organisation_kinds", "follows_framework")
    assert list(tracks) == [
        ("titre", 6, ["commune", "intercommunality"], True),
        ("reseau", 1, ["commune", "intercommunality"], False),
        ("parcours-ecole", 3, ["school"], False),
    ]


def test_load_framework_twice_changes_nothing():
    first = load_framework(read_framework(DEMONSTRATION))
    keys = list(Domain.objects.order_by("pk").values_list("pk", flat=True))

    second = load_framework(read_framework(DEMONSTRATION))

    assert second.pk == first.pk
    assert list(Domain.objects.order_by("pk").values_list("pk", flat=True)) == keys


def test_load_framework_replaces_a_version_nobody_uses():
    load_framework(SPANISH)
    longer = {**SPANISH, "domains": [*SPANISH["domains"], {"code": "C18", "slug": "c18", "name": {"es": "Otro"}}]}

    framework = load_framework(longer)

    assert Framework.objects.count() == 1
    assert framework.domains.count() == 18


def test_load_framework_takes_another_network_of_four_years_and_seventeen_components():
    framework = load_framework(SPANISH)

    assert framework.domains.count() == 17
    assert Track.objects.get(code="reconocimiento").years == 4
    assert text(framework.domains.get(code="C1").name, "fr") == "Componente 1"


def test_load_framework_keeps_a_frozen_version_as_it_is():
    framework = load_framework(SPANISH)
    freeze_framework(framework.pk, at=IN_TIME)

    assert load_framework(SPANISH).frozen_at == IN_TIME
    with pytest.raises(WrongState):
        load_framework({**SPANISH, "criteria": [{"code": "otro", "weight": 100, "name": {"es": "Otro"}}]})

    assert list(Criterion.objects.values_list("code", flat=True)) == ["todo"]


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        (lambda d: d.update(format=2), "format: expected 1"),
        (lambda d: d["criteria"][0].update(weight=20), "criteria: the weights sum to 105 instead of 100"),
        (lambda d: d["recommendations"][0].update(domain="Z"), "recommendations[R1].domain: unknown 'Z'"),
        (lambda d: d["recommendations"][0].update(objectives=["Z9"]), "recommendations[R1].objectives: unknown 'Z9'"),
        (
            lambda d: d["domains"][0]["actions"][0].update(objective="B1"),
            "domains[A].actions[A1-1].objective: unknown 'B1'",
        ),
        (lambda d: d["domains"][0].update(slug="egalite"), "domains: slug egalite stands twice"),
        (lambda d: d["domains"][0]["indicators"][0].update(kind="x"), "domains[A].indicators[A-I1].kind: unknown 'x'"),
        (lambda d: d["domains"][1].update(rights=[99]), "domains[B].rights: unknown 99"),
        (
            lambda d: d["domains"][1].update(name={}),
            "domains[B].name: expected words for each language, such as {fr: …, en: …}",
        ),
        (lambda d: d["tracks"][0].update(years=0), "tracks[titre].years: expected a whole number, 1 or more"),
        (lambda d: d["programmes"][0].update(tracks=["titre"]), "tracks[reseau]: belongs to no programme"),
        (lambda d: d["framework"].update(valid_from="hier"), "framework.valid_from: expected a day such as 2026-01-01"),
        (
            lambda d: d["tracks"][0].update(report_dates={"yearly": "02-29"}),
            "tracks[titre].report_dates.yearly: expected a day of every year, such as 01-31",
        ),
        (
            lambda d: d["tracks"][0].update(report_dates={"final": 73}),
            "tracks[titre].report_dates.final: expected a month of the mandate, from 1",
        ),
        (
            lambda d: d["tracks"][0].update(heavy_budget_percent=101),
            "tracks[titre].heavy_budget_percent: expected a whole number, 0 to 100",
        ),
        (lambda d: d["tracks"][1].update(report_dates={"final": 6}), "tracks[reseau].report_dates: unknown 'final'"),
        (
            lambda d: d["joining"]["outcomes"][0].update(when={"organisme": ["x"]}),
            "joining.outcomes[no].when.organisme: unknown 'x'",
        ),
        (
            lambda d: d["joining"]["outcomes"][0].update(when={"taille": ["x"]}),
            "joining.outcomes[no].when: unknown 'taille'",
        ),
        (
            lambda d: d["joining"]["outcomes"].pop(),
            "joining.outcomes: the last one holds always, without when",
        ),
        (
            lambda d: d["joining"]["questions"][0].pop("title"),
            "joining.questions[organisme].title: expected words for each language",
        ),
        (lambda d: d.update(domains="five"), "file: a part does not have the expected shape"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_load_framework_refuses_and_names_the_place(place, fault):
    with pytest.raises(BadData) as refused:
        load_framework(spoiled(place))

    assert [f[: len(fault)] for f in refused.value.faults] == [fault]
    assert Framework.objects.count() == 0


def test_framework_command_writes_only_when_told(capsys):
    call_command("framework", "load", str(DEMONSTRATION))
    assert Framework.objects.count() == 0

    call_command("framework", "load", str(DEMONSTRATION), "--write")

    assert Framework.objects.count() == 1
    assert capsys.readouterr().out == (
        "fr-demo 2026.1: 5 domains would be loaded (nothing written).\nfr-demo 2026.1: 5 domains loaded.\n"
    )


def test_framework_command_tells_a_file_that_cannot_be_read(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("framework: [")

    with pytest.raises(CommandError):
        call_command("framework", "load", str(broken), "--write")
