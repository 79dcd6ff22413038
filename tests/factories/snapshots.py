"""What the nights leave, as the night of 31 December 2027 left it."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.framework import DomainFactory, IndicatorDefinitionFactory
from tests.factories.mandates import MandateFactory

ON = date(2027, 12, 31)


class NightFactory(DjangoModelFactory):
    """A whole night."""

    class Meta:
        model = "mandates.Night"

    on = ON
    begun_at = datetime(2027, 12, 31, 23, 5, tzinfo=UTC)
    reached = "84"
    ended_at = datetime(2027, 12, 31, 23, 6, tzinfo=UTC)


class StandingFactory(DjangoModelFactory):
    """Four indicators: one declared, half way; one verified, reached; two unknown."""

    class Meta:
        model = "mandates.Standing"

    mandate = factory.SubFactory(MandateFactory)
    domain = factory.SubFactory(DomainFactory, framework=factory.SelfAttribute("..mandate.plan.framework"))
    on = ON
    indicators = 4
    actions = 3
    done = 1
    declared_known = 1
    declared_total = 500_000
    verified_known = 1
    verified_total = 1_000_000


class AreaStandingFactory(DjangoModelFactory):
    """The network: two mandates, of which one declared that it is half way."""

    class Meta:
        model = "mandates.AreaStanding"

    level = "network"
    domain = factory.SubFactory(DomainFactory)
    on = ON
    mandates = 2
    indicators = 4
    actions = 6
    done = 1
    declared_known = 1
    declared_mandates = 1
    declared_total = 500_000


class AreaValueFactory(DjangoModelFactory):
    """The network: an indicator two mandates follow and one declared, 45 of 60."""

    class Meta:
        model = "mandates.AreaValue"

    level = "network"
    definition = factory.SubFactory(IndicatorDefinitionFactory)
    proof = "declared"
    on = ON
    asked = 2
    known = 1
    total = 75
    most = 75
    newest = 75
    newest_on = ON
    whole = 1
    over = 45
    under = 60
    shares = 1
    share_total = 500_000
