"""Looks for troubles in what others report: drivers, interventions, messages, and wishes that got no ride."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backend.bookings.localtime import as_clock, service_date, to_seconds
from backend.bookings.models import Booking, DayShift, RideRequest, ServiceDay
from backend.bookings.of_contacts import bookings_of
from backend.control.models import InterventionRecord
from backend.control.troubles import Proposed, Remedy, Trouble, TroubleKind
from backend.driving.models import DriverEvent
from backend.driving.selectors import conflicts_of
from backend.driving.wording import CORRECTION, help_words
from backend.notifications.models import RiderMessage

MOST_UNSERVED = 200  # wishes looked at, the next to depart first
STRANDED_FOR = timedelta(hours=3)
ASKS_ON = timedelta(minutes=30)


class Reported:
    """A day at a moment. `shifts`: of the day, by their codes."""

    def __init__(self, day: ServiceDay, now: datetime, shifts: Mapping[str, DayShift]) -> None:
        self.day, self.now, self.shifts = day, now, shifts
        self.zone = ZoneInfo(day.district.timezone)
        self.now_s = to_seconds(now, day.date, self.zone)

    def all(self) -> Iterator[Trouble]:
        """Everything that was reported and is a trouble still."""
        yield from self._reports()
        yield from self._stranded()
        yield from self._undelivered()
        yield from self._unserved()

    def clock(self, second: float) -> str:
        return as_clock(int(second), self.day.date, self.zone)

    def _reports(self) -> Iterator[Trouble]:
        for event in conflicts_of(self.day)[:50]:
            values = {"vehicle": event.vehicle.name, "code": event.booking_code, "time": self._at(event.at)}
            text = _("Gemeldet um %(time)s. Das passt nicht zum Plan.") % values
            if event.booking_code:
                text = _("Gemeldet um %(time)s zu Fahrt %(code)s. Das passt nicht zum Plan.") % values
            yield Trouble(
                TroubleKind.CONFLICT, str(event.pk), 2, _("%(vehicle)s: Meldung des Fahrers prüfen") % values, text,
                None, None, event.vehicle.code, (event.booking_code,) if event.booking_code else (),
                (Remedy(_("Meldung klären"), None, "conflicts"),),
            )  # fmt: skip
        helps = DriverEvent.objects.filter(
            service_day=self.day, kind=DriverEvent.Kind.HELP, at__gt=self.now - timedelta(hours=2)
        ).select_related("vehicle")
        for event in helps:
            shift = next((row for row in self.shifts.values() if row.vehicle_id == event.vehicle_id), None)
            values = {"vehicle": event.vehicle.name, "time": self._at(event.at), "what": help_words(event.detail)}
            if event.detail.get("what") == CORRECTION:
                yield self._correction(event, values)
                continue
            remedies = (Remedy(_("Fahrzeug ausgefallen"), {"kind": "breakdown", "shift": shift.code}),) if shift else ()
            yield Trouble(
                TroubleKind.HELP, str(event.pk), 3, _("%(vehicle)s ruft um Hilfe: %(what)s") % values,
                _("Gemeldet um %(time)s. Rufen Sie den Fahrer sofort an.") % values, None, None, event.vehicle.code, (),
                remedies,
            )  # fmt: skip

    def _correction(self, event: DriverEvent, values: dict[str, str]) -> Trouble:
        """A driver says that an earlier report of hers was wrong."""
        said = str(event.detail.get("event", ""))  # whatever a device sends
        reports = DriverEvent.objects.filter(service_day=self.day, vehicle=event.vehicle_id)
        wrong = next((row for row in reports if str(row.pk) == said), None)
        code = wrong.booking_code if wrong else ""
        told = values | {"code": code, "wrong": self._at(wrong.at) if wrong else "?"}
        text = _("Die Meldung von %(wrong)s war falsch. Fragen Sie den Fahrer, was stimmt.") % told
        if code:
            text = (
                _("Die Meldung von %(wrong)s zu Fahrt %(code)s war falsch. Fragen Sie den Fahrer, was stimmt.") % told
            )
        look = Remedy(_("Fahrzeug ansehen"), None, f"board-vehicle:{event.vehicle.code}")
        return Trouble(
            TroubleKind.CONFLICT, str(event.pk), 2, _("%(vehicle)s: Meldung berichtigen") % values, text, None, None,
            event.vehicle.code, (code,) if code else (), (look,),
        )  # fmt: skip

    def _at(self, moment: datetime) -> str:
        return self.clock(to_seconds(moment, self.day.date, self.zone))

    def _stranded(self) -> Iterator[Trouble]:
        """Rides that an intervention ended, until somebody has seen to those who wanted them."""
        records = InterventionRecord.objects.filter(service_day=self.day, at__gt=self.now - STRANDED_FOR)
        for record in records.exclude(kind="suspend").select_related("undone_by"):
            remedies: tuple[Remedy, ...] = (Remedy(_("Taxi einsetzen"), {"kind": "taxi"}),)
            if getattr(record, "undone_by", None) is not None:
                again = Remedy(_("Ausgefallene Fahrten wieder buchen"), None, f"rides-again:{record.pk}")
                remedies = (again, *remedies)
            for code in self._unhelped(record.effects["dropped"]):
                values = {"code": code}
                yield Trouble(
                    TroubleKind.STRANDED, code, 3, _("Fahrt %(code)s hat keinen Bus mehr") % values,
                    _("Rufen Sie den Fahrgast an, und suchen Sie eine andere Fahrt."), None, None, "", (code,), remedies,
                )  # fmt: skip

    def _unhelped(self, codes: Iterable[str]) -> Iterator[str]:
        """Of rides that ended, those whose riders have not booked another on this day since."""
        for row in Booking.objects.filter(code__in=codes).order_by("code"):
            since = bookings_of([row.contact_phone or row.contact_email]).filter(service_day=self.day)
            rides = since.exclude(state=Booking.State.CANCELLED)
            if row.ended_at is None or not rides.filter(booked_at__gte=row.ended_at).exists():
                yield row.code

    def _undelivered(self) -> Iterator[Trouble]:
        rows = RiderMessage.objects.filter(
            booking__service_day=self.day, state=RiderMessage.State.UNDELIVERABLE, settled_at__isnull=True
        ).select_related("booking__offer")
        for row in rows[:50]:
            code = row.booking.code if row.booking else ""
            due_s = row.booking.offer.pickup_earliest_s if row.booking else None
            level = 3 if row.is_urgent else 2 if due_s is not None and due_s - self.now_s < 3600 else 1
            yield Trouble(
                TroubleKind.UNDELIVERED, str(row.pk), level,
                _("Fahrt %(code)s: Nachricht kam nicht an") % {"code": code},
                _("Rufen Sie den Fahrgast an."), due_s, None, "", (code,), (Remedy(_("Zur Nachricht"), None, "messages"),),
            )  # fmt: skip

    def _unserved(self) -> Iterator[Trouble]:
        """Who asked for a ride still ahead and got none; of several like wishes, the newest.

        Nobody knows whose wish it was. Who asked on and booked the same way at another time was helped.
        """
        rows = RideRequest.objects.filter(
            service_day=self.day, refusal_code="no_vehicle", wished_at__gt=self.now, series=None
        ).select_related("origin_stop", "destination_stop")  # fmt: skip
        helped: dict[tuple[Any, ...], list[datetime]] = {}
        booked = RideRequest.objects.filter(service_day=self.day, offers__booking__isnull=False)
        for origin, goal, asked in booked.values_list("origin_stop_id", "destination_stop_id", "created_at"):
            helped.setdefault((origin, goal), []).append(asked)
        newest: dict[tuple[Any, ...], RideRequest] = {}
        for row in rows.order_by("wished_at", "-created_at")[:MOST_UNSERVED]:
            ends = (row.origin_stop_id, row.destination_stop_id)
            if not any(row.created_at < asked <= row.created_at + ASKS_ON for asked in helped.get(ends, ())):
                newest.setdefault((*ends, row.wished_at), row)
        for row in newest.values():
            if row.origin_stop is None or row.destination_stop is None:
                continue
            due_s = to_seconds(row.wished_at, self.day.date, self.zone)
            values = {
                "time": self.clock(due_s), "origin": row.origin_stop.village, "goal": row.destination_stop.village,
            }  # fmt: skip
            proposed, words = self._proposed(row)
            text = _("Genannt wurde: %(words)s") % {"words": words} if words else _("Genannt wurde nichts anderes.")
            yield Trouble(
                TroubleKind.UNSERVED, str(row.pk), 1,
                _("%(time)s von %(origin)s nach %(goal)s: kein Platz") % values,
                text, due_s, None, "", (), (Remedy(_("Was wäre möglich?"), None, f"possible:{row.pk}"),), proposed,
            )  # fmt: skip

    def _proposed(self, row: RideRequest) -> tuple[Proposed, str]:
        """What was proposed in place of a ride, the best of it, and in which words."""
        found = {Proposed.NOTHING: ""}
        for way in (row.refusal or {}).get("way_out", ()):
            if way["kind"] == "other_stop":
                found.setdefault(Proposed.OTHER_STOP, way["text"])
            elif way["kind"] == "offer_times" and "T" in str(way["value"]):
                moment = datetime.fromisoformat(way["value"])
                is_that_day = service_date(moment, self.zone) == self.day.date
                found.setdefault(Proposed.SAME_DAY if is_that_day else Proposed.OTHER_DAY, way["text"])
        best = min(found, key=list(Proposed).index)
        return best, found[best]
