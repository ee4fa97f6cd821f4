"""A booked ride as a calendar file (RFC 5545), by icalendar: it can be taken in again and replaces what it was.

The entry's UID stays with the ride through all changes, its SEQUENCE counts them. Needs and fares stay out: a calendar is
shared with employers and families.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress, vText, vUri

from accessibility.desk import BookingState, BookingView
from backend.web import display
from backend.web.district import DistrictInfo

ALARMS = (timedelta(minutes=60), timedelta(minutes=15))  # before the promised window
STATUS = {BookingState.CANCELLED: "CANCELLED", BookingState.NO_SHOW: "CANCELLED"}


@dataclass(frozen=True, slots=True)
class CalendarRide:
    """A booking for a calendar. `first_code` is what the ride was first booked under, `changes` how often it changed since."""

    booking: BookingView
    first_code: str
    changes: int
    address: str  # of the booking's page; "" where the site does not know its own
    look: str = ""  # how to recognise the bus


def calendar_file(rides: Iterable[CalendarRide], district: DistrictInfo, made_at: datetime) -> bytes:
    """One file with an entry for each ride; a file of cancelled rides alone takes the entries out again."""
    rides = list(rides)
    cancelled = all(_is_cancelled(ride) for ride in rides)
    calendar = Calendar()
    calendar.add("prodid", "-//Rufbus//Rufbus 1.0//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if rides and cancelled else "PUBLISH")
    calendar.add("x-wr-calname", _("Rufbus"))
    for ride in rides:
        calendar.add_component(_event(ride, district, made_at))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def file_name(code: str) -> str:
    """What the download is called."""
    return f"rufbus-{code.lower()}.ics"


def _is_cancelled(ride: CalendarRide) -> bool:
    return ride.booking.state in STATUS


def _event(ride: CalendarRide, district: DistrictInfo, made_at: datetime) -> Event:
    booking, offer = ride.booking, ride.booking.offer
    stop, goal = offer.pickup_stop, offer.delivery_stop
    event = Event()
    event.add("uid", f"{ride.first_code.lower()}@{district.id}.rufbus")
    # A cancelled ride is one step further than the ride itself.
    event.add("sequence", 2 * ride.changes + int(_is_cancelled(ride)))
    event.add("dtstamp", made_at)
    event.add("dtstart", offer.pickup_from)
    event.add("dtend", offer.arrive_by)
    event.add("summary", _("Rufbus nach %(village)s, %(stop)s") % {"village": goal.village, "stop": goal.name})
    event.add("location", f"{stop.village}, {stop.name}")
    event.add("geo", (stop.lat, stop.lon))
    event.add("description", _description(ride, district))
    event.add("status", STATUS.get(booking.state, "CONFIRMED"))
    event.add("class", "PRIVATE")
    if ride.address:
        event.add("url", vUri(ride.address))
    organizer = vCalAddress(f"tel:{district.phone}")
    organizer.params["CN"] = vText(_("Rufbus %(district)s") % {"district": district.name})
    event.add("organizer", organizer)
    if not _is_cancelled(ride):
        for before in ALARMS:
            event.add_component(_alarm(offer.pickup_from, stop.village, stop.name, before))
    return event


def _description(ride: CalendarRide, district: DistrictInfo) -> str:
    offer = ride.booking.offer
    words = {"window": display.window_text(offer.pickup_from, offer.pickup_until)}
    lines = [
        _("Warten Sie %(window)s an der Haltestelle.") % words,
        _("Ankunft spätestens %(time)s.") % {"time": display.clock_text(offer.arrive_by)},
        _("Buchungscode: %(code)s") % {"code": ride.booking.code},
    ]
    if ride.look:
        lines.append(_("So erkennen Sie den Bus: %(look)s") % {"look": ride.look})
    lines.append(_("Hilfe am Telefon: %(phone)s") % {"phone": display.phone_text(district.phone)})
    return "\n".join(lines).replace(display.NO_BREAK, " ")


def _alarm(pickup_from: datetime, village: str, stop: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    words = {"time": display.clock_text(pickup_from), "stop": f"{village}, {stop}"}
    alarm.add("description", (_("Rufbus ab %(time)s: %(stop)s") % words).replace(display.NO_BREAK, " "))
    return alarm
