"""Giving the dossiers of a call to their readers at once: a proposal without conflict, changed by hand, then given."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core import mail
from django.utils import translation

from marelle.accounts.models import Person
from marelle.accounts.states import Role
from marelle.base import outbox
from marelle.mandates import rules
from marelle.mandates.models import Application, Review
from marelle.mandates.operations import reviews, ties
from marelle.mandates.operations.assigning import assign_all
from marelle.mandates.queries import assigning as queries
from tests.factories.accounts import MembershipFactory
from tests.factories.mandates import ApplicationFactory, CallFactory, ReviewFactory
from tests.mandates.office import committee, works_as

pytestmark = pytest.mark.django_db
LONG_AGO, LATELY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


class Scene:
    """Three admissible dossiers, two readers each, and three readers."""

    def __init__(self):
        self.house = committee()
        self.officer = works_as(Role.PROGRAMME_OFFICER, self.house)
        self.call = CallFactory(committee=self.house, readers_required=2)
        self.readers = [works_as(Role.REVIEWER, self.house, name=name) for name in ("Ada", "Ben", "Cléo")]
        self.dossiers = [
            ApplicationFactory(call=self.call, admissible=True, organisation__name=name)
            for name in ("Bourg", "Castel", "Douai")
        ]

    def shared_out(self, **narrowed):
        wanted, _loads = queries.shared_out(self.call, self.officer, **narrowed)
        return {line.application.organisation.name: [reader.name for reader in line.proposed] for line in wanted}


def left_lately(reader, organisation, ended_at):
    MembershipFactory(person=reader, organisation=organisation, started_at=LONG_AGO, ended_at=ended_at)


def test_sharing_out_is_balanced():
    scene = Scene()

    names = sum(scene.shared_out().values(), [])

    assert sorted(names) == ["Ada", "Ada", "Ben", "Ben", "Cléo", "Cléo"]


def test_who_has_a_conflict_is_never_proposed():
    scene = Scene()
    ada, ben, cleo = scene.readers
    bourg, castel, douai = (dossier.organisation for dossier in scene.dossiers)
    ties.declare_tie(bourg, by=ada)
    left_lately(ben, castel, LATELY)
    left_lately(ben, douai, LONG_AGO)
    ReviewFactory(application=scene.dossiers[2], reviewer=cleo, stepped_aside=True)

    wanted, _loads = queries.shared_out(scene.call, scene.officer)

    allowed = {line.application.organisation.name: [reader.name for reader in line.allowed] for line in wanted}
    assert allowed == {"Bourg": ["Ben", "Cléo"], "Castel": ["Ada", "Cléo"], "Douai": ["Ada", "Ben"]}
    assert scene.shared_out() == allowed
    for dossier in scene.dossiers:  # one question for many says what the rule says of each
        may = [reader.name for reader in scene.readers if rules.may_be_reader(reader, dossier)]
        assert may == allowed[dossier.organisation.name]


def test_who_reads_much_is_given_less_and_a_dossier_that_has_a_reader_lacks_one():
    scene = Scene()
    ada = scene.readers[0]
    ReviewFactory(application=scene.dossiers[0], reviewer=ada)
    for _number in range(3):
        ReviewFactory(application=ApplicationFactory(call=scene.call, opinion_given=True), reviewer=ada, finished=True)

    loads = {load.reader.name: (load.readings, load.left) for load in queries.loads_of(scene.call)}
    shared = scene.shared_out()

    assert loads == {"Ada": (4, 1), "Ben": (0, 0), "Cléo": (0, 0)}
    assert [len(readers) for readers in shared.values()] == [1, 2, 2]
    assert "Ada" not in sum(shared.values(), [])


def test_sharing_out_among_some_readers_only():
    scene = Scene()

    shared = scene.shared_out(only=[reader.code for reader in scene.readers[:2]])

    assert shared == {"Bourg": ["Ada", "Ben"], "Castel": ["Ada", "Ben"], "Douai": ["Ada", "Ben"]}


def test_given_all_at_once_each_dossier_is_under_review():
    scene = Scene()
    wanted, _loads = queries.shared_out(scene.call, scene.officer)

    told = assign_all({line.application: line.proposed for line in wanted}, by=scene.officer)

    assert [one.refused for one in told] == ["", "", ""]
    assert set(Application.rows.filter(call=scene.call).values_list("state", flat=True)) == {"under_review"}
    assert [load.readings for load in queries.loads_of(scene.call)] == [2, 2, 2]
    assert scene.shared_out() == {}


def test_reader_given_several_dossiers_has_one_letter():
    scene = Scene()
    ada, ben, _cleo = scene.readers
    bourg, castel, douai = scene.dossiers
    ties.declare_tie(douai.organisation, by=ben)
    Person.objects.filter(pk__in=[ada.pk, ben.pk]).update(language="fr")

    with translation.override("fr"):
        assign_all({bourg: [ada], castel: [ada, ben], douai: [ada, ben]}, by=scene.officer)
        outbox.send_waiting()

    codes = [Review.rows.get(application=each, reviewer=ada).code for each in (bourg, castel)]
    ours, bens = sorted(mail.outbox, key=lambda each: each.to != [ada.email])
    assert ours.subject == "2 candidatures à lire"
    assert ours.body == (
        "Bonjour,\n\n"
        "Ces candidatures vous sont confiées. Critères, dossier et chiffres sont côte à côte\u202f:\n\n"
        f"- Bourg\n  {settings.SITE_ADDRESS}/bureau/lectures/{codes[0]}\n"
        f"- Castel\n  {settings.SITE_ADDRESS}/bureau/lectures/{codes[1]}\n\n"
        "Si vous avez un conflit d’intérêts avec l’une d’elles, dites-le sur sa page\u202f: le dossier ira à quelqu’un d’autre.\n\n"
        "L’équipe du programme\n"
    )
    assert (bens.to, bens.subject) == ([ben.email], "Une candidature à lire\u202f: Castel")


def test_letter_of_several_leaves_only_to_who_still_has_one_to_read():
    scene = Scene()
    ada = scene.readers[0]
    assign_all({dossier: [ada] for dossier in scene.dossiers[:2]}, by=scene.officer)
    for review in Review.rows.filter(reviewer=ada):
        reviews.take_back_review(review.pk, by=scene.officer)

    outbox.send_waiting()

    assert mail.outbox == []


def test_one_refusal_leaves_its_dossier_as_it_was_and_the_others_given():
    """The second reader declared a tie meanwhile: the first is not given that dossier alone."""
    scene = Scene()
    ada, ben, _cleo = scene.readers
    ties.declare_tie(scene.dossiers[0].organisation, by=ben)

    told = assign_all({dossier: [ada, ben] for dossier in scene.dossiers[:2]}, by=scene.officer)

    assert [bool(one.refused) for one in told] == [True, False]
    assert [Application.rows.get(pk=d.pk).state for d in scene.dossiers] == ["admissible", "under_review", "admissible"]
    assert Review.rows.filter(application=scene.dossiers[0]).count() == 0


def test_dossiers_one_has_a_tie_with_are_not_shared_out():
    scene = Scene()
    ties.declare_tie(scene.dossiers[0].organisation, by=scene.officer)

    assert list(scene.shared_out()) == ["Castel", "Douai"]
