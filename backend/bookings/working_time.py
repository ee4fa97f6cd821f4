"""How long a driver may work and when to rest: ArbZG §§ 3 and 4, as pure functions. Seconds of the service day."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accessibility.desk import Refusal, WayOut

MOST_WORK_S = 10 * 3600  # § 3
SHORT_AFTER_S, SHORT_BREAK_S = 6 * 3600, 30 * 60  # § 4
LONG_AFTER_S, LONG_BREAK_S = 9 * 3600, 45 * 60
LEAST_PART_S = 15 * 60  # a break may be taken in parts of at least so long
LONGEST_WITHOUT_S = 6 * 3600
BREAK_MARGIN_S = 2 * 3600  # a break right after the beginning rests nobody

Rest = tuple[int, int, int]  # from second, to second, duration


def work_s(start_s: int, end_s: int, breaks: tuple[Rest, ...]) -> int:
    """Working time without breaks."""
    return end_s - start_s - sum(duration for _from, _to, duration in breaks)


def needed_break_s(working_s: int) -> int:
    """How long breaks must be in all for so much work."""
    if working_s > LONG_AFTER_S:
        return LONG_BREAK_S
    return SHORT_BREAK_S if working_s > SHORT_AFTER_S else 0


def breaks_for(start_s: int, end_s: int, breaks: tuple[Rest, ...], now_s: int) -> tuple[Rest, ...]:
    """The breaks that a shift of these hours needs: those it has, and one more where the law asks for it."""
    given_s = sum(duration for _from, _to, duration in breaks)
    missing_s = needed_break_s(work_s(start_s, end_s, breaks)) - given_s
    if missing_s <= 0:
        return breaks
    duration_s = max(LEAST_PART_S, missing_s)
    after_last_s = max((latest_s + duration for _from, latest_s, duration in breaks), default=start_s + BREAK_MARGIN_S)
    earliest_s = max(after_last_s, now_s) if breaks else max(start_s + BREAK_MARGIN_S, now_s)
    latest_s = (start_s if not breaks else after_last_s) + LONGEST_WITHOUT_S - (0 if breaks else duration_s)
    latest_s = min(latest_s, end_s - duration_s)
    return (*breaks, (earliest_s, max(earliest_s, latest_s), duration_s))


def hours_refusal(start_s: int, end_s: int, breaks: tuple[Rest, ...]) -> Refusal | None:
    """No to hours that the law forbids."""
    working_s = work_s(start_s, end_s, breaks)
    way = WayOut("dispatcher", _("Setzen Sie ein anderes Fahrzeug ein, oder bestellen Sie ein Taxi."))
    if working_s > MOST_WORK_S:
        reason = _("Die Schicht hätte %(hours)s Stunden Arbeitszeit. Das Arbeitszeitgesetz erlaubt höchstens 10.")
        return Refusal("too_long", reason % {"hours": _hours(working_s)}, (way,))
    if sum(duration for _from, _to, duration in breaks) < needed_break_s(working_s):
        reason = _("Nach %(hours)s Stunden Arbeit verlangt das Arbeitszeitgesetz %(minutes)d Minuten Pause.")
        values = {"hours": _hours(working_s), "minutes": needed_break_s(working_s) // 60}
        return Refusal("no_break", reason % values, (way,))
    late = [earliest_s for earliest_s, _to, _duration in breaks[:1] if earliest_s > start_s + LONGEST_WITHOUT_S]
    if late and working_s > SHORT_AFTER_S:
        reason = _("Die Pause käme erst nach mehr als sechs Stunden. Das Arbeitszeitgesetz erlaubt das nicht.")
        return Refusal("no_break", reason, (way,))
    return None


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".").replace(".", ",")
