from django.db import migrations


def _probations(apps):
    Decision = apps.get_model("mandates", "Decision")
    last = {}
    for decision in Decision._default_manager.filter(application__state="on_probation").order_by("decided_at", "pk"):
        last[decision.application_id] = decision
    return last.values()


def fill_points(apps, schema_editor):
    """What was asked in one text becomes a point, so that a city already sent back or on probation may answer it."""
    Application = apps.get_model("mandates", "Application")
    Point = apps.get_model("mandates", "Point")
    for application in Application._default_manager.filter(state="returned").exclude(returned_because=""):
        Point._default_manager.create(
            application=application,
            asked="sent_back",
            words=application.returned_because,
            position=1,
            asked_at=application.submitted_at,  # the day it was sent back was not kept
        )
    for decision in _probations(apps):
        Application._default_manager.filter(pk=decision.application_id).update(
            complete_before=decision.conditions_due_on, reopened_at=decision.decided_at
        )
        Point._default_manager.create(
            application_id=decision.application_id,
            asked="probation",
            words=decision.conditions,
            position=1,
            asked_at=decision.decided_at,
        )


class Migration(migrations.Migration):
    dependencies = [("mandates", "0016_points_and_later_ends")]

    operations = [migrations.RunPython(fill_points, migrations.RunPython.noop, elidable=True)]
