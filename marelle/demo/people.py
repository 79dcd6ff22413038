"""Who one may be in the demonstration. Invented names, one key each; they exist in demonstration mode only."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from marelle.accounts.states import Role

DOMAIN = "demo.marelle.example"


@dataclass(frozen=True)
class Character:
    """Someone to be for a while. `place`: "committee", "main", "other", "epci" or "story" of the network, "abroad" or "partner"."""

    key: str
    name: str
    role: Role
    place: str
    says: object

    @property
    def email(self) -> str:
        """Where their letters would go: an address nobody has."""
        return f"{self.key}@{DOMAIN}"


CHARACTERS = (
    Character(
        "city-admin", "Camille Préau", Role.CITY_ADMINISTRATOR, "main", _("I run my town’s application and its team.")
    ),
    Character("city-editor", "Sacha Craie", Role.CITY_EDITOR, "main", _("I write the dossier and the plan.")),
    Character("city-reader", "Lou Cartable", Role.CITY_READER, "main", _("I read what my colleagues write.")),
    Character("signatory", "Claude Palet", Role.ELECTED_LEAD, "main", _("I am elected: I hand in, and I sign.")),
    Character(
        "other-city-admin",
        "Noa Toboggan",
        Role.CITY_ADMINISTRATOR,
        "other",
        _("I run another town, whose agreement waits."),
    ),
    Character(
        "epci-admin", "Alix Cerceau", Role.CITY_ADMINISTRATOR, "epci", _("I run an intercommunality’s application.")
    ),
    Character(
        "committee-admin",
        "Dominique Tableau",
        Role.PROGRAMME_ADMINISTRATOR,
        "committee",
        _("I open calls, propose decisions, sign for the committee."),
    ),
    Character(
        "committee-admin-2",
        "Yaël Équerre",
        Role.PROGRAMME_ADMINISTRATOR,
        "committee",
        _("I am the second pair of eyes."),
    ),
    Character(
        "committee-officer",
        "Morgan Ardoise",
        Role.PROGRAMME_OFFICER,
        "committee",
        _("I follow the cities and check their dossiers."),
    ),
    Character("reviewer-1", "Andréa Buvard", Role.REVIEWER, "committee", _("I read dossiers.")),
    Character("reviewer-2", "Maxime Trousse", Role.REVIEWER, "committee", _("I read them too, apart from the first.")),
    Character(
        "moderator-abroad",
        "Nour Kermesse",
        Role.CITY_EDITOR,
        "abroad",
        _("I work for a city of another country: I moderate, I sit in a group."),
    ),
    Character("partner", "Éden Bille", Role.PARTNER_AUTHOR, "partner", _("I carry a webinar with others.")),
    Character(
        "facilitator",
        "Charlie Balançoire",
        Role.CITY_EDITOR,
        "main",
        _("I hold groups of children who answer the consultation."),
    ),
    Character(
        "member-admin",
        "Nadia Récré",
        Role.CITY_ADMINISTRATOR,
        "story",
        _("My town’s mandate runs: it comes to the gathering, ranks needs, tells its practices."),
    ),
    Character("board", "Stéphane Ronde", Role.BOARD_MEMBER, "committee", _("I confirm the decisions.")),
)
BY_KEY = {character.key: character for character in CHARACTERS}
