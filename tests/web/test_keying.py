"""Pages where booklets are typed in: by a plain form, apart, settled side by side, nothing read afterwards."""

import io
import re
import zipfile

import pytest
from pypdf import PdfReader

from marelle.base import clock, jobs
from marelle.base.models import Job
from marelle.consultations import directory
from marelle.consultations.models import Booklet, PrintRun, Sitting
from marelle.consultations.operations import keying as operations
from tests.consultations import intake as house
from tests.consultations.four_languages import QUESTIONNAIRE
from tests.consultations.test_keying import AFTER, clerk, entry
from tests.factories.accounts import FileFactory, OrganisationFactory, PersonFactory
from tests.factories.consultations import IN_TIME, PrintRunFactory, QuestionnaireFactory, SittingFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
QUESTIONS = 14  # to the database, for the page of a group
TYPED = {"number": "123456", "gender": "1", "q_heard": "1", "q_where": "12", "q_times": ".", "q_play": "*"}


@pytest.fixture(autouse=True)
def held():
    with clock.at(AFTER):
        yield


@pytest.fixture
def intake(answers, monkeypatch):
    made = house.intake_over(answers, directory.Directory(), now=AFTER)
    monkeypatch.setattr(directory, "intake", lambda: made)
    yield made
    made.close()


@pytest.fixture
def sitting():
    made = SittingFactory(state="keying")
    made.consultation.public_key = house.PAIR.public
    made.consultation.save()
    known = {"canonical": QUESTIONNAIRE.canonical, "content_hash": QUESTIONNAIRE.content_hash}
    QuestionnaireFactory(consultation=made.consultation, state="frozen", frozen_at=IN_TIME, **known)
    return made


def home(sitting, organisation=None):
    organisation = organisation or sitting.site.partner.organisation
    return f"/espace/{organisation.code}/consultation/groupes/{sitting.code}/livrets"


def typing(sitting, band="9_11"):
    return f"{home(sitting)}/saisir?band={band}&language=fr"


def test_a_booklet_is_typed_by_a_plain_form_then_by_another_person(client, sitting, intake):
    first, second = clerk(sitting), clerk(sitting)
    client.force_login(first)
    shown = client.get(typing(sitting)).content.decode()
    kept = client.post(typing(sitting), TYPED)
    client.force_login(second)
    again = client.get(typing(sitting)).content.decode()
    client.post(typing(sitting), TYPED)

    labels = re.findall(r'<label for="q_\w+">(.*?)</label>', shown)
    assert labels == ["4. Les adultes t’écoutent-ils ?", "1. Où ?", "2. Combien de fois ?", "7. Joues-tu dehors ?"]
    assert "1 Oui · 2 Non · * Je ne sais pas" in shown and "0 · 1 · 2" in shown
    assert kept.headers["Location"] == typing(sitting)
    assert 'value="12"' not in again and "123456" not in again
    assert Booklet.rows.get().state == "settled"


def test_a_key_that_is_not_printed_is_said_and_nothing_is_kept(client, sitting):
    client.force_login(clerk(sitting))

    refused = client.post(typing(sitting), TYPED | {"q_heard": "7", "number": "12"})

    assert refused.status_code == 422
    assert refused.headers["Cache-Control"] == "no-store"
    assert 'value="12"' in refused.content.decode() and Booklet.rows.count() == 0


def test_two_readings_are_settled_side_by_side_and_read_no_more(client, sitting, intake):
    for person, said in ((clerk(sitting), entry()), (clerk(sitting), entry(heard=2))):
        operations.key_in(sitting.pk, 123456, said, by=person, at=AFTER)
    client.force_login(clerk(sitting))
    page = f"{home(sitting)}/123456"

    shown = client.get(page).content.decode()
    unsaid = client.post(page, {}).status_code
    settled = client.post(page, {"c_heard": "other", "o_heard": "*"})
    client.get(home(sitting))  # which says what was done
    after = client.get(home(sitting)).content.decode()

    assert re.findall(r"<legend>(.*?)</legend>", shown) == ["4. Les adultes t’écoutent-ils ?"]
    assert (unsaid, settled.headers["Location"], client.get(page).status_code) == (422, home(sitting), 404)
    assert Booklet.rows.get().differing == [["heard", "both"]]
    assert "123456" not in after and "14,3" in after  # each was wrong once, of seven things compared


def test_a_batch_begins_and_ends_from_its_page(client, sitting, intake):
    Sitting.rows.filter(pk=sitting.pk).update(state="running")
    client.force_login(clerk(sitting))

    said = [
        client.post(home(sitting), act).status_code
        for act in ({"act": "begin", "percent": "5"}, {"act": "begin", "percent": "20"}, {"act": "end"})
    ]

    assert said == [422, 302, 302]
    assert Sitting.rows.values_list("state", "double_percent").get() == ("closed", 20)


ASKED = {"act": "print", "band": "9_11", "language": "fr", "form": "large", "copies": "12"}


def test_booklets_are_asked_for_followed_and_taken_away(client, sitting):
    client.force_login(clerk(sitting))

    asked = client.post(home(sitting), ASKED)
    client.get(home(sitting))  # which says what was done
    waiting = client.get(home(sitting)).content.decode()
    run = PrintRun.rows.get()
    early = client.get(f"{home(sitting)}/tirages/{run.code}").status_code
    jobs.deliver.call(Job.objects.get().pk)
    ready = client.get(home(sitting)).content.decode()
    taken = client.get(f"{home(sitting)}/tirages/{run.code}")

    files = zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content)))
    pages = [page.extract_text() for name in files.namelist() for page in PdfReader(files.open(name)).pages]
    assert (asked.status_code, early, files.namelist()) == (
        302,
        404,
        ["livrets-9_11-fr-01-10.pdf", "livrets-9_11-fr-11-12.pdf"],
    )
    assert "<progress" in waiting and 'hx-trigger="every 2s"' in waiting
    assert "<progress" not in ready and f"tirages/{run.code}" in ready and 'hx-trigger="every 2s"' not in ready
    assert len({re.search(r"Livret (\d{6})", page)[1] for page in pages}) == 12


def test_booklets_the_group_cannot_have_are_refused_on_its_page(client, sitting):
    client.force_login(clerk(sitting))

    said = [
        client.post(home(sitting), ASKED | other).status_code
        for other in ({"copies": "61"}, {"copies": "0"}, {"band": "12_14"}, {"language": "uk"}, {"form": "a3"})
    ]

    assert (said, PrintRun.rows.count()) == ([422] * 5, 0)


def test_the_page_asks_as_many_questions_for_one_run_as_for_three(client, sitting, django_assert_num_queries):
    client.force_login(clerk(sitting))
    client.get(home(sitting))

    for more in (1, 2):
        PrintRunFactory.create_batch(more, sitting=sitting)
        with django_assert_num_queries(QUESTIONS):
            client.get(home(sitting))


@pytest.mark.parametrize("path", ["", "/saisir?band=9_11&language=fr", "/123456", "/tirages/other"])
def test_another_organisations_booklets_do_not_exist(client, sitting, path):
    elsewhere = OrganisationFactory()
    client.force_login(PersonFactory(roles=[(elsewhere, "CE")]))

    assert client.get(f"{home(sitting, elsewhere)}{path}").status_code == 404
    assert client.get(f"{home(sitting)}{path}").status_code == 404


def test_booklets_of_another_group_are_not_taken_from_ones_own(client, sitting):
    own = PrintRunFactory(sitting=sitting, file=FileFactory())
    other = PrintRunFactory(file=FileFactory())
    client.force_login(clerk(sitting))

    assert client.get(f"{home(sitting)}/tirages/{other.code}").status_code == 404
    assert client.get(f"{home(sitting)}/tirages/{own.code}").status_code != 404


def test_who_only_reads_types_nothing(client, sitting):
    client.force_login(PersonFactory(roles=[(sitting.site.partner.organisation, "CR")]))

    assert client.post(typing(sitting), TYPED).status_code == 404
    assert Booklet.rows.count() == 0


def test_the_office_reads_which_groups_have_booklets_that_wait(client, sitting):
    officer = PersonFactory(roles=[(sitting.consultation.committee, "PO")], application=True)
    operations.key_in(sitting.pk, 123456, entry(), by=officer, at=AFTER)
    sign_in(client, officer)
    code = sitting.consultation.code

    listed = client.get(f"/bureau/consultation/{code}/saisie")
    shown = client.get(f"/bureau/consultation/{code}/saisie/{sitting.code}")

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert sitting.site.name in listed.content.decode() and "123456" in shown.content.decode()
