"""The robot: the account commands act as. It cannot sign in."""

from marelle.accounts.models import Person
from marelle.base import clock

ADDRESS = "robot@marelle.invalid"


def robot() -> Person:
    """The robot's account, made at first need."""
    person, _made = Person.objects.get_or_create(
        email=ADDRESS, defaults={"name": "Robot", "is_robot": True, "created_at": clock.now()}
    )
    return person
