"""A testimony is proposed by a city, read over by the committee, published; consent taken back, it is gone at once."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import files, journal, notifications
from marelle.accounts.models import File, Person
from marelle.accounts.queries import people_of
from marelle.accounts.states import PROGRAMME_TEAM
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.base.files import PICTURES
from marelle.mandates import rules
from marelle.mandates.models import Mandate, Testimony
from marelle.mandates.queries import people
from marelle.mandates.states import MEMBER_STATES, TESTIMONY_STEPS, ChildRole, Speaker, TestimonyState

WRITTEN = (
    *("quotes", "speaker", "role", "first_name", "picture_alt", "picture_rights"),
    *("consent_on", "consent_how"),
)  # what a city writes
LONGEST = 600  # characters of a quote


@transaction.atomic
def propose_testimony(mandate_id: int, *, by: Person, picture: UploadedFile | None = None, **written: Any) -> Testimony:
    """A city proposes what somebody says of the programme. Raises NotAllowed, WrongState, BadData."""
    mandate = Mandate.rows.lock(mandate_id)
    rules.require(rules.may_propose_testimony, by, mandate)
    if mandate.state not in MEMBER_STATES:
        raise WrongState(_("A testimony is proposed by a member of the network."))
    testimony = Testimony(mandate=mandate, proposed_by=by, proposed_at=clock.now(), **_known(written))
    _check(testimony, picture)
    _take(testimony, picture, by)
    testimony.save()
    journal.record(testimony, "testimony_proposed", by=by, organisation=mandate.organisation)
    _tell_team(testimony)
    return testimony


@transaction.atomic
def change_testimony(
    testimony_id: int,
    *,
    by: Person,
    version: int,
    was: Mapping[str, Any],
    picture: UploadedFile | None = None,
    without_picture: bool = False,
    **written: Any,
) -> Testimony:
    """Write it otherwise before it is published; sent back, it is proposed again. What a colleague wrote is kept.

    Raises NotAllowed, WrongState, BadData.
    """
    testimony = Testimony.rows.lock(testimony_id)
    rules.require(rules.may_propose_testimony, by, testimony.mandate)
    if testimony.state not in {TestimonyState.PROPOSED, TestimonyState.RETURNED}:
        raise WrongState(_("What is published is no longer changed: withdraw it, then propose another."))
    written = _known(written)
    changed = [name for name, value in written.items() if value != getattr(testimony, name)]
    if version != testimony.version:
        changed = [name for name in changed if written[name] != was.get(name)]
        if any(getattr(testimony, name) != was.get(name) for name in changed):
            raise BadData(_("A colleague wrote here meanwhile: their text stands above. Join the two, then save."))
    for name in changed:
        setattr(testimony, name, written[name])
    if without_picture or testimony.speaker == Speaker.CHILD:
        _drop_picture(testimony, by)
    _check(testimony, picture)
    _take(testimony, picture, by)
    if testimony.state == TestimonyState.RETURNED:
        TESTIMONY_STEPS.take(testimony, "propose")
        testimony.note = ""
        _tell_team(testimony)
    testimony.version += 1
    testimony.save()
    journal.record(testimony, "testimony_changed", by=by, organisation=testimony.mandate.organisation, fields=changed)
    return testimony


@transaction.atomic
def send_testimony_back(testimony_id: int, note: str, *, by: Person) -> Testimony:
    """Ask the city to complete it, saying what. Raises NotAllowed, WrongState, BadData."""
    testimony = _reviewed(testimony_id, "send_back", by)
    if not note.strip():
        raise BadData(_("Say what is to be completed."))
    testimony.note = note.strip()
    testimony.save(update_fields=["state", "note"])
    journal.record(testimony, "testimony_sent_back", by=by, organisation=testimony.mandate.organisation)
    _tell_city(testimony)
    return testimony


@transaction.atomic
def publish_testimony(testimony_id: int, *, names_nobody: bool, by: Person) -> Testimony:
    """Let anyone read it. `names_nobody`: whoever publishes read that no child can be told. Raises NotAllowed, WrongState, BadData."""
    testimony = _reviewed(testimony_id, "publish", by)
    if not names_nobody:
        raise BadData(_("Read it over first, and say that nothing in it lets a child be told."))
    testimony.published_by, testimony.published_at = by, clock.now()
    testimony.save(update_fields=["state", "published_by", "published_at"])
    journal.record(testimony, "testimony_published", by=by, organisation=testimony.mandate.organisation)
    stamps.bump("public")
    return testimony


@transaction.atomic
def withdraw_testimony(testimony_id: int, *, by: Person) -> Testimony:
    """Take it off every page. Raises NotAllowed, WrongState."""
    testimony = Testimony.rows.lock(testimony_id)
    rules.require(rules.may_withdraw_testimony, by, testimony)
    TESTIMONY_STEPS.take(testimony, "withdraw")
    testimony.save(update_fields=["state"])
    journal.record(testimony, "testimony_withdrawn", by=by, organisation=testimony.mandate.organisation)
    stamps.bump("public")
    return testimony


@transaction.atomic
def revoke_consent(testimony_id: int, *, by: Person) -> Testimony:
    """Consent is taken back: off every page, and its words, name and picture erased. Twice is once. Raises NotAllowed."""
    testimony = Testimony.rows.lock(testimony_id)
    rules.require(rules.may_withdraw_testimony, by, testimony)
    if testimony.revoked_at is not None:
        return testimony
    if testimony.state != TestimonyState.WITHDRAWN:
        TESTIMONY_STEPS.take(testimony, "withdraw")
    testimony.revoked_at = clock.now()
    testimony.quotes, testimony.first_name, testimony.note = {}, "", ""
    testimony.picture_alt = testimony.picture_rights = ""
    _drop_picture(testimony, by)
    testimony.save()
    journal.record(testimony, "consent_revoked", by=by, organisation=testimony.mandate.organisation)
    stamps.bump("public")
    return testimony


def _reviewed(testimony_id: int, step: str, by: Person) -> Testimony:
    testimony = Testimony.rows.lock(testimony_id)
    rules.require(rules.may_review_testimony, by, testimony)
    TESTIMONY_STEPS.take(testimony, step)
    return testimony


def _known(written: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in written.items() if name in WRITTEN}


def _check(testimony: Testimony, picture: UploadedFile | None) -> None:
    """Raises BadData, one sentence a fault."""
    faults = []
    is_child = testimony.speaker == Speaker.CHILD
    testimony.quotes = {language: words.strip() for language, words in testimony.quotes.items() if words.strip()}
    if not testimony.quotes:
        faults.append(_("Write what was said, in one language at least."))
    if any(len(words) > LONGEST for words in testimony.quotes.values()):
        faults.append(_("A quote is %(most)s characters at most.") % {"most": LONGEST})
    if is_child and testimony.role not in ChildRole.values:
        faults.append(_("Of a child, choose one of the roles offered: nothing else is said of them."))
    if is_child and (testimony.first_name or picture or testimony.picture_id):
        faults.append(_("Of a child, neither a first name nor a picture is given."))
    if not testimony.role:
        faults.append(_("Say in which role this person speaks."))
    if " " in testimony.first_name.strip():
        faults.append(_("A first name only, without the family name."))
    if (picture or testimony.picture_id) and not (testimony.picture_alt and testimony.picture_rights):
        faults.append(_("Say what the picture shows, and who owns its rights."))
    if testimony.consent_on > clock.today() or not testimony.consent_how:
        faults.append(_("Say on which day consent was given, and how it is kept."))
    if faults:
        raise BadData(_("This testimony cannot be kept as it is."), faults)


def _take(testimony: Testimony, picture: UploadedFile | None, by: Person) -> None:
    """Keep the picture, in place of another. Raises BadData when it is none."""
    if picture is None:
        return
    _drop_picture(testimony, by)
    file = files.take(picture, organisation=testimony.mandate.organisation, by=by)
    if file.kind not in PICTURES:
        raise BadData(_("Choose a picture: PNG, JPEG or WebP."))
    File.rows.filter(pk=file.pk).update(is_apart=True)
    testimony.picture = file


def _drop_picture(testimony: Testimony, by: Person) -> None:
    """Its bytes go with the end of the transaction."""
    picture, testimony.picture = testimony.picture, None
    if picture is not None:
        files.forget(picture, by=by)


def _tell_team(testimony: Testimony) -> None:
    committee, city = testimony.mandate.agreement.application.call.committee, testimony.mandate.organisation
    notifications.notify(
        people_of([committee], PROGRAMME_TEAM),
        "testimony_proposed",
        reference=f"mandates.testimony:{testimony.code}",
        sentence=lambda: _("%(city)s proposes a testimony.") % {"city": city.name},
        address=f"/bureau/temoignages/{testimony.code}",
        committee=committee,
    )


def _tell_city(testimony: Testimony) -> None:
    city = testimony.mandate.organisation
    notifications.notify(
        people.writers_of(city),
        "testimony_sent_back",
        reference=f"mandates.testimony:{testimony.code}",
        sentence=lambda: _("A testimony is sent back to you to be completed."),
        address=f"/espace/{city.code}/temoignages/{testimony.code}",
    )
