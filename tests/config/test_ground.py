"""The ground the other tests stand on."""

import socket

import pytest
from django.db import connection
from django.template import engines

from tests.conftest import NoNetwork
from tests.unknown_names import UnknownName


@pytest.mark.django_db
def test_database_is_the_one_asked_for(on_postgresql):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    assert connection.vendor == ("postgresql" if on_postgresql else "sqlite")


def test_network_is_closed():
    with socket.socket() as outside, pytest.raises(NoNetwork):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.parametrize(
    "text",
    ["{{ nobody }}", "{{ nobody.name|upper }}", "{% if nobody.name|lower == 'x' %}{% endif %}{{ x|default:nobody }}"],
)
def test_unknown_name_in_a_template_fails(text):
    template = engines["django"].from_string(text)

    with pytest.raises(UnknownName):
        template.render({})


def test_unknown_name_in_a_condition_is_false():
    assert engines["django"].from_string("{% if nobody %}yes{% else %}no{% endif %}").render({}) == "no"
