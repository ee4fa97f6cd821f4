"""Background work on plans, as Celery tasks: the same functions on Redis and on files."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from backend.bookings.clock import SystemClock
from backend.bookings.models import ServiceDay
from backend.bookings.planning import DayPlan
from backend.bookings.services import improve_service_day as improve_day
from dispatch.improvement import Limits, improve
from dispatch.model import Plan

logger = logging.getLogger("rufbus.plans")


@shared_task(name="plans.improve_service_day")
def improve_service_day(service_day_id: int, version: int) -> bool:
    """Try to better a day's plan; whether a new version was written.

    Many bookings ask for this in a row. Whoever comes when the day's newest plan has been looked at has nothing to do;
    whoever asked for an older version works on the newest.
    """
    day = ServiceDay.objects.filter(pk=service_day_id).first()
    if day is None or day.plan_version <= day.improved_version:
        return False
    limits = Limits(seconds=settings.IMPROVE_SECONDS)

    def search(before: DayPlan) -> Plan:
        return improve(before.plan, before.travel_s, before.weights, limits, seed=version).plan

    improved = improve_day(service_day_id, search, SystemClock().now())
    logger.info("service day %s: %s", service_day_id, "bettered" if improved else "left as it is")
    return improved
