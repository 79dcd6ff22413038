import threading

import pytest

from marelle.consultations.counting import Counters, moment_of_chance


class Written:
    """What the other database holds."""

    def __init__(self):
        self.counts, self.fault, self.asked = {}, None, 0

    def known(self, reference, part):
        self.asked += 1
        return self.counts.get((reference, part), 0)

    def add(self, counts):
        if self.fault:
            raise self.fault
        for key, received in counts.items():
            self.counts[key] = self.counts.get(key, 0) + received


def receive(counters, *keys):
    for reference, part in keys:
        counters.hold(reference, part, None)
        counters.settle(reference, part, is_new=True)


def test_counts_are_written_together_when_the_moment_comes():
    written = Written()
    counters = Counters(written.known, written.add)

    receive(counters, ("a", "rights"), ("a", "rights"), ("b", "rights"))
    assert written.counts == {}
    counters.flush()
    counters.flush()

    assert written.counts == {("a", "rights"): 2, ("b", "rights"): 1}
    counters.close()


def test_what_was_sent_again_is_not_counted():
    written = Written()
    counters = Counters(written.known, written.add)

    counters.hold("a", "rights", 9)
    counters.settle("a", "rights", is_new=False)
    counters.flush()

    assert written.counts == {}


def test_what_could_not_be_written_is_written_next_time():
    written = Written()
    counters = Counters(written.known, written.add)
    receive(counters, ("a", "rights"))

    written.fault = ConnectionError()
    with pytest.raises(ConnectionError):
        counters.flush()
    receive(counters, ("a", "rights"))
    written.fault = None
    counters.flush()

    assert written.counts == {("a", "rights"): 2}
    counters.close()


def test_a_place_is_held_until_it_is_taken_or_given_back():
    counters = Counters((written := Written()).known, written.add)
    written.counts["a", "rights"] = 1

    assert [counters.hold("a", "rights", 3) for _n in range(3)] == [True, True, False]
    counters.settle("a", "rights", is_new=False)
    assert [counters.hold("a", "rights", 3) for _n in range(2)] == [True, False]
    assert written.asked == 1  # a class asks once between two writings


def test_another_process_is_seen_after_each_writing():
    counters = Counters((written := Written()).known, written.add)
    assert counters.hold("a", "rights", 5)
    counters.settle("a", "rights", is_new=False)
    written.counts["a", "rights"] = 5

    counters.flush()

    assert not counters.hold("a", "rights", 5)


def test_counts_written_while_one_is_read_are_not_missed():
    written, beside = Written(), []

    def known(reference, part):
        found = written.known(reference, part)
        if not beside:
            beside.append(threading.Thread(target=counters.flush))
            beside[0].start()
            beside[0].join(0.1)
        return found

    counters = Counters(known, written.add)
    receive(counters, ("a", "rights"), ("a", "rights"))

    assert not counters.hold("a", "rights", 2)
    beside[0].join()
    assert not counters.hold("a", "rights", 2)
    counters.close()


def test_the_thread_writes_at_moments_of_chance():
    written, drawn = Written(), []
    added = threading.Event()

    def draw():
        drawn.append(1)
        return 0.01

    def add(counts):
        written.add(counts)
        added.set()

    counters = Counters(written.known, add, draw=draw)
    written.fault = None
    receive(counters, ("a", "rights"))

    assert added.wait(5)
    counters.close()
    assert written.counts == {("a", "rights"): 1}
    assert drawn


def test_moments_are_between_thirty_and_ninety_seconds():
    drawn = [moment_of_chance() for _n in range(2000)]

    assert 30 <= min(drawn) < 33
    assert 87 < max(drawn) <= 90
