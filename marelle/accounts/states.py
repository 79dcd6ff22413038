"""Kinds of organisation, roles, and the small states of accounts. Roles: docs/security.md, section 2."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marelle.base.steps import Steps


class OrganisationKind(TextChoices):
    COMMUNE = "commune", _("municipality")
    INTERCOMMUNALITY = "intercommunality", _("intercommunality")
    SCHOOL = "school", _("school")
    PARTNER = "partner", _("partner")
    COMMITTEE = "committee", _("national committee")


class Role(TextChoices):
    CITY_READER = "CR", _("reader")
    CITY_EDITOR = "CE", _("editor")
    CITY_ADMINISTRATOR = "CA", _("administrator")
    ELECTED_LEAD = "EL", _("elected lead, signatory")
    PARTNER_AUTHOR = "PT", _("partner author")
    VOLUNTEER = "TV", _("territorial volunteer")
    REVIEWER = "RV", _("reviewer")
    COMMISSION_MEMBER = "CM", _("commission member")
    BOARD_MEMBER = "BD", _("board member")
    PROGRAMME_OFFICER = "PO", _("programme officer")
    PROGRAMME_ADMINISTRATOR = "PA", _("programme administrator")
    ANALYST = "AN", _("analyst")


COMMITTEE_ROLES = frozenset(
    {
        Role.REVIEWER,
        Role.COMMISSION_MEMBER,
        Role.BOARD_MEMBER,
        Role.PROGRAMME_OFFICER,
        Role.PROGRAMME_ADMINISTRATOR,
        Role.ANALYST,
        Role.VOLUNTEER,
    }
)
PROGRAMME_TEAM = frozenset({Role.PROGRAMME_OFFICER, Role.PROGRAMME_ADMINISTRATOR})
BOARD_ROLES = frozenset({Role.BOARD_MEMBER, Role.COMMISSION_MEMBER})  # those who judge what readers have read
CITY_ROLES = frozenset({Role.CITY_READER, Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD})
ROLES_BY_KIND = {
    OrganisationKind.COMMUNE: CITY_ROLES,
    OrganisationKind.INTERCOMMUNALITY: CITY_ROLES,
    OrganisationKind.SCHOOL: CITY_ROLES,
    OrganisationKind.PARTNER: frozenset({Role.PARTNER_AUTHOR, Role.CITY_READER, Role.CITY_ADMINISTRATOR}),
    OrganisationKind.COMMITTEE: COMMITTEE_ROLES,
}
SECOND_PROOF_ROLES = COMMITTEE_ROLES | {Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD}  # trust A3, settled 12


class RequestState(TextChoices):
    """Of a request to join, an act waiting for a second person."""

    ASKED = "asked", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


R = RequestState
REQUEST_STEPS = Steps(
    accept=({R.ASKED}, R.ACCEPTED),
    decline=({R.ASKED}, R.DECLINED),
)


class ImportState(TextChoices):
    """Of a workbook that was given: nothing of it is written before what it would change was read and confirmed."""

    READING = "reading", pgettext_lazy("workbook", "being read")
    REFUSED = "refused", pgettext_lazy("workbook", "refused")
    READ = "read", pgettext_lazy("workbook", "to be confirmed")
    WRITING = "writing", pgettext_lazy("workbook", "being written")
    WRITTEN = "written", pgettext_lazy("workbook", "written")
    DROPPED = "dropped", pgettext_lazy("workbook", "dropped")


N = ImportState
IMPORT_STEPS = Steps(
    refuse=({N.READING}, N.REFUSED),
    tell=({N.READING, N.WRITING}, N.READ),
    confirm=({N.READ}, N.WRITING),
    write=({N.WRITING}, N.WRITTEN),
    drop=({N.READ, N.REFUSED}, N.DROPPED),
)
