"""What is told to those who write a questionnaire."""

from django.utils.translation import gettext as _

from marelle.accounts import notifications
from marelle.accounts.models import Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.consultations.models import Questionnaire


def tell_mending(version: Questionnaire, *, by: Person) -> None:
    """Tell the rest of the team that a mended version waits for one of them."""
    consultation = version.consultation
    team = people_of([consultation.committee], PROGRAMME_TEAM)
    notifications.notify(
        [person for person in team if person != by],
        "questionnaire_mended",
        reference=f"consultations.questionnaire:{version.code}",
        sentence=lambda: (
            _("A colleague mends words of “%(name)s”, which is open: read the differences, and confirm.")
            % {"name": consultation}
        ),
        address=f"/bureau/consultation/{consultation.code}/versions/{version.code}",
        committee=consultation.committee,
    )
