"""What consultations bring to the shared pages: one file a subject in `registered/`, each with `register()`."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "marelle.consultations"

    def ready(self) -> None:
        from marelle.consultations import registered  # slow import: models are ready only now

        for module in sorted(iter_modules(registered.__path__), key=lambda m: m.name):
            import_module(f"{registered.__name__}.{module.name}").register()
