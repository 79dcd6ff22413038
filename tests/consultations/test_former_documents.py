"""Documents of a freeze nobody reads any more leave the disk; those anyone may ask for stay."""

import os
from datetime import timedelta

import pytest

from marelle.consultations.models import Consultation
from marelle.consultations.operations import former_documents
from marelle.consultations.operations import result_documents as drawing
from marelle.consultations.queries import open_data, places, published, result_files
from tests.factories.consultations import FreezeFactory
from tests.web.public_results import CLOSES, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_disk")]
AT = CLOSES + timedelta(days=30)


def written(freeze):
    """A report and a file of open data of a freeze, as the worker leaves them."""
    for folder, name in ((result_files.folder(freeze), "france.fr.pdf"), (open_data.folder(freeze), "index.json")):
        folder.mkdir(parents=True)
        (folder / name).write_text("[]")


def on_disk():
    """Folders of either kind."""
    return sorted(str(path.relative_to(root.parent)) for root in (open_data.root(), result_files.root()) for path in root.iterdir())  # fmt: skip


def folders(*freezes):
    kinds = {"open-data": open_data.LAYOUT, "result-documents": result_files.LAYOUT}
    return sorted(f"{kind}/{freeze.code}-{freeze.pk}-{layout}" for freeze in freezes for kind, layout in kinds.items())


@pytest.mark.parametrize("state", ["published", "purged"])
def test_documents_of_an_older_freeze_go_once_a_newer_one_is_read(state):
    freeze = publish(state)
    before = FreezeFactory(
        consultation=freeze.consultation, code="2026-00", frozen_at=freeze.frozen_at - timedelta(days=9)
    )
    written(freeze), written(before)

    former_documents.forget_what_nobody_reads(AT)

    assert on_disk() == folders(freeze)


def test_documents_of_an_edition_that_is_no_longer_public_go():
    public, withdrawn = publish(), publish(code="2024")
    written(public), written(withdrawn)
    Consultation.rows.filter(pk=withdrawn.consultation_id).update(state="embargoed")

    former_documents.forget_what_nobody_reads(AT)

    assert on_disk() == folders(public)


def test_what_is_being_written_stays_and_what_was_left_half_written_goes():
    read = published.edition(publish().consultation.code)
    drawing.write(read, places.country(), "fr")
    for name, age in ((".making-old", former_documents.OLD + 60), (".making-young", 0)):
        path = open_data.root() / name
        path.mkdir(parents=True)
        os.utime(path, (path.stat().st_mtime - age,) * 2)

    former_documents.forget_what_nobody_reads(AT)

    assert on_disk() == ["open-data/.making-young", folders(read.freeze)[1]]


def test_nothing_was_ever_written():
    publish()

    former_documents.forget_what_nobody_reads(AT)

    assert not open_data.root().exists()
