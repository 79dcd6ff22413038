import io

from marelle.base.progress import track


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_log_gets_one_line_per_tenth():
    out = io.StringIO()

    done = list(track(range(200), total=200, label="communes", out=out))

    assert done == list(range(200))
    assert out.getvalue().splitlines() == ["communes 1/200"] + [f"communes {n}/200" for n in range(20, 201, 20)]


def test_terminal_gets_a_moving_bar():
    out = Terminal()

    list(track("ab", total=2, label="x", out=out))

    assert [line.split(",")[0].strip() for line in out.getvalue().split("\r")[1:]] == [
        "x [#####     ] 1/2",
        "x [##########] 2/2",
    ]
    assert out.getvalue().endswith("\n")


def test_nothing_to_do_says_nothing():
    out = io.StringIO()

    assert list(track([], total=0, label="x", out=out)) == []
    assert out.getvalue() == ""
