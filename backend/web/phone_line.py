"""One typed line of a dispatcher -> the fields of a wish: "morgen 8 von Kalbe ZOB nach Gardelegen Krankenhaus, 2 Personen".

Or "the same again" by its digit: "1", "1 morgen 9", "2 zurück 15 Uhr". Or the same ride on many days: "jeden Dienstag um neun
bis Weihnachten". What is said of the way back is kept for after the ride there. Nothing is guessed: what may mean several things
leaves its field to be asked, as in every other form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accessibility.desk import Anchor, Party, Place, PlaceHit
from accessibility.dialogue.homeward import there_and_back
from accessibility.language.ends import End
from accessibility.language.series import SeriesSaid, series_said
from accessibility.language.times import Precision, TimeSaid, understand_time
from accessibility.language.understand import Understood, understand
from backend.control.callers import Again, Caller, next_time
from backend.riders.selectors import UsualRide
from backend.web.placenames import match_of

LONGEST_LINE = 300
LONGEST_FIELD = 120
_DIGIT = re.compile(r"\s*([1-9])(?:[\s,]+(.*))?\s*", re.DOTALL)
_BACK = re.compile(r"\b(zur(?:ü|ue)ck|r(?:ü|ue)ckfahrt)\b", re.IGNORECASE)

FindPlaces = Callable[..., tuple[PlaceHit, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, as values of the form; `problems` by field where the form itself would see none.

    `back`: what it says of the way back, in its words.
    """

    fields: dict[str, Any]
    problems: dict[str, str]
    back: str = ""

    @property
    def is_series(self) -> bool:
        """Whether it tells of the same ride on many days."""
        return "weekdays" in self.fields


@dataclass(frozen=True, slots=True)
class Reader:
    """All that reading a line needs."""

    caller: Caller
    usual: UsualRide  # who rides where nobody is said: as this caller usually does, or as was booked
    find: FindPlaces
    end_text: Callable[[Place], str]
    now: datetime
    zone: ZoneInfo
    lead: timedelta
    day: date | None = None  # where a line names none: that of the booking which is changed

    def read(self, text: str, *, of_one_ride: bool = False) -> Line:
        """The fields that a line fills. `of_one_ride`: a booking is changed, which is never about many days or the way back."""
        if of_one_ride:
            return self._one_ride(text[:LONGEST_LINE].strip())
        there, back = there_and_back(text[:LONGEST_LINE].strip())
        said = series_said(there, self.now.astimezone(self.zone).date())
        line = self._one_ride(said.text if said else there)
        return replace(line, fields=_on_many_days(line.fields, said) if said else line.fields, back=back)

    def _one_ride(self, text: str) -> Line:
        return self._again(text) or self._wish(text)

    def _again(self, text: str) -> Line | None:
        match = _DIGIT.fullmatch(text)
        if match is None:
            return None
        again = next((ride for ride in self.caller.again if ride.digit == int(match[1])), None)
        rest = (match[2] or "").strip()
        if again is None or self._says_a_ride(text if rest else ""):
            return None
        back = bool(_BACK.search(rest))
        rest = _BACK.sub("", rest).strip(" ,")
        fields = self._of_again(again, back=back)
        if not rest:
            moment = next_time(again, self.now.astimezone(self.zone), self.lead)
            if back:  # when somebody wants to go home, only she can say
                return Line(fields | {"time": ""}, {})
            return Line(fields | _moment_fields(moment), {})
        said = understand_time(rest, self.now, self.zone, day=self.day)
        return Line(fields | self._time_fields(said, rest), {})

    def _says_a_ride(self, text: str) -> bool:
        """Whether a line that begins with a digit is a wish of its own: "2 Personen morgen 8 von ..."."""
        heard = self._understood(text)
        return bool(text) and (heard.people.is_said or heard.origin is not None or heard.destination is not None)

    def _wish(self, text: str) -> Line:
        heard = self._understood(text)
        fields = _party_fields(self._usual(heard))
        for name, end in (("origin", heard.origin), ("destination", heard.destination)):
            fields |= _end_fields(name, end)
        fields |= self._time_fields(heard.when, text)
        problems = {}
        if "party" in heard.to_ask:
            problems["adults"] = "Wie viele Menschen fahren mit? Bitte fragen Sie nach."
        return Line(fields, problems)

    def _usual(self, heard: Understood) -> UsualRide:
        """Who rides: as said, else as this caller usually does; what she always needs she needs today."""
        usual = self.usual
        if not heard.people.is_said:
            return usual
        party = heard.people.party
        return replace(usual, party=party, needs=usual.needs | heard.people.needs)

    def _understood(self, text: str) -> Understood:
        return understand(text, now=self.now, zone=self.zone, find=self.find, day=self.day)

    def _of_again(self, again: Again, *, back: bool) -> dict[str, Any]:
        ends = [
            (again.origin, again.origin_text or self.end_text(again.origin)),
            (again.destination, again.destination_text or self.end_text(again.destination)),
        ]
        if back:
            ends.reverse()
        fields = _party_fields(again.usual) | {"anchor": (Anchor.DEPART if back else again.anchor).value}
        for name, (place, label) in zip(("origin", "destination"), ends, strict=True):
            fields |= {name: label[:LONGEST_FIELD], f"{name}_id": value_of(place)}
        return fields

    def _time_fields(self, said: TimeSaid, text: str) -> dict[str, Any]:
        best = said.best
        if said.is_sure and best is not None and said.names_time and best.precision is not Precision.DAY:
            anchor = {"anchor": best.anchor.value} if best.anchor else {}
            return _moment_fields(best.moment.astimezone(self.zone)) | anchor
        day = {"day": best.moment.date().isoformat()} if best is not None and said.names_day else {}
        # The form hears the words once more and asks what they leave open.
        return {**day, "time": _half_open(said) or text[:LONGEST_FIELD] if said.names_time else ""}


def _half_open(said: TimeSaid) -> str:
    """The figures of a time of which only the half of the day is open, so that nobody is asked about a whole line; else ""."""
    clocks = {
        (reading.moment.hour % 12 or 12, reading.moment.minute)
        for reading in said.readings
        if reading.precision is not Precision.DAY
    }
    days = {reading.moment.date() for reading in said.readings}
    if len(clocks) != 1 or len(days) != 1 or "half_day" not in said.notes:
        return ""
    ((hour, minute),) = clocks
    return f"{hour}:{minute:02d}"


def _on_many_days(fields: dict[str, Any], said: SeriesSaid) -> dict[str, Any]:
    """The fields of a series: the day of the first ride begins its rule."""
    return {
        **{name: value for name, value in fields.items() if name != "day"},
        "weekdays": [str(weekday) for weekday in said.weekdays],
        "every_weeks": str(said.every_weeks),
        "first": fields.get("day", ""),
        "until": said.until.isoformat() if said.until else "",
    }


def _moment_fields(moment: datetime) -> dict[str, Any]:
    return {"day": moment.date().isoformat(), "time": f"{moment:%H:%M}"}


def _end_fields(name: str, end: End | None) -> dict[str, Any]:
    if end is None:
        return {name: "", f"{name}_id": ""}
    if end.best is not None and end.is_sure:
        match = match_of(end.best)
        return {name: match.label[:LONGEST_FIELD], f"{name}_id": match.value}
    return {name: (end.heard or end.purpose)[:LONGEST_FIELD], f"{name}_id": ""}


def _party_fields(usual: UsualRide) -> dict[str, Any]:
    counts = {name: getattr(usual.party, name) for name in Party.__slots__ if name != "parcels"}
    return {**counts, "needs": sorted(usual.needs), "concession": usual.concession.value}


def value_of(place: Place) -> str:
    """A place as the hidden field of a form names it."""
    if place.stop_id is not None:
        return f"stop:{place.stop_id}"
    return f"place:{place.place_id}" if place.place_id is not None else ""
