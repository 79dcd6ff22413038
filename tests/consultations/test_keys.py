"""The key of a consultation leaves in two shares, for two persons; nothing of it stays."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from marelle.accounts.models import JournalContent
from marelle.accounts.states import Role
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.consultations import sealing
from marelle.consultations.models import Consultation, KeyShare
from marelle.consultations.operations import keys
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 8, tzinfo=UTC)


def administrator(consultation, role=Role.PROGRAMME_ADMINISTRATOR):
    return PersonFactory(roles=[(consultation.committee, role)])


def drawn(consultation):
    """Both shares, handed to two administrators: (first, second, holder, holder)."""
    one, other = administrator(consultation), administrator(consultation)
    first = keys.draw_first(consultation.pk, by=one, at=AT)
    second = keys.draw_second(consultation.pk, by=other, at=AT)
    consultation.refresh_from_db()
    return first.text, second.text, one, other


def everything():
    """All this database holds, as text without spaces: a share is printed in groups."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [bytes(v).hex() if isinstance(v, memoryview | bytes) else str(v) for r in cursor for v in r]
    return "\n".join(found).replace(" ", "")


def test_two_shares_make_the_key_and_only_its_public_half_stays():
    consultation = ConsultationFactory()

    first, second, *_holders = drawn(consultation)

    private = keys.joined(consultation, (second, first))
    assert sealing.Pair.of(private).public == bytes(consultation.public_key)
    assert [(s.position, s.sealed, s.digest) for s in consultation.key_shares.order_by("position")] == [
        (n, "", keys.digest_of(sealing.read_share(text))) for n, text in enumerate((first, second), start=1)
    ]
    kept = everything()
    assert bytes(consultation.public_key).hex() in kept
    secrets = {private, sealing.read_share(first), sealing.read_share(second)}
    assert (len(secrets), [secret for secret in secrets if secret.hex() in kept]) == (3, [])


def test_first_share_waits_sealed_by_the_secret_of_the_house(settings):
    consultation = ConsultationFactory()
    one, other = administrator(consultation), administrator(consultation)
    first = keys.draw_first(consultation.pk, by=one)
    assert sealing.read_share(first.text).hex() not in everything()

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret, drawn meanwhile"
    second = keys.draw_second(consultation.pk, by=other)

    consultation.refresh_from_db()
    assert sealing.Pair.of(keys.joined(consultation, (first.text, second.text))).public == bytes(
        consultation.public_key
    )


def test_key_is_ready_once_both_holders_have_typed_their_last_group():
    consultation = ConsultationFactory()
    first, second, one, other = drawn(consultation)
    assert not keys.is_ready(consultation)

    keys.acknowledge(consultation.pk, first.split()[-1].upper(), by=one, at=AT)
    assert not keys.is_ready(consultation)
    keys.acknowledge(consultation.pk, second.split()[-1], by=other, at=AT)

    assert keys.is_ready(consultation)
    assert set(KeyShare.rows.values_list("acknowledged_at", flat=True)) == {AT}
    verbs = JournalContent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["key_share_handed"] * 2 + ["key_share_acknowledged"] * 2


def test_wrong_last_group_is_told():
    consultation = ConsultationFactory()
    first, _second, one, _other = drawn(consultation)

    with pytest.raises(BadData):
        keys.acknowledge(consultation.pk, first.split()[0], by=one)

    assert not KeyShare.rows.filter(acknowledged_at__isnull=False).exists()


def test_nobody_shows_that_another_holds_a_share():
    consultation = ConsultationFactory()
    first, second, one, _other = drawn(consultation)

    with pytest.raises(BadData):
        keys.acknowledge(consultation.pk, second.split()[-1], by=one)
    with pytest.raises(WrongState):
        keys.acknowledge(consultation.pk, first.split()[-1], by=administrator(consultation))

    assert not KeyShare.rows.filter(acknowledged_at__isnull=False).exists()


def test_lost_share_voids_both():
    consultation = ConsultationFactory()
    first, second, one, _other = drawn(consultation)

    keys.draw_anew(consultation.pk, by=one)
    third, fourth, *_holders = drawn(consultation)

    with pytest.raises(BadData):
        keys.joined(consultation, (first, second))
    assert sealing.Pair.of(keys.joined(consultation, (third, fourth))).public == bytes(consultation.public_key)


def refused_draws():
    def officer(consultation):
        keys.draw_first(consultation.pk, by=administrator(consultation, Role.PROGRAMME_OFFICER))

    def second_alone(consultation):
        keys.draw_second(consultation.pk, by=administrator(consultation))

    def stranger(consultation):
        keys.draw_first(consultation.pk, by=PersonFactory())

    def nothing_to_forget(consultation):
        keys.draw_anew(consultation.pk, by=administrator(consultation))

    def in_a_file(consultation):
        keys.draw_for_demonstration(consultation.pk, by=administrator(consultation))

    def when_open(consultation):
        Consultation.rows.filter(pk=consultation.pk).update(state="open", public_key=bytes(65))
        keys.draw_anew(consultation.pk, by=administrator(consultation))

    return [
        (officer, NotAllowed),
        (second_alone, WrongState),
        (stranger, NotAllowed),
        (nothing_to_forget, WrongState),
        (in_a_file, NotAllowed),
        (when_open, WrongState),
    ]


@pytest.mark.parametrize(("act", "error"), refused_draws(), ids=lambda case: getattr(case, "__name__", ""))
def test_draw_refuses(act, error):
    consultation = ConsultationFactory()

    with pytest.raises(error):
        act(consultation)

    assert not KeyShare.rows.exists()


def test_one_person_never_holds_both_shares():
    consultation = ConsultationFactory()
    one = administrator(consultation)
    keys.draw_first(consultation.pk, by=one)

    with pytest.raises(NotAllowed):
        keys.draw_second(consultation.pk, by=one)
    with pytest.raises(WrongState):
        keys.draw_first(consultation.pk, by=administrator(consultation))

    consultation.refresh_from_db()
    assert (consultation.public_key, KeyShare.rows.count()) == (None, 1)


@pytest.mark.parametrize("brought", ["slip", "twice", "of another"])
def test_shares_that_do_not_make_the_key_are_refused(brought):
    consultation = ConsultationFactory()
    first, second, *_holders = drawn(consultation)
    other = drawn(ConsultationFactory())
    texts = {
        "slip": (first, second.replace("a", "b").replace("1", "2")),
        "twice": (first, first),
        "of another": (first, other[1]),
    }

    with pytest.raises(BadData):
        keys.joined(consultation, texts[brought])


def test_shares_of_a_key_that_is_not_the_consultation_s_any_more_are_refused():
    consultation = ConsultationFactory()
    first, second, *_holders = drawn(consultation)
    consultation.public_key = sealing.Pair.draw().public

    with pytest.raises(BadData):
        keys.joined(consultation, (first, second))


def test_demonstration_keeps_its_key_in_a_file(settings):
    settings.DEMO = True
    consultation = ConsultationFactory()

    keys.draw_for_demonstration(consultation.pk, by=administrator(consultation))

    consultation.refresh_from_db()
    place = keys.demonstration_place(consultation)
    assert sealing.Pair.of(keys.demonstration_key(consultation)).public == bytes(consultation.public_key)
    assert (place.stat().st_mode & 0o777, keys.is_ready(consultation)) == (0o600, True)
    settings.DEMO = False
    assert (keys.demonstration_key(consultation), keys.is_ready(consultation)) == (None, False)
