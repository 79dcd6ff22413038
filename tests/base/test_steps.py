from types import SimpleNamespace as Thing

import pytest

from marelle.base.errors import WrongState
from marelle.base.steps import Steps

STEPS = Steps(submit=({"draft", "returned"}, "submitted"), send_back=({"submitted"}, "returned"))


def test_steps_move_a_thing_along_the_table():
    thing = Thing(state="draft")

    STEPS.take(thing, "submit")
    STEPS.take(thing, "send_back")

    assert thing.state == "returned"


@pytest.mark.parametrize(("state", "step"), [("draft", "send_back"), ("submitted", "submit"), ("gone", "submit")])
def test_steps_refuse_what_the_table_does_not_hold(state, step):
    thing = Thing(state=state)

    with pytest.raises(WrongState) as refused:
        STEPS.take(thing, step)

    assert (thing.state, refused.value.facts) == (state, {"step": step, "state": state})


def test_steps_tell_what_is_allowed():
    assert [STEPS.allows(Thing(state=s), "submit") for s in ("draft", "returned", "submitted")] == [True, True, False]


def test_steps_as_text_is_in_alphabetical_order():
    assert STEPS.as_text() == "draft: submit > submitted\nreturned: submit > submitted\nsubmitted: send_back > returned"


def test_unknown_step_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        STEPS.take(Thing(state="draft"), "sbumit")
