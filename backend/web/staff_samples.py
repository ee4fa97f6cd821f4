"""What the page of components shows of the control room: invented, but drawn by the same templates as in life."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.operations.board import Board, BoardRow, BoardVisit
from backend.web import staff_board
from backend.web.staff_status import Waiting

HOUR_S = 3600
NOW_S = 8 * HOUR_S + 1200


def sample_board() -> dict[str, Any]:
    """The board's figures in each of their looks, and a row for each state of a vehicle."""
    day = timezone.localdate()
    rows = (
        _row("1", "live", (_halt(0, 7, "done"), _halt(1, 8, "here"), _halt(2, 9, "locked"), _halt(3, 10, "", "break"))),
        _row("2", "live", (_halt(0, 8, "done"), _halt(1, 9, "", mark="late"), _halt(2, 10, "", mark="tight")), late=12),
        _row("3", "silent", (_halt(0, 7, "past"), _halt(1, 9, "")), heard_s=NOW_S - 900),
    )
    scale = staff_board.scale_of(Board(day, 1, None, "", NOW_S, rows=rows))
    return {
        "sample_status": [
            Waiting("open", _("offen"), 12, "#b-leitstelle", ""),
            Waiting("late", _("Zusage bricht"), 0, "#b-leitstelle", "stop"),
            Waiting("tight", _("knapp"), 1, "#b-leitstelle", "mind"),
            Waiting("calls", _("Anruf wartet"), 2, "#b-leitstelle", "stop"),
        ],
        "sample_rows": [staff_board.row_html(row, scale, day, NOW_S) for row in rows],
        "sample_hours": scale.hours,
    }


def _row(number: str, line: str, visits: tuple[BoardVisit, ...], late: int = 0, heard_s: int | None = None) -> BoardRow:
    code = f"muster-{number}"
    name = _("Musterbus %(number)s") % {"number": number}
    return BoardRow(code, code, name, _("Kleinbus"), 8, 6 * HOUR_S, 12 * HOUR_S, visits, late or None, line, heard_s)


def _halt(number: int, hour: int, state: str, kind: str = "stop", mark: str = "") -> BoardVisit:
    at_s = hour * HOUR_S + 600
    code = f"K7M-3P{number}"
    boards = () if kind == "break" else (code,)
    return BoardVisit(
        number, kind, "Klötze, Busbahnhof", at_s, at_s + (1800 if kind == "break" else 120), at_s, boards, (), len(boards), 0,
        len(boards), 0, state, ((code, mark),) if mark else (),
    )  # fmt: skip
