"""The German words and numbers of the report."""

from __future__ import annotations

from dispatch.simulation.intervals import Interval

SHARES = frozenset({"served_share", "kept_share", "window_share", "arrival_share", "pooled_share", "empty_share"})

# Name of a figure: its label, and what else there is to say about it.
FIGURES: dict[str, tuple[str, str]] = {
    "requested": ("Fahrtwünsche", ""),
    "served": ("gefahren", ""),
    "refused": ("abgesagt", ""),
    "cancelled": ("storniert", ""),
    "no_show": ("nicht erschienen", ""),
    "failed": ("gescheitert", ""),
    "served_share": ("Gefahrene Wünsche", "Von allen, die fahren wollten und nicht selbst storniert haben."),
    "kept_share": ("Gehaltene Zusagen", "Abholung im Zeitfenster und Ankunft in der Zeit."),
    "window_share": ("Abholung im Zeitfenster", ""),
    "arrival_share": ("Ankunft in der Zeit", ""),
    "wait_min": ("Minuten Warten auf den Bus", "Vom Beginn des Zeitfensters an."),
    "wait_p95_min": ("Minuten Warten, 95 von 100 kürzer", ""),
    "excess_min": ("Minuten Umweg an Bord", "Länger als die direkte Fahrt auf freier Straße."),
    "apart_min": ("Minuten zwischen Wunsch und Zusage", ""),
    "pooled_share": ("Gemeinsam gefahren", "Mindestens ein Stück mit anderen."),
    "driven_km": ("Gefahrene Kilometer je Tag", "Alle Busse zusammen."),
    "empty_km": ("Leere Kilometer", ""),
    "driving_h": ("Fahrstunden", ""),
    "empty_share": ("Anteil leerer Kilometer", "Niemand an Bord."),
    "people_per_hour": ("Fahrgäste je Bus und Stunde", "Bezahlte Stunden ohne Pausen."),
}
FATES = {
    "served": "gefahren",
    "refused": "abgesagt",
    "cancelled": "vom Fahrgast storniert",
    "no_show": "nicht erschienen",
    "failed": "gebucht und niemand kam",
}
REFUSALS = {
    "no_vehicle": "kein freier Platz in der Nähe der Zeit",
    "declined": "angebotene Zeit passte nicht",
    "too_late": "zu kurzfristig bestellt",
    "after_deadline": "nach Bestellschluss",
    "outside_hours": "außerhalb der Fahrzeiten",
    "group_too_large": "Gruppe zu groß",
    "no_fitting_vehicle": "passt in keinen Bus",
    "beyond_horizon": "zu weit im Voraus",
}
NEEDS = {
    "wheelchair": "mit Rollstuhl",
    "walking_aid": "mit Gehhilfe",
    "other": "anderer Bedarf",
    "none": "ohne besonderen Bedarf",
}
WEATHERS = {"normal": "normal", "rain": "Regen", "snow": "Schnee"}


def value_text(name: str, value: Interval | float | None) -> str:
    """A figure as people write it: "94,8 %", "3,2", "1.234"."""
    if value is None:
        return "–"
    amount = value.mean if isinstance(value, Interval) else value
    if name in SHARES:
        return f"{_german(100 * amount, 1)} %"
    return _german(amount, 0 if name == "driven_km" else 1)


def with_interval(name: str, value: Interval | None, *, signed: bool = False) -> str:
    """ "94,8 % (93,9 bis 95,7)"; a difference with its sign, of shares in points of per cent."""
    if value is None:
        return "–"
    factor, digits = (100.0, 1) if name in SHARES else (1.0, 0 if name == "driven_km" else 1)
    sign = "+" if signed and round(value.mean * factor, digits) > 0 else ""
    unit = (" Punkte" if signed else " %") if name in SHARES else ""
    text = f"{sign}{_german(value.mean * factor, digits)}{unit}"
    if value.low is None or value.high is None:
        return text
    return f"{text} ({_german(value.low * factor, digits)} bis {_german(value.high * factor, digits)})"


def range_text(name: str, value: Interval | None) -> str:
    """ "93,9 % bis 95,7 %. ", or nothing where one day has no interval."""
    if value is None or value.low is None or value.high is None:
        return ""
    return f"{value_text(name, value.low)} bis {value_text(name, value.high)}. "


def range_cells(name: str, value: Interval | None) -> tuple[str, str]:
    """Two cells of a table: the mean and its interval."""
    return value_text(name, value), range_text(name, value).removesuffix(". ") or "–"


def decimal(value: float) -> str:
    """A plain number with its comma: "1,08"."""
    return f"{value:g}".replace(".", ",")


def number(value: Interval | None) -> str:
    """A count as a mean."""
    return "–" if value is None else _german(value.mean, 1)


def hour_text(hour: str) -> str:
    """ "07" as "7 Uhr"."""
    return f"{int(hour)} Uhr"


def _german(amount: float, digits: int) -> str:
    text = f"{amount:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return text.replace("-", "−") if float(f"{amount:.{digits}f}") else f"{0:.{digits}f}".replace(".", ",")
