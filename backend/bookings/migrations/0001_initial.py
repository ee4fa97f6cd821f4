import backend.riders.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('districts', '0001_initial'),
        ('riders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=150)),
                ('channel', models.CharField(max_length=20)),
                ('action', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=60)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='audit', to='districts.district')),
            ],
        ),
        migrations.CreateModel(
            name='RideRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('channel', models.CharField(max_length=20)),
                ('origin', models.JSONField()),
                ('destination', models.JSONField()),
                ('wished_at', models.DateTimeField()),
                ('anchor', models.CharField(max_length=10)),
                ('party', models.JSONField()),
                ('needs', backend.riders.fields.EncryptedJSONField(default=list)),
                ('concession', models.CharField(max_length=40)),
                ('max_walk_m', models.PositiveIntegerField(null=True)),
                ('direct_s', models.PositiveIntegerField(null=True)),
                ('refusal_code', models.CharField(blank=True, max_length=40)),
                ('refusal', models.JSONField(null=True)),
                ('replaces', models.CharField(blank=True, max_length=12)),
                ('destination_stop', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.stop')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ride_requests', to='districts.district')),
                ('origin_stop', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.stop')),
            ],
        ),
        migrations.CreateModel(
            name='OfferRecord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('rank', models.PositiveSmallIntegerField()),
                ('pickup_walk_m', models.PositiveIntegerField()),
                ('delivery_walk_m', models.PositiveIntegerField()),
                ('pickup_earliest_s', models.IntegerField()),
                ('pickup_latest_s', models.IntegerField()),
                ('delivery_latest_s', models.IntegerField()),
                ('max_ride_s', models.PositiveIntegerField()),
                ('direct_s', models.PositiveIntegerField()),
                ('riders', models.PositiveSmallIntegerField()),
                ('seats', models.PositiveSmallIntegerField()),
                ('wheelchairs', models.PositiveSmallIntegerField()),
                ('storage', models.PositiveSmallIntegerField()),
                ('dwell_s', models.PositiveIntegerField()),
                ('fare', models.JSONField()),
                ('vehicle_kind', models.CharField(max_length=80)),
                ('delivery_stop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.stop')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='districts.district')),
                ('pickup_stop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.stop')),
                ('ride_request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='bookings.riderequest')),
            ],
        ),
        migrations.CreateModel(
            name='ServiceDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('plan_version', models.PositiveIntegerField(default=0)),
                ('plan_token', models.UUIDField(default=uuid.uuid4)),
                ('improved_version', models.PositiveIntegerField(default=0)),
                ('weather', models.CharField(default='normal', max_length=20)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='service_days', to='districts.district')),
            ],
        ),
        migrations.AddField(
            model_name='riderequest',
            name='service_day',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ride_requests', to='bookings.serviceday'),
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=40)),
                ('routes', models.JSONField()),
                ('cost', models.BigIntegerField()),
                ('driving_s', models.PositiveIntegerField()),
                ('wait_s', models.PositiveIntegerField()),
                ('excess_ride_s', models.PositiveIntegerField()),
                ('service_day', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='bookings.serviceday')),
            ],
        ),
        migrations.CreateModel(
            name='DayShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80)),
                ('start_s', models.PositiveIntegerField()),
                ('end_s', models.PositiveIntegerField()),
                ('breaks', models.JSONField(default=list)),
                ('shift', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='districts.shift')),
                ('vehicle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='districts.vehicle')),
                ('service_day', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='day_shifts', to='bookings.serviceday')),
            ],
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('state', models.CharField(choices=[('booked', 'Booked'), ('aboard', 'Aboard'), ('completed', 'Completed'), ('cancelled', 'Cancelled'), ('no_show', 'No Show')], default='booked', max_length=12)),
                ('contact_name', models.CharField(max_length=120)),
                ('contact_phone', models.CharField(blank=True, max_length=20)),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('channel', models.CharField(max_length=20)),
                ('booked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bookings', to='districts.district')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='bookings.booking')),
                ('rider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='riders.rider')),
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='booking', to='bookings.offerrecord')),
                ('service_day', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bookings', to='bookings.serviceday')),
            ],
        ),
        migrations.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=200)),
                ('fingerprint', models.CharField(max_length=64)),
                ('answer', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='districts.district')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'key'), name='idempotency_key_once_a_scope')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=40)),
                ('payload', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField()),
                ('delivered_at', models.DateTimeField(null=True)),
                ('dead', models.BooleanField(default=False)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outbox', to='districts.district')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('dead', False), ('delivered_at__isnull', True)), fields=['next_attempt_at'], name='outbox_waiting')],
            },
        ),
        migrations.AddConstraint(
            model_name='offerrecord',
            constraint=models.CheckConstraint(condition=models.Q(('pickup_latest_s__gte', models.F('pickup_earliest_s'))), name='offer_window_is_one'),
        ),
        migrations.AddConstraint(
            model_name='serviceday',
            constraint=models.UniqueConstraint(fields=('district', 'date'), name='service_day_once_a_district'),
        ),
        migrations.AddIndex(
            model_name='riderequest',
            index=models.Index(fields=['service_day', 'refusal_code'], name='bookings_ri_service_ffe010_idx'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.UniqueConstraint(fields=('service_day', 'version'), name='plan_version_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='dayshift',
            constraint=models.UniqueConstraint(fields=('service_day', 'code'), name='day_shift_once_a_day'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['service_day', 'state'], name='bookings_bo_service_7b782a_idx'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['booked', 'aboard', 'completed', 'cancelled', 'no_show'])), name='booking_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['booked', 'aboard'])), models.Q(('ended_at__isnull', False), ('state__in', ['completed', 'cancelled', 'no_show'])), _connector='OR'), name='booking_ends_once'),
        ),
    ]
