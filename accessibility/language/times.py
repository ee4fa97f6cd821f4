"""When somebody wants to ride, as Germans say it -> moments on the district's clock, likeliest first.

"morgen halb neun", "am Dienstag in einer Woche gegen Mittag", "um 14 Uhr beim Arzt sein", "in einer Stunde", "0805".
A time that may mean two things comes back as two readings that are not `is_sure`: whoever books then asks. Nothing that
is said raises; what means no time gives no readings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from accessibility.desk import Anchor
from accessibility.language.anchors import anchor_said
from accessibility.language.clock import (
    DAY_MIN,
    HALF_DAY_MIN,
    MIDDAY,
    MIDNIGHT,
    ClockTime,
    Part,
    take_bare_figures,
    take_bare_hours,
    take_clear_times,
    take_two_numbers,
)
from accessibility.language.dayparts import HOURS_OF_PART, minutes_in_part, take_parts
from accessibility.language.days import DaySaid, agreed, stands_for_date, take_days, take_pointed_dates
from accessibility.language.feasts import take_feasts
from accessibility.language.said import Said, listen
from accessibility.language.spans import take_now, take_span

SERVICE_MINUTES = (5 * 60, 23 * 60)  # when rides are likely: decides between 3 and 15 Uhr
MORNING_MINUTES = (7 * 60, 13 * 60)  # "halb neun" alone is a morning for whoever rides a bus
SURE = 0.8  # the share of all weight that the first reading needs
MOST_READINGS = 6


class Precision(StrEnum):
    """How exactly a time was said."""

    MINUTE = "minute"
    ABOUT = "about"  # "gegen Mittag", "zwischen 8 und 9"
    PART_OF_DAY = "part_of_day"  # "übermorgen früh": the readings are hours of it
    DAY = "day"  # no time of day: the reading is the day's midnight


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a time may mean."""

    moment: datetime  # aware, on the local clock
    anchor: Anchor | None
    precision: Precision
    share: float  # of the likelihood, 0 to 1
    until: datetime | None = None  # the end of "zwischen 8 und 9"


@dataclass(frozen=True, slots=True)
class TimeSaid:
    """What was understood of a time.

    `problem`: "past" (the readings are what may be meant instead), "no_such_date", "no_such_time" or "". `notes` say what
    was assumed: "half_day" (which half of the day), "next_day", "several_times", "days_differ", "clock_change", "after_midnight",
    "maybe_date" ("3.12" may be a day).
    """

    readings: tuple[Reading, ...] = ()
    is_sure: bool = False
    names_day: bool = False
    names_time: bool = False
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> Reading | None:
        return self.readings[0] if self.readings else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    minute: int  # from the day's midnight; past 1440 it is the next day
    weight: float
    clock: ClockTime


def understand_time(
    text: str | Said,
    now: datetime,
    zone: ZoneInfo,
    *,
    day: date | None = None,
    is_day_settled: bool = True,
    service_minutes: tuple[int, int] = SERVICE_MINUTES,
) -> TimeSaid:
    """What a text says about when.

    Parameters
    ----------
    text
        As typed or heard, of any length; or a text already listened to, from which the words of time are then taken.
    now
        The moment at which it was said (aware).
    zone
        The district's time zone.
    day
        The day that was chosen beside the text, if any; a day in the text wins.
    is_day_settled
        Whether that day was agreed upon before; else it may be the mistake where the time on it is past.
    service_minutes
        First and last minute of the day at which rides are likely.
    """
    said = listen(text) if isinstance(text, str) else text
    now = now.astimezone(zone).replace(second=0, microsecond=0)
    anchor = anchor_said(said.text)
    span = take_span(said)
    feasts = take_feasts(said, now.date())  # before the parts of the day: there is an evening in "Heiliger Abend"
    parts = take_parts(said, now)
    clocks = take_clear_times(said)
    days = feasts + take_days(said, now.date())
    clocks, notes = _all_clocks(said, clocks, parts, has_day=bool(days), today=now.date())
    if clocks and not days:
        days = take_pointed_dates(said, now.date())
    if span is not None:
        return _after_span(now, zone, span, anchor, is_odd=bool(clocks or days))
    if not clocks and not days and not parts:
        if take_now(said):
            return TimeSaid((Reading(now, anchor, Precision.ABOUT, 1.0),), is_sure=True, names_time=True)
        return TimeSaid(problem="no_such_time" if _looks_like_time(said) else "")
    return _Resolver(now, zone, anchor, parts, clocks, days, day, is_day_settled, service_minutes, notes).resolve()


def _all_clocks(
    said: Said, clocks: list[ClockTime], parts: list[Part], *, has_day: bool, today: date
) -> tuple[list[ClockTime], list[str]]:
    """Every time of day, also those that are one only if nothing better was said."""
    clocks += [ClockTime(DAY_MIN) for _match in said.take(MIDNIGHT)]
    middays = said.take(MIDDAY)
    is_alone = len(said.left.replace("#", " ").split()) <= 2
    if not clocks:
        clocks = take_two_numbers(said)
    if not clocks:
        clocks = take_bare_hours(said, is_alone=is_alone, follows_day=has_day or bool(parts))
    notes = ["maybe_date"] if not clocks and not has_day and stands_for_date(said, today) else []
    if not clocks:
        clocks = take_bare_figures(said, is_alone=is_alone)
    if middays and not clocks:
        clocks = [ClockTime(HALF_DAY_MIN, is_about=True)]
    elif middays:
        parts.append(Part.NOON)
    return clocks, notes + (["several_times"] if len({clock.minute for clock in clocks}) > 1 else [])


_TIME_LIKE = re.compile(r"\b\d{1,3} ?uhr\b|\d{1,3}:\d|\buhr\b|^[# ]*\d{1,9}[# .]*$")


def _looks_like_time(said: Said) -> bool:
    return _TIME_LIKE.search(said.left) is not None


def _after_span(now: datetime, zone: ZoneInfo, span: timedelta, anchor: Anchor | None, *, is_odd: bool) -> TimeSaid:
    moment = (now.astimezone(UTC) + span).astimezone(zone)
    reading = Reading(moment, anchor, Precision.MINUTE, 1.0)
    return TimeSaid((reading,), is_sure=not is_odd, names_day=True, names_time=True)


@dataclass(slots=True)
class _Resolver:
    """Puts a day and a time together and weighs what both may mean."""

    now: datetime
    zone: ZoneInfo
    anchor: Anchor | None
    parts: list[Part]
    clocks: list[ClockTime]
    days: list[DaySaid]
    chosen_day: date | None
    is_day_settled: bool
    service_minutes: tuple[int, int]
    notes: list[str]

    def resolve(self) -> TimeSaid:
        day_said, days_agree = agreed(self.days) if self.days else (None, True)
        names_time = bool(self.clocks or self.parts)
        if day_said is not None and day_said.problem:
            return TimeSaid(problem=day_said.problem, names_day=True, names_time=names_time)
        if not days_agree:
            self.notes.append("days_differ")
        dates = self._dates(day_said)
        if not names_time:
            return self._only_day(dates)
        candidates = [(c, weight) for clock in self.clocks for c, weight in self._candidates(clock)] or self._of_part()
        weighed = self._on_dates(candidates, dates)
        problem = ""
        if not weighed and candidates:
            problem = "past"
            weighed = self._instead(candidates)
        readings = self._readings(weighed)
        if dates is None and readings and readings[0].moment.date() > self.now.date():
            self.notes.append("next_day")
        is_sure = (
            bool(readings)
            and readings[0].share >= SURE
            and not problem
            and days_agree
            and readings[0].precision is not Precision.PART_OF_DAY
            and not {"several_times", "clock_change", "maybe_date"} & set(self.notes)
        )
        return TimeSaid(readings, is_sure, bool(self.days), names_time, problem, tuple(dict.fromkeys(self.notes)))

    def _dates(self, day_said: DaySaid | None) -> list[tuple[date, float]] | None:
        """The days in question with weights; None where none was said."""
        if day_said is None:
            return [(self.chosen_day, 1.0)] if self.chosen_day is not None else None
        if self.now.hour < 4 and day_said.is_next_day:
            self.notes.append("after_midnight")
            return [(day_said.dates[0][0], 0.5), (self.now.date(), 0.5)]
        return list(day_said.dates)

    def _only_day(self, dates: list[tuple[date, float]] | None) -> TimeSaid:
        weighed = dates or []
        total = sum(weight for _day, weight in weighed) or 1.0
        readings = tuple(
            Reading(self._moment(first, 0)[0], self.anchor, Precision.DAY, round(weight / total, 3))
            for first, weight in sorted(weighed, key=lambda pair: -pair[1])
            if first >= self.now.date()
        )
        is_sure = bool(readings) and readings[0].share >= SURE and "days_differ" not in self.notes
        problem = "" if readings else "past"
        return TimeSaid(readings, is_sure, names_day=True, problem=problem, notes=tuple(dict.fromkeys(self.notes)))

    def _candidates(self, clock: ClockTime) -> list[tuple[_Candidate, float]]:
        """The minutes of the day that one said time may mean."""
        minutes = {clock.minute: 1.0}
        if clock.other_minute is not None:
            minutes[clock.other_minute] = 1.0
        weighed: dict[int, float] = {}
        for minute, weight in minutes.items():
            for meant, share in self._halves(clock, minute).items():
                weighed[meant] = weighed.get(meant, 0.0) + share * weight
        return [(_Candidate(minute, weight, clock), weight) for minute, weight in weighed.items() if weight > 0]

    def _halves(self, clock: ClockTime, minute: int) -> dict[int, float]:
        if not clock.is_open:
            return {minute: 1.0}
        if self.parts:
            return minutes_in_part(minute, self.parts[0])
        first = minute % HALF_DAY_MIN
        morning, evening = (minute, minute) if minute >= HALF_DAY_MIN else (minute, minute + HALF_DAY_MIN)
        if first < 60:  # "zwölf Uhr", "halb eins": noon
            return {HALF_DAY_MIN + first: 0.95, first: 0.05}
        start, end = self.service_minutes
        fits_morning, fits_evening = start <= morning < end, start <= evening < end
        if fits_morning and not fits_evening:
            return {morning: 1.0}
        if fits_evening and not fits_morning:
            self.notes.append("half_day")
            return {evening: 0.6, morning: 0.4} if clock.is_written else {evening: 0.95, morning: 0.05}
        if clock.is_written or MORNING_MINUTES[0] <= morning < MORNING_MINUTES[1]:
            return {morning: 0.85, evening: 0.15}
        self.notes.append("half_day")
        return {morning: 0.5, evening: 0.5}

    def _of_part(self) -> list[tuple[_Candidate, float]]:
        """A part of the day without a time: its hours, for a question."""
        hours = HOURS_OF_PART[self.parts[0]]
        part_clock = ClockTime(hours[0] * 60)
        return [(_Candidate(hour * 60, 1.0 - 0.1 * rank, part_clock), 1.0) for rank, hour in enumerate(hours)]

    def _on_dates(
        self, candidates: list[tuple[_Candidate, float]], dates: list[tuple[date, float]] | None
    ) -> list[tuple[date, _Candidate, float]]:
        if dates is None:
            return self._next_time(candidates)
        weighed = [
            (first, candidate, day_weight * candidate.weight)
            for first, day_weight in dates
            for candidate, _weight in candidates
            if not self._is_past(first, candidate.minute)
        ]
        kept_literal = {
            candidate.minute for _first, candidate, _weight in weighed if candidate.minute == candidate.clock.minute
        }
        is_open = not self.parts and bool(self.clocks) and self.clocks[0].is_open
        if weighed and not kept_literal and is_open and self._may_be_slip(candidates):
            # "heute um 8" said at ten: this evening, or a slip of the day
            self.notes.append("half_day")
            slips = self._instead([pair for pair in candidates if pair[0].minute == pair[0].clock.minute])
            return [(first, candidate, 0.5) for first, candidate, _weight in weighed + slips]
        return weighed

    def _may_be_slip(self, candidates: list[tuple[_Candidate, float]]) -> bool:
        """Whether the day may have been the mistake: not where it was settled before, nor for an hour without buses."""
        start, end = self.service_minutes
        literal = [candidate.minute for candidate, _weight in candidates if candidate.minute == candidate.clock.minute]
        may_err = bool(self.days) or not self.is_day_settled
        return may_err and any(start <= minute < end for minute in literal)

    def _next_time(self, candidates: list[tuple[_Candidate, float]]) -> list[tuple[date, _Candidate, float]]:
        """No day was said: today if it is still to come, else tomorrow."""
        today = self.now.date()
        weighed = []
        for candidate, _weight in candidates:
            is_past = self._is_past(today, candidate.minute)
            weighed.append((today + timedelta(days=int(is_past)), candidate, candidate.weight))
        is_split = len({first for first, _candidate, weight in weighed if weight >= 0.1}) > 1
        if is_split:  # the likelier half of the day is past: neither day nor half is certain
            weighed = [(first, candidate, 0.5 + 0.1 * weight) for first, candidate, weight in weighed]
        return weighed

    def _instead(self, candidates: list[tuple[_Candidate, float]]) -> list[tuple[date, _Candidate, float]]:
        """The time of day is past on the day that was said: the next days that it may have been meant for."""
        today = self.now.date()
        return [
            (today + timedelta(days=int(self._is_past(today, candidate.minute))), candidate, candidate.weight)
            for candidate, _weight in candidates
        ]

    def _readings(self, weighed: list[tuple[date, _Candidate, float]]) -> tuple[Reading, ...]:
        found: dict[datetime, tuple[float, _Candidate, date]] = {}  # by UTC: two moments of one wall clock are equal
        for first, candidate, weight in weighed:
            moments = self._moment(first, candidate.minute)
            if len(moments) > 1 or not _exists(moments[0]):
                self.notes.append("clock_change")
            for moment in moments:
                key = moment.astimezone(UTC)
                before = found.get(key, (0.0, candidate, first))[0]
                found[key] = (before + weight / len(moments), candidate, first)
        total = sum(weight for weight, _candidate, _first in found.values()) or 1.0
        ranked = sorted(found.items(), key=lambda item: (-round(item[1][0], 6), item[0]))
        return tuple(
            Reading(
                moment.astimezone(self.zone),  # what the clock never shows is told as an hour later
                _bound_of(candidate.clock) or self.anchor,
                self._precision(candidate.clock),
                round(weight / total, 3),
                self._until(candidate, first),
            )
            for moment, (weight, candidate, first) in ranked[:MOST_READINGS]
        )

    def _precision(self, clock: ClockTime) -> Precision:
        if not self.clocks:
            return Precision.PART_OF_DAY
        return Precision.ABOUT if clock.is_about else Precision.MINUTE

    def _until(self, candidate: _Candidate, first: date) -> datetime | None:
        clock = candidate.clock
        if clock.until_minute is None:
            return None
        length = (clock.until_minute - clock.minute) % HALF_DAY_MIN
        return self._moment(first, candidate.minute + length)[0]

    def _is_past(self, first: date, minute: int) -> bool:
        return self._moment(first, minute)[-1].astimezone(UTC) < self.now.astimezone(UTC)

    def _moment(self, first: date, minute: int) -> tuple[datetime, ...]:
        """What the clock on the wall shows at a minute of a day: twice in the hour that comes twice."""
        days, rest = divmod(minute, DAY_MIN)
        wall = datetime.combine(first + timedelta(days=days), time(rest // 60, rest % 60), self.zone)
        if wall.utcoffset() != wall.replace(fold=1).utcoffset() and _exists(wall):
            return (wall, wall.replace(fold=1))
        return (wall,)


def _exists(wall: datetime) -> bool:
    """Whether the clock ever shows this: not in the hour that spring leaves out."""
    return wall.astimezone(UTC).astimezone(wall.tzinfo).replace(fold=0) == wall.replace(fold=0)


def _bound_of(clock: ClockTime) -> Anchor | None:
    return Anchor(clock.bound) if clock.bound else None
