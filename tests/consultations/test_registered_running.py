"""What administrators are told of an edition, and what the check finds of a freeze."""

import zlib

import pytest

from marelle.accounts.states import Role
from marelle.base import dues, registers
from marelle.consultations.models import Consultation
from marelle.consultations.operations import freezing, keys
from marelle.consultations.registered import running
from tests.consultations.frozen import AT, Edition
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db
WATCH = dues.Watch(running.standing, running.to_do)


def acts(person, consultation):
    return [(act.sentence, act.address) for act in dues.read(WATCH, person, consultation.committee)]


def test_administrator_is_told_to_show_their_share():
    consultation = ConsultationFactory(code="2026")
    one = PersonFactory(roles=[(consultation.committee, Role.PROGRAMME_ADMINISTRATOR)])
    handed = keys.draw_first(consultation.pk, by=one)

    told = acts(one, consultation)
    keys.acknowledge(consultation.pk, handed.text.split()[-1], by=one)

    sentence = "Montrer que vous détenez votre part de la clé de la consultation 2026"
    assert (told, acts(one, consultation)) == ([(sentence, "/bureau/consultation/2026/cles")], [])


def test_freeze_is_proposed_by_one_and_waits_for_another(answers):
    edition = Edition(answers)
    code = edition.consultation.code
    place = f"/bureau/consultation/{code}/gel"
    officer = edition.administrator(Role.PROGRAMME_OFFICER)

    before = [acts(person, edition.consultation) for person in (edition.one, officer)]
    freezing.propose(edition.consultation.pk, by=edition.one)
    after = [acts(person, edition.consultation) for person in (edition.one, edition.other)]

    assert before == [[(f"Proposer le gel de la consultation {code}", place)], []]
    assert after == [[], [(f"Confirmer le gel de la consultation {code}, avec les deux parts de la clé", place)]]
    freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)
    assert acts(edition.other, edition.consultation) == []


def test_check_finds_a_child_alone_and_a_table_that_changed(answers):
    edition = Edition(answers)
    edition.receives(60)
    freezing.propose(edition.consultation.pk, by=edition.one)
    made = freezing.confirm(edition.consultation.pk, edition.shares, by=edition.other, at=AT)
    checks = [
        registers.invariants["a child is one of ten among frozen answers"],
        registers.invariants["published tables are those that were drawn"],
    ]
    assert [list(check()) for check in checks] == [[], []]

    with answers.reading() as connection:
        connection.execute("UPDATE sheet SET language = 'xx' WHERE key = (SELECT min(key) FROM sheet)")
    made.zones.filter(zone="FR").update(body=zlib.compress(b"[]"))

    one, other = (list(check()) for check in checks)
    assert len(one) >= 1 and "language xx is held by too few" in one[0]
    assert other == [f"{made.code}: its tables are not those that were drawn"]
    assert Consultation.rows.get(pk=edition.consultation.pk).state == "frozen"
