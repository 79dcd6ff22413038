"""Run every check; exit 1 when there is a fault."""

import os
import sys
from collections.abc import Callable, Iterator

import django

from tools.consistency import house, source

Check = Callable[[], Iterator[str]]
SOURCE = (
    source.imports_inside_functions,
    source.signals,
    source.sizes,
    source.views_without_try,
    source.inline_style_and_script,
    source.foreign_places,
    source.unused_templates,
    source.unused_icons,
    source.unused_rules,
    source.rows_outside_operations,
    source.states_moved_by_hand,
    source.faces_in_the_contract,
    source.packages_in_the_contract,
    source.documented_variables,
    source.security_items,
    source.pages_in_their_index,
)
HOUSE = (
    house.foreign_keys_point_down,
    house.models_without_factory,
    house.addresses_without_door,
    house.public_list_is_the_agreed_one,
    house.unused_settings,
    house.journal_words,
    house.migrations_missing,
)


def faults_of(check: Check) -> list[str]:
    """What one check finds; that it could not be run is a fault too."""
    found: list[str] = []
    try:
        found.extend(check())
    except Exception as error:
        found.append(f"could not be run to its end: {type(error).__name__}: {error}")
    return found


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marelle.config.settings")
    os.environ.setdefault("MARELLE_MODE", "demo")
    django.setup()
    faults = [f"{check.__name__}: {fault}" for check in (*SOURCE, *HOUSE) for fault in faults_of(check)]
    print("\n".join(faults) or "The tree is consistent.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
