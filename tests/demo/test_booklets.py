"""Booklets of the demonstration: one to settle, one to type again, nothing sent."""

import pytest

from marelle.consultations.models import Booklet
from marelle.consultations.xlsform import read_workbook
from marelle.demo import booklets, consultation_book
from tests.consultations import intake as house
from tests.consultations.test_keying import AFTER
from tests.factories.accounts import PersonFactory
from tests.factories.consultations import IN_TIME, QuestionnaireFactory, SittingFactory


@pytest.mark.django_db
def test_a_group_has_a_booklet_to_settle_and_one_to_type_again():
    sitting = SittingFactory(state="closed")
    edition = sitting.consultation
    edition.public_key = house.PAIR.public
    edition.save()
    asked = read_workbook(consultation_book.workbook()).questionnaire
    known = {"canonical": asked.canonical, "content_hash": asked.content_hash}
    QuestionnaireFactory(consultation=edition, state="frozen", frozen_at=IN_TIME, **known)
    first, second = (PersonFactory(roles=[(edition.committee, "PO")]) for _n in range(2))

    told = booklets.tell(edition, first, second, AFTER)

    assert (told.pk, edition.sittings.get().state) == (sitting.pk, "keying")
    assert list(Booklet.rows.order_by("number").values_list("number", "state")) == [
        (booklets.DIFFERS, "differs"),
        (booklets.WAITS, "keyed_once"),
    ]
