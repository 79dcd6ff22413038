"""Two people, one field: nothing typed is lost (trust D1)."""

from typing import Any, TypeVar

from django.utils.translation import gettext as _

from marelle.base.errors import Conflict
from marelle.base.models import Versioned

T = TypeVar("T", bound=Versioned)


def save_field(thing: T, field: str, value: Any, *, was: Any, version: int) -> T:
    """Put `value` in one field of `thing`, a locked row, and raise its version by one.

    `version` is the one the writer had on screen, `was` the value that stood there. A stale
    version on a field nobody touched is merged. Raises Conflict with both texts otherwise.
    """
    theirs = getattr(thing, field)
    if theirs == value:
        return thing
    if version != thing.version and theirs != was:
        raise Conflict(
            _("This text was changed elsewhere while you were writing. Both are kept below: choose, or join them."),
            yours=value,
            theirs=theirs,
            version=thing.version,
            field=field,
        )
    setattr(thing, field, value)
    thing.version += 1
    thing.save(update_fields=[field, "version"])
    return thing
