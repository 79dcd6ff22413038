"""The demonstration: installed in demonstration mode only."""

from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "marelle.demo"

    def ready(self) -> None:
        if settings.DEMO:
            from marelle.demo import stages, story  # slow import: models are ready only now

            stages.start_clock()
            story.register()
