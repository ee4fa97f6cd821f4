"""The report of a simulation as one German page: no script, nothing from outside, every chart also as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from importlib.resources import files

from dispatch.simulation import document as figures_of
from dispatch.simulation import promises
from dispatch.simulation.charts import Table, bars, figure, hour_columns, hour_dots
from dispatch.simulation.document import Means, Study
from dispatch.simulation.intervals import Interval
from dispatch.simulation.wording import (
    FATES,
    FIGURES,
    NEEDS,
    REFUSALS,
    hour_text,
    number,
    range_cells,
    range_text,
    value_text,
    with_interval,
)


def page(study: Study) -> str:
    """The whole page."""
    css = files("dispatch.simulation").joinpath("page.css").read_text(encoding="utf-8")
    name = str(study.about["district"]["name"])
    title = f"Simulierte Tage: {name}"
    body = "".join(
        part
        for section in (
            _key_figures,
            _wishes,
            _hours,
            _zones,
            _needs,
            promises.fairness,
            promises.kept,
            promises.breakdown,
            promises.comparisons,
            promises.assumptions,
        )
        for part in section(study)
    )
    return (
        '<!doctype html><html lang="de"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – Rufbus</title><style>{css}</style></head><body>"
        f"<header><h1>{escape(title)}</h1>{_lead(study)}</header><main>{body}</main>"
        "<footer><p class='soft'>Alle Werte stehen auch in der Datei <code>simulation.json</code>. "
        "Was jeder Wert bedeutet, erklärt <code>docs/simulation.md</code>.</p></footer></body></html>\n"
    )


def _lead(study: Study) -> str:
    about, days = study.about, len(study.days)
    notices = []
    if about["roads"] == "synthetic":
        notices.append(
            "Das Straßennetz ist <strong>künstlich</strong>: aus den Haltestellen erzeugt, keine wirklichen Straßen."
        )
    notices.append(f"Die Fahrtwünsche sind <strong>erfunden</strong>: {escape(str(about['demand']['text']))}")
    notices.append("Wie stark Fahrzeiten schwanken und wie Fahrgäste sich verhalten, ist angenommen.")
    what = "Ein Tag wurde" if days == 1 else f"{days} Tage wurden"
    shown = "" if days == 1 else " Zu jedem Mittelwert steht der Bereich, in dem er mit 95 % Sicherheit liegt."
    return (
        f"<p class='lead'>{what} durchgespielt: Menschen bestellen Fahrten, Busse fahren, und nicht alles geht glatt."
        f"{shown}</p><div class='notice'><p>{'<br>'.join(notices)}</p></div>"
    )


def _key_figures(study: Study) -> Iterator[str]:
    found = figures_of.means(study.days)
    yield "<section aria-labelledby='key'><h2 id='key'>Das Wichtigste</h2><dl class='cards'>"
    for name in (
        "served_share", "kept_share", "wait_min", "excess_min", "pooled_share", "people_per_hour", "empty_share", "driven_km",
    ):  # fmt: skip
        label, note = FIGURES[name]
        yield (
            f"<div><dt>{escape(label)}</dt><dd><span class='value'>{escape(value_text(name, found[name]))}</span>"
            f"<br><span class='soft'>{escape(range_text(name, found[name]))}{escape(note)}</span></dd></div>"
        )
    yield "</dl></section>"


def _wishes(study: Study) -> Iterator[str]:
    found, refused = figures_of.means(study.days), figures_of.refusals(study.days)
    requested = found["requested"]
    high = requested.mean if requested else 1.0
    yield "<section aria-labelledby='wishes'><h2 id='wishes'>Was aus den Wünschen wurde</h2><div class='pair'>"
    rows = [(label, found[name], number(found[name])) for name, label in FATES.items()]
    yield figure(
        "fates",
        "Fahrtwünsche je Tag, nach Ausgang",
        bars("Balken: Fahrtwünsche je Tag nach Ausgang; die Zahlen stehen in der Tabelle darunter", rows, high),
        Table(
            ("Ausgang", "Wünsche je Tag", "95-%-Bereich"),
            [(label, *range_cells(name, found[name])) for name, label in (*FATES.items(), ("requested", "Zusammen"))],
        ),
    )
    if refused:
        most = max(value.high or value.mean for value in refused.values() if value)
        rows = [(REFUSALS.get(code, code), value, number(value)) for code, value in refused.items()]
        yield figure(
            "refusals",
            "Absagen je Tag, nach Grund",
            bars("Balken: Absagen je Tag nach Grund; die Zahlen stehen in der Tabelle darunter", rows, most),
            Table(
                ("Grund", "Absagen je Tag", "95-%-Bereich"),
                [(REFUSALS.get(code, code), *range_cells("refused", value)) for code, value in refused.items()],
            ),
        )
    yield "</div></section>"


def _hours(study: Study) -> Iterator[str]:
    by_hour = figures_of.grouped_means(study.days, lambda day: day.by_hour)
    drives = figures_of.drives_by_hour(study.days)
    hours = list(by_hour)
    yield "<section aria-labelledby='hours'><h2 id='hours'>Über den Tag</h2>"
    yield "<p>Eine Fahrt zählt zu der Stunde, für die sie gewünscht war; das Fahren zu der Stunde, in der es begann.</p>"
    yield "<div class='pair'>"
    served = [_mean(by_hour[hour]["served"]) for hour in hours]
    refused = [_mean(by_hour[hour]["refused"]) for hour in hours]
    lost = [
        max(0.0, _mean(by_hour[hour]["requested"]) - a - b) for hour, a, b in zip(hours, served, refused, strict=True)
    ]
    yield figure(
        "hour-wishes",
        "Fahrtwünsche je Stunde",
        hour_columns(
            "Säulen: Fahrtwünsche je Stunde, gefahren, abgesagt und nicht angetreten",
            hours,
            [("gefahren", served), ("abgesagt", refused), ("storniert, nicht erschienen, gescheitert", lost)],
        ),
        _group_table(
            "Stunde", by_hour, ("requested", "served", "refused", "cancelled", "no_show", "failed"), hour_text
        ),
    )
    for name, low, high, unit in (
        ("kept_share", 0.5, 1.0, "%"),
        ("wait_min", 0.0, 10.0, ""),
        ("excess_min", 0.0, 20.0, ""),
    ):
        label = FIGURES[name][0]
        top = max([high] if unit else [_mean(by_hour[hour][name]) * 1.3 for hour in hours] + [1.0])
        yield figure(
            f"hour-{name.replace('_', '-')}",
            f"{label} nach Stunde" + (" (%)" if unit else ""),
            hour_dots(
                f"Punkte: {label} nach Stunde", hours, [by_hour[hour][name] for hour in hours], low, _nice(top), unit
            ),
            _group_table("Stunde", by_hour, (name,), hour_text),
        )
    driving = [hour for hour in drives if drives[hour]["driven_km"]]
    full = [_mean(drives[hour]["driven_km"]) - _mean(drives[hour]["empty_km"]) for hour in driving]
    yield figure(
        "hour-driving",
        "Gefahrene Kilometer je Stunde",
        hour_columns(
            "Säulen: Kilometer je Stunde, besetzt und leer",
            driving,
            [("mit Fahrgästen", full), ("leer", [_mean(drives[hour]["empty_km"]) for hour in driving])],
        ),
        _group_table("Stunde", drives, ("driven_km", "empty_km", "empty_share"), hour_text),
    )
    yield "</div></section>"


def _nice(value: float) -> float:
    return next((float(step) for step in (1, 2, 5, 10, 15, 20, 30, 60) if value <= step), value)


def _zones(study: Study) -> Iterator[str]:
    names = {zone["id"]: zone["name"] for zone in study.about["zones"]}
    yield from _groups(
        "zones", "Nach Zone", "Zone", figures_of.grouped_means(study.days, lambda day: day.by_zone), names
    )


def _needs(study: Study) -> Iterator[str]:
    yield from _groups(
        "needs", "Nach Bedarf", "Wer", figures_of.grouped_means(study.days, lambda day: day.by_need), NEEDS
    )


def _groups(key: str, title: str, head: str, groups: dict[str, Means], names: dict[str, str]) -> Iterator[str]:
    groups = {name: groups[name] for name in names if name in groups}
    yield f"<section aria-labelledby='{key}'><h2 id='{key}'>{title}</h2><div class='pair'>"
    for name in ("served_share", "kept_share"):
        rows = [
            (names.get(group, group), found[name], value_text(name, found[name])) for group, found in groups.items()
        ]
        yield figure(
            f"{key}-{name.replace('_', '-')}",
            f"{FIGURES[name][0]} {title[0].lower()}{title[1:]}",
            bars(f"Balken: {FIGURES[name][0]} {title}", rows, 1.0),
            _group_table(
                head,
                groups,
                ("requested", name, "wait_min", "excess_min", "apart_min", "pooled_share"),
                lambda group: names.get(group, group),
            ),
        )
    yield "</div></section>"


def _group_table(head: str, groups: dict[str, Means], names: tuple[str, ...], label: Callable[[str], str]) -> Table:
    return Table(
        (head, *(FIGURES[name][0] for name in names)),
        [(label(group), *(with_interval(name, found[name]) for name in names)) for group, found in groups.items()],
    )


def _mean(value: Interval | None) -> float:
    return value.mean if value else 0.0
