"""A code is withdrawn while its group sends what it thinks: nothing of it is kept, on any database."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.base.errors import Closed
from marelle.plans.models import Rating, Report
from marelle.plans.operations import group_codes
from tests.factories.accounts import PersonFactory
from tests.factories.plans import ObjectiveFactory, ReportFactory

WAITS = 0.3  # seconds: the group has opened its code and waits for the report


@pytest.mark.django_db(transaction=True)
def test_code_withdrawn_while_its_group_answers_keeps_nothing():
    with clock.at(datetime(2029, 4, 3, 9, tzinfo=UTC)):
        report = ReportFactory()
        objective = ObjectiveFactory(plan=report.plan)
        officer = PersonFactory(roles=[(report.organisation, Role.CITY_EDITOR)])
        held, plain = group_codes.make_code(report.pk, "council", by=officer)
        answers = []

        def answer():
            try:
                answers.append(group_codes.rate(plain, {objective.code: "achieved"}, is_five_or_more=True))
            except Closed as refused:
                answers.append(type(refused))
            finally:
                connection.close()

        group = threading.Thread(target=answer)
        with transaction.atomic():
            Report.rows.lock(report.pk)
            group.start()
            group.join(WAITS)
            group_codes.revoke(held.pk, by=officer)
        group.join(60)

    assert (answers, Rating.objects.count()) == ([Closed], 0)
