import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marelle.consultations import sealing
from marelle.consultations.sealing import Pair

PRIVATE = bytes.fromhex("5b7630bfa40c4a7845b86184067412155a0bc89de73206caa1fd44e785ddd893")
PUBLIC = bytes.fromhex(
    "04dcdaa3761a252b49ac735c62aa9cbb0a3fd628ced078e0a065d34215bbf8e8690f994c0982bc4c45b0b5d8d67778594f5e018f9291787c1c2"
    "72ff686c7e4745d"
)
BOX = bytes.fromhex(
    "01eac51ff4067dc778045404c5a6cd3068d42da83e1b855cf1084934025bdbb55326ff8316a6a99a2a4bb5d79c85544c592bc283c798edbe7378"
    "4276962a0f3f4480c96cbe72c47b9bff000102030405060708090a0b795ba9c97ad36e574f57eb29b7ebcc797f12fd4e7f52682c2ad48cf0481875b4"
)


def test_the_agreed_box_opens():
    assert Pair.of(PRIVATE).public == PUBLIC
    assert sealing.kid(PUBLIC).hex() == "eac51ff4067dc778"
    assert sealing.open_box(BOX, PRIVATE) == b'{"v":1}' + b" " * 9


def test_key_is_the_librarys_hkdf():
    point, shared = secrets.token_bytes(65), secrets.token_bytes(32)
    library = HKDF(algorithm=SHA256(), length=32, salt=point + PUBLIC, info=b"marelle sheet v1")

    assert sealing._key_of(shared, point, PUBLIC) == library.derive(shared)


@pytest.mark.parametrize(("length", "size"), [(2, 1024), (1024, 1024), (1025, 2048), (8192, 8192), (8193, 16384)])
def test_seal_hides_the_length(length, size):
    pair = Pair.draw()
    plain = b"x" * length

    box = sealing.seal(plain, pair.public)

    assert len(box) == 102 + size
    assert sealing.open_box(box, pair.private) == plain.ljust(size)


def test_seal_refuses_what_no_size_holds():
    with pytest.raises(sealing.TooLong):
        sealing.seal(b"x" * 16385, PUBLIC)


def test_seal_never_says_the_same_twice():
    boxes = {sealing.seal(b"{}", PUBLIC) for _n in range(20)}

    assert len({box[9:74] for box in boxes}) == 20
    assert len({box[74:] for box in boxes}) == 20


def test_one_flipped_bit_opens_nothing():
    opener = sealing.Opener(PRIVATE)
    opened = []
    for place in range(len(BOX)):
        for bit in range(8):
            box = bytearray(BOX)
            box[place] ^= 1 << bit
            try:
                opened.append((place, bit, opener.open(bytes(box))))
            except sealing.NotOpened:
                continue

    assert opened == []


@pytest.mark.parametrize("box", [b"", b"\x01", BOX[:102], BOX[:-1], BOX + b"\x00", b"\x02" + BOX[1:]])
def test_open_box_refuses_what_is_no_box(box):
    with pytest.raises(sealing.NotOpened):
        sealing.open_box(box, PRIVATE)


def test_another_key_opens_nothing():
    with pytest.raises(sealing.NotOpened):
        sealing.open_box(sealing.seal(b"{}", PUBLIC), Pair.draw().private)


def test_check_box_takes_a_box_of_this_key_and_of_an_agreed_size():
    sealing.check_box(sealing.seal(b"{}", PUBLIC), PUBLIC)


@pytest.mark.parametrize(
    "box",
    [
        BOX,
        sealing.seal(b"{}", Pair.draw().public),
        sealing.seal(b"x" * 9000, PUBLIC),
        BOX[:10] + bytes(64) + BOX[74:] + bytes(1008),
    ],
    ids=["unpadded", "another key", "too large", "no point of the curve"],
)
def test_check_box_refuses(box):
    with pytest.raises(sealing.NotOpened):
        sealing.check_box(box, PUBLIC)


def test_two_shares_are_the_key_and_one_is_nothing():
    shares = [sealing.split(PRIVATE) for _n in range(20)]

    assert {sealing.join(first, second) for first, second in shares} == {PRIVATE}
    assert len({share for both in shares for share in both}) == 40
    assert all(PRIVATE not in both for both in shares)


def test_a_share_is_read_as_printed_and_a_slip_is_seen():
    share = bytes(range(32))
    text = sealing.share_text(share)

    assert text == ("00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f 630dcd29")
    assert sealing.read_share(f"  {text.upper()}\n") == share
    assert sealing.read_share(text.replace("0405", "0504")) is None
    assert sealing.read_share(text[:-1]) is None
    assert sealing.read_share("not a share") is None


def test_pair_draws_another_each_time():
    pairs = {Pair.draw() for _n in range(5)}

    assert len({pair.private for pair in pairs}) == 5
    assert all(Pair.of(pair.private) == pair for pair in pairs)
    assert all(ec.EllipticCurvePublicKey.from_encoded_point(sealing.CURVE, pair.public) for pair in pairs)
