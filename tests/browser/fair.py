"""What people do at meetings, laid over the small network: questions asked, places taken, practices told, notes published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import files
from marelle.accounts.models import Organisation, Person
from marelle.accounts.states import OrganisationKind
from marelle.base import clock
from marelle.events.models import Event, Exchange, Group, Need, Question, Ranking, Registration
from marelle.events.operations import (
    declarations,
    gatherings,
    groups,
    lessons,
    meetings,
    needs,
    participants,
    questions,
    registrations,
    run_sheets,
)
from marelle.events.operations.registrations import Coming
from marelle.framework.models import Domain
from marelle.library.models import Adoption, Practice, Resource, Service
from marelle.library.operations import practices
from tests.browser.town import STORY, someone
from tests.factories.events import ExchangeFactory
from tests.journeys.road import VOTE

LONG = "Accompagner ensemble, de la mise à l’abri jusqu’à la majorité, les mineurs non accompagnés et séparés de leur famille"
BEFORE = datetime(2026, 9, 1, 9, tzinfo=clock.PARIS)  # what is over was announced then, three weeks before the visit
FEEDBACK = dict.fromkeys(("useful", "clear", "heard", "reuse", "again"), 4)


@dataclass
class Fair:
    """What an address may name."""

    webinar: Event
    over: Event  # a webinar, its note published
    gathering: Event
    last_year: Event  # a gathering, its proceedings published
    coming: Registration  # of somebody without an account, to the webinar
    came: Registration  # of the same, to the one that is over
    delegate: Registration
    declaration: str
    need: Need
    ranking: Ranking
    exchange: Exchange
    group: Group
    draft: Practice
    submitted: Practice
    told: Practice  # public, taken over
    adoption: Adoption
    resource: Resource


def hold() -> Fair:
    """Everything, through the operations people use."""
    officer, city = someone("committee-officer"), Organisation.objects.get(code=STORY)
    editor = someone("member-admin")
    webinar = Event.rows.get(kind="webinar")
    gathering = Event.rows.get(kind="gathering")
    over = _webinar_over(officer)
    ali = Coming(email="ali@ville.example", name="Ali Sable", function="Éducateur", organisation_name="Sfax")
    came = _was_there(over, ali, officer)
    coming = _comes(webinar, ali, officer)
    delegate = _delegation(gathering, city, editor)
    declaration = declarations.write_declaration(
        gathering.pk, name={"fr": LONG, "en": LONG}, text={"fr": LONG * 9, "en": LONG}, closes_at=None, by=officer
    )
    declarations.open_declaration(declaration.pk, by=officer)
    need = needs.state_need(
        city.pk,
        by=editor,
        name=LONG[:120],
        service=Service.objects.order_by("pk")[0],
        urgency=3,
        what_was_tried=LONG,
        childrens_words="« Personne ne m’a dit où j’allais dormir. »",
    )
    adoption = Adoption.rows.get()
    exchange = ExchangeFactory(need=need, asked_by=city, asked_of=adoption.organisation, message=LONG)
    group = Group.rows.order_by("pk")[0]
    groups.add_file(group.pk, SimpleUploadedFile(f"{LONG[:60]}.pdf", VOTE), by=editor)
    draft = practices.draft(city, by=editor, language="fr", name=LONG[:150])
    return Fair(
        webinar=webinar,
        over=over,
        gathering=gathering,
        last_year=_gathering_over(officer),
        coming=coming,
        came=came,
        delegate=delegate,
        declaration=declaration.code,
        need=need,
        ranking=Ranking.rows.latest("opens_at"),
        exchange=exchange,
        group=group,
        draft=draft,
        submitted=_submitted(city, editor),
        told=adoption.practice,
        adoption=adoption,
        resource=Resource.rows.order_by("pk")[0],
    )


def _webinar_over(officer: Person) -> Event:
    """Held twice on 8 September."""
    house = Organisation.objects.get(kind=OrganisationKind.COMMITTEE)
    with clock.at(BEFORE):
        event = meetings.draft_webinar(by=officer, committee=house, name={"fr": LONG[:150], "en": LONG[:150]})
        for language, hours in (("fr", 0), ("en", 4)):
            starts = BEFORE + timedelta(days=7, hours=hours)
            held = meetings.Held(language, starts, starts + timedelta(minutes=90), f"https://salle.example/{language}")
            meetings.hold_in(event.pk, held, by=officer)
        run_sheets.add_part(event.pk, by=officer, kind="presentation", name={"fr": LONG, "en": LONG}, minutes=90)
        meetings.give_part(event.pk, by=officer, role="speaker", name="Lina Cerise", title="directrice", person=None)
        run_sheets.fill(event.pk, by=officer)
        return meetings.publish(event.pk, by=officer)


def _was_there(over: Event, ali: Coming, officer: Person) -> Registration:
    """Came, asked, was answered; the note is published."""
    occurrence = over.occurrences.get(language="fr")
    there = registrations.register(occurrence.pk, ali, at=BEFORE)
    participants.join(there.pk, at=occurrence.starts_at)
    question = questions.ask(there.pk, LONG, "fr", at=occurrence.starts_at)
    questions.show(over.pk, question.code, by=officer)
    questions.translate(over.pk, question.code, LONG, "en", by=officer)
    questions.answer(over.pk, question.code, LONG, "fr", by=officer, at=occurrence.starts_at)
    meetings.hold(over.pk, by=officer)
    participants.give_feedback(there.pk, FEEDBACK, "Merci.", at=clock.now())
    lessons.keep_recording(over.pk, "fr", replay="https://video.example/1", transcript=f"{LONG}\n{LONG}", by=officer)
    paper = files.keep(VOTE, label=f"{LONG[:90]}.pdf", kind="pdf", organisation=over.committee, by=officer)
    lessons.join_document(over.pk, paper, by=officer)
    lessons.draft_lessons(over.pk, by=officer)
    lessons.publish_lessons(over.pk, by=officer, at=clock.now())
    return there


def _comes(webinar: Event, ali: Coming, officer: Person) -> Registration:
    """Will come; a question on the board, one to read; it is recorded, and suggestions are called."""
    webinar.refresh_from_db()
    until = clock.now() + timedelta(days=3)
    webinar = meetings.write_note(
        webinar.pk, by=officer, version=webinar.version, asks_recording_consent=True, suggestions_until=until
    )
    place = registrations.register(webinar.occurrences.get(language="fr").pk, ali, at=clock.now())
    shown, _to_read = [questions.ask(place.pk, f"{LONG} {n} ?", "fr", at=clock.now()) for n in (1, 2)]
    questions.show(webinar.pk, shown.code, by=officer)
    questions.suggest(place.participant, webinar, LONG, "fr", at=clock.now())
    assert Question.rows.filter(event=webinar).count() == 2
    return place


def _delegation(gathering: Event, city: Organisation, editor: Person) -> Registration:
    """Two people of the town; the first chose a workshop."""
    coming = [
        Coming(email=f"p{n}@ville.example", name=f"Prénom Nom {n}", organisation=city, dietary="sans porc", access=LONG)
        for n in (1, 2)
    ]
    gatherings.send_delegation(gathering.pk, city, coming, by=editor)
    first = Registration.rows.filter(delegation__organisation=city, item=None).order_by("pk")[0]
    workshop = gathering.items.filter(is_choice=True).order_by("starts_at", "pk")[0]
    gatherings.choose_for(first.pk, workshop.code, by=editor)
    return first


def _gathering_over(officer: Person) -> Event:
    """Held in the first days of September, called the one of 2025; its proceedings are published."""
    house = Organisation.objects.get(kind=OrganisationKind.COMMITTEE)
    begins = BEFORE + timedelta(days=3)
    with clock.at(BEFORE):
        dates = gatherings.Dates(begins, begins + timedelta(days=1), "Europe/Paris", "Angers", None, begins, None)
        name = {"fr": "Rencontre de l’an passé", "en": "Gathering of last year"}
        event = gatherings.draft_gathering(house, year=2025, name=name, objectives={}, dates=dates, by=officer)
        part = gatherings.Part("workshop", {"fr": LONG, "en": LONG}, begins, 90, is_choice=True, capacity=20)
        item = gatherings.save_item(event.pk, part, by=officer)
        gatherings.publish_gathering(event.pk, by=officer)
    meetings.hold(event.pk, by=officer)
    gatherings.write_outcome(event.pk, item.code, outcome={"fr": LONG, "en": LONG}, by=officer)
    return gatherings.publish_proceedings(event.pk, by=officer)


def _submitted(city: Organisation, editor: Person) -> Practice:
    """Waits for the programme team."""
    practice = practices.draft(city, by=editor, language="fr", name="Le conseil de la cour d’école")
    for field in practices.TEXTS:
        if field != "name":
            practices.save_field(practice.pk, f"fr.{field}", LONG, was="", version=0, by=editor)
    domain = Domain.objects.order_by("pk")[0]
    practices.describe(practice.pk, domains=[domain.pk], services=[], languages=["fr"], by=editor)
    practices.submit(practice.pk, by=editor)
    return Practice.rows.get(pk=practice.pk)
