"""What events bring to the shared pages."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "marelle.events"
