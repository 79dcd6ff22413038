"""`marelle consultation`: read a questionnaire's workbook, answer it synthetically, freeze an edition."""

import secrets
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from marelle.accounts.models import Person
from marelle.base.errors import MarelleError
from marelle.base.progress import track
from marelle.consultations import rehearsing
from marelle.consultations.models import Consultation
from marelle.consultations.operations import freezing
from marelle.consultations.simulating import NotTaken
from marelle.consultations.xlsform import read_workbook


class Command(BaseCommand):
    help = "Reads the workbook of a questionnaire, simulates answers, freezes an edition."

    def add_arguments(self, parser: CommandParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        read = does.add_parser("import", help="read a workbook: exit 0, or 1 and one line a fault on standard error")
        read.add_argument("file", type=Path)
        read.add_argument(
            "--dry-run", action="store_true", help="only read it; a version is added in the office, by a person"
        )
        read.add_argument(
            "--waived", action="store_true", help="as if a written waiver stood for sensitive questions before 12"
        )
        read.add_argument("--todo", action="store_true", help="print what is left to do, too")
        read.add_argument("--language", choices=["fr", "en"], default="fr", help="of the sentences")

        answer = does.add_parser("simulate", help="synthetic answers through the intake of a running server")
        answer.add_argument("--sheets", type=int, required=True, help="how many children")
        answer.add_argument("--seed", type=int, help="the same children each time; drawn and said when it is not given")
        answer.add_argument("--code", help="of one group; else those that answer now")
        answer.add_argument("--host", default="127.0.0.1")
        answer.add_argument("--port", type=int, default=settings.PORT)
        answer.add_argument("--clients", type=int, default=8, help="children at once")

        freeze = does.add_parser(
            "freeze", help="open the answers of an edition whose freeze was proposed in the office"
        )
        freeze.add_argument("edition", help="its year")
        freeze.add_argument("--by", required=True, help="address of the administrator who confirms")
        freeze.add_argument("--write", action="store_true", help="both shares are read from standard input, one a line")

    def handle(self, *, does: str, **options: Any) -> None:
        getattr(self, f"run_{does}")(**options)

    def run_import(self, *, file: Path, dry_run: bool, waived: bool, todo: bool, language: str, **options: Any) -> None:
        if not dry_run:
            raise CommandError(
                "A version is added in the office, under a person’s name. Say --dry-run to read the workbook."
            )
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        with translation.override(language):
            read = read_workbook(content, waived=waived)
        if read.questionnaire is None:
            for fault in read.faults:
                self.stderr.write(str(fault), self.style.NOTICE)
            raise SystemExit(1)
        for each in read.todos if todo else ():
            self.stdout.write(f"{each.sheet}!{each.cell}: {each.sentence}")
        questions = sum(question.is_asked for question in read.questionnaire.questions())
        self.stdout.write(
            f"{questions} questions, {len(read.questionnaire.parts)} parts, {', '.join(read.questionnaire.languages)}: "
            f"accepted, {len(read.todos)} things left to do (nothing written). {read.questionnaire.content_hash}"
        )

    def run_simulate(self, *, sheets: int, seed: int | None, code: str | None, clients: int, **options: Any) -> None:
        seed = secrets.randbelow(10**6) if seed is None else seed
        try:
            groups = rehearsing.groups(code)
            self.stdout.write(f"Réponses synthétiques (synthetic answers), seed {seed}: nobody said any of it.")
            told = rehearsing.simulate(
                groups, sheets, seed, at=(options["host"], options["port"]), clients=clients, out=self.stderr
            )
        except (rehearsing.Refused, NotTaken) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{told.sheets} synthetic sheets (feuilles synthétiques) in {told.groups} groups: {told.received} parts received, "
            f"{told.refused} refused, {told.seconds:.1f} s, {told.received / max(told.seconds, 0.001):.0f} a second."
        )

    def run_freeze(self, *, edition: str, by: str, write: bool, **options: Any) -> None:
        consultation = Consultation.rows.filter(code=edition).first()
        person = Person.objects.filter(email__iexact=by).first()
        if consultation is None or person is None:
            raise CommandError("No such edition, or nobody of that address.")
        total = freezing.boxes_waiting(consultation)
        parts = "fewer than five" if freezing.few(total) is None else total
        if not write:
            self.stdout.write(f"{parts} parts are sealed (nothing written). Say --write, and give both shares.")
            return
        given = [line.strip() for line in sys.stdin if line.strip()]
        shares = (given[0], given[1]) if len(given) == 2 else None
        try:
            begun = freezing.begin(consultation.pk, shares, by=person)
            made = freezing.finish(begun, progress=lambda rows: track(rows, total=total, label="parts"))
        except MarelleError as error:
            raise CommandError(error.sentence) from error
        self.stdout.write(
            f"{made.zones.filter(status='', profile='').count()} zones told from {parts} parts: freeze {made.code}."
        )
