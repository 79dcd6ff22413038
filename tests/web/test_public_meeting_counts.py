"""How many questions the busiest pages of meetings ask the database: as many for one row as for many."""

import pytest

from marelle.base import clock
from tests.factories.events import FIRST_DAY, EventFactory, OccurrenceFactory, QuestionFactory
from tests.web.test_public_gathering import gathering

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("items", [1, 3, 67])
@pytest.mark.parametrize(("file", "count"), [("", 7), ("/schedule.json", 4), ("/schedule.xml", 4), (".csv", 4)])
def test_the_programme_asks_as_much_for_one_item_as_for_many(client, django_assert_num_queries, items, file, count):
    gathering(items)
    client.get("/rencontre/2026?warm=1")

    with clock.at(FIRST_DAY), django_assert_num_queries(count):
        assert client.get(f"/rencontre/2026{file}").status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_the_board_asks_as_much_for_one_question_as_for_many(client, django_assert_num_queries, rows):
    webinar = EventFactory()
    OccurrenceFactory(event=webinar)
    QuestionFactory.create_batch(rows, event=webinar, answer={"fr": "La ville."})
    address = f"/webinaires/{webinar.code}/direct/questions"
    client.get(f"{address}?warm=1")

    with clock.at(FIRST_DAY), django_assert_num_queries(2):
        assert client.get(address).content.count(b"<li>") == rows
