"""The report's sections on promises: for whom they hold, with how much reserve, when a bus is lost, with fewer buses."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from dispatch.simulation import document as figures_of
from dispatch.simulation.charts import Point, Table, bars, curve, figure
from dispatch.simulation.document import Study
from dispatch.simulation.intervals import Interval
from dispatch.simulation.wording import (
    FIGURES,
    SHARES,
    WEATHERS,
    decimal,
    range_cells,
    value_text,
    with_interval,
)

GOAL = 0.95


def fairness(study: Study) -> Iterator[str]:
    """Riders with a wheelchair beside all others."""
    found = figures_of.fairness(study.days)
    yield "<section aria-labelledby='fair'><h2 id='fair'>Mit Rollstuhl so gut wie ohne?</h2>"
    yield f"<p>{escape(_verdict(found))}</p><div class='pair'>"
    for name in ("served_share", "wait_min"):
        pair = found[name]
        rows = [
            ("mit Rollstuhl", pair["wheelchair"], value_text(name, pair["wheelchair"])),
            ("alle anderen", pair["others"], value_text(name, pair["others"])),
        ]
        ends = [value.high or value.mean for value in (pair["wheelchair"], pair["others"]) if value]
        yield figure(
            f"fair-{name.replace('_', '-')}",
            FIGURES[name][0],
            bars(
                f"Balken: {FIGURES[name][0]} mit Rollstuhl und ohne", rows, 1.0 if name in SHARES else max([1.0, *ends])
            ),
            Table(
                ("Kennzahl", "mit Rollstuhl", "alle anderen", "Unterschied am selben Tag"),
                [
                    (
                        FIGURES[other][0],
                        with_interval(other, found[other]["wheelchair"]),
                        with_interval(other, found[other]["others"]),
                        with_interval(other, found[other]["difference"], signed=True),
                    )
                    for other in found
                ],
            ),
        )
    yield "</div></section>"


def _verdict(found: dict[str, dict[str, Interval | None]]) -> str:
    """What the intervals say about the two questions: as often, as fast."""
    texts = []
    for name, less, same, more in (
        ("served_share", "seltener gefahren als andere", "ebenso oft gefahren wie andere", "öfter gefahren als andere"),
        ("wait_min", "schneller abgeholt", "ebenso schnell abgeholt", "langsamer abgeholt"),
    ):
        value = found[name]["difference"]
        if value is None or value.low is None or value.high is None:
            return "Für einen Vergleich braucht es mehr Tage."
        texts.append(less if value.high < 0 else more if value.low > 0 else same)
    return (
        f"Wer im Rollstuhl fährt, wurde an diesen Tagen {texts[0]} und {texts[1]}. "
        "„Ebenso“ heißt: Der Unterschied ist kleiner als seine Unsicherheit. "
        "Fahrten, die ein ausgefallener Bus traf, zählen hier nicht."
    )


def kept(study: Study) -> Iterator[str]:
    """Which promises held, and the curve of more or less reserve."""
    found = figures_of.means(study.days)
    yield "<section aria-labelledby='kept'><h2 id='kept'>Wurden die Zusagen gehalten?</h2>"
    yield (
        "<p>Eine Zusage ist gehalten, wenn der Bus im zugesagten Zeitfenster an der Haltestelle ist "
        "und die Ankunft nicht später liegt als zugesagt. Gezählt werden alle, die gebucht hatten und da waren.</p>"
    )
    calm = figures_of.undisturbed(study.days)
    rows = [
        (label, means[name], value_text(name, means[name]))
        for label, means, name in (
            ("Gehaltene Zusagen", found, "kept_share"),
            ("davon ohne den Ausfall eines Busses", calm, "kept_share"),
            ("Abholung im Zeitfenster", found, "window_share"),
            ("Ankunft in der Zeit", found, "arrival_share"),
        )
    ]
    yield figure(
        "kept-parts",
        "Gehaltene Zusagen",
        bars("Balken: gehaltene Zusagen, Abholung und Ankunft", rows, 1.0),
        Table(
            ("Zusage", "Anteil", "95-%-Bereich"),
            [(label, *range_cells("kept_share", value)) for label, value, _ in rows],
        ),
    )
    if study.trade_off:
        yield from _trade_off(study)
    yield "</section>"


def _trade_off(study: Study) -> Iterator[str]:
    yield "<h3>Wie viel Reserve?</h3>"
    yield (
        "<p>Geplant wird so, dass der Bus um die Reserve früher da ist, als zugesagt wurde. Mehr Reserve hält mehr Zusagen "
        "und fährt weniger Menschen. Die gestrichelte Linie ist das Ziel: 95 von 100 Zusagen, ohne die Fahrten, "
        "die der Ausfall eines Busses traf.</p>"
    )
    points, rows = [], []
    for variant in study.trade_off:
        found = figures_of.means(variant.days)
        calm = figures_of.undisturbed(variant.days)
        served, kept = found["served_share"], calm["kept_share"]
        if served and kept:
            points.append(Point(variant.name, served, kept, chosen=not variant.changes))
        rows.append(
            (
                variant.name + ("" if variant.changes else " (dieser Bericht)"),
                with_interval("kept_share", calm["kept_share"]),
                *(with_interval(name, found[name]) for name in ("kept_share", "served_share", "driven_km", "wait_min")),
            )
        )
    if points:
        yield figure(
            "trade-off",
            "Gehaltene Zusagen und gefahrene Wünsche bei mehr oder weniger Reserve",
            curve(
                "Kurve: je mehr Reserve, desto mehr gehaltene Zusagen und desto weniger gefahrene Wünsche",
                points,
                ("gefahrene Wünsche", "gehaltene Zusagen"),
                GOAL,
            ),
            Table(
                ("Reserve", "gehalten ohne Ausfall", "gehalten", "gefahren", "km je Tag", "Minuten Warten"),
                rows,
            ),
        )


def breakdown(study: Study) -> Iterator[str]:
    """What became of those whom the broken-down vehicle was to serve."""
    broken = [day for day in study.days if day.broken_down]
    if not broken:
        return
    aboard, hit = sum(day.aboard_then for day in broken), sum(day.incident_rides for day in broken)
    served, kept = sum(day.incident_served for day in broken), sum(day.incident_kept for day in broken)
    called_off = sum(day.incident_called_off for day in broken)
    clock_s = int(study.about["policy"]["breakdown_s"])
    yield "<section aria-labelledby='broken'><h2 id='broken'>Wenn ein Bus ausfällt</h2>"
    yield (
        f"<p>An jedem Tag fällt um {clock_s // 3600}:{clock_s % 3600 // 60:02d} Uhr der Bus aus, in dem die meisten Menschen "
        f"sitzen. An {len(broken)} Tagen saßen {aboard} Menschen darin; {hit} Fahrten waren betroffen, an Bord oder noch "
        f"wartend. Andere Busse haben {served} davon übernommen, {kept} davon wie zugesagt. "
        f"{'Keine Fahrt ist gescheitert.' if served + called_off == hit else ''}</p></section>"
    )


def comparisons(study: Study) -> Iterator[str]:
    """The same days with another fleet."""
    if not study.comparisons:
        return
    base = figures_of.means(study.days)
    yield "<section aria-labelledby='what-if'><h2 id='what-if'>Was wäre, wenn?</h2>"
    yield "<p>Dieselben Tage mit denselben Wünschen, anders gefahren. Der Unterschied gilt für dieselben Tage.</p>"
    for k, variant in enumerate(study.comparisons):
        found, differs = figures_of.means(variant.days), figures_of.compared(variant.days, study.days)
        rows = [
            ("wie im Bericht", base["served_share"], value_text("served_share", base["served_share"])),
            (variant.name, found["served_share"], value_text("served_share", found["served_share"])),
        ]
        before, after = (figures_of.fairness(days)["served_share"]["wheelchair"] for days in (study.days, variant.days))
        differ = figures_of.served_by_wheelchair(variant.days, study.days)
        yield figure(
            f"what-if-{k}",
            f"{variant.name}: gefahrene Wünsche",
            bars(f"Balken: gefahrene Wünsche wie im Bericht und {variant.name}", rows, 1.0),
            Table(
                ("Kennzahl", "wie im Bericht", variant.name, "Unterschied"),
                [
                    (
                        FIGURES[name][0],
                        value_text(name, base[name]),
                        value_text(name, found[name]),
                        with_interval(name, differs[name], signed=True),
                    )
                    for name in FIGURES
                ]
                + [
                    (
                        "Gefahrene Wünsche mit Rollstuhl",
                        value_text("served_share", before),
                        value_text("served_share", after),
                        with_interval("served_share", differ, signed=True),
                    )
                ],
            ),
        )
    yield "</section>"


def assumptions(study: Study) -> Iterator[str]:
    """What the simulation takes for granted."""
    about = study.about
    luck, policy = about["uncertainty"], about["policy"]
    weathers = ", ".join(
        f"{WEATHERS.get(name, name)} {100 * share:.0f} % der Tage (Fahrzeit × {decimal(factor)})"
        for name, factor, share in luck["weathers"]
    )
    late, absent = 100 * luck["late_share"], 100 * luck["no_show_share"]
    off, off_late = 100 * luck["cancel_share"], 100 * luck["cancel_late_share"]
    leg, day = decimal(luck["leg_sigma"]), decimal(luck["day_sigma"])
    wait_min, late_min = luck["driver_waits_s"] / 60, luck["late_mean_s"] / 60
    texts = [
        f"Jede Fahrt zwischen zwei Halten dauert zufällig länger oder kürzer: log-normal, σ = {leg}.",
        f"Dazu ist jeder Tag als Ganzes langsamer oder schneller: log-normal, σ = {day}.",
        f"Wetter: {weathers}. Das Wetter ist bekannt, wenn geplant wird.",
        f"{late:.0f} % der Fahrgäste kommen zu spät, im Mittel {late_min:.0f} Minuten; {absent:.0f} % kommen nicht.",
        f"Der Bus wartet {wait_min:.0f} Minuten auf jemanden, der fehlt.",
        f"{off:.0f} % stornieren, davon {off_late:.0f} % in der letzten Stunde.",
        f"Geplant wird mit dem {decimal(policy['planning_factor'])}-Fachen der Fahrzeit auf freier Straße.",
        f"Startwerte des Zufalls: {', '.join(str(day.seed) for day in study.days)}. Derselbe Wert gibt denselben Tag.",
    ]
    yield "<section aria-labelledby='assumed'><h2 id='assumed'>Was angenommen ist</h2><ul>"
    yield from (f"<li>{escape(text)}</li>" for text in texts)
    yield "</ul></section>"
