"""The remarks on a dossier, as far as somebody may see them."""

from django.db.models import QuerySet

from marelle.accounts.models import Person
from marelle.mandates.models import Application, Remark


def remarks_on(application: Application, person: Person) -> QuerySet[Remark]:
    """Those this person may see, answers among them, in the order they came."""
    rows = Remark.objects.visible_to(person).filter(application=application)
    return rows.select_related("author", "resolved_by", "review").order_by("made_at", "pk")
