"""The reader's bench: what it shows, what it asks first, how it compares, and what it costs."""

import re
from datetime import date

import pytest

from marelle.accounts.states import Role
from marelle.mandates.models import HandIn, Remark, Review, SavedView, Tie, Timing
from marelle.mandates.queries import margin
from marelle.mandates.queries.applications import content, dossier
from marelle.plans.amendments import OWN
from marelle.web.parts.amendments import FIELDS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import (
    CriterionFactory,
    DomainFactory,
    IndicatorDefinitionFactory,
    RecommendationFactory,
)
from tests.factories.mandates import (
    ApplicationFactory,
    HandInFactory,
    ReadingTimeFactory,
    RemarkFactory,
    ReviewFactory,
    ScoreFactory,
)
from tests.factories.plans import ActionFactory, IndicatorFactory, ObjectiveFactory, ReadingFactory, ReportFactory
from tests.factories.territories import TerritoryFactory
from tests.signing_in import sign_in
from tests.web.public_town import member, promise

pytestmark = pytest.mark.django_db
NARROW = "\u202f"


@pytest.fixture
def house():
    return OrganisationFactory(committee=True)


@pytest.fixture
def reader(client, house):
    person = PersonFactory(roles=[(house, Role.REVIEWER)])
    sign_in(client, person)
    client.get("/bureau/lectures")  # the first page of a session also writes that it began
    return person


def hand_in(application):
    """What it holds today is handed in."""
    return HandInFactory(application=application, content=content(dossier(application)))


def plan(application, *, actions=1, **action):
    """One objective that answers a recommendation, with actions and an indicator without a baseline."""
    domain = DomainFactory(framework=application.call.framework)
    objective = ObjectiveFactory(plan=application.plan, domain=domain)
    objective.recommendations.add(RecommendationFactory(domain=domain, code="R7"))
    for number in range(actions):
        ActionFactory(objective=objective, position=number, **action)
    IndicatorFactory(
        objective=objective, baseline_missing_because="jamais compté", target=80, source="Service des écoles"
    )
    return objective


def given(reader, **situation):
    """A dossier given to this reader, who has begun, with a plan handed in."""
    review = ReviewFactory(reviewer=reader, **situation or {"started": True})
    plan(
        review.application,
        lead_service="Voirie",
        partners="Les parents",
        starts_on=date(2027, 1, 1),
        ends_on=date(2028, 6, 30),
        budget_eur=45000,
    )
    hand_in(review.application)
    return review


def page_of(client, review, query=""):
    return client.get(f"/bureau/lectures/{review.code}{query}").content.decode()


# The dossier ---------------------------------------------------------------------------------------------------------
def test_every_field_of_the_plan_is_on_the_bench_each_with_its_anchor(client, reader):
    review = given(reader)
    said = HandIn.objects.get().content["plan"]["objectives"][0]
    parts = {"objective": said, "action": said["actions"][0], "indicator": said["indicators"][0]}

    page = page_of(client, review)

    for words in ("Voirie", "Les parents", "1er janvier 2027", "30 juin 2028", f"45{NARROW}000", "jamais compté", "80"):
        assert words in page.replace("\u00a0", NARROW), words
    anchors = {f"c-{kind}.{part['code']}.{field}" for kind, part in parts.items() for field in OWN[kind]}
    anchors -= {f"c-indicator.{parts['indicator']['code']}.{name}" for name in ("baseline", "baseline_year")}
    assert {anchor for anchor in anchors if f'id="{anchor}"' not in page} == set()


def test_what_the_plan_leaves_blank_is_named(client, reader):
    """Who scores a budget must see that there is none."""
    review = ReviewFactory(reviewer=reader, started=True)
    plan(review.application)
    hand_in(review.application)
    action = HandIn.objects.get().content["plan"]["objectives"][0]["actions"][0]

    page = page_of(client, review)

    blank = page[page.index(f'id="c-action.{action["code"]}.lead_service"') :]
    assert page.index("Non renseigné") < page.index(f'id="c-action.{action["code"]}.lead_service"')
    assert f'id="c-action.{action["code"]}.budget_eur"' in blank


def test_each_field_that_is_compared_has_its_words():
    """A field that joins the plan appears on the bench by this list alone."""
    assert {field for fields in OWN.values() for field in fields} - set(FIELDS) == set()


# A tie is said before ------------------------------------------------------------------------------------------------
def test_dossier_opens_once_the_reader_has_said_nothing_ties_them(client, reader):
    review = given(reader, state="assigned")
    here = f"/bureau/candidatures/{review.application.code}"

    asked, closed = page_of(client, review), client.get(here).status_code
    client.post(f"/bureau/lectures/{review.code}/commencer")
    opened, shown = page_of(client, review), client.get(here).status_code

    assert ("Avant de lire" in asked, "Voirie" in asked, closed) == (True, False, 404)
    assert ("Avant de lire" in opened, "Voirie" in opened, shown) == (False, True, 200)


def test_who_says_there_is_a_tie_never_sees_the_dossier(client, reader):
    review = given(reader, state="assigned")

    client.post(f"/bureau/lectures/{review.code}/conflit")

    assert client.get(f"/bureau/lectures/{review.code}").status_code == 404
    assert Review.rows.get().state == "stepped_aside"


def test_standing_ties_are_declared_and_ended_on_their_page(client, reader):
    TerritoryFactory(departement_kind=True, code="67", name="Bas-Rhin")

    refused = client.post("/bureau/lectures/liens", {"departement": "", "code": "99999"})
    client.post("/bureau/lectures/liens", {"departement": "67", "code": ""})
    listed = client.get("/bureau/lectures/liens").content.decode()
    client.post(f"/bureau/lectures/liens/{Tie.rows.get().code}/fin")

    assert (refused.status_code, "Aucune ville n’a ce code" in refused.content.decode()) == (422, True)
    assert "Bas-Rhin" in listed
    assert Tie.rows.get().ended_at is not None


# Remarks -------------------------------------------------------------------------------------------------------------
def test_a_remark_is_written_beside_its_field_without_a_script(client, reader):
    review = given(reader)
    action = HandIn.objects.get().content["plan"]["objectives"][0]["actions"][0]
    field = f"action.{action['code']}.budget_eur"

    asked = page_of(client, review, f"?remarque={field}")
    address = f"/bureau/candidatures/{review.application.code}/remarques"
    answer = client.post(address, {"field": field, "text": "Pour combien d’années ?"})
    shown = page_of(client, review)

    assert (asked.count(f'name="field" value="{field}"'), f'action="{address}"' in asked) == (1, True)
    assert answer["Location"] == f"/bureau/lectures/{review.code}#c-{field}"
    start = shown.index(f'id="c-{field}"')
    assert "Pour combien d’années" in shown[start : shown.index("</dd>", start)]


def test_a_remark_is_answered_and_settled_from_the_page(client, reader, house):
    review = given(reader)
    remark = RemarkFactory(review=review, hand_in=HandIn.objects.get())
    address = f"/bureau/remarques/{remark.code}"

    client.post(address, {"act": "answer", "text": "À demander à la ville."})
    client.post(address, {"act": "settle"})
    page = page_of(client, review)
    unknown = client.post(address, {"act": "burn"}).status_code

    assert ("À demander à la ville." in page, "réglée par" in page, unknown) == (True, True, 404)
    assert Remark.rows.get(pk=remark.pk).resolved_by == reader


def test_another_reader_s_remark_is_not_on_the_page_before_the_end(client, reader):
    review = given(reader)
    other = ReviewFactory(application=review.application, finished=True)
    RemarkFactory(review=other, hand_in=HandIn.objects.get(), text="Du second lecteur.")

    before = page_of(client, review)
    denied = client.post(f"/bureau/remarques/{Remark.rows.get().code}", {"act": "settle"}).status_code
    Review.rows.filter(pk=review.pk).update(state="finished", finished_at=review.assigned_at)

    assert ("Du second lecteur." in before, denied) == (False, 404)
    assert "Du second lecteur." in page_of(client, review)


def test_remarks_on_what_is_gone_are_kept_apart(client, reader):
    """Handed in again without that action: the remark is still read."""
    review = given(reader)
    RemarkFactory(review=review, hand_in=HandIn.objects.get(), field="action.gone.name", part="Une action retirée")

    page = page_of(client, review)

    assert page.index("Remarques sur ce qui n’est plus dans le dossier") < page.index("Une action retirée")


# Readings compared ---------------------------------------------------------------------------------------------------
def two_readings(reader, points=((4, 1), (2, 2))):
    """Two readings finished; `points`: of each criterion, by each reader."""
    review = given(reader, finished=True)
    other = ReviewFactory(application=review.application, finished=True, summary="Un dossier fragile.")
    for number, pair in enumerate(points):
        criterion = CriterionFactory(framework=review.application.call.framework, weight=50, position=number)
        for reading, given_points in zip((review, other), pair, strict=True):
            ScoreFactory(review=reading, criterion=criterion, points=given_points)
    return review


def test_readers_see_where_they_disagree_once_both_have_finished(client, reader, house):
    """4 and 1 of 4 are three points apart, 2 and 2 none; totals 75 and 38 (37.5) are 38 apart."""
    review = two_readings(reader)

    bench = page_of(client, review)
    sign_in(client, PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)]))
    office = client.get(f"/bureau/candidatures/{review.application.code}").content.decode()

    for page in (bench, office):
        assert ("3 points d’écart" in page, "avis proches" in page) == (True, True)
        assert "s’écartent de 38 points sur 100" in page


def test_opinion_begins_from_summaries_and_open_remarks_and_nothing_else(client, reader, house):
    review = two_readings(reader)
    handed = HandIn.objects.get()
    RemarkFactory(
        review=review, hand_in=handed, text="Aucun budget.", part="Ouvrir une ludothèque", field="action.x.budget_eur"
    )
    RemarkFactory(review=review, hand_in=handed, text="Réglé.", resolved_at=review.assigned_at, resolved_by=reader)
    sign_in(client, PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)]))
    here = f"/bureau/candidatures/{review.application.code}/avis"

    empty = client.get(here).context["form"]["text"].value()
    drafted = client.get(f"{here}?brouillon=1").context["form"]["text"].value()

    assert empty is None
    assert drafted == (
        "Conclusions des lectures\n\nUn dossier clair.\n\nUn dossier fragile.\n\nRemarques non réglées\n\n"
        f"– Ouvrir une ludothèque, Budget (€){NARROW}: Aucun budget."
    )


def test_a_finished_reading_is_opened_again_by_the_team(client, reader, house):
    review = two_readings(reader)
    sign_in(client, PersonFactory(roles=[(house, Role.PROGRAMME_OFFICER)]))
    here = f"/bureau/lectures/{review.code}/rouvrir"

    shown = client.get(here).status_code
    answer = client.post(here, {"because": "Le budget a été précisé."})

    assert (shown, answer["Location"]) == (200, f"/bureau/candidatures/{review.application.code}")
    assert Review.rows.get(pk=review.pk).state == "started"


# The margin ----------------------------------------------------------------------------------------------------------
def test_margin_tells_what_came_of_the_mandate_before():
    """Two actions of which one is done; 20 to 80, read 50: half of the way, declared; one report handed in."""
    mandate = member("67482", "Strasbourg", state="ended")
    objective = promise(mandate)
    ActionFactory(objective=objective, state="done")
    ActionFactory(objective=objective)
    ReadingFactory(indicator=IndicatorFactory(objective=objective, baseline=20, target=80), value=50)
    ReportFactory(plan=mandate.plan, submitted=True)
    ReportFactory(plan=mandate.plan, kind="final", year=2032)

    [before] = margin.before(mandate.organisation)

    assert (before.actions, before.done, [line.known.value for line in before.measured]) == (2, 1, [50])
    assert [(word, degree.percent, degree.known) for word, degree in before.degrees] == [("déclaré", 50, 1)]
    assert [report.kind for report in before.reports] == ["mid_term"]


def test_margin_puts_the_dossier_beside_similar_cities():
    """Five towns alike know 10, 20, 30, 40 and 80: the median is 30; the dossier starts from 5 and aims at 60."""
    application = ApplicationFactory(
        under_review=True, organisation=OrganisationFactory(code="67482", territory=TerritoryFactory(population=10_000))
    )
    framework = application.call.framework
    definition = IndicatorDefinitionFactory(domain__framework=framework)
    for number, value in enumerate((10, 20, 30, 40, 80)):
        mandate = member(
            f"6700{number}", f"Ville {number}", population=10_000, agreement__application__call__framework=framework
        )
        ReadingFactory(indicator=IndicatorFactory(objective=promise(mandate), definition=definition), value=value)
    objective = ObjectiveFactory(plan=application.plan, domain=definition.domain)
    IndicatorFactory(objective=objective, definition=definition, baseline=5, target=60)
    handed = hand_in(application)

    [line], towns = margin.beside(application, handed.content)

    assert (line.baseline, line.target, line.compared.spread.median, line.compared.known, towns) == (5, 60, 30, 5, 5)


def test_margin_of_a_first_application_is_empty():
    application = ApplicationFactory(under_review=True)

    assert margin.before(application.organisation) == []
    assert margin.beside(application, hand_in(application).content) == ([], 0)


# The queue -----------------------------------------------------------------------------------------------------------
def test_queue_is_filtered_and_kept_under_a_name(client, reader):
    for name, situation in (("Nevers", {"started": True}), ("Cambrai", {})):
        ReviewFactory(reviewer=reader, application__organisation__name=name, **situation)

    everything = client.get("/bureau/lectures").content.decode()
    narrowed = client.get("/bureau/lectures?etat=started").content.decode()
    client.post("/bureau/lectures/vues", {"name": "En cours", "f:etat": "started", "f:autre": "1"})
    view = SavedView.rows.get()
    listed = client.get("/bureau/lectures").content.decode()
    steering = client.post(f"/bureau/lectures/vues/{view.code}/retirer").status_code

    assert [name in everything for name in ("Nevers", "Cambrai")] == [True, True]
    assert [name in narrowed for name in ("Nevers", "Cambrai")] == [True, False]
    assert (view.page, view.query, view.owner) == ("readings", "etat=started", reader)
    assert 'href="?etat=started"' in listed
    assert (steering, SavedView.rows.count()) == (302, 0)


def test_next_and_previous_dossiers_are_those_still_to_read(client, reader):
    first, second, third = (ReviewFactory(reviewer=reader, started=True) for _number in range(3))
    ReviewFactory(reviewer=reader, finished=True)

    page = page_of(client, second)
    ends = [re.findall(r'rel="(next|prev)"', page_of(client, review)) for review in (first, third)]

    assert f'rel="prev" data-key="P" href="/bureau/lectures/{first.code}"' in page
    assert f'rel="next" data-key="N" href="/bureau/lectures/{third.code}"' in page
    assert ends == [["next"], ["prev"]]


# Time ----------------------------------------------------------------------------------------------------------------
def test_time_is_measured_once_asked_taken_away_and_erased(client, reader):
    review = given(reader)
    sign = f"/bureau/lectures/{review.code}/presence"

    unasked = (client.post(sign).json(), "data-timed" in page_of(client, review))
    client.post("/bureau/lectures/temps", {"act": "measure"})
    asked = (client.post(sign).json(), "data-timed" in page_of(client, review))
    review.times.update(seconds=5400)
    taken = client.get("/bureau/lectures/temps?format=csv").content.decode().splitlines()
    client.post("/bureau/lectures/temps", {"act": "erase"})
    client.post("/bureau/lectures/temps", {"act": "stop"})

    assert (unasked, asked) == (({"seconds": None}, False), ({"seconds": 0}, True))
    assert taken[0] == "ville,appel,jour,minutes"
    assert (taken[1].split(",")[0], taken[1].split(",")[-1]) == (review.application.organisation.name, "90")
    assert (review.times.count(), Timing.objects.count()) == (0, 0)


def test_nobody_else_sees_a_reader_s_time(client, house, reader):
    ReadingTimeFactory(review=given(PersonFactory(roles=[(house, Role.REVIEWER)])), seconds=5400)

    lines = client.get("/bureau/lectures/temps?format=csv").content.decode().splitlines()

    assert lines == ["ville,appel,jour,minutes"]


# What it costs -------------------------------------------------------------------------------------------------------
def test_bench_of_sixty_actions_asks_at_most_twenty_questions(client, reader, django_assert_max_num_queries):
    """Everything at once: a mandate before with results, similar cities, remarks, a time measured; its framework is frozen."""
    mandate = member("67482", "Strasbourg", state="ended", population=10_000)
    ReadingFactory(indicator=IndicatorFactory(objective=promise(mandate), baseline=20, target=80), value=50)
    review = ReviewFactory(reviewer=reader, application__organisation=mandate.organisation, started=True)
    framework = review.application.call.framework
    framework.frozen_at = review.assigned_at
    framework.save()
    definition = IndicatorDefinitionFactory(domain__framework=framework)
    other = member("67001", "Voisine", population=10_000, agreement__application__call__framework=framework)
    ReadingFactory(indicator=IndicatorFactory(objective=promise(other), definition=definition), value=10)
    for _number in range(12):
        IndicatorFactory(objective=plan(review.application, actions=5), definition=definition, target=60)
    hand_in(review.application)
    Timing.objects.create(person=reader, asked_at=review.assigned_at)
    RemarkFactory(review=review, hand_in=HandIn.objects.get())
    ScoreFactory(review=review, criterion=CriterionFactory(framework=framework))

    page_of(client, review)  # the framework, once frozen, is read once for all
    with django_assert_max_num_queries(20):
        page = page_of(client, review)

    assert page.count("Fermer la rue de l’école aux voitures") == 60
