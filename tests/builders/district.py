"""A district small enough to reckon by head: five stops on one road, five minutes and five kilometres apart.

    Salzwedel Bahnhof -- Salzwedel Markt -- Kuhfelde -- Beetzendorf -- Klötze

Buses stand at Salzwedel Bahnhof. It is Tuesday, 24 November 2026, 7:00 Uhr, unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings

from accessibility.desk import Anchor, BookingView, Channel, Concession, Party, Passenger, Place, RideWish
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.districts.models import District
from backend.districts.services import build, import_package
from routing.network import Road, Source, from_roads

BERLIN = ZoneInfo("Europe/Berlin")
BAHNHOF, MARKT, KUHFELDE, BEETZENDORF, KLOETZE = "100", "101", "102", "103", "104"
STOPS = (
    (BAHNHOF, "Salzwedel", "Bahnhof"),
    (MARKT, "Salzwedel", "Markt"),
    (KUHFELDE, "Kuhfelde", "Dorfplatz"),
    (BEETZENDORF, "Beetzendorf", "Kirche"),
    (KLOETZE, "Klötze", "Busbahnhof"),
)
LEG_S, LEG_M = 300, 5000
LATITUDE, FIRST_LONGITUDE, STEP_DEGREES = 52.8, 11.0, 0.074

RULES = """
schema = 1
[district]
id = "probe"
name = "Probekreis"
operator = "Probebus"
ags = "15081"
timezone = "Europe/Berlin"
phone = "+493901304030"
phone_hours = "täglich 6 bis 22 Uhr"
area_km2 = 100
[files]
stops = "stops.csv"
places = "places.csv"
service_area = "service_area.geojson"
roads = "roads"
demand = ""
attribution = ""
[booking]
horizon_days = 14
offer_ttl_s = 300
pickup_window_s = 600
arrival_buffer_s = 300
max_ride_factor = 1.5
max_ride_extra_s = 900
search_earlier_s = 5400
search_later_s = 7200
walk_limit_m = 800
max_party = 8
[series]
horizon_days = 190
max_dates = 130
offer_ttl_s = 900
[open_return]
lead_s = 600
after_hours_s = 0
[dwell]
stop_s = 30
person_s = 15
wheelchair_s = 180
walking_frame_s = 45
child_seat_s = 60
[roads]
snap_limit_m = 2000
weather_factor = { normal = 1.0, rain = 1.08 }
[objective]
drive = 10
wait = 2
excess_ride = 3
slack = 1
slack_target_s = 120
[[school_holiday]]
name = "Weihnachtsferien"
from = "2026-12-21"
to = "2027-01-02"
[[school_holiday]]
name = "Winterferien"
from = "2027-02-01"
to = "2027-02-05"
[[zone]]
id = "stadt"
name = "Stadt Salzwedel"
villages = ["Salzwedel"]
lead_time_s = 1800
hours = [ { days = "mo-su", from = "05:00", to = "23:00" } ]
order_by = []
[[zone]]
id = "kreis"
name = "Probekreis"
villages = ["*"]
lead_time_s = 3600
hours = [ { days = "mo-fr", from = "05:00", to = "23:00" }, { days = "sa-su", from = "06:00", to = "23:00" } ]
order_by = [ { trips_from = "21:00", trips_to = "29:00", by = "20:00" } ]
[[vehicle_kind]]
id = "ramp"
name = "Kleinbus mit Rampe"
features = ["ramp", "child_seat"]
configurations = [ { seats = 8, wheelchairs = 0, storage = 6 }, { seats = 6, wheelchairs = 1, storage = 4 } ]
[[vehicle_kind]]
id = "plain"
name = "Kleinbus"
features = []
configurations = [ { seats = 8, wheelchairs = 0, storage = 4 } ]
[[vehicle_kind]]
id = "one-seat"
name = "Wagen mit einem Platz"
features = []
configurations = [ { seats = 1, wheelchairs = 0, storage = 0 } ]
[[depot]]
id = "hof"
name = "Betriebshof"
stop_id = "100"
[tariff]
name = "Probetarif"
surcharge_cents = 100
surcharge_for_deutschlandticket = true
surcharge_for_free_travel = false
child_percent = 50
group_from = 5
group_percent = 80
bicycle_cents = 150
bands = [ { up_to_m = 5000, cents = 190 }, { up_to_m = 10000, cents = 280 }, { up_to_m = 1000000, cents = 425 } ]
[receipts]
issuer = "Probebus GmbH"
address = [ "Probeweg 1", "29410 Salzwedel" ]
tax_number = "100/100/10000"
tax_percent = 7
far_from_m = 50000
far_tax_percent = 19
small_up_to_cents = 25000
"""
VEHICLE = """
[[vehicle]]
id = "bus-{number}"
name = "Rufbus {number}"
kind = "{kind}"
depot = "hof"
[[shift]]
vehicle = "bus-{number}"
days = "mo-su"
start = "{start}"
end = "{end}"
breaks = {breaks}
"""


def with_reserve(seconds: int, rules: str = RULES) -> str:
    """The rules with a reserve of promises; without it they hold none."""
    return rules.replace("[booking]", f"[booking]\npromise_reserve_s = {seconds}")


@dataclass(frozen=True, slots=True)
class BusOnDuty:
    """A vehicle and its hours, as `a_district` takes them."""

    kind: str = "ramp"
    start: str = "06:00"
    end: str = "12:00"
    breaks: str = "[]"


def a_package(folder: Path, buses: tuple[BusOnDuty, ...] = (BusOnDuty(),), rules: str = RULES) -> Path:
    """Write the district's package into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    fleet = "".join(
        VEHICLE.format(number=number, kind=bus.kind, start=bus.start, end=bus.end, breaks=bus.breaks)
        for number, bus in enumerate(buses, start=1)
    )
    (folder / "district.toml").write_text(rules + fleet, encoding="utf-8")
    longitudes = [FIRST_LONGITUDE + STEP_DEGREES * number for number in range(len(STOPS))]
    lines = ["stop_id,village,name,municipality,lat,lon,bus,on_call,rail,ifopt,source_name"]
    lines += [
        f"{code},{village},{name},{village},{LATITUDE},{lon:.6f},1,1,0,,"
        for (code, village, name), lon in zip(STOPS, longitudes, strict=True)
    ]
    (folder / "stops.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    places = [
        "place_id,kind,name,village,lat,lon,population,population_source,aliases,stop_ids",
        f"salzwedel,village,Salzwedel,Salzwedel,{LATITUDE},{longitudes[0]},20000,assumed,,100 101",
        f"klinikum,hospital,Krankenhaus,Klötze,{LATITUDE},{longitudes[4]},0,assumed,Klinikum,104",
    ]
    (folder / "places.csv").write_text("\n".join(places) + "\n", encoding="utf-8")
    west, east, south, north = FIRST_LONGITUDE - 0.05, longitudes[-1] + 0.05, LATITUDE - 0.05, LATITUDE + 0.05
    ring = f"[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]"
    (folder / "service_area.geojson").write_text(
        f'{{"features": [{{"geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}', encoding="utf-8"
    )
    roads = [
        Road(tail, head, LEG_S * 1000, LEG_M, "Landstraße")
        for first in range(len(STOPS) - 1)
        for tail, head in ((first, first + 1), (first + 1, first))
    ]
    latitudes = np.full(len(STOPS), LATITUDE)
    from_roads(latitudes, np.array(longitudes), roads, Source("test", "", True)).save(folder / "roads")
    return folder


def a_district(*buses: BusOnDuty, rules: str = RULES) -> District:
    """The district, imported, with its roads built. Without buses given: one with a ramp, 6:00 to 12:00 Uhr."""
    folder = a_package(Path(settings.DATA_DIR) / "packages" / "probe", buses or (BusOnDuty(),), rules)
    district = import_package(folder)
    build(district)
    return district


def at(clock: str, day: str = "2026-11-24") -> datetime:
    """The moment at which a clock in the district shows "8:05" on a day."""
    hour, minute = clock.split(":")
    return datetime.fromisoformat(day).replace(hour=int(hour), minute=int(minute), tzinfo=BERLIN)


def a_desk(now: datetime | None = None) -> Desk:
    """A desk whose clock stands still; `desk.clock.moment` sets it."""
    return Desk(SetClock(now or at("7:00")))


def show(desk: Desk, moment: datetime) -> None:
    """Set the desk's clock."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.moment = moment


def later(desk: Desk, minutes: float) -> None:
    """Let the desk's clock go on."""
    assert isinstance(desk.clock, SetClock)
    desk.clock.moment = desk.clock.moment.astimezone(UTC) + timedelta(minutes=minutes)


def a_wish(
    origin: str | Place = MARKT,
    destination: str | Place = KLOETZE,
    when: str | datetime = "8:30",
    *,
    anchor: Anchor = Anchor.DEPART,
    party: Party | None = None,
    needs: frozenset[str] = frozenset(),
    concession: Concession = Concession.NONE,
    replaces: str | None = None,
    max_walk_m: int | None = None,
) -> RideWish:
    """From Markt to Klötze at 8:30 Uhr today for one adult; stops are named by their ids."""
    return RideWish(
        district="probe",
        origin=Place(stop_id=origin) if isinstance(origin, str) else origin,
        destination=Place(stop_id=destination) if isinstance(destination, str) else destination,
        when=at(when) if isinstance(when, str) else when,
        anchor=anchor,
        party=party or Party(),
        needs=needs,
        concession=concession,
        channel=Channel.WEB,
        max_walk_m=max_walk_m,
        replaces=replaces,
    )


def a_passenger(name: str = "Erika Muster", phone: str = "03901 304031", email: str = "") -> Passenger:
    return Passenger(name, phone, email)


_keys = iter(range(10**9))


def a_key() -> str:
    """An idempotency key that nobody used."""
    return f"key-{next(_keys)}"


def a_booking(desk: Desk, wish: RideWish | None = None, passenger: Passenger | None = None) -> BookingView:
    """A booking of the first offer for a wish."""
    quote = desk.quote(wish or a_wish(), key=a_key())
    assert quote.offers, quote.refusal
    answer = desk.book(quote.offers[0].id, passenger or a_passenger(), key=a_key())
    assert isinstance(answer, BookingView), answer
    return answer
