"""The acts a light session may not do: each asks for a second proof, and nothing has changed meanwhile."""

import time

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from marelle.accounts.models import Delegation, Invitation, JoinRequest, Membership
from marelle.accounts.proof import LONGEST_KEPT_FORM, WAITS_FOR_APPLICATION
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.mandates.models import Agreement, Application, Signature
from tests.factories.accounts import (
    DelegationFactory,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)
from tests.factories.mandates import ApplicationFactory
from tests.mandates.agreements_scene import SENT, scene
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

# act: (who acts, the address, what is sent)
CITY = {
    "hand in": (Role.ELECTED_LEAD, "candidature/depot", {"exact": "on"}),
    "withdraw": (Role.ELECTED_LEAD, "candidature/retirer", {}),
    "invite": (Role.CITY_ADMINISTRATOR, "equipe/inviter", {"email": "a@villes.example", "role": "CE"}),
    "withdraw an invitation": (Role.CITY_ADMINISTRATOR, "equipe/invitations/{invitation}/retirer", {}),
    "let in": (Role.CITY_ADMINISTRATOR, "equipe/demandes/{asked}", {"answer": "accept", "role": "CE"}),
    "give a role": (Role.CITY_ADMINISTRATOR, "equipe/roles", {"person": "{colleague}", "role": "CE"}),
    "end a role": (Role.CITY_ADMINISTRATOR, "equipe/roles/{membership}/terminer", {}),
    "take over": (Role.CITY_ADMINISTRATOR, "equipe/reprendre/{colleague}", {}),
    "delegate": (
        Role.CITY_ADMINISTRATOR,
        "equipe/delegations",
        {"person": "{colleague}", "given_by": "A", "reference": "B", "signed_on": "2026-04-01"},
    ),
    "end a delegation": (Role.CITY_ADMINISTRATOR, "equipe/delegations/{delegation}/terminer", {}),
}
OFFICE = {
    "send the agreement": ("officer", "draft", "/bureau/conventions/{agreement}/envoyer"),
    "sign for the committee": ("chief", "sent", "/bureau/conventions/{agreement}/signer"),
    "sign for the city": ("mayor", "sent", "/espace/10001/convention/signer"),
    "propose a decision": ("officer", "draft", "/bureau/candidatures/{application}/proposer"),
    "confirm a decision": ("officer", "draft", "/bureau/candidatures/{application}/decision"),
    "invite to the committee": ("officer", "draft", "/bureau/equipe/inviter"),
}


def world():
    """What these acts would change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Membership, Invitation, JoinRequest, Delegation, Signature)
    ] + [list(model.rows.order_by("pk").values_list("state", flat=True)) for model in (Application, Agreement)]


@pytest.mark.parametrize("act", CITY)
def test_city_acts_ask_for_a_second_proof(client, act):
    """trust A3, A4. Signed in by a code sent by e-mail, one reads and drafts."""
    role, address, sent = CITY[act]
    city = OrganisationFactory()
    person = PersonFactory(roles=[(city, role)], application=True)
    colleague = MembershipFactory(organisation=city, role=Role.CITY_ADMINISTRATOR)
    ApplicationFactory(organisation=city)
    named = {
        "colleague": colleague.person.code,
        "membership": colleague.code,
        "invitation": InvitationFactory(organisation=city).code,
        "asked": JoinRequestFactory(organisation=city).code,
        "delegation": DelegationFactory(organisation=city, person=colleague.person).code,
    }
    sign_in(client, person, proof="code")
    before = world()

    answer = client.post(
        f"/espace/{city.code}/{address.format(**named)}", {name: words.format(**named) for name, words in sent.items()}
    )

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/compte/preuve/application")
    assert world() == before


@pytest.mark.parametrize("act", OFFICE)
def test_agreements_and_decisions_ask_for_a_fresh_proof(client, act):
    """trust A9, R5. A proof older than ten minutes is asked again."""
    who, situation, address = OFFICE[act]
    with clock.at(SENT):
        here = scene()
        agreement = here.sent() if situation == "sent" else here.prepared()
        sign_in(client, getattr(here, who), minutes_ago=11)
        before = world()

        answer = client.post(
            address.format(agreement=agreement.code, application=here.application.code),
            {"capacity": "Maire", "read": "on", "fingerprint": agreement.fingerprint},
        )

    assert (answer.status_code, answer["Location"].startswith("/compte/")) == (302, True)
    assert world() == before


@pytest.mark.parametrize("password", [None, "rhubarbe-trapèze-41-ciment"], ids=["nothing yet", "a password"])
def test_what_was_typed_is_sent_once_the_application_is_set_up(client, password):
    """trust D1, A3. Who sets an application up in the middle of a form types nothing again; given up, it is not sent."""
    city = OrganisationFactory()
    person = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)], secret_word=password)
    sign_in(client, person, proof="code")
    typed = {"email": "ninon@villes.example", "role": Role.CITY_EDITOR}
    act = f"/espace/{city.code}/equipe/inviter"

    place = client.post(act, typed)["Location"]
    if password:
        place = client.get(place)["Location"]
        place = client.post(place, {"password": password})["Location"]
    page = client.get(place)
    code = format_hotp_value(hotp_value(page.context["form"].secret, int(time.time()) // 30))
    codes = client.post(place, {"code": code})["Location"]
    before = Invitation.objects.count()
    shown = client.get(codes)
    done = client.post(codes, {"next": shown.context["next"]})
    again = client.post(codes, {"next": shown.context["next"]})

    assert (page.context["keeps"], shown.context["keeps"], shown.context["next"], before) == (True, True, act, 0)
    assert (done.status_code, done["Location"], again["Location"]) == (302, f"/espace/{city.code}/equipe", act)
    assert list(Invitation.objects.values_list("email", "role")) == [("ninon@villes.example", "CE")]
    assert client.get(codes).context["keeps"] is False


@pytest.mark.parametrize("application", [False, True], ids=["setting one up", "having one"])
def test_form_that_could_not_be_kept_leaves_none_before_it_to_be_sent(client, application):
    """trust A4. Too long to be kept, sent from the same page: what had been given up there does not leave in its place."""
    city = OrganisationFactory()
    person = PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)], application=application)
    sign_in(client, person, proof="code")
    act = f"/espace/{city.code}/equipe/inviter"
    client.post(act, {"email": "a@villes.example", "role": Role.CITY_EDITOR})
    kept = [key for key in (STATE_SESSION_KEY, WAITS_FOR_APPLICATION) if key in client.session]

    client.post(act, {"email": "b@villes.example", "role": Role.CITY_EDITOR, "words": "x" * LONGEST_KEPT_FORM})

    left = [key for key in (STATE_SESSION_KEY, WAITS_FOR_APPLICATION) if key in client.session]
    assert (kept, left) == ([STATE_SESSION_KEY if application else WAITS_FOR_APPLICATION], [])


def test_form_given_up_before_the_application_is_forgotten(client):
    """trust A4. Another page's act was tried since: only that one is kept."""
    city = OrganisationFactory()
    sign_in(client, PersonFactory(roles=[(city, Role.CITY_ADMINISTRATOR)]), proof="code")
    given_up = client.post(f"/espace/{city.code}/equipe/inviter", {"email": "a@villes.example", "role": "CE"})
    client.post(f"/espace/{city.code}/equipe/delegations", {"person": "x"})

    page = client.get(given_up["Location"])

    assert page.context["keeps"] is False
