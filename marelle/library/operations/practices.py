"""A practice, from its first words to the network's shelf: written by who did it, read by the programme team."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from marelle.accounts import files, journal
from marelle.accounts import rules as accounts
from marelle.accounts.models import Organisation, Person
from marelle.accounts.notifications import notify
from marelle.accounts.queries import people_of
from marelle.accounts.states import PROGRAMME_TEAM, Role
from marelle.base import clock, origins, stamps, versions
from marelle.base.errors import BadData, Conflict, NotAllowed, WrongState
from marelle.base.models import Origin
from marelle.framework.models import Domain
from marelle.library import rules, stems
from marelle.library.models import Practice, PracticeText, Service, Word
from marelle.library.queries.corrections import changes
from marelle.library.queries.houses import committee_of
from marelle.library.states import BEING_WRITTEN, IN_HAND, PRACTICE_STEPS, EvidenceLevel

TEXTS = {  # the fields of words, with the most characters each holds
    "name": 200,
    "summary": 400,
    "context": 5000,
    "problem": 5000,
    "what_was_done": 5000,
    "cost": 2000,
    "partners": 2000,
    "childrens_part": 5000,
    "evidence": 5000,
    "conditions": 5000,
    "pitfalls": 5000,
}
ASKED = ("name", "summary", "context", "problem", "what_was_done", "childrens_part", "evidence", "conditions")
WEIGHTS = {"name": 8, "summary": 4}  # of a word of these fields in the search; 1 elsewhere
A_NAME = ""  # the language of a town's name: it is found as it is, and makes nothing look alike
HEAVIEST = 40  # the most one word may weigh, however often it is said
LANGUAGES = ("fr", "en")  # those a practice may be told in
RIGHTS = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "etalab-2.0")
MOST_FILES = 10
LONGEST_CHANGE = 300  # characters of the sentence that says what a correction changes
MOST_EUR = 2_147_483_647  # a positive integer in both databases
WRITERS = frozenset({Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR, Role.ELECTED_LEAD})


@dataclass(frozen=True)
class CameFrom:
    """What a practice was made from, in the words of that day: `kind` and `reference` as the thread knows them."""

    kind: str
    reference: str
    label: str
    excerpt: str = ""
    address: str = ""


@transaction.atomic
def draft(
    organisation: Organisation,
    *,
    by: Person,
    committee: Organisation | None = None,
    language: str = "",
    name: str = "",
    at: datetime | None = None,
) -> Practice:
    """Begin to tell a practice of an organisation; the programme team may, in its place, for a committee that looks after it.

    Those who write for the organisation are told, and may complete it. Raises NotAllowed, BadData.
    """
    practice = _begin(organisation, language or by.language, by=by, committee=committee, at=at)
    _write(practice, practice.language, {"name": name})
    if practice.by_committee:
        _tell_drafted(practice)
    return practice


@transaction.atomic
def draft_from(
    origin: CameFrom,
    *,
    organisation: Organisation,
    words: Mapping[str, Mapping[str, str]],
    by: Person,
    domains: Iterable[Domain] = (),
    services: Iterable[Service] = (),
    at: datetime | None = None,
) -> Practice:
    """Begin a practice with what was said elsewhere: a talk, a need, an action. `words`: by language, then by field.

    The same origin twice for the same organisation is one practice. Raises NotAllowed, BadData.
    """
    if found := _already(origin.reference, organisation):
        rules.require(rules.may_draft, by, found)
        return found
    known = [language for language in LANGUAGES if language in words]
    if not known:
        raise BadData(_("These words are in no language a practice is told in."))
    practice = _begin(organisation, known[0], by=by, at=at)
    for language in known:
        _write(practice, language, words[language])
    practice.domains.set(domains)
    practice.services.set(services)
    origins.link(
        origin.kind,
        parent=origin.reference,
        offspring=reference(practice),
        label=origin.label,
        excerpt=origin.excerpt,
        address=origin.address,
        by=by,
    )
    _tell_drafted(practice)
    return practice


@transaction.atomic
def save_field(
    practice_id: int, name: str, value: str, *, was: str, version: int, by: Person
) -> Practice | PracticeText:
    """Save one field as typed: "fr.problem", or "about.cost_eur", "about.evidence_level", "about.rights"; of a correction,
    "about.what_changed".

    Raises NotAllowed, WrongState, BadData, and Conflict holding both texts.
    """
    practice = _writing(practice_id, by)
    language, _dot, field = name.partition(".")
    if language == "about":
        return _save_about(practice, field, value, was=was, version=version)
    words = value.replace("\r\n", "\n").strip()
    if field not in TEXTS:
        raise BadData(_("This field does not exist."), name=name)
    if len(words) > TEXTS[field]:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": TEXTS[field]})
    text = PracticeText.rows.select_for_update().filter(practice=practice, language=language).first()
    if text is None:
        raise BadData(_("This practice is not told in that language yet."), name=name)
    return versions.save_field(text, field, words, was=was.strip(), version=version)


@transaction.atomic
def add_language(practice_id: int, language: str, *, by: Person) -> PracticeText:
    """Tell it in one more language. Raises NotAllowed, WrongState, BadData."""
    practice = _writing(practice_id, by)
    return _text(practice, language)


@transaction.atomic
def describe(
    practice_id: int, *, domains: Iterable[str], services: Iterable[str], languages: Iterable[str], by: Person
) -> Practice:
    """Say which domains and services it is about, and which languages its people answer in: keys and codes of the lists offered.

    Raises NotAllowed, WrongState, BadData.
    """
    practice = _writing(practice_id, by)
    practice.domains.set(_chosen(Domain.objects.all(), "pk", domains))
    practice.services.set(_chosen(Service.objects.all(), "code", services))
    spoken = list(dict.fromkeys(languages))
    if any(not (language.isalpha() and 2 <= len(language) <= 3) for language in spoken):
        raise BadData(_("Choose one of the answers offered."))
    practice.languages, practice.version = spoken, practice.version + 1
    practice.save(update_fields=["languages", "version"])
    return practice


@transaction.atomic
def agree_to_be_asked(practice_id: int, *, by: Person, at: datetime | None = None) -> Practice:
    """Somebody of the organisation lets the network's people write to them about it: themselves alone, on that day."""
    practice = Practice.rows.lock(practice_id)
    rules.require(rules.may_be_asked, by, practice)
    practice.contact, practice.contact_agreed_at = by, at or clock.now()
    practice.save(update_fields=["contact", "contact_agreed_at"])
    journal.record(practice, "practice_contact_agreed", by=by)
    stamps.bump("public")
    return practice


@transaction.atomic
def stop_being_asked(practice_id: int, *, by: Person) -> Practice:
    """Who agreed takes it back; who writes for the organisation may do it for somebody who left. Raises NotAllowed."""
    practice = Practice.rows.lock(practice_id)
    if practice.contact_id != by.pk:
        rules.require(rules.may_write, by, practice)
    if practice.contact_id is not None:
        practice.contact = practice.contact_agreed_at = None
        practice.save(update_fields=["contact", "contact_agreed_at"])
        journal.record(practice, "practice_contact_ended", by=by)
        stamps.bump("public")
    return practice


@transaction.atomic
def attach(practice_id: int, upload: UploadedFile, *, by: Person) -> Practice:
    """Join a file, to be taken away by anyone once it is published. Raises NotAllowed, WrongState, BadData."""
    practice = _writing(practice_id, by)
    if practice.files.count() >= MOST_FILES:
        raise BadData(_("A practice carries %(most)s files at most.") % {"most": MOST_FILES})
    own = accounts.may_add_file(by, practice.organisation)
    holder = practice.organisation if own else practice.committee
    practice.files.add(files.take(upload, organisation=holder, by=by))
    return practice


@transaction.atomic
def detach(practice_id: int, file_code: str, *, by: Person) -> Practice:
    """Take a file off; it stays among the organisation's documents. Raises NotAllowed, WrongState."""
    practice = _writing(practice_id, by)
    practice.files.remove(*practice.files.filter(code=file_code))
    return practice


# ----------------------------------------------------------------------------------------------------------- its review
@transaction.atomic
def submit(practice_id: int, *, by: Person) -> Practice:
    """Propose it to the programme team, once everything asked is said in one language. Raises NotAllowed, WrongState, BadData."""
    practice = Practice.rows.lock(practice_id)
    rules.require(rules.may_write, by, practice)
    PRACTICE_STEPS.take(practice, "submit")
    if missing := unfinished(practice):
        raise BadData(_("Something is missing before it can be proposed."), missing)
    practice.submitted_by = by
    practice.save(update_fields=["submitted_by"])
    if practice.corrects_id:
        return moved(
            practice, "practice_correction_submitted", by, to_team=lambda: _("A correction is proposed: read it.")
        )
    return moved(practice, "practice_submitted", by, to_team=lambda: _("A practice is proposed: read it."))


@transaction.atomic
def send_back(practice_id: int, note: str, *, by: Person) -> Practice:
    """Give it back to its authors with what to complete. Raises NotAllowed, WrongState, BadData."""
    if not note.strip():
        raise BadData(_("Say what is to be completed: its authors read it."))
    practice = reviewed(practice_id, "send_back", by)
    practice.review_note = note.strip()
    practice.save(update_fields=["review_note"])
    return moved(practice, "practice_sent_back", by, to_writers=lambda: _("Your practice comes back with a note."))


@transaction.atomic
def publish(practice_id: int, *, by: Person, at: datetime | None = None) -> Practice:
    """Put it on the public shelf, and its words into the search. Raises NotAllowed, WrongState."""
    practice = reviewed(practice_id, "publish", by)
    if practice.corrects_id:
        raise WrongState(_("This corrects a practice of the shelf: it takes the place of its words, or goes back."))
    practice.published_at, practice.review_note = at or clock.now(), ""
    practice.save(update_fields=["published_at", "review_note", "state"])
    index(practice)
    return moved(practice, "practice_published", by, to_writers=lambda: _("Your practice is published: thank you."))


@transaction.atomic
def retain(practice_id: int, *, by: Person) -> Practice:
    """Keep it for the programme: what the committee recommends to others. Raises NotAllowed, WrongState."""
    practice = reviewed(practice_id, "retain", by)
    return moved(
        practice, "practice_retained", by, to_writers=lambda: _("Your practice is retained for the programme.")
    )


@transaction.atomic
def retire(practice_id: int, *, by: Person) -> Practice:
    """Take it off the shelf: what others made of it stays with them. Raises NotAllowed, WrongState."""
    practice = Practice.rows.lock(practice_id)
    rules.require(rules.may_look_after, by, practice)
    PRACTICE_STEPS.take(practice, "retire")
    practice.corrections.filter(state__in=IN_HAND).delete()
    Word.objects.filter(practice=practice).delete()
    return moved(practice, "practice_retired", by, to_writers=lambda: _("Your practice was taken off the shelf."))


def unfinished(practice: Practice) -> list[str]:
    """What is missing before it can be proposed, one sentence each."""
    told = [text for text in practice.texts.all() if all(getattr(text, field) for field in ASKED)]
    missing = []
    if not told:
        missing.append(_("Every question marked as needed must be answered in one language."))
    if not practice.domains.exists():
        missing.append(_("Choose at least one domain."))
    if practice.corrects is not None and not changes(practice):
        missing.append(_("Nothing differs yet from what stands on the shelf."))
    if practice.corrects is not None and not practice.what_changed:
        missing.append(_("Say in a sentence what changes: whoever took it over reads it."))
    return missing


def index(practice: Practice) -> None:
    """Put the words of a practice into the search, in place of those that stood there."""
    Word.objects.filter(practice=practice).delete()
    said = [
        (text.language, [(getattr(text, field), WEIGHTS.get(field, 1)) for field in TEXTS])
        for text in practice.texts.order_by("language")
    ]
    said.append((A_NAME, [(practice.organisation.name, WEIGHTS["summary"])]))
    rows = [
        Word(practice=practice, language=language, stem=stem, weight=weight)
        for language, texts in said
        for stem, weight in stems.weights(texts, language, most=HEAVIEST).items()
    ]
    Word.objects.bulk_create(rows, batch_size=500)


def reference(practice: Practice) -> str:
    """How the thread names it."""
    return origins.reference("library.practice", practice.code)


# ------------------------------------------------------------------------------------------------------------ one's own
def _begin(
    organisation: Organisation,
    language: str,
    *,
    by: Person,
    at: datetime | None,
    committee: Organisation | None = None,
) -> Practice:
    if committee and not Organisation.objects.looked_after_by([committee]).filter(pk=organisation.pk).exists():
        raise NotAllowed(_("Your committee does not look after this organisation."))
    practice = Practice(
        organisation=organisation,
        committee=committee or committee_of(organisation),
        by_committee=not accounts.may_write(by, organisation),
        language=language if language in LANGUAGES else LANGUAGES[0],
        languages=[language if language in LANGUAGES else LANGUAGES[0]],
        created_at=at or clock.now(),
    )
    rules.require(rules.may_draft, by, practice)
    practice.save()
    journal.record(practice, "practice_drafted", by=by)
    return practice


def _already(parent: str, organisation: Organisation) -> Practice | None:
    """The practice this organisation already made of that thing."""
    made = Origin.objects.filter(parent=parent, offspring__startswith="library.practice:", withdrawn_at=None)
    codes = [offspring.partition(":")[2] for offspring in made.values_list("offspring", flat=True)]
    return Practice.rows.filter(code__in=codes, organisation=organisation).order_by("pk").first()


def _text(practice: Practice, language: str) -> PracticeText:
    if language not in LANGUAGES:
        raise BadData(_("Choose one of the answers offered."))
    found, _new = PracticeText.rows.get_or_create(practice=practice, language=language)
    return found


def _write(practice: Practice, language: str, words: Mapping[str, str]) -> None:
    text = _text(practice, language)
    for field, limit in TEXTS.items():
        setattr(text, field, words.get(field, "").strip()[:limit])
    text.save()


def _writing(practice_id: int, by: Person) -> Practice:
    """The practice, locked, being written by someone who may."""
    practice = Practice.rows.lock(practice_id)
    rules.require(rules.may_write, by, practice)
    if practice.state not in BEING_WRITTEN:
        raise WrongState(_("This practice has been proposed: it no longer changes here."), state=practice.state)
    return practice


def reviewed(practice_id: int, step: str, by: Person) -> Practice:
    """The practice, locked, one step further by somebody who may review it."""
    practice = Practice.rows.lock(practice_id)
    rules.require(rules.may_review, by, practice)
    PRACTICE_STEPS.take(practice, step)
    return practice


def moved(practice: Practice, verb: str, by: Person, *, to_team: Any = None, to_writers: Any = None) -> Practice:
    """Save its new state, write the journal, tell who is concerned."""
    practice.save(update_fields=["state"])
    journal.record(practice, verb, by=by)
    if to_team:
        team = [person for person in people_of([practice.committee], PROGRAMME_TEAM) if person != by]
        address = reverse("office:practice", args=[practice.code])
        notify(
            team, verb, reference=reference(practice), sentence=to_team, address=address, committee=practice.committee
        )
    if to_writers:
        tell_writers(practice, verb, to_writers)
        stamps.bump("public")
    return practice


def _tell_drafted(practice: Practice) -> None:
    tell_writers(
        practice, "practice_drafted", lambda: _("A practice is drafted in your name: complete it, or leave it.")
    )


def tell_writers(practice: Practice, verb: str, sentence: Any) -> None:
    """Tell those who write for the organisation, each in their language."""
    writers = people_of([practice.organisation], WRITERS)
    address = reverse("city:practice", args=[practice.organisation.code, practice.code])
    notify(writers, verb, reference=reference(practice), sentence=sentence, address=address)
    if practice.by_committee and practice.submitted_by:
        here = reverse("office:practice", args=[practice.code])
        who, committee = [practice.submitted_by], practice.committee
        notify(who, verb, reference=reference(practice), sentence=sentence, address=here, committee=committee)


def _chosen(rows: Any, field: str, asked: Iterable[str]) -> list[Any]:
    wanted = list(dict.fromkeys(str(one) for one in asked))
    if field == "pk" and not all(one.isdecimal() and len(one) < 10 for one in wanted):
        raise BadData(_("Choose one of the answers offered."))
    found = list(rows.filter(**{f"{field}__in": wanted}))
    if len(found) != len(wanted):
        raise BadData(_("What you chose is no longer there. Open the page again."))
    return found


def _save_about(practice: Practice, field: str, value: str, *, was: str, version: int) -> Practice:
    parse: Any = {"cost_eur": _euros, "evidence_level": _level, "rights": _rights, "what_changed": _change}.get(field)
    if parse is None or (field == "what_changed" and practice.corrects_id is None):
        raise BadData(_("This field does not exist."), name=field)
    try:
        stood = parse(was)
    except BadData:
        stood = was
    try:
        return versions.save_field(practice, field, parse(value), was=stood, version=version)
    except Conflict as conflict:
        conflict.yours, conflict.theirs = value, "" if conflict.theirs is None else str(conflict.theirs)
        raise


def _euros(typed: str) -> int | None:
    plain = "".join(typed.split()).removesuffix("€")
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > 12 or int(plain) > MOST_EUR:
        raise BadData(_("Give the cost in whole euros, 0 or more. Leave blank if unknown."))
    return int(plain)


def _level(typed: str) -> str:
    if typed not in EvidenceLevel.values:
        raise BadData(_("Choose one of the answers offered."))
    return typed


def _change(typed: str) -> str:
    words = " ".join(typed.split())
    if len(words) > LONGEST_CHANGE:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST_CHANGE})
    return words


def _rights(typed: str) -> str:
    if typed not in RIGHTS:
        raise BadData(_("Choose one of the answers offered."))
    return typed
