"""docs/security.md names, for each item that is due, a test that exists and says that it proves it."""

import pytest

from tests.security.evidence import named, proofs

pytestmark = pytest.mark.once

DUE = """
A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 R1 R2 R5 R6 R7 O1 O2 O3 O4 O5 O6 O7 O8 O9 O10 U1 U2 U3 U4 U6 U8
P1 P2 P3 P4 P5 P6 E1 E2 E3 E4 E5 E6 W1 W2 W3 W4 W5 W6 W7 W9 W10 L1 L2 L6 J1 J2 J3 J4 S1 S5
D1 D2 D3 D4 D5 D6 D7 F1 F6 F8 F9 F10 F11 F12 F28 B1 B2 N1 N2 N3 N5 N6
"""


def test_every_due_item_names_its_test():
    known = proofs()

    unproved = {item: test for item, (due, test) in named().items() if due == "now" and test not in known.get(item, [])}

    assert unproved == {}, "run: python -m tests.security.evidence"


def test_due_items_are_the_agreed_ones():
    due = [item for item, (when, _test) in named().items() if when == "now"]

    assert sorted(due) == sorted(DUE.split())
