"""The smallest Django there is: one view, the bytes of one of our pages, nothing else."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

BODY = Path(os.environ["BARE_BODY"]).read_bytes()
settings.configure(SECRET_KEY="bare", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])
urlpatterns = [path("", lambda request: HttpResponse(BODY, headers={"Content-Encoding": "gzip"}))]
application = get_wsgi_application()
