"""Public questions and answers about a call: published, written anew, taken off."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from marelle.accounts import files, journal, notifications
from marelle.accounts.models import File, Organisation, Person
from marelle.accounts.queries import people_of
from marelle.base import clock, stamps
from marelle.base.errors import BadData, WrongState
from marelle.mandates import rules
from marelle.mandates.models import Application, Call, CallAnswer
from marelle.mandates.queries.people import WRITERS
from marelle.mandates.states import STILL_WRITING, CallState

LONGEST = 5000  # characters of a question, or of an answer, in one language


@transaction.atomic
def publish_answer(
    call_id: int,
    *,
    question: Mapping[str, str],
    answer: Mapping[str, str],
    upload: UploadedFile | None = None,
    instead_of: str = "",
    by: Person,
) -> CallAnswer:
    """Answer for everybody on the page of a published call, and tell those who write an application to it.

    `question`, `answer`: texts by language, French at least. `instead_of`: the code of the answer it replaces, whose file it
    keeps unless another is given. Raises NotAllowed, WrongState, BadData.
    """
    call = _published(call_id, by)
    words = _clean(question), _clean(answer)
    old = _shown(call, instead_of) if instead_of else None
    now = clock.now()
    if old:
        _retire(old)
    made = CallAnswer.rows.create(
        call=call,
        question=words[0],
        answer=words[1],
        file=_keep(upload, call, by) if upload else old.file if old else None,
        replaces=old,
        published_by=by,
        published_at=now,
    )
    journal.record(call, "call_answer_published", by=by, organisation=call.committee)
    stamps.bump("public")
    _tell(call)
    return made


@transaction.atomic
def retire_answer(call_id: int, code: str, *, by: Person) -> CallAnswer:
    """Take an answer off the page of the call; it stays in the office. Raises NotAllowed, WrongState."""
    call = _published(call_id, by)
    answer = _retire(_shown(call, code))
    journal.record(call, "call_answer_retired", by=by, organisation=call.committee)
    stamps.bump("public")
    return answer


def _published(call_id: int, by: Person) -> Call:
    call = Call.rows.lock(call_id)
    rules.require(rules.may_answer_publicly, by, call)
    if call.state == CallState.DRAFT:
        raise WrongState(_("Publish the call first: its questions and answers stand on its page."))
    return call


def _shown(call: Call, code: str) -> CallAnswer:
    found = CallAnswer.rows.filter(call=call, code=code, retired_at=None).first()
    if found is None:
        raise WrongState(_("This answer has been replaced or taken off already."))
    return found


def _retire(answer: CallAnswer) -> CallAnswer:
    answer.retired_at = max(clock.now(), answer.published_at)
    answer.save(update_fields=["retired_at"])
    return answer


def _clean(words: Mapping[str, str]) -> dict[str, str]:
    kept = {language: said.strip() for language, said in words.items() if said.strip()}
    if not kept.get("fr"):
        raise BadData(_("Write the question and its answer in French at least."))
    if max(map(len, kept.values())) > LONGEST:
        raise BadData(_("This text is too long: %(limit)s characters at most.") % {"limit": LONGEST})
    return kept


def _keep(upload: UploadedFile, call: Call, by: Person) -> File:
    file = files.take(upload, organisation=call.committee, by=by)
    rules.require(rules.may_publish_file, by, file)
    file.is_public = True
    file.save(update_fields=["is_public"])
    return file


def _tell(call: Call) -> None:
    """One line to each person who writes an application to this call; the daily letter gathers it."""
    writing = Application.rows.filter(call=call, state__in=STILL_WRITING).values("organisation")
    notifications.notify(
        people_of(Organisation.objects.filter(pk__in=writing), WRITERS),
        "call_answer",
        reference=f"mandates.call:{call.code}",
        sentence=lambda: _("The committee has answered a question about {call}.").format(call=call),
        address=f"/appels/{call.code}#questions",
    )
