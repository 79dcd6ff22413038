"""Applying: declaring the intent, writing one answer at a time, handing in, withdrawing."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from marelle.accounts import files, journal, notifications, pending
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.robot import robot
from marelle.accounts.states import Role
from marelle.base import clock, versions
from marelle.base.errors import BadData, Closed, Conflict, WrongState
from marelle.base.models import Origin
from marelle.framework.models import Track
from marelle.framework.queries import domains_of
from marelle.mandates import documents, questions, rules
from marelle.mandates.letters import applications as letters
from marelle.mandates.models import Answer, Application, Call, HandIn, TakenUp
from marelle.mandates.operations import hearings, points
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import people, places
from marelle.mandates.queries.decisions import waiting_decision
from marelle.mandates.queries.points import missing
from marelle.mandates.questions import VOTE_FILE
from marelle.mandates.states import APPLICATION_STEPS, ApplicationState, Asked
from marelle.plans.amendments import parts_of
from marelle.plans.operations import writing as plans
from marelle.plans.queries import content as plan_content

GRACE = timedelta(minutes=15)  # technical: a request begun in time and ended late, trust F10
MOST_BYTES = 200 * 2**20  # of a dossier's files, trust U2
A_FILE = Q(key=VOTE_FILE) | Q(key__endswith=questions.PROOF)  # answers that name a file
MOST_DRAWINGS = 3  # of the receipt, when someone writes while it is drawn


@transaction.atomic
def declare_intent(
    call: Call, organisation: Organisation, track: Track, *, by: Person, at: datetime | None = None
) -> Application:
    """Open the application of an organisation to a call, with an empty plan. A second declaration gives the first.

    Raises NotAllowed, Closed, WrongState when the first was taken back or let lapse, BadData when this call does not
    offer that track to this kind of organisation, or is another country's.
    """
    at = at or clock.now()
    call = Call.rows.lock(call.pk)
    rules.require(rules.may_apply, by, organisation)
    if not call.is_open(at):
        raise Closed(_("This call is not open at the moment."), closes_at=call.closes_at.isoformat())
    offered = track in call.tracks.all() and organisation.kind in track.organisation_kinds
    if not offered or not Call.rows.filter(queries.serves(organisation), pk=call.pk).exists():
        raise BadData(_("This call does not offer this track to your organisation. Choose another one."))
    earlier = Application.rows.filter(call=call, organisation=organisation).first()
    if earlier and earlier.state in queries.OVER:
        raise WrongState(_("Your application to this call was withdrawn or has lapsed: write to the committee."))
    if earlier:
        return earlier
    plan = plans.start_plan(organisation, call.framework, by=by, at=at)
    application = Application.rows.create(
        call=call, organisation=organisation, track=track, plan=plan, created_by=by, created_at=at
    )
    _fill_in_what_is_known(application, by, at)
    journal.record(application, "intent_declared", by=by, track=track.code)
    letters.tell_intent(application)
    return application


@transaction.atomic
def start_application(application_id: int, *, by: Person) -> Application:
    """Go from the intent to a draft; the first answer does it too. Raises NotAllowed, WrongState."""
    application = _writing(application_id, by)
    if application.state == ApplicationState.INTENT:
        _start(application, by)
    return application


@transaction.atomic
def save_answer(application_id: int, key: str, value: str, *, was: str, version: int, by: Person) -> Answer:
    """Save one answer, as typed. A version of 0 is one that was never seen: only the words are compared.

    Raises NotAllowed, WrongState, BadData, and Conflict holding both texts.
    """
    application = _writing(application_id, by)
    sections = _sections(application)
    question = questions.find(sections, key)
    _check_open(application, places.section_of(sections, key), sections)
    words = questions.clean(question, value)
    answer = Answer.rows.filter(application=application, key=key).first()
    at = clock.now()
    if answer is None:
        if not words:
            return Answer(application=application, key=key, version=0, edited_by=by, edited_at=at)
        answer = Answer.rows.create(application=application, key=key, value=words, edited_by=by, edited_at=at)
    else:
        _change(answer, words, question, was=was, version=version, by=by, at=at)
    if application.state == ApplicationState.INTENT:
        _start(application, by)
    return answer


@transaction.atomic
def take_up(application_id: int, *, by: Person) -> list[Answer]:
    """Begin from the words of the organisation's previous application, each marked with where it comes from.

    An answer already given stays; days are asked anew. Its plan is copied when the new one is empty, the last values read
    as baselines. What was taken is kept as it stood, so that what differs can be shown. Raises NotAllowed, WrongState when there is nothing to take up.
    """
    application = _writing(application_id, by)
    previous = queries.previous(application)
    if previous is None or application.state == ApplicationState.ON_PROBATION:
        raise WrongState(_("There is no earlier application to begin from."))
    asked = {q.key: q for section in _sections(application) for q in section.questions}
    given = set(application.answers.exclude(value="").values_list("key", flat=True))
    words = {a.key: a.value for a in previous.answers.exclude(value="").order_by("pk") if a.key not in given}
    kept = {key: value for key, value in words.items() if key in asked and queries.still_means(asked[key], value)}
    same = previous.call.framework.code == application.call.framework.code
    if not same:
        kept = {key: value for key, value in kept.items() if not key.startswith("recommendation.")}
    application.answers.filter(key__in=kept).delete()  # emptied ones
    at = clock.now()
    taken = Answer.rows.bulk_create(
        Answer(application=application, key=key, value=value, edited_by=by, edited_at=at, taken_from=previous)
        for key, value in kept.items()
    )
    if application.state == ApplicationState.INTENT:
        _start(application, by)
    if same and application.track.follows_framework and not application.plan.objectives.exists():
        plans.copy_plan(application.plan_id, previous.plan_id, by=by)
        _keep_taken(application, previous, kept, plan_content(application.plan), at)
    else:
        _keep_taken(application, previous, kept, {}, at)
    journal.record(application, "answers_taken_up", by=by, of=previous.code, answers=len(taken))
    return taken


@transaction.atomic
def attach_file(application_id: int, upload: UploadedFile, *, by: Person, shows: str = "") -> File:
    """Join a file to the application. `shows`: the code of the recommendation whose answers it shows, in place of another.

    Raises NotAllowed, WrongState, BadData (kind, weight, content, a recommendation that is not asked).
    """
    application = _writing_place(application_id, questions.policy_key(shows) if shows else "documents", by)
    held = sum(application.files.filter(removed_at=None).values_list("size", flat=True))
    if held + (upload.size or 0) > MOST_BYTES:
        raise BadData(_("The files of an application weigh 200 MB at most: remove one first, or join a lighter one."))
    file = files.take(upload, organisation=application.organisation, by=by)
    application.files.add(file)
    if shows:
        _take_as_proof(application, file, shows, by)
    else:
        _take_as_vote(application, file, by)
    if application.state == ApplicationState.INTENT:
        _start(application, by)
    return file


@transaction.atomic
def remove_file(application_id: int, code: str, *, by: Person) -> None:
    """Take a file out of the application. One that was handed in stays in the organisation's documents.

    Raises NotAllowed, WrongState, BadData.
    """
    application = _writing_place(application_id, "documents", by)
    file = application.files.filter(code=code, removed_at=None).first()
    if file is None:
        raise BadData(_("This file is no longer there."))
    application.files.remove(file)
    application.answers.filter(A_FILE, value=file.code).delete()
    if file.shared_at is None:
        files.remove(file, by=by)


@transaction.atomic
def ask_to_hand_in(application_id: int, *, by: Person) -> list[Person]:
    """Tell who may hand in that everything is ready; once while they have not read it. Raises NotAllowed, WrongState."""
    application = _writing(application_id, by)
    if missing(queries.dossier(application)):
        raise WrongState(_("Something is still missing before it can be handed in."))
    told = [person for person in people.who_hand_in(application.organisation) if person.pk != by.pk]
    notifications.notify(
        told,
        "hand_in_asked",
        reference=f"mandates.application:{application.code}",
        sentence=lambda: (
            _("The application is ready: %(name)s asks you to read it over and hand it in.") % {"name": by.name}
        ),
        address=f"/espace/{application.organisation.code}/candidature/depot",
    )
    journal.record(application, "hand_in_asked", by=by)
    return told


def submit_application(application_id: int, *, by: Person, at: datetime | None = None) -> Application:
    """Hand an organisation's application in while its window is open. Handing in twice has one effect.

    The receipt is drawn before the application is locked, and drawn again if someone wrote meanwhile.
    Raises NotAllowed, Closed, WrongState, BadData naming everything that is missing.
    """
    at = at or clock.now()
    for _drawing in range(MOST_DRAWINGS):
        with transaction.atomic():
            application = Application.rows.lock(application_id)
            if _is_handed_in_by(application, by):
                return application
            content = _check_ready(application, by, at)
        application.submitted_at, application.submitted_by = at, by
        with override(by.language):
            sections = queries.printed(queries.dossier(application))
            drawn = documents.application_pdf(application, sections, language=by.language)
        handed_in = _hand_in(application_id, content, drawn, by=by, at=at)
        if handed_in:
            return handed_in
    raise WrongState(_("Someone is still writing in this application. Try again in a moment."))


@transaction.atomic
def withdraw_application(application_id: int, *, by: Person) -> Application:
    """Take an application back before its decision; a decision proposed, a hearing planned fall with it. What was written is kept.

    Raises NotAllowed, WrongState.
    """
    application = Application.rows.lock(application_id)
    rules.require(rules.may_withdraw, by, application)
    is_invited = application.state == ApplicationState.HEARING_PLANNED
    APPLICATION_STEPS.take(application, "withdraw")
    application.save(update_fields=["state"])
    journal.record(application, "withdrawn", by=by)
    if is_invited:
        hearings.call_off(application, _("The city has withdrawn its application."), at=clock.now())
    proposed = waiting_decision(application)
    if proposed:
        pending.decline(proposed.code, by=robot(), organisation=application.organisation)
    return application


def arrived_in_time(arrived_at: datetime, now: datetime) -> datetime:
    """The moment that decides for a request: when it began, unless it took longer than the technical grace."""
    return arrived_at if now - arrived_at <= GRACE else now


def _writing(application_id: int, by: Person) -> Application:
    """The application, locked, being written by someone who may."""
    application = Application.rows.lock(application_id)
    rules.require(rules.may_write, by, application)
    if not application.is_being_written:
        raise WrongState(_("This application has been handed in: it no longer changes."), state=application.state)
    return application


def _writing_place(application_id: int, place: str, by: Person) -> Application:
    """The application, locked, whose documents, or the section of that question, may be changed."""
    application = _writing(application_id, by)
    sections = _sections(application)
    if place != "documents":
        questions.find(sections, place)
    _check_open(application, places.section_of(sections, place), sections)
    return application


def _check_open(application: Application, section: questions.Section | None, sections: list[questions.Section]) -> None:
    """On probation, only what the conditions name is written."""
    if section is None or not places.may_change(application, section, sections):
        raise WrongState(_("No condition is about this part: it stays as it was handed in."))


def _sections(application: Application) -> list[questions.Section]:
    framework = application.call.framework
    return questions.sections_of(application.track, framework, domains_of(framework), queries.joined(application))


def _keep_taken(
    application: Application, previous: Application, answers: dict[str, str], plan: dict[str, Any], at: datetime
) -> None:
    """What was taken up, as it stands; taken up again, what is new is added."""
    held = TakenUp.rows.filter(application=application).first()
    before = held.content if held else {"answers": {}, "plan": {}, "read": []}
    indicators = [f"plans.indicator:{h.part['code']}" for h in parts_of(plan)] if plan else []
    read = Origin.objects.filter(kind="reading", offspring__in=indicators).values_list("offspring", flat=True)
    kept = {
        "answers": before["answers"] | answers,
        "plan": plan or before["plan"],
        "read": before["read"] + sorted(offspring.partition(":")[2] for offspring in read),
    }
    TakenUp.rows.update_or_create(
        application=application, defaults={"previous": previous, "content": kept, "taken_at": at}
    )


def _take_as_vote(application: Application, file: File, by: Person) -> None:
    """The first file joined is the council's vote, until its organisation says that another one is."""
    if application.track.council_vote == "none" or application.answers.filter(key=VOTE_FILE).exclude(value="").exists():
        return
    given = {"value": file.code, "edited_by": by, "edited_at": clock.now()}
    Answer.rows.update_or_create(application=application, key=VOTE_FILE, defaults=given)


def _take_as_proof(application: Application, file: File, recommendation: str, by: Person) -> None:
    key = questions.proof_key(recommendation)
    given = {"value": file.code, "edited_by": by, "edited_at": clock.now(), "taken_from": None}
    answer, is_new = Answer.rows.get_or_create(application=application, key=key, defaults=given)
    if not is_new:
        Answer.rows.filter(pk=answer.pk).update(**given, version=answer.version + 1)


def _start(application: Application, by: Person) -> None:
    APPLICATION_STEPS.take(application, "start")
    application.save(update_fields=["state"])
    journal.record(application, "application_started", by=by)


def _change(
    answer: Answer, words: str, question: questions.Question, *, was: str, version: int, by: Person, at: datetime
) -> None:
    try:
        stood = questions.clean(question, was)
    except BadData:
        stood = was
    before = answer.version
    try:
        versions.save_field(answer, "value", words, was=stood, version=version)
    except Conflict as conflict:
        own = answer.edited_by_id == by.pk
        conflict.facts.update(field=answer.key, who="" if own else answer.edited_by.name, own=own)
        raise
    if answer.version != before:
        answer.edited_by, answer.edited_at, answer.taken_from = by, at, None
        answer.save(update_fields=["edited_by", "edited_at", "taken_from"])


def _fill_in_what_is_known(application: Application, by: Person, at: datetime) -> None:
    """Nothing is asked twice: who declares leads on the officers' side; an elected lead already has a name."""
    roles = by.roles_in(application.organisation)
    known: dict[str, str] = {}
    if roles & {Role.CITY_EDITOR, Role.CITY_ADMINISTRATOR}:
        known |= {"team.officer_name": by.name, "team.officer_email": by.email}
    lead = (
        application.organisation.memberships.living()
        .filter(role=Role.ELECTED_LEAD)
        .select_related("person")
        .order_by("started_at", "pk")
        .first()
    )
    if lead:
        known["team.elected_name"] = lead.person.name
    Answer.rows.bulk_create(
        Answer(application=application, key=key, value=value, edited_by=by, edited_at=at)
        for key, value in known.items()
        if value
    )


def _is_handed_in_by(application: Application, by: Person) -> bool:
    if application.submitted_by_id != by.pk:
        return False
    again = application.points.filter(asked=Asked.PROBATION, handed_in_at=application.submitted_at)
    is_read_again = application.state == ApplicationState.UNDER_REVIEW and again.exists()
    return application.state == ApplicationState.SUBMITTED or is_read_again


def _step(application: Application) -> str:
    return "resubmit" if application.state == ApplicationState.ON_PROBATION else "submit"


def _check_ready(application: Application, by: Person, at: datetime) -> dict[str, Any]:
    """What would be handed in, once the right, the step, the window and completeness have been checked."""
    rules.require(rules.may_submit, by, application)
    if not APPLICATION_STEPS.allows(application, _step(application)):
        APPLICATION_STEPS.take(application, _step(application))
    if not queries.is_open(application, at):
        closes_at = queries.closes_at(application)
        raise Closed(
            _("The window to hand in has ended. Your application is kept as a draft: nothing is lost."),
            closes_at=closes_at.isoformat(),
        )
    dossier = queries.dossier(application)
    gaps = missing(dossier)
    if gaps:
        raise BadData(_("Your application cannot be handed in yet."), [gap.sentence for gap in gaps])
    return queries.content(dossier)


def _hand_in(
    application_id: int, content: dict[str, Any], drawn: bytes, *, by: Person, at: datetime
) -> Application | None:
    """Hand in what was drawn; None when what stands there is no longer that."""
    with transaction.atomic():
        application = Application.rows.lock(application_id)
        if _is_handed_in_by(application, by):
            return application
        if _check_ready(application, by, at) != content:
            return None
        receipt = files.keep(
            drawn,
            label=_("Receipt of the application, %(day)s") % {"day": documents.day(at)},
            kind="pdf",
            organisation=application.organisation,
            by=by,
        )
        hand_in = HandIn.objects.create(
            application=application,
            number=application.hand_ins.count() + 1,
            content=content,
            fingerprint=hashlib.sha256(drawn).hexdigest(),
            receipt=receipt,
            handed_in_at=at,
            handed_in_by=by,
        )
        hand_in.files.set(application.files.filter(removed_at=None))
        _move(application, hand_in, at)
        journal.record(application, "submitted", by=by, fingerprint=hand_in.fingerprint, number=hand_in.number)
        letters.queue_receipt(hand_in)
    return application


def _move(application: Application, hand_in: HandIn, at: datetime) -> None:
    """The application and its plan take their step; the committee comes to see the files."""
    step = _step(application)
    APPLICATION_STEPS.take(application, step)
    application.submitted_at, application.submitted_by = at, hand_in.handed_in_by
    application.fingerprint, application.receipt = hand_in.fingerprint, hand_in.receipt
    application.save(update_fields=["state", "submitted_at", "submitted_by", "fingerprint", "receipt"])
    points.hand_in(application, hand_in)
    if step == "resubmit":
        points.reopen_readings(application, by=hand_in.handed_in_by)
    if application.plan.state in plans.BEING_WRITTEN:
        plan = plans.take_step(application.plan_id, "submit")
        plans.link_thread(plan, by=hand_in.handed_in_by)
    shared = [hand_in.receipt_id, *application.files.filter(removed_at=None).values_list("pk", flat=True)]
    File.rows.filter(pk__in=shared, shared_at=None).update(shared_at=at)
