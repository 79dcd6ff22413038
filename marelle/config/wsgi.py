"""The WSGI application, for granian. Each process that answers imports it once."""

import logging
import os
from threading import Timer

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marelle.config.settings")
application = get_wsgi_application()

from django.db import connection  # noqa: E402  once Django is set up

from marelle.territories import queries  # noqa: E402

AFTER = 2.0  # seconds: the first page goes first


def warm_up() -> None:
    """Read what the first person to type a name would wait for. A failure costs that person a second, no more."""
    try:
        queries.warm_up()
    except Exception:  # the page that needs it will say
        logging.getLogger("marelle.serve").warning("names not read in advance", exc_info=True)
    finally:
        connection.close()


warming = Timer(AFTER, warm_up)
warming.daemon = True
warming.start()
