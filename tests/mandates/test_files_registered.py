"""Which files of a city the committee's people may open."""

import pytest

from marelle.accounts.models import File
from marelle.accounts.states import Role
from tests.factories.accounts import FileFactory
from tests.factories.mandates import IN_TIME, ApplicationFactory, HandInFactory, ReviewFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.PROGRAMME_OFFICER, ["assigned", "other", "receipt"]),
        (Role.PROGRAMME_ADMINISTRATOR, ["assigned", "other", "receipt"]),
        (Role.REVIEWER, ["assigned", "receipt"]),
        (Role.BOARD_MEMBER, []),
        (Role.ANALYST, []),
    ],
    ids=str,
)
def test_files_visible_to_each_role(role, seen):
    """trust O2, R3. Those handed in with a dossier one may read; never one joined since, nor one of another dossier."""
    person = works_as(role, committee())
    assigned = ReviewFactory(started=True, **({"reviewer": person} if role == Role.REVIEWER else {})).application
    dossiers = {"assigned": assigned, "other": ApplicationFactory(submitted=True)}
    for label, dossier in dossiers.items():
        dossier.files.add(
            FileFactory(organisation=dossier.organisation, label=label, shared_at=IN_TIME),
            FileFactory(organisation=dossier.organisation, label=f"{label}, joined since"),
        )
    HandInFactory(application=assigned, receipt__label="receipt", receipt__shared_at=IN_TIME)

    found = File.objects.visible_to(person).values_list("label", flat=True)

    assert sorted(found) == seen
