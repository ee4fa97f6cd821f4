"""How the board is drawn: a row for each shift as the page's own HTML, its halts on a scale of time, and what has changed.

The HTML is made once for each state of a row, however many people watch; the address of a change asks for the rows whose
digest it does not know yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.following import Phase, RideForecast
from backend.bookings.interventions import KINDS, Restore
from backend.operations.board import Board, BoardRow, BoardVisit
from backend.web.display import clock_of_seconds

HOUR_S = 3600
LEAST_HOURS = 6
KEPT_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Scale:
    """The hours that a lane shows. Seconds of the service day."""

    from_s: int
    to_s: int

    def share(self, second: int) -> str:
        """Where a second lies, as a percentage of the lane."""
        return f"{100 * (second - self.from_s) / (self.to_s - self.from_s):.2f}%"

    def length(self, seconds: int) -> str:
        return f"{100 * max(0, seconds) / (self.to_s - self.from_s):.2f}%"

    @property
    def hours(self) -> list[tuple[str, str]]:
        """(place, text) of each full hour."""
        return [(self.share(s), str(s // HOUR_S % 24)) for s in range(self.from_s, self.to_s, HOUR_S)]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a lane."""

    x: str
    width: str
    height: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A halt on its lane."""

    number: int
    x: str
    width: str
    classes: str
    mark: str
    label: str
    at_s: int


LANE_PX = 34
LOAD_PX = 14


def scale_of(board: Board) -> Scale:
    """From the first shift's hour to the last one's."""
    begin = min((row.start_s for row in board.rows), default=6 * HOUR_S) // HOUR_S * HOUR_S
    end = -(-max((row.end_s for row in board.rows), default=22 * HOUR_S) // HOUR_S) * HOUR_S
    return Scale(begin, max(end, begin + LEAST_HOURS * HOUR_S))


def blocks(row: BoardRow, scale: Scale) -> Iterator[Block]:
    """The halts of a row. A halt is drawn at least as wide as one can see."""
    for visit in row.visits:
        if visit.kind in ("start", "end"):
            continue
        classes = " ".join(filter(None, (visit.kind, visit.state, visit.mark)))
        x, width = scale.share(visit.expected_s), scale.length(visit.end_s - visit.start_s)
        yield Block(visit.number, x, width, classes, visit.mark, visit_text(visit), visit.expected_s)


def loads(row: BoardRow, scale: Scale) -> Iterator[Bar]:
    """How full the vehicle is between two halts: the fuller, the higher."""
    for before, after in zip(row.visits, row.visits[1:], strict=False):
        if before.persons_after:
            height = max(3, round(LOAD_PX * min(1.0, before.persons_after / max(1, row.seats))))
            span_s = after.expected_s - before.expected_s
            yield Bar(scale.share(before.expected_s), scale.length(span_s), height, LANE_PX - height)


def visit_text(visit: BoardVisit) -> str:
    """A halt in one line, as one says it on the telephone."""
    parts = [f"{clock_of_seconds(visit.expected_s)} {visit.place}"]
    if visit.kind == "break":
        parts = [_("%(time)s Pause bis %(end)s") % {"time": clock_of_seconds(visit.expected_s),
                 "end": clock_of_seconds(visit.expected_s + visit.end_s - visit.start_s)}, visit.place]  # fmt: skip
    if visit.boarding:
        parts.append(ngettext("%(n)d steigt ein", "%(n)d steigen ein", visit.boarding) % {"n": visit.boarding})
    if visit.leaving:
        parts.append(ngettext("%(n)d steigt aus", "%(n)d steigen aus", visit.leaving) % {"n": visit.leaving})
    if visit.kind == "stop":
        parts.append(_("danach %(n)d an Bord") % {"n": visit.persons_after})
    parts += filter(None, (state_text(visit.state), mark_text(visit.mark)))
    return ", ".join(parts)


def state_text(state: str) -> str:
    texts = {
        "done": _("erledigt"),
        "past": _("nach Plan vorbei"),
        "here": _("das Fahrzeug steht dort"),
        "locked": _("fest"),
    }
    return texts.get(state, "")


def mark_text(mark: str) -> str:
    texts = {"late": _("Zusage nicht zu halten"), "tight": _("Zusage knapp")}
    return texts.get(mark, "")


@dataclass(frozen=True, slots=True)
class RowState:
    """What the column "Stand" says: a word and how it looks."""

    text: str
    kind: str


def row_states(row: BoardRow) -> Iterator[RowState]:
    """What is to be said of a vehicle now, the gravest first."""
    marked = {mark: sum(1 for visit in row.visits for _code, said in visit.marks if said == mark)
              for mark in ("late", "tight")}  # fmt: skip
    if marked["late"]:
        text = ngettext("%(n)d Zusage bricht", "%(n)d Zusagen brechen", marked["late"]) % {"n": marked["late"]}
        yield RowState(text, "stop")
    if row.late_minutes:
        yield RowState(_("%(n)d Min. später") % {"n": row.late_minutes}, "mind")
    if row.line == "silent" and row.heard_s is not None:
        yield RowState(_("stumm seit %(time)s") % {"time": clock_of_seconds(row.heard_s)}, "mind")
    if row.line == "unheard":
        yield RowState(_("noch nicht gemeldet"), "")
    if marked["tight"]:
        yield RowState(ngettext("%(n)d knapp", "%(n)d knapp", marked["tight"]) % {"n": marked["tight"]}, "mind")
    if row.line == "live" and not row.late_minutes and not row.mark:
        yield RowState(_("im Plan"), "go")


def forecast_text(forecast: RideForecast) -> str:
    """Where the bus of a ride is, for the control room: nobody there is asked to ring up the control room."""
    if forecast.phase is Phase.OVERDUE:
        return _("Die zugesagte Zeit ist vorbei, und der Bus meldet sich nicht. Rufen Sie den Fahrer an.")
    return forecast.line


def on_duty_text(row: BoardRow, now_s: int) -> str:
    """Before and after its shift a vehicle has nothing to show."""
    if now_s < row.start_s:
        return _("Dienst ab %(time)s") % {"time": clock_of_seconds(row.start_s)}
    return _("Dienst beendet")


def row_html(row: BoardRow, scale: Scale, day: date, now_s: int) -> str:
    """One row of the board's table."""
    on_duty = row.start_s <= now_s < row.end_s
    return _row_html(row, scale, day, on_duty, "" if on_duty else on_duty_text(row, now_s))


@lru_cache(maxsize=KEPT_ROWS)
def _row_html(row: BoardRow, scale: Scale, day: date, on_duty: bool, off_duty: str) -> str:
    context = {
        "row": row,
        "day": day,
        "on_duty": on_duty,
        "off_duty": off_duty,
        "states": list(row_states(row)),
        "shift": Bar(scale.share(row.start_s), scale.length(row.end_s - row.start_s)),
        "loads": list(loads(row, scale)),
        "blocks": list(blocks(row, scale)),
        "lane_label": lane_text(row),
    }
    return render_to_string("web/staff/_board_row.html", context)


def lane_text(row: BoardRow) -> str:
    """A lane in one line, for whoever does not see it."""
    bookings = ngettext("%(n)d Buchung", "%(n)d Buchungen", row.bookings) % {"n": row.bookings}
    words = {"vehicle": row.vehicle_name, "bookings": bookings, "most": row.most_aboard}
    return _("Zeitleiste von %(vehicle)s: %(bookings)s, höchstens %(most)d an Bord") % words


def row_key(row: BoardRow, scale: Scale, now_s: int) -> str:
    """Names a row's state as the page shows it: another as soon as anything in it is, also when its shift begins or ends, or
    the lanes show other hours."""
    on_duty = (now_s >= row.start_s) + (now_s >= row.end_s)
    return f"{row.digest}{on_duty}{scale.from_s // HOUR_S:02x}{scale.to_s // HOUR_S:02x}"


def reason_text(reason: str) -> str:
    """Why there is a new plan."""
    texts = {
        "booking": _("eine Buchung"),
        "change": _("eine Änderung"),
        "cancellation": _("eine Absage"),
        "improvement": _("eine Verbesserung der Wege"),
        "room": _("einen Fahrtwunsch, für den andere Fahrten umgelegt wurden"),
        "progress": _("eine Meldung aus dem Fahrzeug"),
        "roster": _("eine Änderung an Flotte oder Schichten"),
        "taken_back": _("eine zurückgenommene Meldung aus dem Fahrzeug"),
        "settled": _("einen Nachtrag der Leitstelle"),
        **dict.fromkeys((*KINDS, Restore.kind), _("einen Eingriff")),
    }
    return texts.get(reason, reason)


def seen_json(board: Board) -> list[list[Any]]:
    """Where the vehicles are, for the map: code, name, latitude, longitude, direction, second, fresh, mark."""
    marks = {row.vehicle_code: row.mark for row in board.rows if row.mark}
    return [
        [seen.vehicle_code, seen.vehicle_name, seen.lat, seen.lon, seen.bearing, seen.at_s, int(seen.is_fresh),
         marks.get(seen.vehicle_code, "")]
        for seen in board.seen
    ]  # fmt: skip
