"""What the law makes of a shift that a dispatcher alters: the break that it then needs, and the no to unlawful hours."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accessibility.desk import Refusal, WayOut
from fixtures.working_time import (
    LONGEST_STRETCH_S,
    MOST_WORK_S,
    SHORTEST_BREAK_S,
    Break,
    needed_rest,
    rest_of,
    rests_in_time,
    work_of,
)

BREAK_MARGIN_S = 2 * 3600  # a break right after the beginning rests nobody


def breaks_for(start_s: int, end_s: int, breaks: tuple[Break, ...], now_s: int) -> tuple[Break, ...]:
    """The breaks that a shift of these hours needs: those it has, and one more where the law asks for it."""
    missing_s = needed_rest(work_of(start_s, end_s, breaks)) - rest_of(breaks)
    if missing_s <= 0:
        return breaks
    duration_s = max(SHORTEST_BREAK_S, missing_s)
    after_last_s = max((latest_s + duration for _from, latest_s, duration in breaks), default=start_s + BREAK_MARGIN_S)
    earliest_s = max(after_last_s, now_s) if breaks else max(start_s + BREAK_MARGIN_S, now_s)
    latest_s = (start_s if not breaks else after_last_s) + LONGEST_STRETCH_S - (0 if breaks else duration_s)
    latest_s = min(latest_s, end_s - duration_s)
    return (*breaks, (earliest_s, max(earliest_s, latest_s), duration_s))


def hours_refusal(start_s: int, end_s: int, breaks: tuple[Break, ...]) -> Refusal | None:
    """No to hours that the law forbids."""
    working_s = work_of(start_s, end_s, breaks)
    way = WayOut("dispatcher", _("Setzen Sie ein anderes Fahrzeug ein, oder bestellen Sie ein Taxi."))
    if working_s > MOST_WORK_S:
        reason = _("Die Schicht hätte %(hours)s Stunden Arbeitszeit. Das Arbeitszeitgesetz erlaubt höchstens 10.")
        return Refusal("too_long", reason % {"hours": _hours(working_s)}, (way,))
    if rest_of(breaks) < needed_rest(working_s):
        reason = _("Nach %(hours)s Stunden Arbeit verlangt das Arbeitszeitgesetz %(minutes)d Minuten Pause.")
        values = {"hours": _hours(working_s), "minutes": needed_rest(working_s) // 60}
        return Refusal("no_break", reason % values, (way,))
    if working_s > LONGEST_STRETCH_S and not rests_in_time(start_s, end_s, breaks):
        reason = _("Zwischen den Pausen lägen mehr als sechs Stunden Arbeit. Das Arbeitszeitgesetz erlaubt das nicht.")
        return Refusal("no_break", reason, (way,))
    return None


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".").replace(".", ",")
