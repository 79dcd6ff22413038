"""What plans bring to the shared pages."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "marelle.plans"

    def ready(self) -> None:
        from marelle.base import origins, registers  # slow import: models are ready only now
        from marelle.plans import following, queries, search  # slow import

        origins.register("plans.objective", queries.show_objectives)
        origins.register("plans.action", queries.show_actions)
        origins.register("plans.reading", following.show_readings)
        registers.search_providers.append(search.find)
