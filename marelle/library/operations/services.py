"""Loading the list of services from its file: what is there is renamed, what is new is added, nothing is taken away."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.base.errors import BadData
from marelle.library.models import Service


def read_services(path: Path) -> list[dict[str, Any]]:
    """The file's services. Raises BadData with every fault."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise BadData(_("This list of services cannot be read."), [f"{path.name}: {error}"]) from error
    faults = [
        f"{path.name}: {row}" for row in rows if not (isinstance(row, dict) and row.get("code") and row.get("name"))
    ]
    if faults:
        raise BadData(_("This list of services cannot be read."), faults)
    return rows


@transaction.atomic
def load_services(rows: list[dict[str, Any]]) -> list[Service]:
    """Write them, in their order. Twice is once."""
    return [
        Service.objects.update_or_create(code=row["code"], defaults={"name": row["name"], "position": position})[0]
        for position, row in enumerate(rows)
    ]
