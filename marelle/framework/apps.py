"""What the framework brings to the shared pages."""

from django.apps import AppConfig


class FrameworkConfig(AppConfig):
    name = "marelle.framework"

    def ready(self) -> None:
        from marelle.base import origins, registers  # slow import: models are ready only now
        from marelle.framework import queries  # slow import

        origins.register("framework.recommendation", queries.show_recommendations)
        origins.register("framework.objective", queries.show_objectives)
        origins.register("framework.action", queries.show_actions)
        registers.missing.append(queries.no_framework)
