"""Addresses tried where they do not belong: a child under another parent, a file after its reader has left."""

import re
from itertools import permutations

import pytest

from marelle.accounts import operations as accounts
from marelle.accounts.models import File, Membership
from marelle.library.models import Practice
from marelle.plans.models import Note
from tests.isolation.acts import sent
from tests.isolation.addresses import EVERY, Pattern
from tests.isolation.canaries import ENOUGH, Planted
from tests.isolation.looking import TEAM, Viewer
from tests.isolation.world import Town, World

pytestmark = pytest.mark.django_db

NESTED = [
    pattern for pattern in EVERY if len(pattern.parameters) > 1 and pattern.name != "account_reset_password_from_key"
]
NOT_THEIRS = {  # a parameter that is no child: both towns have it
    "city:application_self_assessment": "a slug of the framework",
    "public:open_data_file": "the name of a list, the same for everyone",
    "public:promise": "a number from 1",
    **dict.fromkeys(
        [f"public:results_{name}" for name in ("csv", "data_file", "place", "place_report", "question", "vignette")],
        "of a published edition, the same for everyone",
    ),
    "public:resource_file": "the committee’s own",
    "public:evaluation_number": "a number of the whole network",
    "city:take_over": "a public practice",
    "city:result_carry_on": "a question put to all",
    "public:webinar_transcript": "a language",
    "office:meeting_act": "a verb",
    "office:report_paper": "a kind of file",
    "office:merge_propose": "two accounts the committee looks after",
    "city:council_papers": "a kind of file",
    "city:ranking": "the committee’s own",
    **dict.fromkeys(
        [
            "city:gathering",
            "city:gathering_declaration",
            "city:gathering_delegation",
            "city:gathering_reply",
            "office:gathering_arrange",
            "office:gathering_declaration",
            "office:gathering_declaration_open",
            "office:gathering_item",
            "office:gathering_item_remove",
            "office:gathering_outcome",
            "office:gathering_practice",
            "office:gathering_step",
            "office:talk_practice",
            "public:gathering_declaration",
            "public:gathering_document",
            "public:gathering_item",
        ],
        "the one gathering of the year, which every town is invited to",
    ),
    **dict.fromkeys(
        [
            "office:consultation_research_request",
            "office:consultation_research_undertaking",
            "office:questionnaire_export",
            "office:questionnaire_medium",
            "office:questionnaire_medium_remove",
            "office:questionnaire_screen",
            "office:questionnaire_version",
        ],
        "the edition of the committee, no town's",
    ),
}


def swapped(pattern: Pattern, world: World, parent: Town, child: Town) -> list[str]:
    """The addresses of `parent` that name something of `child`."""
    first, *rest = pattern.parameters
    outer = dict.fromkeys(pattern.values(first)(world, parent)[:1])  # a town without a mandate has no such parent
    own = set(pattern.addresses(world, parent))
    found = []
    for code in outer:
        for address in pattern.addresses(world, child):
            theirs = pattern.values(first)(world, child)[0]
            swap = address.replace(f"/{theirs}/", f"/{code}/", 1)
            if swap not in own and f"/{code}/" in swap:
                found.append(swap)
    return found


@pytest.mark.parametrize("pattern", [p for p in NESTED if p.name not in NOT_THEIRS], ids=lambda pattern: pattern.name)
def test_child_of_another_parent_does_not_exist(world, pattern):
    """trust O4, V4. Parent of one town, child of another: refused to whoever runs the first, as what was never there."""
    wrong, asked = [], 0

    for mine, other in permutations([world.towns["home"], world.towns["member"], world.towns["draft"]], 2):
        if pattern.name == "public:document" and mine.call == other.call:
            continue
        viewer = Viewer.of(mine.people["CA"], "CA", mine.key)
        for address in swapped(pattern, world, mine, other):
            invented = re.sub(r"[a-z0-9]{20,}", "0" * 26, address)
            for method in ("get", "post"):
                statuses = [
                    viewer.ask(
                        place, method, sent(pattern.name, world, other) if method == "post" else None
                    ).status_code
                    for place in (address, invented)
                ]
                asked += 1
                if statuses[0] != statuses[1] or statuses[0] < 400:
                    wrong.append((method, address, statuses))

    assert wrong == []
    assert asked


def test_files_are_for_those_who_may_read_them_today(world):
    """trust U6, V1. Each file of a town: signed out, as another town, after one’s role has ended, before it is handed in."""
    home, draft = world.towns["home"], world.towns["draft"]
    visitor, stranger = Viewer.of(None, "visitor"), Viewer.of(home.people["CE"], "CE", "home")
    reader, officer = (Viewer.of(world.people[role], role) for role in ("RV2", "PO"))
    shelved = Practice.files.through.objects.values("file")  # read with their practice, at its own address
    rows = File.rows.filter(is_apart=False).exclude(pk__in=shelved)
    photos = list(Note.rows.exclude(photo=None).values_list("photo__code", flat=True))  # of the town alone
    codes = {
        town.key: list(rows.filter(organisation=town.organisation).values_list("code", flat=True))
        for town in world.towns.values()
    }
    dossiers = {key: set(held) - set(photos) for key, held in codes.items()}

    seen = {
        who: {viewer.ask(f"/compte/fichiers/{code}").status_code for key in keys for code in given[key]}
        for who, viewer, keys, given in [
            ("visitor", visitor, codes, codes),
            ("stranger", stranger, set(codes) - {"home"}, codes),
            ("own", stranger, ["home"], codes),
            ("reader of others", reader, codes, codes),
            ("officer, handed in", officer, ["home", "member", "read", "handed"], dossiers),
            ("officer, photos", officer, ["photos"], {"photos": photos}),
            ("officer, draft", officer, ["draft", "withdrawn"], codes),
        ]
    }
    editor = Viewer.of(draft.people["CE"], "CE", "draft")
    before = editor.ask(f"/compte/fichiers/{draft.file.code}").status_code
    role = Membership.objects.living().get(person=draft.people["CE"], organisation=draft.organisation)
    accounts.end_role(role.pk, by=draft.people["CA"])
    after = {editor.ask(f"/compte/fichiers/{code}").status_code for code in codes["draft"]}

    assert seen == {
        "visitor": {302},
        "stranger": {404},
        "own": {200},
        "reader of others": {404},
        "officer, handed in": {200},
        "officer, photos": {404},
        "officer, draft": {404},
    }
    assert (before, after) == (200, {302})  # without any role left, one is signed out everywhere


@pytest.mark.parametrize("role", TEAM)
def test_search_finds_only_ones_own(world, role):
    """trust O6. Each team member of one town searches for the words of every other."""
    viewer = Viewer.of(world.towns["home"].people[role], role, "home")

    for town in world.towns.values():
        typed = town.objective.name[
            : ENOUGH - 1
        ]  # what was typed comes back: one letter too short to be taken for a find
        page = viewer.ask(f"/espace/{world.towns['home'].code}/recherche?q={typed}")
        own = {planted for planted in world.canaries.seen_in(page.content.decode()) if planted.what == "objective"}
        assert own == ({Planted("home", "objective")} if town.key == "home" else set())
