import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """Four more letters of place names are folded: Œ, Ô, ó, ÿ. A generated column is not altered: it is made anew."""

    dependencies = [("accounts", "0005_one_chain_of_the_house")]

    operations = [
        migrations.RemoveField(model_name="organisation", name="folded_name"),
        migrations.AddField(
            model_name="organisation",
            name="folded_name",
            field=models.GeneratedField(db_index=True, db_persist=True, expression=django.db.models.functions.text.Lower(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(models.F('name'), models.Value("'"), models.Value(' ')), models.Value('’'), models.Value(' ')), models.Value('-'), models.Value(' ')), models.Value('œ'), models.Value('oe')), models.Value('Œ'), models.Value('oe')), models.Value('à'), models.Value('a')), models.Value('â'), models.Value('a')), models.Value('ç'), models.Value('c')), models.Value('é'), models.Value('e')), models.Value('è'), models.Value('e')), models.Value('ê'), models.Value('e')), models.Value('ë'), models.Value('e')), models.Value('î'), models.Value('i')), models.Value('ï'), models.Value('i')), models.Value('ô'), models.Value('o')), models.Value('ó'), models.Value('o')), models.Value('û'), models.Value('u')), models.Value('ü'), models.Value('u')), models.Value('ÿ'), models.Value('y')), models.Value('É'), models.Value('e')), models.Value('È'), models.Value('e')), models.Value('Î'), models.Value('i')), models.Value('Ô'), models.Value('o')), output_field=models.CharField()), output_field=models.CharField(max_length=400)),
        ),
    ]
