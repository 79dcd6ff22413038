"""Fault experiment F28: the city signs while the committee changes the text."""

import threading

import pytest
from django.db import OperationalError, connection

from marelle.base.errors import Conflict, WrongState
from marelle.mandates.models import Agreement, Mandate, Signature
from marelle.mandates.operations.agreements import (
    change_agreement,
    send_agreement,
    sign_agreement,
    write_agreement,
)
from tests.mandates.agreements_scene import SENT, SIGNS, scene
from tests.scale import scaled

ROUNDS = scaled(100, least=8)  # of 10 signing attempts each: 1,000 at scale 1


def together(*works):
    """Start all at the same moment, each on its own connection; what each answered."""
    start, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            start.wait()
            answers[place] = work()
        except (Conflict, WrongState, OperationalError) as error:
            answers[place] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def amend(world, agreement, number):
    """Take back, change a word, send again."""
    draft = change_agreement(agreement.pk, by=world.officer, at=SENT)
    articles = [{"title": "Objet", "text": f"Version {number}."}]
    write_agreement(draft.pk, by=world.officer, preamble="", articles=articles, version=draft.version)
    return send_agreement(draft.pk, by=world.officer, at=SENT).fingerprint


def attempt(agreement, organisation, by, fingerprint):
    return sign_agreement(
        agreement.pk, organisation=organisation, by=by, fingerprint_seen=fingerprint, capacity="x", at=SIGNS
    ).fingerprint


@pytest.mark.django_db(transaction=True)
def test_nobody_ever_signs_another_text_than_the_one_seen():
    """trust F28. While the text changes under the signatories: 0 signatures whose hash is not the hash seen, 0 that
    stand for a text replaced since."""
    world = scene()
    agreement = world.sent()
    mismatches, signed = [], 0
    for number in range(ROUNDS):
        agreement.refresh_from_db()
        seen = agreement.fingerprint
        answers = together(
            lambda number=number: amend(world, agreement, number),
            *[lambda seen=seen: attempt(agreement, world.city, world.mayor, seen)] * 5,
        )
        signed += answers[1:].count(seen)
        mismatches += [a for a in answers[1:] if a not in (seen, "Conflict", "WrongState", "OperationalError")]
        agreement.refresh_from_db()
        living = Signature.objects.filter(party__agreement=agreement, void_at=None)
        mismatches += [s.fingerprint for s in living if s.fingerprint != agreement.fingerprint]

    assert mismatches == []
    assert Mandate.rows.count() == 0
    assert signed <= ROUNDS


@pytest.mark.django_db(transaction=True)
def test_two_last_signatures_at_once_open_one_mandate():
    world = scene()
    agreement = world.sent()
    seen = agreement.fingerprint

    answers = together(
        *[lambda: attempt(agreement, world.city, world.mayor, seen)] * 3,
        *[lambda: attempt(agreement, world.committee, world.chief, seen)] * 3,
    )

    assert answers.count(seen) == 2
    assert (Mandate.rows.count(), Agreement.rows.get().state) == (1, "signed")
    assert Signature.objects.filter(void_at=None).count() == 2
