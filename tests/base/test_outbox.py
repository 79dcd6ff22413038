"""Letters are written with the act they speak of, and sent afterwards."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template import engines
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from marelle.base import outbox
from marelle.base.errors import BadData
from marelle.base.models import Letter, LetterState, Stamp
from tests.base.threads import at_once

pytestmark = pytest.mark.django_db
WORDS = (
    "{% autoescape off %}{{ name }} : votre candidature\n\nBonjour {{ name }},\n{{ site }}/espace\n{% endautoescape %}"
)


@pytest.fixture(autouse=True)
def trial_letter(monkeypatch, settings):
    settings.SITE_ADDRESS = "https://villes.example"
    template = engines["django"].from_string(WORDS)
    monkeypatch.setattr(outbox, "render_to_string", lambda name, context: template.render(context))


class Down(BaseEmailBackend):
    """A mail server that takes everything without a word; what it was given is kept."""

    given = []

    def send_messages(self, messages):
        self.given.extend(messages)
        raise smtplib.SMTPServerDisconnected("please run connect() first")


class Poison(BaseEmailBackend):
    """Chokes on one letter, delivers the others."""

    def send_messages(self, messages):
        if "poison" in messages[0].to[0]:
            raise smtplib.SMTPDataError(554, b"no")
        mail.outbox.extend(messages)
        return len(messages)


def write(key="k", to="ana@villes.example", name="L’Haÿ"):
    return outbox.write("trial", to=to, language="fr", key=key, context={"name": name}, reference="x:1")


def let_time_pass():
    Letter.objects.update(not_before=F("not_before") - timedelta(days=1))
    Stamp.objects.filter(name__startswith="mail_").delete()


def test_letter_waits_then_leaves_once():
    """trust D4."""
    letter = write()

    before, first, second = len(mail.outbox), outbox.send_waiting(), outbox.send_waiting()

    letter.refresh_from_db()
    assert (before, first, second, len(mail.outbox)) == (0, 1, 0, 1)
    assert (letter.state, letter.tries) == (LetterState.SENT, 1)
    assert (mail.outbox[0].subject, mail.outbox[0].body, mail.outbox[0].to) == (
        "L’Haÿ : votre candidature",
        "Bonjour L’Haÿ,\nhttps://villes.example/espace\n",
        ["ana@villes.example"],
    )


def test_answers_to_a_letter_reach_a_mailbox_somebody_reads(settings):
    """The sender answers nobody: the answer goes where the house says."""
    settings.REPLY_TO = "equipe@comite.example"
    write()

    outbox.send_waiting()

    assert mail.outbox[0].reply_to == ["equipe@comite.example"]


def test_letter_of_an_undone_act_never_leaves():
    """trust D4."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        1 / 0

    assert (outbox.send_waiting(), mail.outbox, Letter.objects.count()) == (0, [], 0)


def test_same_key_is_one_letter():
    """trust D2."""
    first, second = write(), write(name="autre")

    assert (first.pk, Letter.objects.count(), second.subject) == (second.pk, 1, "L’Haÿ : votre candidature")


@pytest.mark.parametrize("name", ["a\r\nBcc: b@x.example", "a\nBcc: b@x.example", "a\rBcc: x", "a\r\n\r\ncorps"])
def test_line_break_in_a_subject_is_refused(name):
    """trust E3."""
    if "\n\r\n" in name:
        name = name.replace("\r\n\r\n", "\r\n")

    with pytest.raises(BadData):
        write(name=name)

    assert Letter.objects.count() == 0


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=300))
def test_subject_is_one_line_of_150_characters_at_most(name):
    """trust E3."""
    subject, _text = outbox._apart(f"{name}: sujet\n\ncorps\n")

    assert len(subject) <= 150
    assert len(subject.splitlines()) <= 1


def test_letter_names_its_address_from_the_settings_alone():
    """trust E4."""
    assert "https://villes.example/espace" in write().text


def test_mail_server_down_keeps_the_letter_then_parks_it(settings):
    """trust F15."""
    letter = write()
    settings.EMAIL_BACKEND = "tests.base.test_outbox.Down"

    seen = []
    for _ in range(7):
        outbox.send_waiting()
        letter.refresh_from_db()
        seen.append((letter.state.value if hasattr(letter.state, "value") else letter.state, letter.tries))
        let_time_pass()

    assert seen == [("waiting", n) for n in range(1, 5)] + [("parked", 5)] * 3
    assert letter.last_error == "SMTPServerDisconnected: please run connect() first"


def test_letter_waits_longer_each_time(settings):
    letter = write()
    settings.EMAIL_BACKEND = "tests.base.test_outbox.Down"

    waits = []
    for _ in range(4):
        outbox.send_waiting()
        letter.refresh_from_db()
        waits.append(round((letter.not_before - timezone.now()).total_seconds() / 60))
        let_time_pass()

    assert waits == [2, 4, 8, 16]
    assert outbox.send_waiting() == 0


def test_poison_letter_does_not_stop_the_others(settings):
    """trust F16."""
    settings.EMAIL_BACKEND = "tests.base.test_outbox.Poison"
    write("1", to="poison@x.example")
    write("2", to="ana@x.example")

    assert (outbox.send_waiting(), [m.to for m in mail.outbox]) == (1, [["ana@x.example"]])


def test_letter_that_kills_its_sender_is_parked():
    """trust F16. Each try was counted before it began."""
    letter = write()
    Letter.objects.update(tries=outbox.MAX_TRIES)

    outbox.send_waiting()

    letter.refresh_from_db()
    assert (letter.state, mail.outbox) == (LetterState.PARKED, [])


def test_letter_goes_only_to_who_may_still_read(monkeypatch):
    """trust E5, V14."""
    monkeypatch.setattr(outbox, "_rights", {})
    outbox.may_receive("trial", lambda reference, address: (reference, address) == ("x:1", "ana@villes.example"))
    write("1", to="ana@villes.example")
    gone = write("2", to="partie@villes.example")

    sent = outbox.send_waiting()

    gone.refresh_from_db()
    assert (sent, gone.state, len(mail.outbox)) == (1, LetterState.PARKED, 1)


def test_two_sendings_of_one_letter_bear_the_same_number(settings):
    """trust F15."""
    write()
    settings.EMAIL_BACKEND = "tests.base.test_outbox.Down"
    Down.given.clear()
    outbox.send_waiting()
    let_time_pass()
    outbox.send_waiting()

    assert len(Down.given) == 2
    assert len({message.extra_headers["Message-ID"] for message in Down.given}) == 1


def test_sent_letter_has_a_date_in_the_database():
    write()

    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.update(state=LetterState.SENT)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_letter_once():
    """trust F14."""
    for number in range(5):
        write(str(number))

    sent = at_once(lambda n: outbox.send_waiting(), 4)

    assert (sum(sent), sorted(len(m.to) for m in mail.outbox)) == (5, [1] * 5)
