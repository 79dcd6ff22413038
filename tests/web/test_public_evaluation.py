"""The evaluation of a cohort: who may read it, what each number opens, and the script that finds the same numbers."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import caches

from marelle.accounts.states import Role
from marelle.base import clock
from marelle.web.parts.open_data import DATASETS
from tests.factories.accounts import OrganisationFactory, PersonFactory
from tests.factories.framework import DomainFactory, FrameworkFactory, IndicatorDefinitionFactory, TrackFactory
from tests.factories.plans import (
    ActionFactory,
    IndicatorFactory,
    ObjectiveFactory,
    RatingFactory,
    ReadingFactory,
    ReportFactory,
)
from tests.factories.voices import AnswerFactory, ProposalFactory
from tests.signing_in import sign_in
from tests.web.public_town import member

pytestmark = pytest.mark.django_db

SCRIPT = settings.BASE / "docs" / "evaluation" / "recompute.py"
DURING = datetime(2029, 3, 1, 9, tzinfo=UTC)
COLD, WARM = 12, 2  # questions to the database
ENDED = datetime(2031, 12, 3, 9, tzinfo=UTC)


@pytest.fixture
def track():
    return TrackFactory(code="titre", reports=["yearly", "mid_term", "final"])


@pytest.fixture
def towns(track):
    """Three towns whose mandates ended on 19 November 2031, two domains, a little of everything, much unknown."""
    framework = FrameworkFactory()
    domains = [DomainFactory(framework=framework, code=c, slug=s) for c, s in (("A", "bien-etre"), ("B", "egalite"))]
    policy = IndicatorDefinitionFactory(domain=domains[1], kind="yes_no", code="B-I9", rollup="latest")
    found = []
    for n in range(3):
        mandate = member(
            f"6700{n}", f"Ville {n}", state="ended", track=track,
            starts_on=date(2025, 11, 20), ends_on=date(2031, 11, 20),
            agreement__application__call__framework=framework,
        )  # fmt: skip
        objectives = [
            ObjectiveFactory(plan=mandate.plan, domain=domain, position=k) for k, domain in enumerate(domains)
        ]
        for k, objective in enumerate(objectives):
            ActionFactory(objective=objective, state="done" if k else "planned")
            indicator = IndicatorFactory(objective=objective, baseline=3, target=[10, 0][k], direction="neutral")
            if n + k < 3:
                given = {"evidence_address": "https://ville.example/r"} if n else {}
                ReadingFactory(indicator=indicator, value="4.667", period="2029", until=date(2029, 12, 31), **given)
                ReadingFactory(indicator=indicator, value=3 - n, period="2027-S2", until=date(2027, 12, 31))
            IndicatorFactory(objective=objective, name="Sans rien")
        answer = IndicatorFactory(objective=objectives[1], definition=policy)
        if n:
            ReadingFactory(indicator=answer, value=n - 1)
        report = ReportFactory(plan=mandate.plan, final=True, **({"accepted": True} if n else {"submitted": True}))
        RatingFactory(report=report, objective=objectives[0], verdict="achieved")
        RatingFactory(report=report, objective=objectives[0], children=True)
        proposal = ProposalFactory(organisation=mandate.organisation, received_on=date(2030, 1, 31), shown=True)
        if n:
            AnswerFactory(proposal=proposal, answered_on=date(2030, 4, 30) + timedelta(days=n - 1))
        found.append(mandate)
    return found


@pytest.fixture
def ended():
    with clock.at(ENDED):
        yield


def numbers(client, query=""):
    return json.loads(client.get(f"/reseau/evaluation/2031?format=json{query}").content)


def test_script_finds_the_same_numbers_from_the_published_files(client, towns, ended, tmp_path):
    for dataset in DATASETS:
        content = b"".join(client.get(f"/donnees/{dataset.name}.csv").streaming_content)
        (tmp_path / f"{dataset.name}-2031-12-03.csv").write_bytes(content)

    asked = ["--year", "2031", "--track", "titre", "--on", "2031-12-03"]
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(tmp_path), *asked], capture_output=True, text=True, check=True
    )

    printed = list(csv.DictReader(io.StringIO(done.stdout)))
    found = [
        {name: "" if row[name] is None else str(row[name]) for name in ("key", "value", "unit", "known", "asked")}
        for row in numbers(client)
    ]
    assert printed == sorted(found, key=lambda row: row["key"])
    assert len(printed) == 3 + 2 * (4 + 15 + 6) + 1 + 3
    known = {row["key"]: row["value"] for row in printed}
    # bien-etre: 1.667 of 7 for each, 23.81 %; egalite: 1.667 the wrong way, 0 %; proposals: 1 in time, 1 late, 1 silent
    assert [known[f"attainment.{d}"] for d in ("bien-etre.declared", "bien-etre.evidenced", "egalite.declared")] == [
        "23", "23", "0",
    ]  # fmt: skip
    assert [known[k] for k in ("policies.B-I9", "proposals.in_time", "mandates.final_report")] == ["50", "33", "2"]


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_its_file_ask_twelve_questions_at_most_cold(client, towns, ended, count, django_assert_num_queries):
    for mandate in towns[count:]:
        type(mandate).rows.filter(pk=mandate.pk).update(state="suspended")
    caches["local"].clear()

    with django_assert_num_queries(COLD):
        client.get("/reseau/evaluation/2031")
    with django_assert_num_queries(WARM):
        client.get("/reseau/evaluation/2031?format=json")


def test_evaluation_is_read_by_anyone_once_final_reports_are_being_written(client, towns):
    """The final report is due six months before the end and written six months before that: from 20 November 2030."""
    for mandate in towns:
        type(mandate).rows.filter(pk=mandate.pk).update(state="active")

    with clock.at(datetime(2030, 11, 19, 9, tzinfo=UTC)):
        before = client.get("/reseau/evaluation/2031").status_code
    with clock.at(datetime(2030, 11, 20, 9, tzinfo=UTC)):
        page = client.get("/reseau/evaluation/2031")

        listed = client.get("/reseau/evaluation").content.decode()

    assert (before, page.status_code) == (404, 200)
    assert 'href="/reseau/evaluation/2031?voie=titre"' in listed
    assert "Provisoire\u202f: une partie de ces mandats court encore." in page.content.decode()


@pytest.mark.parametrize("address", ["2030", "2031?voie=autre", "2031/attainment.inconnu", "2031/x?voie=titre"])
def test_what_is_not_evaluated_does_not_exist(client, towns, ended, address):
    assert client.get(f"/reseau/evaluation/{address}").status_code == 404


def test_each_number_opens_on_its_formula_and_its_inputs(client, towns, ended):
    page = client.get("/reseau/evaluation/2031").content.decode()
    number = client.get("/reseau/evaluation/2031/attainment.bien-etre.evidenced").content.decode()
    rows = json.loads(client.get("/reseau/evaluation/2031/policies.B-I9?format=json").content)

    assert 'href="/reseau/evaluation/2031/attainment.bien-etre.evidenced"' in page
    assert "(relevé le plus récent − départ) ÷ (cible − départ)" in number
    assert "3 → 10 : 4.667 (2029)" in number
    assert [(r["organisation"], r["value"]) for r in rows] == [("67000", None), ("67001", "no"), ("67002", "yes")]


def test_every_number_of_the_page_has_a_page(client, towns, ended):
    keys = [row["key"] for row in numbers(client)]

    assert {client.get(f"/reseau/evaluation/2031/{key}").status_code for key in keys} == {200}


def test_a_track_without_a_final_report_has_no_evaluation(client, towns, track, ended):
    track.reports = ["yearly"]
    track.save()

    assert client.get("/reseau/evaluation/2031").status_code == 404


# The office reads it before --------------------------------------------------------------------------------------------
def officer_of(committee):
    return PersonFactory(roles=[(committee, Role.PROGRAMME_OFFICER)])


def test_office_reads_a_provisional_evaluation_before_anyone(client, towns):
    for mandate in towns:
        type(mandate).rows.filter(pk=mandate.pk).update(state="active")
    sign_in(client, officer_of(towns[0].agreement.application.call.committee))

    with clock.at(DURING):
        listed = client.get("/bureau/evaluations").content.decode()
        page = client.get("/bureau/evaluations/2031/titre").content.decode()
        number = client.get("/bureau/evaluations/2031/titre/policies.B-I9")

    assert "provisoire, publiée le 20 novembre 2030 au plus tard" in listed
    assert "Seule l’équipe du programme lit ceci pour l’instant." in page
    assert 'href="/bureau/evaluations/2031/titre/policies.B-I9"' in page
    assert number.status_code == 200


def test_office_of_another_committee_reads_nothing_of_it(client, towns, ended):
    sign_in(client, officer_of(OrganisationFactory(committee=True, code="o-autre")))

    statuses = [client.get(f"/bureau/evaluations{rest}").status_code for rest in ("", "/2031/titre", "/2031/titre/x")]

    assert statuses == [200, 404, 404]
    assert "2031" not in client.get("/bureau/evaluations").content.decode().partition("<main")[2]
