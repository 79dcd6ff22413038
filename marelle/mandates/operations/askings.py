"""A question of an application asked of a colleague: sent by link, answered without an account, taken up by who writes."""

from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from marelle.accounts import journal, notifications
from marelle.accounts.models import Person
from marelle.base import clock
from marelle.base.errors import BadData, WrongState
from marelle.base.text import random_id
from marelle.mandates import questions, rules
from marelle.mandates.letters import askings as letters
from marelle.mandates.models import Answer, Application, Asking
from marelle.mandates.operations.applications import save_answer
from marelle.mandates.queries import applications as queries
from marelle.mandates.queries import people

LIVES = timedelta(days=21)  # ours: the time a service takes to answer a colleague
MOST_OPEN = 40  # of one application: as many as its longest section has questions
ASKED_BY_LINK = frozenset({"text", "line"})  # what somebody without the dossier before them can answer


@transaction.atomic
def ask(application_id: int, key: str, *, whom: str, email: str, note: str = "", by: Person) -> tuple[Asking, str]:
    """Send one question to a colleague; the secret of its link, which is kept nowhere. Raises NotAllowed, WrongState, BadData."""
    application = _written(application_id, by)
    question = questions.find(queries.dossier(application).sections, key)
    if question.kind not in ASKED_BY_LINK:
        raise BadData(_("Only a question answered in words can be asked of a colleague."))
    if not whom.strip():
        raise BadData(_("Say whom you ask."))
    now = clock.now()
    if Asking.objects.open_at(now).filter(application=application).count() >= MOST_OPEN:
        raise BadData(
            _("%(most)s questions are waiting for an answer already: set some aside first.") % {"most": MOST_OPEN}
        )
    secret = random_id()
    asking = Asking.rows.create(
        application=application,
        key=key,
        whom=whom.strip()[:120],
        note=note.strip()[:500],
        digest=digest(secret),
        asked_by=by,
        asked_at=now,
        expires_at=now + LIVES,
    )
    journal.record(application, "question_asked", by=by, key=key)
    letters.send(asking, question, email=email, secret=secret)
    return asking, secret


@transaction.atomic
def answer(secret: str, words: str) -> Asking:
    """Answer by the link; answered again before it is taken up, the last words stand. Raises WrongState, BadData."""
    found = find(secret)
    if found is None:
        raise WrongState(_("This link no longer opens anything: ask your colleague for another."))
    asking = Asking.rows.lock(found.pk)
    question = questions.find(queries.dossier(asking.application).sections, asking.key)
    kept = questions.clean(question, words)
    if not kept:
        raise BadData(_("Write something first."))
    is_first = asking.answered_at is None
    asking.answer, asking.answered_at = kept, clock.now()
    asking.save(update_fields=["answer", "answered_at"])
    if is_first:
        _tell(asking, question)
    return asking


@transaction.atomic
def take_up(asking_id: int, *, by: Person) -> Answer:
    """Put what the colleague wrote in the dossier, after what stands there already. Raises NotAllowed, WrongState, BadData."""
    asking = _open(asking_id, by)
    if not asking.answer:
        raise WrongState(_("Nobody has answered yet."))
    known = Answer.rows.filter(application=asking.application_id, key=asking.key).first()
    stands = known.value if known else ""
    words = f"{stands}\n\n{asking.answer}" if stands else asking.answer
    saved = save_answer(
        asking.application_id, asking.key, words, was=stands, version=known.version if known else 0, by=by
    )
    _close(asking, taken_up=True)
    return saved


@transaction.atomic
def set_aside(asking_id: int, *, by: Person) -> Asking:
    """The link opens nothing any more; what was answered stays readable on the page. Raises NotAllowed, WrongState."""
    return _close(_open(asking_id, by), taken_up=False)


def find(secret: str) -> Asking | None:
    """The question a link opens now, None when it opens nothing."""
    rows = Asking.objects.open_at(clock.now()).filter(digest=digest(secret))
    found = rows.select_related("application__call__framework", "application__organisation", "asked_by").first()
    return found if found and found.application.is_being_written else None


def digest(secret: str) -> str:
    """What is kept of a link."""
    return salted_hmac("marelle asked question", secret, algorithm="sha256").hexdigest()


def _written(application_id: int, by: Person) -> Application:
    application = Application.rows.lock(application_id)
    rules.require(rules.may_write, by, application)
    if not application.is_being_written:
        raise WrongState(_("Your application is handed in: it no longer changes."))
    return application


def _open(asking_id: int, by: Person) -> Asking:
    asking = Asking.rows.lock(asking_id)
    _written(asking.application_id, by)
    if asking.closed_at is not None:
        raise WrongState(_("This question has been settled already."))
    return asking


def _close(asking: Asking, *, taken_up: bool) -> Asking:
    asking.closed_at, asking.taken_up = clock.now(), taken_up
    asking.save(update_fields=["closed_at", "taken_up"])
    return asking


def _tell(asking: Asking, question: questions.Question) -> None:
    """One line to who asked; to those who write for the organisation once who asked no longer does."""
    writers = people.writers_of(asking.application.organisation)
    notifications.notify(
        [asking.asked_by] if asking.asked_by in writers else writers,
        "question_answered",
        reference=f"mandates.asking:{asking.code}",
        sentence=lambda: _("{whom} has answered: {question}").format(whom=asking.whom, question=question.title),
        address=f"/espace/{asking.application.organisation.code}/candidature/collegues",
    )
