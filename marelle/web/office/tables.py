"""The office's lists, each once: on screen and as files."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock
from marelle.mandates.models import Application, Call
from marelle.mandates.queries import office
from marelle.mandates.queries.office import Standing
from marelle.web.parts.tables import Column, Table


def applications(request: HttpRequest, call: Call) -> Table:
    """The applications of a call that this reader may see."""
    return Table(
        request,
        name=f"candidatures-{call.code}",
        caption=_("Applications of %(call)s") % {"call": call},
        columns=[
            Column(
                "ville",
                _("City"),
                lambda row: row.organisation.name,
                order="organisation__name",
                address=lambda row: reverse("office:application", args=[row.code]),
            ),
            Column("code", _("Code"), lambda row: row.organisation.code),
            Column("departement", _("Département"), departement),
            Column("voie", _("Track"), lambda row: str(row.track)),
            Column("depot", _("Handed in"), lambda row: row.submitted_at, order="submitted_at"),
            Column("lecteurs", _("Readings"), lambda row: row.readers, kind="number", order="readers"),
            Column("lectures", _("Finished"), lambda row: row.readers_done, kind="number", order="readers_done"),
            Column(
                "etat",
                _("State"),
                lambda row: row.state,
                kind="state",
                order="state",
                shown=Application.get_state_display,
            ),
        ],
        rows=office.applications_of(call, request.user),
        empty=_("No application has been handed in yet."),
    )


def cities(request: HttpRequest) -> Table:
    """The cities one's committees look after, the longest silent first; of several, each row says whose it is."""
    committees = Column("comite", _("Committee"), lambda row: row.committees, order="comite")
    return Table(
        request,
        name="villes",
        caption=_("Cities and intercommunalities"),
        columns=[
            Column("ville", _("City"), lambda row: row.organisation.name, order="ville", address=page_of),
            Column(
                "dernier_acte",
                _("Last act"),
                lambda row: row.last_at and clock.day_of(row.last_at),
                order="dernier_acte",
            ),
            Column(
                "ecrire",
                _("Write"),
                lambda row: _("Write"),
                address=lambda row: reverse("office:city_write", args=[row.organisation.code]),
                only="screen",
            ),
            Column("situation", _("Where it stands"), lambda row: row.word, order="situation"),
            Column("departement", _("Département"), departement, order="departement"),
            *([committees] if len(request.user.committees_as(PROGRAMME_TEAM)) > 1 else []),  # type: ignore[union-attr]
            Column("personnes", _("People"), lambda row: row.people, kind="number", order="personnes"),
            Column("code", _("Code"), lambda row: row.organisation.code, only="files"),
        ],
        rows=office.standings(request.user),
        per_page=400,
    )


def page_of(row: Standing) -> str:
    """Where the office reads of it: its mandate, else its application; "" for none."""
    if row.agreement:
        return reverse("office:mandate", args=[row.agreement])
    return reverse("office:application", args=[row.application]) if row.application else ""


def departement(row: Application | Standing) -> str:
    """The name of its département, if it has one."""
    territory = row.organisation.territory
    return territory.departement.name if territory and territory.departement else ""
