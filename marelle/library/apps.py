"""What the library brings to the shared pages."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "marelle.library"
