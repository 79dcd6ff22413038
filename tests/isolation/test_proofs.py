"""What each page of the office asks of a session before it shows or does anything, by hand (trust A4, A9).

A light session (a code by e-mail) reads lists and what is addressed to it; everything of another organisation, and
every act, asks for the second proof; what binds the committee or touches persons, for one of the last ten minutes.
"""

import pytest

from marelle.accounts.models import File, Person
from tests.isolation.acts import sent
from tests.isolation.addresses import EVERY
from tests.isolation.looking import HERE, Viewer
from tests.isolation.world import World
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

# reading, acting: `-` nothing, `2` a second proof, `f` a fresh one, `.` no such verb
TABLE = """
admit                . 2
agreement            2 .
amendment            2 f
amendment_confirm    . f
amendments           2 .
agreement_change     . f
agreement_amendments 2 2
agreement_amendment 2 f
agreement_amendment_answer . f
agreement_amendment_text 2 .
agreement_copy       2 .
agreement_paper      2 f
agreement_paper_answer . f
agreement_prepare    2 2
agreement_sealed     2 .
agreement_send       . f
agreement_sign       2 f
agreement_text       2 .
agreement_write      2 2
agreements           - .
application          2 .
application_conversation 2 2
application_conversation_file 2 .
application_notes    2 2
assign               . 2
call                 - .
call_answer_retire   . 2
call_answers         2 2
call_document        . 2
calls                - .
change_call          2 2
cities               - .
city_write           - -
archive_call         . 2
close_call           . 2
compare              2 .
evaluation           2 .
evaluation_number    2 .
evaluations          - .
confirm              2 f
decisions            - .
election_forget      . 2
elections            - 2
network              2 f
network_template     2 .
network_sample       2 .
network_import       2 f
network_answer       . f
network_invite       . f
extend_call          2 f
extend_call_answer   . f
more_time            2 f
hearing              2 2
hearing_cancel       . 2
hearing_minutes      . 2
hearing_sheet        2 .
hearing_slot_remove  . 2
hearing_slots        2 2
sessions             2 2
assigning            2 2
bundle               2 2
bundle_file          2 .
funnel               - .
side_by_side         2 .
session              2 .
session_change       2 2
session_agenda       . 2
session_propose      2 f
session_confirm      . f
session_hold         . 2
session_minutes      2 .
session_letters      2 .
decision_letter      2 .
more_time_answer     . f
finish_reading       . 2
followed             2 .
verify               . 2
report               2 .
report_accept        . 2
report_back          . 2
report_put_off       . 2
report_paper         2 .
report_verify        . 2
reports              - .
gathering                   - .
gathering_badges            2 .
gathering_cancel            . f
gathering_change            2 2
gathering_declaration       2 2
gathering_declaration_new   2 2
gathering_declaration_open  . f
gathering_door              2 2
gathering_arrange           . 2
gathering_item              2 2
gathering_item_new          2 2
gathering_item_remove       . 2
booklet_settle              2 2
booklet_type                2 2
booklets                    2 2
booklets_print              2 .
consultation                2 .
consultation_change         2 2
help_numbers                2 2
consultation_clone          2 2
consultation_press_kit      2 .
consultation_research       2 2
consultation_research_request 2 f
consultation_research_undertaking 2 .
research_files              2 f
consultation_publication    2 f
consultation_tables         2 2
consultation_national_tables 2 2
consultation_new            2 2
consultation_freeze         2 f
consultation_key            2 f
consultation_opening        2 f
consultation_pilot          . f
consultation_results        2 .
consultations               - .
home_week                   . 2
partner                     2 2
partners                    2 2
sittings                    2 .
watch                       2 .
questionnaire               2 2
questionnaire_export        2 .
questionnaire_exports       2 .
questionnaire_media         2 2
questionnaire_medium        2 .
questionnaire_medium_remove . 2
questionnaire_preview       2 .
questionnaire_screen        2 .
questionnaire_sheet         2 .
questionnaire_todo          2 2
questionnaire_version       2 f
questionnaire_versions      2 .
gathering_new               2 2
gathering_outcome           2 2
gathering_people            2 .
talk_practice        . 2
gathering_practice          . 2
gathering_replies           2 .
gathering_sheet             2 .
gathering_step              . f
house                - .
identities           2 .
identity_answer      . f
invariants           - .
pilotage             - .
steering_view        . -
steering_view_drop   . -
remindings           - .
reminding_new        . -
reminding            2 2
reminding_act        . 2
mandate_officer      . 2
contact_new          2 2
contact              2 2
step_done            . 2
testimonies          - .
testimony            2 .
testimony_act        . 2
testimony_picture    2 .
keying               2 .
mandate              2 f
mandate_answer       . f
meeting              2 .
meeting_act          . 2
meeting_cancel       2 f
meeting_people       2 .
meetings             - .
messages             - .
messages_read        . -
new_call             2 2
all_series           - 2
series               - 2
new_webinar          2 2
opinion              2 2
group                2 .
group_act            . 2
group_file           2 .
group_members        . 2
groups               - 2
need                 2 .
need_take_up         . 2
needs                - .
ranking              - .
rankings             - 2
practices            - .
practice             2 .
practice_back        . 2
practice_act         . 2
practice_new         2 2
practice_write       2 2
practice_field       . 2
resource_back        . 2
resources            - .
new_resource         2 2
resource             2 2
resource_file        . 2
resource_act         . 2
merge                2 f
merge_answer         . f
merge_propose        . f
people               2 .
pair                 2 .
people_answer        . 2
people_end_role      . f
people_erase         . f
people_give_role     . f
people_invite        . f
people_journal       2 .
people_leave         . f
people_withdraw      . f
propose              2 f
publish_call         . 2
reading              2 2
reading_field        . 2
readings             - .
begin_reading        . 2
reading_sign         . 2
reading_view         . -
reading_view_drop    . -
remark               . 2
remarks              . 2
reopen_reading       2 2
take_back_reading    . 2
tie_end              . -
ties                 - -
times                - -
search               - .
send_back            2 2
step_aside           . 2
today                - .
"""
ROWS = {name: (reading, acting) for name, reading, acting in (line.split() for line in TABLE.strip().splitlines())}
SESSIONS = {"light": {"proof": "code"}, "stale": {"minutes_ago": 11}, "fresh": {}}
REFUSED = {"-": [], "2": ["light"], "f": ["light", "stale"], ".": []}
PATTERNS = {p.name.partition(":")[2]: p for p in EVERY if p.face == "office"}
READERS = ("reading", "reading_field", "finish_reading", "step_aside", "begin_reading", "reading_sign")
ANALYSTS = {"research_files"}
BOARD = ("confirm",)


def viewer_of(person: Person, **session) -> Viewer:
    """A browser in front of which `person` proved who they are in one of the ways of `SESSIONS`."""
    viewer = Viewer.of(None, "someone")
    viewer.client.defaults.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in HERE.items()})
    sign_in(viewer.client, person, **session)
    viewer.client.get("/compte/")
    viewer.session = viewer.client.session.session_key
    return viewer


def is_sent_to_prove(response) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/compte/preuve/")


def asked_of(world: World, name: str, method: str) -> list[str]:
    """The sessions that are sent to the page of the proof."""
    role = "RV" if name in READERS else "BD" if name in BOARD else "AN" if name in ANALYSTS else "PA"
    signed = name.startswith(
        (
            *("agreement", "mandate", "followed", "verify", "compare", "report", "amendment"),
            *("contact", "step_done", "testimony", "reminding", "steering_view_drop"),
        )
    ) and name not in (
        "agreements",
        "reports",
    )
    town = world.towns["member" if signed else "read"]
    address = PATTERNS[name].addresses(world, town)[0]
    form = sent(f"office:{name}", world, town) if method == "post" else None
    viewers = {how: viewer_of(world.people[role], **session) for how, session in SESSIONS.items()}
    answers = {how: viewer.ask(address, method, form) for how, viewer in viewers.items()}
    assert [how for how, answer in answers.items() if answer.status_code >= 500] == []
    return [how for how, answer in answers.items() if is_sent_to_prove(answer)]


def test_every_page_of_the_office_says_its_proof():
    """trust A4. A new page of the office without a row here fails."""
    assert sorted(ROWS) == sorted(PATTERNS)


@pytest.mark.parametrize("name", ROWS)
def test_office_asks_for_its_proof(world, name):
    """trust A4, A9. Light, full but stale, fresh: each page and each act, asked of each session."""
    reading, acting = ROWS[name]

    assert asked_of(world, name, "get") == REFUSED[reading]
    assert asked_of(world, name, "post") == REFUSED[acting]


def test_files_of_another_organisation_ask_for_a_second_proof(world):
    """trust A4. A dossier's file is the dossier; one's own file opens in a light session."""
    town = world.towns["read"]
    receipt, own = town.application.receipt, File.rows.filter(organisation=town.organisation).first()
    officer, editor = world.people["PO"], town.people["CE"]

    def answer(person, found, **session):
        return viewer_of(person, **session).ask(f"/compte/fichiers/{found.code}")

    assert is_sent_to_prove(answer(officer, receipt, proof="code"))
    assert answer(officer, receipt, minutes_ago=11).status_code == 200
    assert answer(editor, own, proof="code").status_code == 200
