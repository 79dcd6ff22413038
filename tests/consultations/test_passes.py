from datetime import UTC, datetime, timedelta

import pytest

from marelle.consultations import passes

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
KEY = passes.derive("secret", "passes")
GIVEN = passes.make("abc123", "sitting", NOW + timedelta(minutes=30), KEY)


def test_a_pass_says_what_it_was_made_for():
    assert passes.read(GIVEN, KEY, NOW) == passes.Pass("sitting", "abc123", NOW + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("text", "key", "at", "error"),
    [
        (GIVEN, KEY, NOW + timedelta(minutes=30), passes.Expired),
        (GIVEN, passes.derive("secret", "codes"), NOW, passes.Invalid),
        (GIVEN, passes.derive("another", "passes"), NOW, passes.Invalid),
        (GIVEN.replace("abc123", "abc124"), KEY, NOW, passes.Invalid),
        (GIVEN.replace("sitting", "late"), KEY, NOW, passes.Invalid),
        (GIVEN[:-1], KEY, NOW, passes.Invalid),
        ("", KEY, NOW, passes.Invalid),
        ("...", KEY, NOW, passes.Invalid),
        ("é" * 50, KEY, NOW, passes.Invalid),
        (GIVEN + "a" * 200, KEY, NOW, passes.Invalid),
    ],
    ids=[
        "over",
        "other_purpose",
        "other_house",
        "other_sitting",
        "other_kind",
        "cut",
        "empty",
        "dots",
        "letters",
        "long",
    ],
)
def test_read_refuses(text, key, at, error):
    with pytest.raises(error):
        passes.read(text, key, at)


@pytest.mark.parametrize(("reference", "kind"), [("abc", "cookie"), ("a.b", "sitting")])
def test_make_refuses(reference, kind):
    with pytest.raises(ValueError, match="no pass"):
        passes.make(reference, kind, NOW, KEY)


def test_each_purpose_has_its_own_key():
    assert len({passes.derive("secret", purpose) for purpose in ("passes", "codes", "field")}) == 3
    assert passes.derive("secret", "codes") == passes.derive(b"secret", "codes")


SECRET = passes.Secret(passes.derive("secret", "field"))
FIELD = SECRET.seal(b'{"q010": 2}', "abc123 rights", NOW)


def test_the_field_opens_where_it_was_sealed():
    assert SECRET.open(FIELD, "abc123 rights", NOW + timedelta(hours=1, minutes=59)) == b'{"q010": 2}'
    assert "q010" not in FIELD


@pytest.mark.parametrize(
    ("text", "about", "at", "error"),
    [
        (FIELD, "abc123 rights", NOW + timedelta(hours=2), passes.Expired),
        (FIELD, "abc124 rights", NOW, passes.Invalid),
        (FIELD[:-2] + ("BB" if FIELD.endswith("AA") else "AA"), "abc123 rights", NOW, passes.Invalid),
        (("B" if FIELD[0] == "A" else "A") + FIELD[1:], "abc123 rights", NOW, passes.Invalid),
        ("", "abc123 rights", NOW, passes.Invalid),
        ("é", "abc123 rights", NOW, passes.Invalid),
        ("A" * 7000, "abc123 rights", NOW, passes.Invalid),
    ],
    ids=["over", "elsewhere", "end", "start", "empty", "letter", "long"],
)
def test_the_field_does_not_open(text, about, at, error):
    with pytest.raises(error):
        SECRET.open(text, about, at)


def test_the_field_holds_six_kilobytes_and_no_more():
    assert len(SECRET.seal(b"x" * 4500, "", NOW)) <= 6 * 1024

    with pytest.raises(passes.TooLong):
        SECRET.seal(b"x" * 4700, "", NOW)
