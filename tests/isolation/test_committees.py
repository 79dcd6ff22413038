"""Two committees in one house: neither reads anything of the other, whatever it opens (trust, section 3; decision 0009)."""

import pytest

from marelle.accounts.models import File, Notification
from marelle.accounts.states import Role
from marelle.base import registers
from marelle.base.models import Letter
from tests.factories.accounts import MembershipFactory
from tests.isolation.acts import sent
from tests.isolation.addresses import EVERY, Pattern
from tests.isolation.canaries import FIRST, Planted
from tests.isolation.looking import Viewer
from tests.isolation.test_canaries import MEMBERS, SEEN_BY, asked
from tests.isolation.world import COMMITTEE_ROLES, HOUSE, OTHER_HOUSE, World, make_other_world
from tests.scale import SCALE

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # as the canary crawl

OFFICE = [
    pattern for pattern in EVERY if pattern.face == "office" or pattern.name in ("account:file", "account:messages")
]
PLACES = {HOUSE: ("home", "read", "handed", "draft"), OTHER_HOUSE: ("far",)}  # the towns whose things are asked for
WORK = sorted(set(COMMITTEE_ROLES) - {"PA2"})
SEEN_AT_HOME = {  # what the other committee's own people read of their town and of themselves
    *("organisation", "answer", "vision", "objective", "action", "indicator", "file name", "file content"),
    *(
        "remark",
        "reading",
        "opinion",
        "internal minutes",
        "shared minutes",
        "reasons",
        "vote",
        "agreement",
        "name",
        "asker",
        "join words",
    ),
    *("published call", "secret call", "own address", *(f"name of {role}" for role in COMMITTEE_ROLES)),
}


@pytest.fixture(scope="module")
def other(world) -> World:
    """The second committee, in the same house as the first."""
    return make_other_world(world.canaries)


def is_public(planted: Planted) -> bool:
    """What anyone may read."""
    allowed = SEEN_BY.get(planted.what, "").split()
    return "everybody" in allowed or ("anyone" in allowed and planted.owner in {*MEMBERS, "far"})


def owners(world: World) -> set[str]:
    """Whose canaries are this committee's affair."""
    return {world.owner, *world.towns}


def read_by(role: str, of: World, asking_for: World) -> tuple[set[Planted], set[str]]:
    """What somebody reads who opens the whole office with the things of a committee; and what answered 500."""
    viewer, found, broken = Viewer.of(of.people[role], role), set(), set()
    for pattern in OFFICE:
        for address in addresses(pattern, asking_for):
            for place in (address, f"{address}?q={FIRST}") if "search" in pattern.name else (address,):
                for shown, response, text in asked(viewer, place):
                    found |= of.canaries.seen_in(text)
                    broken |= {shown} if response.status_code >= 500 else set()
    return found, broken


def addresses(pattern: Pattern, world: World) -> list[str]:
    """Those of every town asked for, each once."""
    towns = [world.towns[key] for key in PLACES[world.owner]]
    return list(dict.fromkeys(address for town in towns for address in pattern.addresses(world, town)))


@pytest.mark.parametrize("role", WORK)
def test_committee_reads_nothing_of_the_other(world, other, role):
    """trust O6. Each role of each committee, everywhere in the office, with the other's ids: none of its canaries."""
    wrong = {}

    for mine, theirs in ((other, world), (world, other)) if SCALE >= 1 or role in ("PA", "RV") else ((other, world),):
        found, broken = read_by(role, mine, theirs)
        foreign = {planted for planted in found if planted.owner in owners(theirs) and not is_public(planted)}
        wrong[mine.owner] = (sorted(foreign), sorted(broken))

    assert set(map(str, wrong.values())) == {"([], [])"}


def test_committee_reads_what_is_its_own(other):
    """A crawl that sees nothing proves nothing: the second committee's people read all that is theirs."""
    found = set().union(*(read_by(role, other, other)[0] for role in WORK))

    assert sorted(SEEN_AT_HOME - {planted.what for planted in found if planted.owner in owners(other)}) == []


@pytest.mark.parametrize("role", WORK)
def test_committee_changes_nothing_of_the_other(world, other, role):
    """trust O3, O7. Every form of the office with the other's ids: refused, as if it did not exist."""
    viewer, taken = Viewer.of(other.people[role], role), []

    for pattern in (pattern for pattern in OFFICE if pattern.parameters):
        for key in PLACES[HOUSE]:
            for address in pattern.addresses(world, world.towns[key]):
                status = viewer.ask(address, "post", sent(pattern.name, world, world.towns[key])).status_code
                if status not in (403, 404, 405):
                    taken.append(f"{address}: {status}")

    assert taken == []


def test_committee_is_told_nothing_of_the_other(world, other):
    """trust E5. Letters, messages, calendar, files: of one's own towns alone; towns no call holds yet concern both."""
    told = [(letter.address, letter.text) for letter in Letter.objects.all()]
    told += [(n.person.email, n.sentence) for n in Notification.objects.select_related("person")]
    mine = {person.email for person in other.people.values()}

    heard = {planted for address, text in told if address in mine for planted in other.canaries.seen_in(text)}
    dates = " ".join(moment.title for moment in registers.moments(other.people["PO"], other.house))
    files = set(File.objects.visible_to(other.people["PO"]).values_list("organisation", flat=True))

    assert {p for p in heard if p.owner in owners(world)} <= {p for p in heard if p.what == "organisation"}
    assert {p.owner for p in heard} >= {"far"}
    assert {p.owner for p in other.canaries.seen_in(dates)} == {OTHER_HOUSE}
    assert files == {other.house.pk, other.towns["far"].organisation.pk}


def test_somebody_of_both_committees_sees_which_is_which(world, other):
    """One reader, two committees: both are shown, each row under its committee's name; a call asks for which it is."""
    person = other.people["AN"]
    MembershipFactory(person=person, organisation=other.house, role=Role.PROGRAMME_ADMINISTRATOR)
    MembershipFactory(person=person, organisation=world.house, role=Role.PROGRAMME_ADMINISTRATOR)
    viewer, names = Viewer.of(person, "both"), {world.house.name, other.house.name}

    pages = {
        name: viewer.ask(f"/bureau/{name}").content.decode() for name in ("appels", "conventions", "villes", "equipe")
    }
    form = viewer.ask("/bureau/appels/nouveau").content.decode()

    assert {name: {house for house in names if house in text} for name, text in pages.items()} == dict.fromkeys(
        pages, names
    )
    assert 'name="committee"' in form
    assert 'name="committee"' not in Viewer.of(world.people["PA"], "PA").ask("/bureau/appels/nouveau").content.decode()


@pytest.mark.parametrize(
    ("where", "name", "address", "role"),
    [
        ("marelle.mandates.models.applications.ApplicationQuerySet", "visible_to", "office:application", "PO"),
        ("marelle.mandates.models.AgreementQuerySet", "visible_to", "office:agreement", "PO"),
        ("marelle.mandates.models.applications.ReviewQuerySet", "visible_to", "office:application", "BD"),
        ("marelle.mandates.models.calls.CallQuerySet", "visible_to", "office:calls", "AN"),
        ("marelle.accounts.models.FileQuerySet", "visible_to", "account:file", "PO"),
        ("marelle.accounts.models.OrganisationQuerySet", "looked_after_by", "office:cities", "PO"),
        ("marelle.accounts.models.OrganisationQuerySet", "looked_after_by", "office:people", "PO"),
        ("marelle.accounts.models.OrganisationQuerySet", "looked_after_by", "office:people_journal", "PA"),
    ],
    ids=lambda value: value.rpartition(".")[2],
)
def test_crawl_notices_a_filter_taken_away(world, other, monkeypatch, where, name, address, role):
    """Without one of the filters, the other committee's words are seen: the crawl would say so."""
    pattern = next(pattern for pattern in OFFICE if pattern.name == address)
    open_to_all = lambda rows, whom: rows.all().scoped(name) if hasattr(rows, "scoped") else rows.all()  # noqa: E731
    if address == "office:application":  # one may read the dossier, or there is no page to look at
        monkeypatch.setattr("marelle.mandates.models.applications.ApplicationQuerySet.visible_to", open_to_all)
    monkeypatch.setattr(f"{where}.{name}", open_to_all)
    viewer, found = Viewer.of(other.people[role], role), set()

    for place in addresses(pattern, world):
        for _shown, _response, text in asked(viewer, place):
            found |= world.canaries.seen_in(text)

    assert {planted for planted in found if planted.owner in owners(world) and not is_public(planted)}
