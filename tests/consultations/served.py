"""The intake alone, for granian: no Django, a class in memory, the answers' database MARELLE_ANSWERS_URL names."""

import os
from pathlib import Path

from marelle.consultations import codes, spool
from tests.consultations import intake as house

ALARM = os.environ.get("ALARM", "")  # a file that is made when the alarm is raised


class Class(house.Rooms):
    """As many children as come; their counts go nowhere."""

    def __init__(self):
        super().__init__()
        self.change(head_count=None)

    def alarm(self, failures):
        if ALARM:
            Path(ALARM).write_text(str(failures))


store = spool.store(os.environ["MARELLE_ANSWERS_URL"])
application = house.intake_over(store, Class(), gathers=spool.GATHERS)
application.failures = codes.Failures(application.directory.alarm)
