"""Reports of a mandate: asked for in their time, handed in, verified, sent back or accepted; late, the mandate is watched."""

import io
from datetime import UTC, date, datetime

import docx
import pytest
from pypdf import PdfReader

from marelle.accounts import files
from marelle.accounts.models import JournalContent, Notification
from marelle.accounts.states import Role
from marelle.base import clock, dues, origins, stamps
from marelle.base.errors import BadData, NotAllowed, WrongState
from marelle.base.models import Job, Letter
from marelle.mandates import report_documents
from marelle.mandates.models import Mandate
from marelle.mandates.operations import moves
from marelle.mandates.operations import reports as operations
from marelle.mandates.queries.mandates import milestones
from marelle.mandates.registered import reports as registered
from marelle.mandates.registered.agreements import calendar
from marelle.plans.models import Rating, Report
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import TrackFactory
from tests.factories.mandates import MandateFactory
from tests.factories.plans import RatingFactory, ReportFactory
from tests.mandates.office import works_as
from tests.mandates.reports_scene import SUMMER, asked, lead_of, officer_of, state_of, written

pytestmark = pytest.mark.django_db


def at(day):
    return datetime.combine(day, datetime.min.time(), clock.PARIS)


def round_on(day):
    with clock.at(at(day)):
        registered.look_after_reports(at(day))


def told():
    return [f"{r.kind} {r.year} {r.covers_from}…{r.covers_until} {r.due_on}" for r in Report.rows.order_by("pk")]


def drawn(report):
    """The report once the worker has drawn it, twice."""
    job = Job.objects.filter(task="draw_report").latest("pk")
    for _twice in range(2):
        operations.draw_report(job, **job.arguments)
    return Report.rows.select_related("document").get(pk=report.pk)


# ---------------------------------------------------------------------------------------------------- the programme's clock
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 30), []),
        (date(2026, 10, 31), ["yearly 2026 2026-09-01…2026-12-31 2027-01-31"]),
        (date(2027, 1, 31), ["yearly 2026 2026-09-01…2026-12-31 2027-01-31"]),
        (date(2027, 2, 1), []),
        (date(2029, 3, 1), ["mid_term 2029 2026-09-01…2029-08-31 2029-09-01"]),
        (date(2031, 11, 2), ["yearly 2031 2031-01-01…2031-12-31 2032-01-31", "final 2032 2026-09-01…2032-02-29 2032-03-01"]),
    ],
    ids=["before", "window", "last day", "never late for what was not asked", "mid-term", "two at once"],
)  # fmt: skip
def test_report_is_asked_for_when_its_window_opens(day, expected):
    MandateFactory()

    round_on(day)
    round_on(day)

    assert sorted(told()) == sorted(expected)


def test_due_date_is_frozen_when_the_window_opens():
    mandate = MandateFactory()
    round_on(date(2029, 3, 1))
    track = mandate.track
    track.report_dates = {"mid_term": 38}
    track.save()

    round_on(date(2029, 3, 2))

    assert [r.due_on for r in Report.rows.all()] == [date(2029, 9, 1)]


def test_light_track_is_asked_for_its_sheet_alone():
    track = TrackFactory(light=True)
    MandateFactory(track=track, ends_on=date(2027, 9, 1))

    for month in range(10, 13):
        round_on(date(2026, month, 28))

    assert [r.kind for r in Report.rows.all()] == ["yearly"]


@pytest.mark.parametrize("state", ["planned", "ended", "renounced"])
def test_mandate_that_does_not_run_is_asked_for_nothing(state):
    MandateFactory(**{state: True})

    round_on(date(2029, 3, 1))

    assert told() == []


def test_writers_are_told_asked_and_reminded_once_each():
    mandate = MandateFactory()
    PersonFactory(roles=[(mandate.organisation, Role.CITY_EDITOR)])
    PersonFactory(roles=[(mandate.organisation, Role.CITY_READER)])

    for day in ((3, 1), (3, 2), (8, 1), (8, 2), (8, 3), (8, 25), (8, 26), (9, 1), (9, 2), (9, 3)):
        round_on(date(2029, *day))

    subjects = Letter.objects.order_by("pk").values_list("subject", flat=True)
    name = mandate.organisation.name
    assert list(subjects) == [
        f"{name}\u202f: un bilan à remettre\u202f: Bilan à mi-mandat",
        f"{name}\u202f: un bilan est à remettre dans 30 jours\u202f: Bilan à mi-mandat",
        f"{name}\u202f: un bilan est à remettre dans 7 jours\u202f: Bilan à mi-mandat",
        f"{name}\u202f: un bilan est à remettre aujourd’hui\u202f: Bilan à mi-mandat",
        f"{name}\u202f: un bilan est en retard\u202f: Bilan à mi-mandat",
    ]


def test_late_report_puts_its_mandate_on_watch_until_it_is_handed_in():
    report = written()
    lead = lead_of(report)
    states = []

    for day in (date(2029, 9, 1), date(2029, 9, 2)):
        round_on(day)
        states.append(Mandate.rows.get().state)
    with clock.at(at(date(2029, 9, 5))):
        operations.submit_report(report.pk, by=lead)

    assert [*states, Mandate.rows.get().state] == ["active", "on_watch", "active"]
    verbs = JournalContent.objects.filter(verb__startswith="mandate_").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["mandate_watch", "mandate_clear"]


def test_watch_by_people_is_not_lifted_by_a_report():
    report = written()
    committee = report.plan.mandate.agreement.application.call.committee
    first, second = (works_as(Role.PROGRAMME_ADMINISTRATOR, committee) for _ in range(2))
    with clock.at(SUMMER):
        moves.propose_move(report.plan.mandate.pk, by=first, move="watch", reasons="Silence.", on=date(2029, 8, 1))
        moves.confirm_move(report.plan.mandate.pk, by=second)

        operations.submit_report(report.pk, by=lead_of(report))

    assert Mandate.rows.get().state == "on_watch"


def test_cleared_by_people_a_mandate_is_not_watched_again_for_the_same_report():
    report = written()
    committee = report.plan.mandate.agreement.application.call.committee
    first, second = (works_as(Role.PROGRAMME_ADMINISTRATOR, committee) for _ in range(2))
    round_on(date(2029, 9, 2))
    with clock.at(at(date(2029, 9, 4))):
        moves.propose_move(report.plan.mandate.pk, by=first, move="clear", reasons="Délai.", on=date(2029, 9, 3))
        moves.confirm_move(report.plan.mandate.pk, by=second)

    round_on(date(2029, 9, 5))

    assert Mandate.rows.get().state == "active"


# --------------------------------------------------------------------------------------------------------------- more time
LATER = date(2029, 11, 15)
MORE_TIME = """Bonjour,

Il était attendu au plus tard le 1er septembre 2029. Le comité le reporte : il est attendu au plus tard le 15 novembre 2029. Il écrit :

Le service change de main.

http://127.0.0.1:8000/espace/{town}/bilans/{code}

L’équipe du programme
"""


def late():
    """A mid-term report a month late, its mandate on watch for it."""
    MandateFactory()
    round_on(date(2029, 3, 1))
    round_on(date(2029, 10, 1))
    return Report.rows.select_related("plan__mandate__agreement__application__call").get()


def test_report_put_off_says_both_days_tells_the_town_and_is_late_no_more():
    report = late()
    writer = PersonFactory(roles=[(report.organisation, Role.CITY_EDITOR)])
    watched = Mandate.rows.get().state

    with clock.at(at(date(2029, 10, 2))):
        for _twice in range(2):
            operations.put_off_report(
                report.pk, due_on=LATER, because=" Le service change de main. ", by=officer_of(report)
            )

    put_off = Report.rows.get()
    assert (put_off.due_on, put_off.first_due_on, put_off.put_off_because) == (
        LATER,
        date(2029, 9, 1),
        "Le service change de main.",
    )
    assert (watched, Mandate.rows.get().state) == ("on_watch", "active")
    (letter,) = Letter.objects.filter(kind="report_put_off", address=writer.email)
    words = letter.text.replace("\u202f", " ").replace("\xa0", " ")
    assert words.strip() == MORE_TIME.format(town=report.organisation.code, code=report.code).strip()
    facts = [c.facts for c in JournalContent.objects.filter(verb="report_put_off")]
    assert facts == [{"was": "2029-09-01", "due_on": "2029-11-15", "reasons": "Le service change de main."}]


def test_dues_calendar_mandate_line_and_watch_follow_a_report_put_off():
    report = late()
    writer = PersonFactory(roles=[(report.organisation, Role.CITY_EDITOR)])
    with clock.at(at(date(2029, 10, 2))):
        operations.put_off_report(report.pk, due_on=LATER, because="Le service change.", by=officer_of(report))

        today = dues.today(writer, report.organisation)
        held = [(m.title, m.starts_at.date(), m.sequence) for m in calendar(writer, report.organisation) if m.sequence]
        line = [m["on"] for m in milestones(Mandate.rows.select_related("track").get()) if m["on"].year == 2029]
    round_on(LATER)
    before = Mandate.rows.get().state
    round_on(date(2029, 11, 16))

    assert [a.due_at for a in today.acts if "bilans" in a.address] == [clock.evening_of(LATER)]
    assert held == [("Bilan à mi-mandat", LATER, 75)]
    assert line == [date(2029, 1, 31), LATER]
    assert (before, Mandate.rows.get().state) == ("active", "on_watch")


@pytest.mark.parametrize(
    ("due_on", "because", "who", "state", "error"),
    [
        (LATER, "", "officer", "asked", BadData),
        (date(2029, 8, 31), "Parce que.", "officer", "asked", BadData),
        (date(2029, 9, 1), "Parce que.", "officer", "asked", BadData),
        (date(2030, 9, 2), "Parce que.", "officer", "asked", BadData),
        (LATER, "Parce que.", "lead", "asked", NotAllowed),
        (LATER, "Parce que.", "other", "asked", NotAllowed),
        (LATER, "Parce que.", "officer", "submitted", WrongState),
    ],
    ids=["no reason", "earlier", "same day", "over a year", "its town", "another committee", "handed in"],
)
def test_putting_off_refuses(due_on, because, who, state, error):
    report = written()
    people = {"officer": officer_of(report), "lead": lead_of(report)}
    people["other"] = works_as(Role.PROGRAMME_OFFICER, OrganisationFactory(committee=True, code="o-other"))
    with clock.at(SUMMER):
        if state == "submitted":
            operations.submit_report(report.pk, by=people["lead"])
        before = Letter.objects.count()

        with pytest.raises(error):
            operations.put_off_report(report.pk, due_on=due_on, because=because, by=people[who])

    left = Report.rows.get()
    assert (left.due_on, left.first_due_on, left.put_off_because, Letter.objects.count()) == (
        date(2029, 9, 1),
        None,
        "",
        before,
    )


# ---------------------------------------------------------------------------------------------------------------- the town
def test_report_is_handed_in_with_the_figures_of_that_day():
    report = written()
    lead, officer = lead_of(report), officer_of(report)

    with clock.at(SUMMER):
        operations.submit_report(report.pk, by=lead)
        again = operations.submit_report(report.pk, by=lead)

    assert (again.state, again.submitted_by, again.submitted_at) == ("submitted", lead, SUMMER)
    assert again.fingerprint == report_documents.fingerprint(again.content)
    objective = again.content["domains"][0]["objectives"][0]
    assert (objective["verdict"], objective["why"]) == ("on_track", "Trois rues sur cinq.")
    assert [(a["name"], a["state"]) for a in objective["actions"]] == [
        ("Fermer la rue de l’école aux voitures", "in_progress"),
        ("Peindre la rue", "done"),
    ]
    read = objective["indicators"][0]
    assert (read["value"], read["period"], read["percent"], read["proof_level"]) == ("50", "2027", 50, "evidenced")
    again = drawn(again)
    with files.opened(again.document) as stream:
        assert again.fingerprint in PdfReader(stream).pages[0].extract_text().replace("\n", "")
    assert Notification.objects.filter(person=officer, kind="report_received").count() == 1
    assert Letter.objects.filter(kind="report_submitted").count() == 1
    strip = origins.strip_for(f"plans.report:{report.code}", lead)
    assert sorted((link.kind, link.label) for link in strip.parents) == [
        ("objective", "Aller à l’école sans danger"),
        ("reading", "Écoles dont la rue est apaisée (2027)"),
    ]
    assert list(registered.changed_since()) == []


def test_report_refuses_to_be_handed_in_with_gaps():
    report, objective = asked(highlights="Trois rues.")

    with pytest.raises(BadData) as refused, clock.at(SUMMER):
        operations.submit_report(report.pk, by=lead_of(report))

    assert refused.value.faults == [
        "Ce qui est difficile",
        "Comment les enfants ont participé",
        "Ce qui a été fait contre les discriminations",
        "La suite",
        f"Dites où en est «\u202f{objective.name}\u202f»",
    ]
    assert (state_of(report), Letter.objects.count()) == ("asked", 0)


@pytest.mark.parametrize(
    ("role", "situation", "error"),
    [
        (Role.CITY_EDITOR, {}, NotAllowed),
        (Role.CITY_ADMINISTRATOR, {}, NotAllowed),
        (None, {}, NotAllowed),
        (Role.ELECTED_LEAD, {"accepted": True}, WrongState),
    ],
    ids=["editor", "administrator without delegation", "stranger", "accepted"],
)
def test_report_is_handed_in_by_who_may_only(role, situation, error):
    report = written(**situation)
    where = report.organisation if role else OrganisationFactory()
    person = PersonFactory(roles=[(where, role or Role.ELECTED_LEAD)])
    before = state_of(report)

    with pytest.raises(error), clock.at(SUMMER):
        operations.submit_report(report.pk, by=person)

    assert (state_of(report), Letter.objects.count()) == (before, 0)


# ----------------------------------------------------------------------------------------------------------- the committee
def handed_in():
    report = written()
    with clock.at(SUMMER):
        operations.submit_report(report.pk, by=lead_of(report))
    Letter.objects.all().delete()
    return Report.rows.get(pk=report.pk)


def test_committee_verifies_and_accepts_with_the_three_ratings_apart():
    report = handed_in()
    officer, objective = officer_of(report), report.plan.objectives.get()
    RatingFactory(report=report, objective=objective, children=True, why="On a encore peur au carrefour.")

    with clock.at(SUMMER):
        operations.verify_objective(report.pk, objective.code, "on_track", "Vu sur place.", by=officer)
        operations.verify_objective(report.pk, objective.code, "held_back", "Vu sur place.", by=officer)
        operations.accept_report(report.pk, by=officer)
        accepted = operations.accept_report(report.pk, by=officer)

    assert (accepted.state, accepted.accepted_by) == ("accepted", officer)
    living = Rating.rows.filter(replaced_at=None).order_by("by").values_list("by", "verdict")
    assert list(living) == [("children", "held_back"), ("city", "on_track"), ("committee", "held_back")]
    with files.opened(drawn(accepted).document) as stream:
        text = "\n".join(page.extract_text() for page in PdfReader(stream).pages)
    assert [word in text for word in ("Un groupe d’enfants", "Vu sur place.", "carrefour")] == [True, True, False]
    assert [letter.kind for letter in Letter.objects.all()] == ["report_accepted"]
    assert list(registered.changed_since()) == []


def test_committee_writes_down_what_it_found_whole_or_not_at_all():
    report = handed_in()
    found = {report.plan.objectives.get().code: ("on_track", ""), "inconnu": ("achieved", "")}

    with clock.at(SUMMER), pytest.raises(BadData):
        operations.verify_objectives(report.pk, found, by=officer_of(report))

    assert not Rating.rows.filter(report=report, by="committee").exists()


def test_committee_sends_back_with_reasons_and_the_town_hands_in_again():
    report = handed_in()
    lead = report.submitted_by

    with clock.at(SUMMER):
        operations.send_back_report(report.pk, by=officer_of(report), reasons="Dites ce qui freine.")
        operations.submit_report(report.pk, by=lead)

    again = Report.rows.get(pk=report.pk)
    assert (again.state, again.returned_because) == ("submitted", "Dites ce qui freine.")
    kinds = Letter.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["report_returned", "report_submitted"]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda report, by: operations.accept_report(report.pk, by=by), NotAllowed),
        (lambda report, by: operations.send_back_report(report.pk, by=by, reasons="Non."), NotAllowed),
        (
            lambda report, by: operations.verify_objective(
                report.pk, report.plan.objectives.get().code, "achieved", "", by=by
            ),
            NotAllowed,
        ),
    ],
    ids=["accept", "send back", "verify"],
)
def test_another_committee_does_nothing_with_a_report(act, error):
    report = handed_in()
    stranger = works_as(Role.PROGRAMME_OFFICER, OrganisationFactory(committee=True, code="o-autre"))

    with pytest.raises(error):
        act(report, stranger)

    assert (state_of(report), Rating.rows.filter(by="committee").count(), Letter.objects.count()) == ("submitted", 0, 0)


@pytest.mark.parametrize(
    ("reasons", "situation", "error"),
    [("  ", {"submitted": True}, BadData), ("Non.", {}, WrongState), ("Non.", {"accepted": True}, WrongState)],
    ids=["no reason", "not handed in", "accepted"],
)
def test_send_back_refuses(reasons, situation, error):
    report, _objective = asked(**situation)
    before = state_of(report)

    with pytest.raises(error):
        operations.send_back_report(report.pk, by=officer_of(report), reasons=reasons)

    assert (state_of(report), Letter.objects.count()) == (before, 0)


def test_paper_drawn_late_does_not_take_the_place_of_a_newer_one():
    report = handed_in()
    job = Job.objects.get(task="draw_report")
    with clock.at(SUMMER):
        operations.accept_report(report.pk, by=officer_of(report))

    operations.draw_report(job, **job.arguments)

    assert Report.rows.get(pk=report.pk).document is None


def test_invariant_finds_a_report_changed_after_it_was_handed_in():
    report = handed_in()
    report.content["words"]["highlights"] = "Cinq rues."
    report.save()

    assert list(registered.changed_since()) == [f"report={report.pk} is not what its fingerprint says"]


# ------------------------------------------------------------------------------------------------------------ thread, day
def test_report_shows_itself_to_its_town_its_committee_and_once_accepted_to_anyone():
    draft, public = (ReportFactory(plan=MandateFactory().plan, **state) for state in ({}, {"accepted": True}))
    reader = PersonFactory(roles=[(draft.organisation, Role.CITY_READER)])
    officer = officer_of(draft)
    codes = [draft.code, public.code]

    seen = {
        name: {code: shown.address for code, shown in registered.queries.show_reports(codes, person).items()}
        for name, person in (("town", reader), ("committee", officer), ("anyone", None))
    }

    place = public.organisation.code
    anyone = {public.code: f"/villes/{place}/bilans/{public.code}"}
    assert seen == {
        "town": {draft.code: f"/espace/{draft.organisation.code}/bilans/{draft.code}", **anyone},
        "committee": {code: f"/bureau/bilans/{code}" for code in codes},
        "anyone": anyone,
    }


def test_editable_text_holds_what_the_pdf_holds():
    report = handed_in()

    text = docx.Document(io.BytesIO(report_documents.report_docx(report.content, {}, draft=True)))

    headings = [p.text for p in text.paragraphs if p.style.name.startswith("Heading")]
    assert headings[:2] == ["Ce qui s’est bien passé", "Ce qui est difficile"]
    assert headings[-1] == "Aller à l’école sans danger"
    assert [[cell.text for cell in row.cells][:2] for row in text.tables[0].rows] == [
        ["Qui le dit", "Où en est l’objectif"],
        ["La collectivité", "en bonne voie"],
        ["Un groupe d’enfants", "non noté"],
        ["Le comité", "non noté"],
    ]
    assert text.sections[0].header.paragraphs[0].text == "Projet\u202f: pas encore remis"


def test_report_read_by_its_committee_is_due_before_long():
    """« Aujourd'hui »: the town's act, urgent within a week; the office's count."""
    report, _objective = asked()
    editor = PersonFactory(roles=[(report.organisation, Role.CITY_EDITOR)])
    other = handed_in()
    officer = officer_of(other)

    with clock.at(datetime(2029, 8, 26, 8, tzinfo=UTC)):
        act = dues.today(editor, report.organisation).acts[0]
        office = dues.today(officer, other.plan.mandate.agreement.application.call.committee).acts[0]

    assert (act.sentence, act.urgent) == ("À remplir\u202f: Bilan à mi-mandat", True)
    assert (office.sentence, office.address) == ("Lire 1 bilan remis", "/bureau/bilans?etat=handed_in")


def test_accepting_a_report_is_told_to_public_pages_at_once():
    with clock.at(SUMMER):
        report = written()
        operations.submit_report(report.pk, by=lead_of(report))
        before = stamps.current()
        operations.accept_report(report.pk, by=officer_of(report))

    assert stamps.current() != before
