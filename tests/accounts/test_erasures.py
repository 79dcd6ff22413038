"""The command that erases again whom a backup brought back (trust T8)."""

import pytest
from django.core.management import call_command

from marelle.accounts import erasures
from tests.factories.accounts import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("write", "said", "erased"),
    [(False, "1 people would be erased again (nothing written).", False), (True, "1 people erased again.", True)],
)
def test_erasures_are_done_again_only_when_told(tmp_path, settings, capsys, write, said, erased):
    """STYLE 17. Without --write the command counts, and changes nobody."""
    settings.DATA = tmp_path
    person, other = PersonFactory(), PersonFactory()
    kept_elsewhere = tmp_path / "list"
    kept_elsewhere.write_text(f"2026-05-02T09:00:00+00:00 {person.code}\n2026-05-02T09:00:00+00:00 nobody\ncut")

    call_command("erasures", kept_elsewhere, write=write)

    person.refresh_from_db()
    other.refresh_from_db()
    assert capsys.readouterr().out.strip() == said
    assert (erasures.is_erased(person), erasures.is_erased(other)) == (erased, False)
    assert erasures.listed() == ([person.code] if erased else [])
