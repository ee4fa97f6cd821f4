from django.db import migrations, models


class Migration(migrations.Migration):
    """What was suspended so far was seen by its dispatcher as hitting rides within a zone: so it stays for these."""

    dependencies = [("bookings", "0018_closed_until_further_notice")]

    operations = [
        migrations.AddField("suspension", "is_within", models.BooleanField(default=True)),
        migrations.AlterField("suspension", "is_within", models.BooleanField(default=False)),
    ]
