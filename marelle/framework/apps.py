"""What the framework brings to the shared pages."""

from django.apps import AppConfig


class FrameworkConfig(AppConfig):
    name = "marelle.framework"

    def ready(self) -> None:
        from marelle.base import origins, registers  # slow import: models are ready only now
        from marelle.framework import queries  # slow import

        origins.register("framework.recommendation", queries.show_recommendation)
        origins.register("framework.objective", queries.show_objective)
        origins.register("framework.action", queries.show_action)
        registers.missing.append(queries.no_framework)
