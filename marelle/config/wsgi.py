"""The WSGI application, for granian. Each process that answers imports it once."""

import gc
import logging
import os
from threading import Timer

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marelle.config.settings")
house = get_wsgi_application()

from django.db import connection  # noqa: E402  once Django is set up

from marelle.config.front import Front, kids_pages  # noqa: E402
from marelle.consultations import directory  # noqa: E402
from marelle.territories import queries  # noqa: E402

intake = directory.intake()
intake.pages = kids_pages()
application = Front(house, intake)

AFTER = 2.0  # seconds: the first page goes first


def warm_up() -> None:
    """Read what the first person to type a name would wait for. A failure costs that person a second, no more."""
    try:
        queries.warm_up()
    except Exception:  # the page that needs it will say
        logging.getLogger("marelle.serve").warning("names not read in advance", exc_info=True)
    finally:
        connection.close()
        set_aside()


def set_aside() -> None:
    """What a process read as it began is not gone through again each time it looks for what may be forgotten.

    Of the largest page, one answer in four else waited twice as long.
    """
    gc.collect()
    gc.freeze()


warming = Timer(AFTER, warm_up)
warming.daemon = True
warming.start()
