"""The demonstration is the same each time it is built."""

import pytest
from django.db import transaction

from marelle.accounts.models import File, Person
from marelle.mandates.models import Application
from marelle.plans.models import Objective
from tests.demo.test_building import build

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def told():
    """What a visitor would compare between two builds: words and states, no random code."""
    rows = Application.rows.select_related("organisation").order_by("organisation__code")
    files = dict(File.rows.values_list("code", "label"))
    said = {
        a.pk: sorted((key, files.get(value, value)) for key, value in a.answers.values_list("key", "value"))
        for a in rows
    }
    answers = [(a.organisation.code, a.state, said[a.pk]) for a in rows]
    plans = list(Objective.objects.order_by("plan__organisation__code", "pk").values_list("name", "promise"))
    return answers, plans, list(Person.objects.order_by("email").values_list("email", "name"))


def test_build_tells_the_same_twice():
    with transaction.atomic():
        build()
        first = told()
        transaction.set_rollback(True)
    build()

    assert told() == first
