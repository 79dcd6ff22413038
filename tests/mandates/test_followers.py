"""Following a town by mail: nothing kept before a yes, one letter a month at most, nothing left after a stop."""

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from marelle.accounts import erasing, erasures
from marelle.accounts.states import Role
from marelle.base import clock, outbox
from marelle.base.errors import BadData, WrongState
from marelle.base.models import Letter
from marelle.mandates.models import Follower
from marelle.mandates.operations import followers
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.mandates import FollowerFactory
from tests.factories.plans import ActionFactory, IndicatorFactory, ReadingFactory
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db

FEBRUARY = datetime(2027, 2, 10, 9, tzinfo=UTC)
MARCH = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
WORDS = """Bonjour,

Voici ce qui a changé dans les engagements de Schiltigheim envers ses enfants.

- 20 février 2027, Nouveau relevé pour 2026 : Écoles dont la rue est apaisée : 40 %
  http://127.0.0.1:8000/villes/67447/engagements/1
- 15 février 2027, Fait : Fermer la rue de l’école aux voitures
  http://127.0.0.1:8000/villes/67447/engagements/1

Vous avez demandé cette lettre. Vous n’en voulez plus ? Un clic y met fin, et votre adresse est effacée :
http://127.0.0.1:8000/suivi/{key}
"""


@pytest.fixture
def town():
    return member()


@pytest.fixture
def follower(town):
    return FollowerFactory(organisation=town.organisation, email="ana@courriel.example")


@pytest.fixture
def news(town):
    objective = promise(town)
    ActionFactory(objective=objective, state="done", moved_on=date(2027, 2, 15))
    ActionFactory(objective=objective, state="in_progress", moved_on=date(2027, 2, 16))
    read = datetime(2027, 2, 20, 9, tzinfo=UTC)
    ReadingFactory(indicator=IndicatorFactory(objective=objective), period="2026", recorded_at=read)


def letters():
    return [(letter.kind, letter.address) for letter in Letter.objects.order_by("pk")]


def link(letter: Letter) -> str:
    """The token of a letter that asks."""
    return next(line for line in letter.text.splitlines() if "/suivre/" in line).rpartition("/")[2]


def asked(town, email="ana@courriel.example") -> str:
    with clock.at(FEBRUARY):
        followers.ask(town.organisation, email=email, language="fr")
    return link(Letter.objects.latest("pk"))


def test_nothing_is_kept_before_a_yes_but_the_letter_until_it_has_left(town):
    asked(town)
    before = (Follower.objects.count(), letters())
    outbox.send_waiting()
    followers.forget_unconfirmed(FEBRUARY)

    assert before == (0, [("follow_confirm", "ana@courriel.example")])
    assert (letters(), [m.to for m in mail.outbox]) == ([], [["ana@courriel.example"]])


def test_letter_that_never_left_is_forgotten_with_its_link(town):
    asked(town)

    followers.forget_unconfirmed(FEBRUARY + timedelta(days=2))
    kept = len(letters())
    followers.forget_unconfirmed(FEBRUARY + timedelta(days=3, minutes=1))

    assert (kept, letters()) == (1, [])


def test_link_shows_nobody_the_address(town):
    token = asked(town)

    assert b"ana@" not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test_confirming_twice_is_once(town):
    token = asked(town)

    first, again = followers.confirm(token), followers.confirm(token)
    other = followers.confirm(asked(town, "ANA@courriel.example"))

    assert (first, first) == (again, other)
    assert [(f.email, f.organisation, f.language) for f in Follower.objects.all()] == [
        ("ana@courriel.example", town.organisation, "fr")
    ]


@pytest.mark.parametrize("token", ["", "é", "gAAAA", "x" * 200, "{}AAAA", "A{}"])
def test_link_nobody_gave_is_refused(town, token):
    with pytest.raises(BadData):
        followers.confirm(token.format(asked(town)))

    assert Follower.objects.count() == 0


def test_link_ends_after_three_days(town):
    token = asked(town)

    with clock.at(FEBRUARY + timedelta(days=3)), pytest.raises(BadData):
        followers.confirm(token)
    with clock.at(FEBRUARY + timedelta(days=3, seconds=-1)):
        followed = followers.confirm(token)

    assert list(Follower.objects.all()) == [followed]


def test_town_that_is_no_member_is_not_followed():
    with pytest.raises(WrongState):
        followers.ask(OrganisationFactory(), email="ana@courriel.example", language="fr")

    assert letters() == []


def test_letter_of_the_month_says_what_is_new(follower, news):
    followers.tell_everyone(MARCH)
    outbox.send_waiting()

    (sent,) = mail.outbox
    address = f"http://127.0.0.1:8000/suivi/{follower.key}"
    assert sent.subject == "Schiltigheim : du nouveau ce mois-ci".replace(" :", "\u202f:")
    assert sent.body.replace("\u202f", " ") == WORDS.format(key=follower.key)
    assert (sent.extra_headers["List-Unsubscribe"], sent.extra_headers["List-Unsubscribe-Post"]) == (
        f"<{address}>",
        "List-Unsubscribe=One-Click",
    )


def test_month_is_told_once_whatever_happens_to_the_worker(follower, news, monkeypatch):
    """Killed after the letter and before the end of the transaction: both go, both come again, once."""
    monkeypatch.setattr(Follower, "save", lambda self, **given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        followers.tell_everyone(MARCH)
    killed = letters()
    monkeypatch.undo()

    for hours in (0, 1, 200):
        followers.tell_everyone(MARCH + timedelta(hours=hours))

    assert (killed, letters()) == ([], [("follow_news", "ana@courriel.example")])


def test_nothing_new_no_letter(follower):
    followers.tell_everyone(MARCH)

    follower.refresh_from_db()
    assert (letters(), follower.told_until) == ([], datetime(2027, 2, 28, 23, tzinfo=UTC))


@pytest.mark.parametrize("at", [FEBRUARY, datetime(2027, 3, 1, 6, 59, tzinfo=UTC)], ids=["same month", "night"])
def test_letter_waits_for_the_first_of_the_month(follower, news, at):
    followers.tell_everyone(at)

    assert letters() == []


def test_what_was_told_is_not_told_again(follower, news):
    followers.tell_everyone(MARCH)
    followers.tell_everyone(datetime(2027, 4, 1, 8, tzinfo=UTC))

    assert letters() == [("follow_news", "ana@courriel.example")]


def test_many_followers_are_told_some_at_a_time(town, news, monkeypatch):
    monkeypatch.setattr(followers, "AT_ONCE", 2)
    FollowerFactory.create_batch(3, organisation=town.organisation)

    followers.tell_everyone(MARCH)
    first = len(letters())
    followers.tell_everyone(MARCH)

    assert (first, len(letters())) == (2, 3)


def test_who_stops_is_erased_with_the_letters_and_gets_none(follower, news, django_capture_on_commit_callbacks):
    other = FollowerFactory(organisation=follower.organisation, email="bo@courriel.example")
    followers.tell_everyone(MARCH)

    with django_capture_on_commit_callbacks(execute=True):
        followers.stop(follower.pk)
    outbox.send_waiting()

    assert list(Follower.objects.all()) == [other]
    assert (letters(), [m.to for m in mail.outbox]) == (
        [("follow_news", "bo@courriel.example")],
        [["bo@courriel.example"]],
    )
    assert follower.key in erasures.listed()


def test_who_stopped_stays_erased_when_a_backup_is_put_back(follower, news):
    erasures.note(follower.key)

    followers.tell_everyone(MARCH)

    assert (Follower.objects.count(), letters()) == (0, [])


def test_letter_on_its_way_does_not_leave_for_who_stopped_meanwhile(follower, news):
    followers.tell_everyone(MARCH)
    Follower.objects.all().delete()

    outbox.send_waiting()

    assert (mail.outbox, Letter.objects.get().state) == ([], "parked")


@pytest.mark.parametrize("address", ["Ana@Courriel.example", "ana.second@courriel.example"], ids=["own", "another"])
def test_who_is_erased_follows_no_town_any_more(follower, news, address, django_capture_on_commit_callbacks):
    """Whatever the address they signed in with, and its capitals; somebody else's letters go on."""
    committee = OrganisationFactory(committee=True)
    first, second = (PersonFactory(roles=[(committee, Role.PROGRAMME_ADMINISTRATOR)]) for _ in range(2))
    person = PersonFactory(email=address, roles=[(follower.organisation, Role.CITY_READER)])
    EmailAddress.objects.create(user=person, email=follower.email, verified=True, primary=False)
    other = FollowerFactory(organisation=follower.organisation, email="bo@courriel.example")
    followers.tell_everyone(MARCH)

    act = erasing.propose_erasure(person.pk, by=first)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.confirm_erasure(act.code, by=second)

    assert list(Follower.objects.all()) == [other]
    assert [(kind, to) for kind, to in letters() if kind == "follow_news"] == [("follow_news", "bo@courriel.example")]
    assert {follower.key, person.code} <= set(erasures.listed())


def test_erasure_takes_back_the_letter_that_asks(town):
    asked(town)
    person = PersonFactory(email="ana@courriel.example")

    erasures.forget(person)

    assert [kind for kind, _to in letters() if kind == "follow_confirm"] == []
