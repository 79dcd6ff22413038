"""The answers to a policy carry their own words, and a prompt its number: what stands stays, nothing is added."""

from django.db import migrations

WORDS = {  # what the code said until now
    "yes": {"fr": "Oui", "en": "Yes"},
    "partly": {"fr": "En partie", "en": "In part"},
    "no": {"fr": "Non", "en": "No"},
    "not_our_power": {"fr": "Ce n’est pas de notre compétence", "en": "It is not in our powers"},
}
DESCRIBED = {"yes", "partly"}


def write_words(apps, schema_editor):
    """Codes become answers with words; texts become prompts with the number their answers already have."""
    Framework = apps.get_model("framework", "Framework")
    for framework in Framework.objects.exclude(self_assessment={}):
        data = dict(framework.self_assessment)
        if "policy" in data:
            codes = data["policy"].get("answers") or list(WORDS)
            data["policy"] = {**data["policy"], "answers": [_answer(code) for code in codes]}
        prompts = enumerate(data.get("prompts") or [], start=1)
        data["prompts"] = [{"number": number, "name": words} for number, words in prompts]
        framework.self_assessment = data
        framework.save(update_fields=["self_assessment"])


def write_codes(apps, schema_editor):
    """Back to codes and texts: an answer that is not one of the four, and the numbers, are lost."""
    Framework = apps.get_model("framework", "Framework")
    for framework in Framework.objects.exclude(self_assessment={}):
        data = dict(framework.self_assessment)
        if "policy" in data:
            codes = [answer["code"] for answer in data["policy"]["answers"] if answer["code"] in WORDS]
            data["policy"] = {**data["policy"], "answers": codes}
        data["prompts"] = [prompt["name"] for prompt in data.get("prompts") or []]
        framework.self_assessment = data
        framework.save(update_fields=["self_assessment"])


def _answer(code):
    return {"code": code, "described": code in DESCRIBED, "name": WORDS[code]}


class Migration(migrations.Migration):
    dependencies = [("framework", "0007_coherence")]
    operations = [migrations.RunPython(write_words, write_codes, elidable=True)]
