"""The canary crawl: whoever opens whatever, nobody reads a word that is not for them (trust, section 3)."""

import re
from html import unescape

import pytest

from marelle.accounts.models import Notification
from marelle.base.models import Letter
from tests.isolation.addresses import EVERY, Pattern
from tests.isolation.canaries import FIRST, Planted, text_of
from tests.isolation.looking import TEAM, Viewer, everybody
from tests.isolation.world import COMMITTEE_ROLES, HOUSE, Town, World
from tests.scale import SCALE

pytestmark = pytest.mark.django_db

HANDED_IN = {"home", "member", "read", "handed"}
MEMBERS = {"home", "member"}
READ = {"PO": HANDED_IN, "PA": HANDED_IN, "PA2": HANDED_IN}  # whose dossiers the committee's roles may open
READ |= dict.fromkeys(
    ("RV", "BD", "CM"), HANDED_IN - {"handed"}
)  # given to this reader, with an opinion: on the agenda
DOSSIER = "team PO PA PA2 RV BD CM"
PUBLIC = DOSSIER + " anyone"
READING = "PO PA PA2 RV BD CM"
SEEN_BY = {  # who may read what of a town. `anyone`: once it is a member; the committee: the dossiers it may open
    "organisation": PUBLIC,
    "need": "team",
    "group": "CE",
    "answer": DOSSIER,
    "vision": DOSSIER,
    "objective": PUBLIC,
    "promise": PUBLIC,
    "action": PUBLIC,
    "lead service": PUBLIC,
    "partners": DOSSIER,
    "indicator": PUBLIC,
    "indicator detail": PUBLIC,
    "file name": DOSSIER,
    "file content": DOSSIER,
    "remark": READING,
    "reading": READING,
    "opinion": READING,
    "exchange": "team PO PA PA2",
    "internal note": "PO PA PA2 BD CM",
    "shared minutes": "team PO PA PA2 BD CM RV",
    "internal minutes": "PO PA PA2 BD CM RV",
    "minutes of the board": "PO PA PA2 BD CM",
    "reasons": DOSSIER,
    "conditions": DOSSIER,
    "vote": DOSSIER,
    "practice": "team anyone",
    "proposal kept": "team",
    "proposal shown": "team anyone",
    "group sentence": "team",
    "adoption": "team",
    "report open": "team",
    "report handed in": "team PO PA PA2",
    "report accepted": "team PO PA PA2 anyone",
    "note": "team",
    "note shown": "team PO PA PA2 anyone",
    "photo": "team",
    "change accepted": "team PO PA PA2 BD CM anyone",
    "change handed in": "team PO PA PA2 BD CM",
    "change written": "team",
    "contact note": "PO PA PA2",
    "contact told": "team PO PA PA2",
    "reminding": "PO PA PA2",
    "testimony proposed": "team PO PA PA2",
    "testimony shown": "team PO PA PA2 anyone",
    "agreement": "team PO PA PA2",
    "name of a group": "team",
    "name of the consultation": "committee",
    "known consultation": "everybody",
    "results to come": "committee",
    "institution of a researcher": "committee",
    "purpose of a researcher": "committee",
    "capacity": "team PO PA PA2",
    "name": DOSSIER,
    "address": "team",
    "delegation": "team",
    "invited address": "team",
    "asker": "team asker",
    "delegate": "team",
    "join words": "team",
    # the committee's own
    "name of PA": "committee team",
    "name of PA2": "committee team",
    "name of PO": "committee team",
    "name of BD": "committee team",
    "name of RV": "committee",
    "name of RV2": "committee",
    "name of CM": "committee",
    "name of AN": "committee",
    "own address": "committee",
    "view": "committee",
    "published call": "everybody",
    "secret call": "committee",
    "name of nobody": "nobody",
}
ALSO = {  # beyond dossiers: pages made for it, and one's own account
    (
        "organisation",
        "PO PA PA2",
        "*",
    ): "the committee knows which towns have opened a space, and answers who asks to join",
    ("asker", "PO PA PA2", "*"): "the same",
    ("join words", "PO PA PA2", "*"): "the same",
    ("delegate", "PO PA PA2", "*"): "who comes to the gathering, and what they need there",
    ("exchange", "PO PA PA2", "*"): "a city writes to the committee from its intent on",
    ("need", "PO PA PA2", "*"): "cities state needs to the committee",
    ("group", "PO PA PA2", "*"): "the team looks after its groups",
    ("name of a group", "PO PA PA2", "*"): "the team follows every group that answers its consultation",
    ("name", "PA PA2", "*"): "the journal of the house",
    ("name", "PO", "*"): "who sits in its groups",
    ("name", "gone", "own"): "one's own account",
    ("address", "gone", "own"): "the same",
    ("organisation", "gone asker", "own"): "what one left, what one asks",
}
SECRET = {
    "account:invitation",
    "city:feed",
    "public:asked",
}  # whoever holds the address reads the name of the town that gave it
ASKED = {"public:asked"}  # and here the name of the colleague who asks
SECRET_OF_GROUPS = {
    "public:relay",
    "public:sitting_open",
    "public:projector",
    "public:poster",
    "public:boxes",
}  # a partner's groups
SEE_PUBLIC_PAGES = {"visitor", "CA", "PA"}  # the same bytes for everyone: three look in the short form
LINK = re.compile(r'href="([^"]*\?[^"]*)"')


def may_see(viewer: Viewer, pattern: str, planted: Planted) -> bool:
    """The hand-written answer."""
    allowed, is_own = SEEN_BY[planted.what].split(), viewer.town == planted.owner
    if "everybody" in allowed or ("anyone" in allowed and planted.owner in MEMBERS):
        return True
    if planted.what == "organisation" and pattern in SECRET:
        return True
    if planted.what == "name" and pattern in ASKED:
        return True
    if planted.what == "name of a group" and pattern in SECRET_OF_GROUPS:
        return True
    if planted.owner == HOUSE:
        return (viewer.role in COMMITTEE_ROLES and "committee" in allowed) or (
            viewer.role in TEAM and "team" in allowed
        )
    if is_own and (viewer.role in allowed or (viewer.role in TEAM and "team" in allowed)):
        return True
    if viewer.role in allowed and (viewer.role == "nobody" or planted.owner in READ.get(viewer.role, ())):
        return True
    return any(
        what == planted.what and viewer.role in roles.split() and (whose == "*" or is_own)
        for what, roles, whose in ALSO
    )


def towns_for(viewer: Viewer, pattern: Pattern, world: World, number: int) -> list[Town]:
    """Whose things are put into an address. In the short form, two of the towns a door keeps shut, in turn."""
    towns = list(world.towns.values())
    if not pattern.parameters:
        return towns[:1]
    if viewer.town not in ("", "home"):
        return [world.towns[viewer.town]]
    is_shut = (pattern.face == "city") or (pattern.face == "office" and viewer.role not in COMMITTEE_ROLES)
    if SCALE >= 1 or not is_shut:
        return towns
    own = [world.towns[viewer.town]] if viewer.town else []
    return [*own, towns[number % len(towns)], towns[(number + 3) % len(towns)]]


def looked_at(viewer: Viewer, pattern: Pattern, world: World, number: int, done: set[str]):
    """What every address of a pattern answers this person; its lists as files, its other views, its search."""
    if pattern.face in ("public", "api") and viewer.role not in SEE_PUBLIC_PAGES and SCALE < 1:
        return
    for place, town in enumerate(towns_for(viewer, pattern, world, number)):
        languages = ("fr", "en") if SCALE >= 1 else (("fr", "en")[(number + place) % 2],)
        for language in languages:
            for address in pattern.addresses(world, town, language):
                if address in done:
                    continue
                done.add(address)
                yield from asked(viewer, address)
                if "search" in pattern.name or "my_commune" in pattern.name or pattern.name.startswith("api:"):
                    yield from asked(viewer, f"{address}?q={FIRST}")


def asked(viewer: Viewer, address: str):
    """The address, and the other views of the same page its links lead to."""
    response = viewer.ask(address)
    text = text_of(response)
    yield address, response, text
    if response.status_code != 200 or "text/html" not in response["Content-Type"]:
        return
    here = address.partition("?")[0]
    links = {unescape(link) for link in LINK.findall(text)}
    for link in sorted(links):
        path, _mark, query = link.partition("?")
        if path in ("", here) and f"{here}?{query}" != address:
            again = viewer.ask(f"{here}?{query}")
            yield f"{here}?{query}", again, text_of(again)


def test_every_parameter_has_a_value():
    """trust O8. An address whose parameters nobody told how to fill in would never be looked at."""
    untold = [f"{p.name} {name}" for p in EVERY for name in p.parameters if p.values(name) is None]

    assert untold == []


def entitled_alone(world: World) -> list[Viewer]:
    """Of the other towns, whoever may read the most there: what is planted must be seen by somebody."""
    return [Viewer.of(town.people["CA"], "CA", key) for key, town in world.towns.items() if key != "home"]


@pytest.mark.once  # the longest of all; what is visible to whom is asked of both databases by the table of rights
def test_nobody_reads_what_is_not_theirs(world):
    """trust O6. Every address, by everybody: no foreign canary; each canary is seen by somebody entitled."""
    leaks, seen, broken = set(), set(), set()

    for number, viewer in enumerate([*everybody(world), *entitled_alone(world)]):
        done: set[str] = set()
        for place, pattern in enumerate(EVERY):
            for address, response, text in looked_at(viewer, pattern, world, number + place, done):
                found = world.canaries.seen_in(text)
                theirs = {planted for planted in found if may_see(viewer, pattern.name, planted)}
                seen |= theirs
                leaks |= {f"{viewer}: {address} says {planted}" for planted in found - theirs}
                if response.status_code >= 500 and pattern.name != "public:health":
                    broken.add(f"{viewer}: {address} answers {response.status_code}")

    unseen = {planted for planted in world.canaries.planted.values() if planted not in seen}
    assert (sorted(leaks), sorted(broken), sorted(unseen)) == ([], [], [])


def test_letters_and_messages_tell_their_readers_only(world):
    """trust E5, E6. Every letter and message written while the towns were made: nothing foreign to who receives it."""
    viewers = {person.email: Viewer(role, "", None) for role, person in world.people.items()}
    for key, town in world.towns.items():
        then = {"gone": "CE"}  # when they were written to, they were of the team
        viewers |= {person.email: Viewer(then.get(role, role), key, None) for role, person in town.people.items()}
    told = [(letter.address, f"{letter.subject}\n{letter.text}") for letter in Letter.objects.order_by("pk")]
    told += [(n.person.email, f"{n.sentence}\n{n.address}") for n in Notification.objects.select_related("person")]

    leaks, read = set(), 0
    for address, text in told:
        viewer = viewers.get(address) or Viewer("CE", owner_of(world, address), None)  # invited
        for planted in world.canaries.seen_in(text):
            read += 1
            if not may_see(viewer, "a letter", planted):
                leaks.add(f"{viewer}: {text[:60]!r} says {planted}")

    assert sorted(leaks) == []
    assert read >= len(world.towns)


def owner_of(world: World, address: str) -> str:
    """The town that invited this address."""
    return next((planted.owner for planted in world.canaries.seen_in(address)), "")
