"""What the committee and a member said to one another, a letter to several, a list kept, two testimonies: words of their own."""

from datetime import date
from typing import Any

from marelle.accounts import files
from marelle.accounts.models import File
from marelle.base import clock
from tests.factories.contacts import (
    ContactFactory,
    ReminderFactory,
    RemindingFactory,
    SavedViewFactory,
    TestimonyFactory,
)
from tests.pictures import picture


def make_contacts(builder: Any) -> None:
    """Of a town whose mandate runs; the officer wrote them."""
    mandate, word = builder.made["agreement"].mandate, builder.word
    officer, editor = builder.world.people["PO"], builder.people["CE"]
    at = {"recorded_by": officer, "recorded_at": clock.now()}
    builder.made["contact"] = ContactFactory(
        mandate=mandate, on=clock.today(), said=word("contact note"), summary=word("contact told"), is_shared=True,
        next_step=word("contact told", "step"), next_on=date(2026, 12, 1), next_is_city=True, **at,
    )  # fmt: skip
    reminding = RemindingFactory(committee=builder.world.house, words=word("reminding"), made_by=officer)
    ReminderFactory(reminding=reminding, mandate=mandate)
    builder.made["reminding"] = reminding
    name = builder.world.canaries.plant(builder.world.owner, "view", builder.key)
    builder.made["view"] = SavedViewFactory(committee=builder.world.house, owner=officer, name=name, is_shared=True)
    file = files.keep(
        picture().read(), label="cour.png", kind="png", organisation=builder.organisation, by=builder.people["CA"]
    )
    File.rows.filter(pk=file.pk).update(is_apart=True)
    said = {"mandate": mandate, "first_name": "", "role": "Maire", "proposed_by": editor, "proposed_at": clock.now()}
    TestimonyFactory(quotes={"fr": word("testimony proposed")}, consent_how=word("testimony proposed", "how"), **said)
    builder.made["testimony"] = TestimonyFactory(
        quotes={"fr": word("testimony shown")}, consent_how=word("testimony proposed", "kept"), published=True,
        published_by=officer, picture=file, picture_alt="Une cour", picture_rights="Ville", **said,
    )  # fmt: skip
