import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0018_what_actions_are_for'),
    ]

    operations = [
        migrations.CreateModel(
            name='YearlyTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('value', models.DecimalField(decimal_places=3, max_digits=14)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aims', to='plans.indicator')),
            ],
            options={
                'ordering': ['year'],
                'constraints': [models.UniqueConstraint(fields=('indicator', 'year'), name='one_target_a_year'), models.CheckConstraint(condition=models.Q(('year__gte', 1900), ('year__lte', 2100)), name='yearly_target_in_our_time')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
    ]
