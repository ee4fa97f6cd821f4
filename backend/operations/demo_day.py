"""Books a sampled day through the REST API, wish by wish, as riders would; or in process, to compare ways of planning."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from backend.bookings.localtime import clock_to_seconds, to_moment
from fixtures.make.demand import DemandRow

PARTY = ("adults", "children", "wheelchairs", "walking_frames", "prams", "guide_dogs", "bicycles", "luggage")


@dataclass(slots=True)
class Tally:
    """What became of the wishes, and how long the answers took."""

    asked: int = 0
    booked: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    quote_s: list[float] = field(default_factory=list)
    book_s: list[float] = field(default_factory=list)

    def refuse(self, code: str) -> None:
        self.refused[code] = self.refused.get(code, 0) + 1

    def quote_ms(self, percent: float) -> float:
        """A percentile of the seconds per quote, in milliseconds."""
        return float(np.percentile(self.quote_s, percent) * 1000) if self.quote_s else 0.0

    def book_ms(self, percent: float) -> float:
        """A percentile of the seconds per booking, in milliseconds."""
        return float(np.percentile(self.book_s, percent) * 1000) if self.book_s else 0.0


def demo_date(today: date, horizon_days: int) -> date:
    """The first working day at least two days ahead: far enough that no deadline of it has passed."""
    for ahead in range(2, horizon_days + 1):
        day = today + timedelta(days=ahead)
        if day.weekday() < 5:
            return day
    raise ValueError(f"no working day within {horizon_days} days")


def wish_document(row: DemandRow, day: date, zone: ZoneInfo) -> dict[str, Any]:
    """A row of demand as the body of a ride request."""
    when = to_moment(clock_to_seconds(row.time_s, day, zone), day, zone)
    return {
        "origin": {"stop_id": row.from_stop_id},
        "destination": {"stop_id": row.to_stop_id},
        "when": when.isoformat(),
        "anchor": row.anchor,
        "party": {name: getattr(row, name) for name in PARTY},
        "needs": [need for need in row.needs.split(";") if need],
        "concession": row.concession,
        "channel": row.channel,
    }


def passenger_document(row: DemandRow) -> dict[str, str]:
    """An invented person, called what it is; the number lies in the range kept free for fiction (030 23125 000-999)."""
    return {"name": f"Testperson {row.request_no}", "phone": f"+493023125{row.request_no % 1000:03d}"}


@dataclass(frozen=True, slots=True)
class RestClient:
    """Calls our own API as a member of staff, who may book for the telephone."""

    address: str  # "http://127.0.0.1:8123"
    token: str

    def post(self, path: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """Status and document of a call. Raises OSError where nobody answers."""
        request = urllib.request.Request(  # noqa: S310 - the address is our own, on the loopback
            self.address + path,
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Token {self.token}",
                "Idempotency-Key": key,
            },
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def book_day(
    client: RestClient,
    rows: Iterable[DemandRow],
    day: date,
    zone: ZoneInfo,
    name: str,
    watch: Callable[[Tally], None],
    passenger: Callable[[DemandRow], dict[str, str]] = passenger_document,
) -> Tally:
    """Ask and book wish by wish in the order in which they are made; whoever gets an offer takes the first.

    The wishes are made now, ahead of the day: their `known_at_s` gives the order, not the hour.
    `name` makes the idempotency keys: a run that was interrupted asks and books nothing twice.
    """
    tally = Tally()
    for row in rows:
        tally.asked += 1
        begun = time.perf_counter()
        status, quote = client.post("/api/v1/ride-requests", wish_document(row, day, zone), f"{name}-{row.request_no}")
        tally.quote_s.append(time.perf_counter() - begun)
        if status != 201:
            tally.refuse(quote.get("code", str(status)))
        elif not quote["offers"]:
            tally.refuse(quote["refusal"]["code"])
        else:
            begun = time.perf_counter()
            body = {"offer_id": quote["offers"][0]["id"], "passenger": passenger(row)}
            status, answer = client.post("/api/v1/bookings", body, f"{name}-{row.request_no}")
            tally.book_s.append(time.perf_counter() - begun)
            if status == 201:
                tally.booked += 1
            else:
                tally.refuse(answer.get("code", str(status)))
        watch(tally)
    return tally
