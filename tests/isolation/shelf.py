"""What each town tells and took over, what its committee shares: a practice, a draft or public as the town's stage says."""

from django.core.files.uploadedfile import SimpleUploadedFile

from marelle.accounts import files
from marelle.framework.models import Domain
from marelle.library.models import Adoption, Practice, Resource
from marelle.library.operations import practices as operations
from marelle.library.operations import resources
from marelle.library.operations.practices import TEXTS
from tests.factories.library import PracticeFactory, PracticeTextFactory

PUBLIC = ("home", "member")


def make_shelf(world, at) -> tuple[Practice, Resource]:
    """A practice told by the committee itself, for all to take over; a tool to take away."""
    officer = world.people["PO"]
    practice = PracticeFactory(organisation=world.house, committee=world.house, by_committee=True, published_at=at)
    PracticeTextFactory(practice=practice)
    operations.index(practice)
    resource = resources.draft_resource(
        world.house, by=officer, name={"fr": "Grille", "en": "Grid"}, kind="tool", audience="officers", rights="CC0-1.0"
    )
    resources.add_file(resource.pk, SimpleUploadedFile("grille.csv", b"a,b\n"), "fr", by=officer)
    resources.submit_resource(resource.pk, by=officer)
    return practice, resources.publish_resource(resource.pk, by=world.people["PA"])


def make_practice(builder, at) -> tuple[Practice, Adoption]:
    """What a town tells, each word of it traceable; public for members. What it took over, with words of its own."""
    town, editor, officer = builder.organisation, builder.people["CE"], builder.world.people["PO"]
    practice = operations.draft(town, by=editor, language="fr", name=builder.word("practice", "name"))
    for field in TEXTS:
        if field != "name":
            words = builder.word("practice", field)
            operations.save_field(practice.pk, f"fr.{field}", words, was="", version=0, by=editor)
    domain = Domain.objects.filter(framework=builder.call.framework).order_by("pk")[0]
    operations.describe(practice.pk, domains=[domain.pk], services=[], languages=["fr"], by=editor)
    upload = SimpleUploadedFile(f"{builder.word('practice', 'file')}.csv", b"a,b\n")
    practice.files.add(files.take(upload, organisation=town, by=editor))
    if builder.stage in PUBLIC:
        operations.submit(practice.pk, by=editor)
        practice = operations.publish(practice.pk, by=officer)
    adoption = Adoption.rows.create(
        practice=builder.world.practice,
        organisation=town,
        state="adapted",
        what_was_changed=builder.word("adoption"),
        adopted_at=at,
        adopted_by=editor,
    )
    return practice, adoption
