"""A small framework: one programme, one track, domains made on demand. `DemonstrationFramework()` loads the real file."""

from datetime import UTC, date, datetime
from pathlib import Path

import factory
from factory.django import DjangoModelFactory

from marelle.framework.models import Framework
from marelle.framework.operations import load_framework, read_framework

DEMONSTRATION = Path(__file__).parents[2] / "data" / "frameworks" / "demonstration.yaml"
POLICY = {"name": {"fr": "Une politique existe-t-elle ?", "en": "Is there a policy?"}}
ANSWERS = [
    {"code": "yes", "described": True, "name": {"fr": "Oui", "en": "Yes"}},
    {"code": "partly", "described": True, "name": {"fr": "En partie", "en": "In part"}},
    {"code": "no", "name": {"fr": "Non", "en": "No"}},
    {"code": "not_our_power", "name": {"fr": "Ce n’est pas de notre compétence", "en": "It is not in our powers"}},
]


def DemonstrationFramework() -> Framework:
    """The framework shipped for the demonstration, loaded from its file: five domains, thirteen recommendations."""
    return load_framework(read_framework(DEMONSTRATION))


class ProgrammeFactory(DjangoModelFactory):
    """Cities."""

    class Meta:
        model = "framework.Programme"
        django_get_or_create = ["code"]

    code = "cities"
    name = {"fr": "Villes", "en": "Cities"}


class TrackFactory(DjangoModelFactory):
    """The full title, six years, for communes and intercommunalities."""

    class Meta:
        model = "framework.Track"
        django_get_or_create = ["code"]

    code = "full"
    name = {"fr": "Titre complet", "en": "Full title"}
    programme = factory.SubFactory(ProgrammeFactory)
    years = 6
    organisation_kinds = ["commune", "intercommunality"]
    reports = ["yearly", "mid_term", "final"]

    class Params:
        light = factory.Trait(
            code="light",
            name={"fr": "Réseau léger", "en": "Light network"},
            years=1,
            follows_framework=False,
            title_granted=False,
            council_vote="optional",
            reports=["yearly"],
            position=1,
        )


class FrameworkFactory(DjangoModelFactory):
    """A version with nothing in it yet."""

    class Meta:
        model = "framework.Framework"

    code = factory.Sequence(lambda n: f"cadre-{n}")
    version = "2026.1"
    name = {"fr": "Cadre d’essai", "en": "Trial framework"}
    valid_from = date(2026, 1, 1)
    involvement = [{"code": "consulted", "name": {"fr": "Consultés", "en": "Consulted"}}]
    self_assessment = {
        "policy": {**POLICY, "answers": ANSWERS},
        "prompts": [{"number": 1, "name": {"fr": "Que faites-vous déjà ?", "en": "What do you do already?"}}],
    }

    class Params:
        frozen = factory.Trait(frozen_at=datetime(2026, 3, 2, 9, tzinfo=UTC))


class DomainFactory(DjangoModelFactory):
    """A domain of a framework."""

    class Meta:
        model = "framework.Domain"

    framework = factory.SubFactory(FrameworkFactory)
    code = factory.Sequence(lambda n: f"D{n}")
    slug = factory.LazyAttribute(lambda domain: domain.code.lower())
    name = factory.LazyAttribute(lambda domain: {"fr": f"Domaine {domain.code}", "en": f"Domain {domain.code}"})
    colour = "pin"
    shape = "rond"


class RecommendationFactory(DjangoModelFactory):
    """A recommendation of a domain."""

    class Meta:
        model = "framework.Recommendation"

    domain = factory.SubFactory(DomainFactory)
    code = factory.Sequence(lambda n: f"R{n}")
    name = factory.LazyAttribute(lambda r: {"fr": f"Recommandation {r.code}", "en": f"Recommendation {r.code}"})


class LibraryObjectiveFactory(DjangoModelFactory):
    """An objective offered by the framework."""

    class Meta:
        model = "framework.LibraryObjective"

    domain = factory.SubFactory(DomainFactory)
    code = factory.Sequence(lambda n: f"O{n}")
    name = {"fr": "Protéger les trajets", "en": "Safe routes"}


class LibraryActionFactory(DjangoModelFactory):
    """An example of action."""

    class Meta:
        model = "framework.LibraryAction"

    objective = factory.SubFactory(LibraryObjectiveFactory)
    code = factory.Sequence(lambda n: f"E{n}")
    name = {"fr": "Fermer la rue de l’école", "en": "Close the school street"}


class IndicatorDefinitionFactory(DjangoModelFactory):
    """A share, the higher the better."""

    class Meta:
        model = "framework.IndicatorDefinition"

    domain = factory.SubFactory(DomainFactory)
    code = factory.Sequence(lambda n: f"I{n}")
    name = {"fr": "Écoles dont la rue est apaisée", "en": "Schools with a calmed street"}
    kind = "percent"
    measure = "rate"
    unit = {"fr": "%", "en": "%"}
    direction = "higher_is_better"
    rollup = "ratio"
    source = "voirie"


class CriterionFactory(DjangoModelFactory):
    """A criterion that weighs everything."""

    class Meta:
        model = "framework.Criterion"

    framework = factory.SubFactory(FrameworkFactory)
    code = factory.Sequence(lambda n: f"criterion-{n}")
    weight = 100
    name = {"fr": "Participation", "en": "Participation"}


class GoalAreaFactory(DjangoModelFactory):
    """A goal area of the handbook."""

    class Meta:
        model = "framework.GoalArea"

    framework = factory.SubFactory(FrameworkFactory)
    number = 2
    name = {"fr": "Entendu dans les décisions", "en": "Heard in decisions"}


class RightFactory(DjangoModelFactory):
    """An article of the Convention."""

    class Meta:
        model = "framework.Right"

    framework = factory.SubFactory(FrameworkFactory)
    article = 12
    name = {"fr": "Être entendu", "en": "Being heard"}
