"""A city whose application was accepted, the committee, and the people who write and sign for both."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import Role
from marelle.mandates.models import Agreement, Application
from marelle.mandates.operations.agreements import prepare_agreement, record_vote, send_agreement
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import ApplicationFactory, DecisionFactory

SENT = datetime(2026, 9, 20, 8, tzinfo=UTC)
SIGNS = datetime(2026, 9, 28, 8, tzinfo=UTC)
VOTED = date(2026, 9, 14)


@dataclass
class Scene:
    """Who is there. `officer` prepares and sends; `chief` signs for the committee; `mayor` for the city."""

    committee: Organisation
    city: Organisation
    intercommunality: Organisation
    officer: Person
    chief: Person
    mayor: Person
    president: Person
    editor: Person
    application: Application

    def prepared(self, *, three: bool = False, language: str = "fr") -> Agreement:
        """An agreement in preparation, with two parties or three."""
        third = self.intercommunality if three else None
        return prepare_agreement(self.application.pk, by=self.officer, intercommunality=third, language=language)

    def voted(self) -> None:
        """The council's vote, recorded."""
        record_vote(self.application.pk, by=self.mayor, number="2026-41", voted_on=VOTED, at=SENT)

    def sent(self, **situation) -> Agreement:
        """An agreement sent for signature; the council has voted."""
        agreement = self.prepared(**situation)
        if self.application.track.council_vote == "required":
            self.voted()
        return send_agreement(agreement.pk, by=self.officer, at=SENT)


def scene(*, light: bool = False, **situation) -> Scene:
    """The city before its agreement; `light`: in the light network, one year, no vote asked."""
    committee = OrganisationFactory(committee=True)
    city = OrganisationFactory(name="Bourg-sur-Test", code="10001")
    intercommunality = OrganisationFactory(intercommunality=True, name="Communauté de Test", code="200000001")
    application = ApplicationFactory(organisation=city, accepted=True, track=TrackFactory(light=light), **situation)
    DecisionFactory(application=application)
    return Scene(
        committee=committee,
        city=city,
        intercommunality=intercommunality,
        officer=PersonFactory(name="Odile Bureau", roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)]),
        chief=PersonFactory(name="Paul Comité", roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)]),
        mayor=PersonFactory(name="Ana Maire", roles=[(city, Role.ELECTED_LEAD)]),
        president=PersonFactory(name="Zoé Présidente", roles=[(intercommunality, Role.ELECTED_LEAD)]),
        editor=PersonFactory(name="Édith Agent", roles=[(city, Role.CITY_EDITOR)]),
        application=application,
    )
