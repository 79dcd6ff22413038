"""What the demonstration leaves outside the house's database goes with the file that built it."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def no_answers_left():
    """Boxes and sheets lie in a database no transaction of these tests undoes."""
    yield
    from marelle.demo import consultation

    consultation.forget()
