"""Who reads and writes what is said of an application: with its city, or among the committee alone."""

from django.utils.translation import gettext as _

from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import BOARD_ROLES, PROGRAMME_TEAM
from marelle.mandates import rules
from marelle.mandates.models import Application
from marelle.mandates.queries.people import writers_of
from marelle.mandates.states import ApplicationState, ReviewState

WITH_CITY, INTERNAL = "mandates.application", "mandates.application_notes"
SILENT = frozenset({ApplicationState.WITHDRAWN, ApplicationState.LAPSED})


def reference_with_city(application: Application) -> str:
    """The conversation between a city and the programme team."""
    return f"{WITH_CITY}:{application.code}"


def reference_internal(application: Application) -> str:
    """The committee's own notes, which the city never reads."""
    return f"{INTERNAL}:{application.code}"


def find(code: str) -> Application | None:
    """The application of that code, to be weighed against who asks."""
    rows = Application.objects.filter(code=code).everyone(reason="weighed against the reader by the rules below")
    return rows.select_related("call__committee", "organisation").first()


def may_read_with_city(person: Person, application: Application) -> bool:
    """Whoever has a role in the city; the programme team of the committee, never for an organisation one belongs to."""
    return accounts.may_read(person, application.organisation) or _handles(person, application)


def may_write_with_city(person: Person, application: Application) -> bool:
    """Whoever writes for the city, and that team, until the application is withdrawn or has lapsed."""
    entitled = accounts.may_write(person, application.organisation) or _handles(person, application)
    return entitled and application.state not in SILENT


def may_read_notes(person: Person, application: Application) -> bool:
    """The programme team, the commission and the board, of what they may open; a reader once their own reading is finished."""
    if accounts.belongs_to(person, application.organisation) or _still_reads(person, application):
        return False
    judges = bool(person.roles_at(application.call.committee_id) & (PROGRAMME_TEAM | BOARD_ROLES))
    return judges and Application.objects.visible_to(person).filter(pk=application.pk).exists()


def told_with_city(application: Application) -> list[tuple[Person, str]]:
    """Who is told what is said with the city, each with the page where they read it."""
    city = [(person, city_address(application)) for person in writers_of(application.organisation)]
    return city + [(person, office_address(application)) for person in team_of(application)]


def told_of_notes(application: Application) -> list[tuple[Person, str]]:
    """Who is told of a note: the programme team that may read it."""
    readers = [person for person in team_of(application) if may_read_notes(person, application)]
    return [(person, notes_address(application)) for person in readers]


def team_of(application: Application) -> list[Person]:
    """The programme team that handles this application."""
    team = people_of([application.call.committee], PROGRAMME_TEAM)
    return [person for person in team if rules.may_handle(person, application)]


def keeper(person: Person, application: Application) -> Organisation:
    """In whose name what this person joins is kept: the city's own people in the city's, others in the committee's."""
    own = accounts.may_read(person, application.organisation)
    return application.organisation if own else application.call.committee


def title_with_city(application: Application) -> str:
    """How the conversation is named in a notification."""
    return _("Application of {city}").format(city=application.organisation)


def title_of_notes(application: Application) -> str:
    """The same, of the committee's notes."""
    return _("Internal notes, {city}").format(city=application.organisation)


def city_address(application: Application) -> str:
    """Where the city reads and writes."""
    return f"/espace/{application.organisation.code}/candidature/echanges"


def office_address(application: Application) -> str:
    """Where the programme team does."""
    return f"/bureau/candidatures/{application.code}/echanges"


def notes_address(application: Application) -> str:
    """Where the committee's own notes are."""
    return f"/bureau/candidatures/{application.code}/notes"


def _handles(person: Person, application: Application) -> bool:
    return rules.may_handle(person, application) and not _stepped_aside(person, application)


def _stepped_aside(person: Person, application: Application) -> bool:
    return application.reviews.filter(reviewer=person, state=ReviewState.STEPPED_ASIDE).exists()


def _still_reads(person: Person, application: Application) -> bool:
    """Whether this person is a reader of it who has not finished, or stepped aside: others' words are not theirs to read."""
    return application.reviews.filter(reviewer=person).exclude(state=ReviewState.FINISHED).exists()
