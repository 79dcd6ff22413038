"""What plans bring to the shared pages."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "marelle.plans"

    def ready(self) -> None:
        from marelle.accounts import imports  # slow import
        from marelle.base import dues, origins, registers  # slow import: models are ready only now
        from marelle.plans import child_page, following, holding, proposals, queries, search, sheets  # slow import
        from marelle.plans.operations import spreadsheet  # slow import

        origins.register("plans.objective", queries.show_objectives)
        origins.register("plans.action", queries.show_actions)
        origins.register("plans.reading", following.show_readings)
        origins.register("plans.proposal", proposals.show_proposals)
        origins.register("plans.child_page", child_page.show_child_pages)
        dues.watches += [proposals.WATCH, *holding.WATCHES]
        registers.search_providers.append(search.find)
        reader = imports.Reader(spreadsheet.may, spreadsheet.check, spreadsheet.read, spreadsheet.write)
        imports.register(sheets.KIND, reader)
