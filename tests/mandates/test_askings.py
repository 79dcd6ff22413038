"""One question asked of a colleague by link: sent, answered without an account, taken up by who writes."""

from datetime import timedelta

import pytest

from marelle.accounts.models import Notification
from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.addresses import whole
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Answer, Application, Asking
from marelle.mandates.operations import applications
from marelle.mandates.operations import askings as operations
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory, AskingFactory

pytestmark = pytest.mark.django_db
KEY = "presentation.summary"


@pytest.fixture(autouse=True)
def in_time():
    with clock.at(IN_TIME):
        yield


@pytest.fixture
def application():
    return ApplicationFactory()


@pytest.fixture
def ada(application):
    person = PersonFactory(name="Ada Préau")
    MembershipFactory(person=person, organisation=application.organisation, role=Role.CITY_EDITOR)
    return person


def asked(application, by, **more):
    given = {"whom": "Service jeunesse", "email": "jeunesse@ville.example", "note": "Pour vendredi."} | more
    return operations.ask(application.pk, KEY, by=by, **given)


def stands(application):
    return list(Answer.rows.filter(application=application, key=KEY).values_list("value", flat=True))


def test_letter_holds_one_question_and_its_link(application, ada):
    asking, secret = asked(application, ada)

    letter = Letter.objects.get(kind="question_asked")
    city, call = application.organisation, application.call
    assert letter.address == "jeunesse@ville.example"
    assert letter.subject == f"Ada Préau vous pose une question pour la candidature de {city}"
    assert [line for line in letter.text.replace("\u202f", " ").splitlines() if line] == [
        "Bonjour,",
        f"Ada Préau écrit la candidature de {city} à « {call} » et vous demande de répondre à une de ses questions :",
        "Votre territoire et ses enfants, en quelques lignes",
        "Ces lignes ouvrent votre candidature. On y revient à chaque étape.",
        "Pour vendredi.",
        "Aucun compte n’est nécessaire : ce lien ouvre cette question, et rien d’autre, jusqu’au 23 mai 2026.",
        whole("public:asked", secret, language="fr"),
        "Ce que vous écrivez est lu par les collègues qui écrivent la candidature. Ils le reprennent, ou non.",
    ]
    assert asking.digest != secret
    assert not Asking.rows.filter(whom__contains="@").exists()


def test_answer_waits_until_it_is_taken_up(application, ada):
    asking, secret = asked(application, ada)

    operations.answer(secret, "Nous suivons 300 enfants.")
    before = stands(application)
    operations.take_up(asking.pk, by=ada)

    assert (before, stands(application)) == ([], ["Nous suivons 300 enfants."])
    told = Notification.objects.get(person=ada)
    assert told.address == f"/espace/{application.organisation.code}/candidature/collegues"
    assert told.sentence.startswith("Service jeunesse a répondu")


def test_what_stands_in_the_dossier_is_never_lost(application, ada):
    asking, secret = asked(application, ada)
    operations.answer(secret, "Et 300 enfants.")
    applications.save_answer(application.pk, KEY, "Une ville de 5 000 habitants.", was="", version=0, by=ada)

    operations.take_up(asking.pk, by=ada)

    assert stands(application) == ["Une ville de 5 000 habitants.\n\nEt 300 enfants."]


def test_answer_is_told_to_the_team_once_who_asked_has_left(application, ada):
    """trust E5. Who left reads nothing more of the dossier, not even a notification; who writes now is told."""
    _asking, secret = asked(application, ada)
    ada.memberships.update(ended_at=clock.now())
    max_ = PersonFactory(roles=[(application.organisation, Role.CITY_EDITOR)])

    operations.answer(secret, "Nous suivons 300 enfants.")

    assert list(Notification.objects.values_list("person", flat=True)) == [max_.pk]


def test_answer_is_corrected_until_it_is_taken_up(application, ada):
    asking, secret = asked(application, ada)
    operations.answer(secret, "Trois cents.")
    operations.answer(secret, "Quatre cents.")
    operations.take_up(asking.pk, by=ada)

    with pytest.raises(WrongState):
        operations.answer(secret, "Cinq cents.")
    with pytest.raises(WrongState):
        operations.take_up(asking.pk, by=ada)

    assert stands(application) == ["Quatre cents."]
    assert Notification.objects.filter(person=ada).count() == 1


def test_link_ends(application, ada):
    asking, secret = asked(application, ada)

    with clock.at(IN_TIME + timedelta(days=21) - timedelta(seconds=1)):
        last_moment = operations.find(secret)
    with clock.at(IN_TIME + timedelta(days=21)):
        after = operations.find(secret)
    operations.set_aside(asking.pk, by=ada)

    assert (last_moment, after, operations.find(secret)) == (asking, None, None)


def test_link_opens_nothing_once_the_application_is_handed_in(application, ada):
    _asking, secret = asked(application, ada)

    Application.rows.filter(pk=application.pk).update(state="submitted", submitted_at=IN_TIME)

    assert operations.find(secret) is None
    with pytest.raises(WrongState):
        operations.answer(secret, "Trop tard.")


def test_another_s_link_opens_nothing():
    AskingFactory()

    assert operations.find("inventé") is None


@pytest.mark.parametrize("words", ["", "   ", "x" * 6001])
def test_answer_that_cannot_be_kept_is_refused(application, ada, words):
    asking, secret = asked(application, ada)

    with pytest.raises(BadData):
        operations.answer(secret, words)

    asking.refresh_from_db()
    assert (asking.answer, asking.answered_at) == ("", None)


def test_only_who_writes_asks_and_takes_up(application, ada):
    reader = PersonFactory()
    MembershipFactory(person=reader, organisation=application.organisation, role=Role.CITY_READER)
    asking, secret = asked(application, ada)
    operations.answer(secret, "Oui.")

    for act in (
        lambda: asked(application, reader),
        lambda: operations.take_up(asking.pk, by=reader),
        lambda: operations.set_aside(asking.pk, by=PersonFactory()),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert (Asking.rows.count(), stands(application)) == (1, [])


def test_forty_questions_wait_at_most(application, ada):
    for _number in range(40):
        AskingFactory(application=application)

    with pytest.raises(BadData):
        asked(application, ada)


def test_choice_is_not_asked_of_a_colleague(application, ada):
    with pytest.raises(BadData):
        operations.ask(application.pk, "inconnue", whom="X", email="x@ville.example", by=ada)

    assert Letter.objects.count() == 0
