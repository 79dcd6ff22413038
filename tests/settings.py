"""Settings of the tests: the product's own, with what makes tests fast and closed to the outside.

SQLite unless `--database=postgresql`, `MARELLE_TEST_DATABASE=postgresql` or a PostgreSQL `DATABASE_URL` says otherwise.
"""

import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

PLACE = Path(os.environ.get("MARELLE_TEST_PLACE") or tempfile.mkdtemp(prefix="marelle-tests-"))
os.environ["MARELLE_TEST_PLACE"] = str(PLACE)
ADDRESS = os.environ.get("DATABASE_URL", "")
if "--database=postgresql" in sys.argv or ADDRESS.startswith("postgres"):
    os.environ["MARELLE_TEST_DATABASE"] = "postgresql"  # inherited by the workers of pytest-xdist
ON_POSTGRESQL = os.environ.get("MARELLE_TEST_DATABASE") == "postgresql"

os.environ["MARELLE_MODE"] = "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # each process of pytest-xdist has its own files, its own answers
DATA_PLACE = PLACE / f"data{WORKER}"
os.environ["MARELLE_DATA"] = str(DATA_PLACE)
if ON_POSTGRESQL:
    os.environ["DATABASE_URL"] = ADDRESS or f"postgresql://postgres@/postgres?host={PLACE}"
    answers = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/answers{WORKER}")
    os.environ["MARELLE_ANSWERS_URL"] = answers.geturl()

from marelle.config.settings import *  # noqa: E402, F403
from marelle.config.settings import DATABASES, TEMPLATES  # noqa: E402
from tests.unknown_names import Unknown  # noqa: E402

DATABASE = DATABASES["default"]
if ON_POSTGRESQL:
    DATABASE["OPTIONS"].pop("pool")  # test databases are dropped: nothing may stay connected
    DATABASE["OPTIONS"]["options"] = "-c lock_timeout=10s -c statement_timeout=60s"
else:
    DATABASE["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    DATABASE["TEST"] = {"NAME": PLACE / "test.sqlite3"}  # a file: threads need connections of their own

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Unknown()
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_PLACE / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; trust A1 reads the product's own list
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CLOCK_FROM_DATABASE = False  # else pages ask one question more on PostgreSQL than on SQLite
