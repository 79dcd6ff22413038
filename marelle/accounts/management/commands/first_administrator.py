"""Opens the house: makes the committee and prints a one-use link for its first administrator (trust A11).

Several committees may share one house: `--another` makes one beside those that stand.
"""

from typing import Any

from django.core.management.base import BaseCommand

from marelle.accounts import letters, operations
from marelle.base.errors import MarelleError


class Command(BaseCommand):
    help = "Makes the committee and prints a one-use link for its first administrator."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True, help="name of the person, shown on the page they accept on")
        parser.add_argument("--organisation-name", required=True, help="name of the committee")
        parser.add_argument(
            "--country", default="FR", help="two letters: it looks after the organisations of its country"
        )
        parser.add_argument("--another", action="store_true", help="make a committee beside one that stands already")
        parser.add_argument("--write", action="store_true", help="without it, nothing is written")

    def handle(
        self, *, email: str, name: str, organisation_name: str, country: str, another: bool, write: bool, **options: Any
    ) -> None:
        if not write:
            self.stdout.write(f"{name} <{email}> would be invited to administer {organisation_name} (nothing written).")
            return
        try:
            token = operations.invite_first_administrator(
                email=email, organisation_name=organisation_name, country=country.upper(), another=another
            )
        except MarelleError as error:
            self.stderr.write(error.sentence)
            raise SystemExit(1) from error
        self.stdout.write(f"1 invitation, good once for 14 days:\n{letters.invitation_link(token)}")
