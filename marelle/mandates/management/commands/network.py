"""`network template > reseau.xlsx`, `network import reseau.xlsx --write`: a living network comes in from one workbook."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marelle.accounts.models import Organisation
from marelle.accounts.robot import robot
from marelle.framework.models import Framework
from marelle.mandates.operations import bringing_in

WORDS = {
    "create": "to be added",
    "there": "there already",
    "differs": "otherwise in the house, left so",
    "fault": "cannot be taken",
}


class Command(BaseCommand):
    help = "Brings a network in from one workbook, or gives the empty one. Writes nothing without --write."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("act", choices=["template", "import"])
        parser.add_argument("file", nargs="?", type=Path, help="the workbook (of the empty one: where to write it)")
        parser.add_argument("--committee", default="", help="the code of the committee, where there are several")
        parser.add_argument("--framework", default="", help="the framework plans come in under, as CODE:VERSION")
        parser.add_argument("--write", action="store_true", help="do it, instead of telling the fate of every line")

    def handle(
        self, *, act: str, file: Path | None, committee: str, framework: str, write: bool, **options: Any
    ) -> None:
        house, chosen = _committee(committee), _framework(framework)
        if act == "template":
            content = bringing_in.template(house, chosen)
            if file:
                file.write_bytes(content)
            else:
                sys.stdout.buffer.write(content)
        elif file is None or not file.is_file():
            raise CommandError("Say which workbook: network import reseau.xlsx")
        else:
            self._bring_in(file, house, chosen, write)

    def _bring_in(self, file: Path, house: Organisation, framework: Framework | None, write: bool) -> None:
        found = bringing_in.understood(file, house, by=robot(), tell=self._tell("lines read"), framework=framework)
        for line in found.lines:
            if line.what != "there":
                said = " → ".join(words for words in (line.old, line.new) if words)
                note = " ".join(words for words in (line.name, said, line.note) if words)
                self.stdout.write(f"{line.place}  {WORDS[line.what]}: {note}")
        if write:
            bringing_in.take(found, house, by=robot(), tell=self._tell("organisations"))
        counts = Counter(line.what for line in found.lines)
        told = ", ".join(f"{counts[what]} {words}" for what, words in WORDS.items())
        self.stdout.write(f"{len(found.lines)} lines: {told}{'' if write else ' (nothing written)'}.")

    def _tell(self, label: str) -> Any:
        """One line each time some more is done."""
        return lambda done, total: self.stderr.write(f"{label} {done}/{total}")


def _committee(code: str) -> Organisation:
    found = [house for house in bringing_in.committees() if code in ("", house.code)]
    if len(found) != 1:
        raise CommandError("Say which committee: --committee CODE." if found else "There is no such committee.")
    return found[0]


def _framework(name: str) -> Framework | None:
    if not name:
        return None
    code, _sep, version = name.partition(":")
    found = Framework.objects.filter(code=code, version=version).first()
    if found is None:
        raise CommandError("There is no such framework: give CODE:VERSION.")
    return found
