"""Days whose plan nobody has tried to better are queued for the worker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.bookings.models import ServiceDay
from backend.config.celery import app, make_queue_folders
from backend.notifications.improvements import Improvements
from tests.builders.district import a_district

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_day_behind_is_queued_once_a_version() -> None:
    make_queue_folders()
    district = a_district()
    today = datetime.now(UTC).date()
    day = ServiceDay.objects.create(district=district, date=today, plan_version=3, improved_version=1)
    ServiceDay.objects.create(district=district, date=today + timedelta(days=1), plan_version=2, improved_version=2)
    ServiceDay.objects.create(district=district, date=today - timedelta(days=9), plan_version=2, improved_version=1)
    with app.connection_or_acquire() as connection:
        queue = connection.SimpleQueue("plans-probe")
        queue.clear()
        improvements, now = Improvements(), datetime.now(UTC)
        assert (improvements.queue(now), improvements.queue(now)) == (1, 0)
        message = queue.get(timeout=5)
        assert message.payload[0] == [day.pk, 3]
        assert message.headers["task"] == "plans.improve_service_day"
        message.ack()
        ServiceDay.objects.filter(pk=day.pk).update(plan_version=4)
        assert improvements.queue(now) == 1
        queue.clear()
        queue.close()
