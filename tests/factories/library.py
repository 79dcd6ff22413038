"""Practices, what others made of them, and resources."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.events import IN_TIME
from tests.factories.mandates import RowFactory


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = "library.Service"

    code = factory.Sequence(lambda n: f"service-{n}")
    name = factory.LazyFunction(lambda: {"fr": "Tutelle", "en": "Guardianship"})


class PracticeFactory(RowFactory):
    """Published, told in French by a commune."""

    class Meta:
        model = "library.Practice"

    organisation = factory.SubFactory(OrganisationFactory)
    committee = factory.SubFactory(OrganisationFactory, committee=True)
    state = "published"
    created_at = IN_TIME
    published_at = IN_TIME


class PracticeTextFactory(RowFactory):
    class Meta:
        model = "library.PracticeText"

    practice = factory.SubFactory(PracticeFactory)
    language = "fr"
    name = "La rue aux enfants"
    summary = "Une rue fermée aux voitures à la sortie de l’école."


class WordFactory(DjangoModelFactory):
    class Meta:
        model = "library.Word"

    practice = factory.SubFactory(PracticeFactory)
    language = "fr"
    stem = "rue"
    weight = 8


class AdoptionFactory(RowFactory):
    """Planned by another commune."""

    class Meta:
        model = "library.Adoption"

    practice = factory.SubFactory(PracticeFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    adopted_at = IN_TIME
    adopted_by = factory.SubFactory(PersonFactory)


class AdoptionResultFactory(DjangoModelFactory):
    class Meta:
        model = "library.AdoptionResult"

    adoption = factory.SubFactory(AdoptionFactory)
    after_months = 6
    outcome = "worked"
    given_at = IN_TIME
    given_by = factory.SubFactory(PersonFactory)


class ResourceFactory(RowFactory):
    """A tool, published."""

    class Meta:
        model = "library.Resource"

    name = factory.LazyFunction(lambda: {"fr": "Grille d’autodiagnostic", "en": "Self-assessment grid"})
    committee = factory.SubFactory(OrganisationFactory, committee=True)
    kind = "tool"
    state = "published"
    created_at = IN_TIME
    published_at = IN_TIME


class ResourceFileFactory(DjangoModelFactory):
    class Meta:
        model = "library.ResourceFile"

    resource = factory.SubFactory(ResourceFactory)
    language = "fr"
    number = 1
    file = factory.SubFactory(FileFactory)
    added_at = IN_TIME
