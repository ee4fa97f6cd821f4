"""Charts as inline SVG, each in a figure with the same numbers as a table. No script, no colour without a second sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from dispatch.simulation.intervals import Interval

WIDE = 360.0  # units of every chart; type is 12 of them, so that it stays legible at 320 px
ROW = 30.0
LEFT = 8.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Values to units: `low` and `high` at the two ends of a stretch."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return round(self.begin + min(max(share, 0.0), 1.0) * (self.end - self.begin), 1)


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart, as texts. The first column names the row."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def figure(name: str, caption: str, drawing: str, table: Table) -> str:
    """A chart with its caption and its table. `name` makes the ids and must be unique on the page."""
    return (
        f'<figure id="{escape(name)}"><figcaption>{escape(caption)}</figcaption>{drawing}'
        f"<details><summary>Zahlen zu: {escape(caption)}</summary>{table_html(table, caption)}</details></figure>"
    )


def table_html(table: Table, caption: str) -> str:
    """A table that scrolls by itself where it is wider than the screen."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="table-scroll" role="region" aria-label="Tabelle: {escape(caption)}" tabindex="0">'
        f'<table><caption class="visually-hidden">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def bars(description: str, rows: Sequence[tuple[str, Interval | None, str]], high: float) -> str:
    """Horizontal bars with their intervals. A row: label, value, the value as text; `high` is the full width."""
    scale = Scale(0.0, high, LEFT, WIDE - 8.0)
    parts = []
    for k, (label, value, text) in enumerate(rows):
        top = k * (ROW + 8.0)
        parts.append(f'<text x="{LEFT}" y="{top + 12}">{escape(label)}</text>')
        parts.append(f'<text x="{WIDE - 8}" y="{top + 12}" class="end strong">{escape(text)}</text>')
        parts.append(f'<rect x="{LEFT}" y="{top + 17}" width="{WIDE - 8 - LEFT}" height="12" class="ground"/>')
        if value is None:
            continue
        parts.append(
            f'<rect x="{LEFT}" y="{top + 17}" width="{round(scale.at(value.mean) - LEFT, 1)}" height="12" class="fill"/>'
        )
        parts.append(_whisker(value, scale, top + 23))
    return _svg(description, len(rows) * (ROW + 8.0), parts)


def _whisker(value: Interval, scale: Scale, y: float) -> str:
    if value.low is None or value.high is None:
        return ""
    low, high = scale.at(value.low), scale.at(value.high)
    line = f"M{low} {y}H{high}M{low} {y - 4}v8M{high} {y - 4}v8"
    return f'<path d="{line}" class="whisker-ground"/><path d="{line}" class="whisker"/>'


def hour_columns(description: str, hours: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Stacked columns, one for each hour; the series from below. At most three: solid, striped, hollow."""
    high = _round_up(max((sum(values[k] for _, values in series) for k in range(len(hours))), default=1.0))
    base, top = 170.0, 14.0
    scale = Scale(0.0, high, base, top)
    step = (WIDE - 40.0) / max(1, len(hours))
    parts = [_grid(scale, high)]
    for k, hour in enumerate(hours):
        x, below = round(34.0 + k * step, 1), 0.0
        for s, (_, values) in enumerate(series):
            y = scale.at(below + values[k])
            height = round(scale.at(below) - y, 1)
            if height > 0:
                parts.append(f'<rect x="{x}" y="{y}" width="{round(step - 3, 1)}" height="{height}" class="part{s}"/>')
            below += values[k]
        if k % 3 == 0:
            parts.append(f'<text x="{x}" y="{base + 16}">{int(hour)}</text>')
    parts.append(_legend([label for label, _ in series], base + 26))
    return _svg(description, base + 26 + 20 * len(series), parts)


def hour_dots(
    description: str, hours: Sequence[str], values: Sequence[Interval | None], low: float, high: float, unit: str = ""
) -> str:
    """A dot with its interval for each hour."""
    base, top = 170.0, 14.0
    scale = Scale(low, high, base, top)
    step = (WIDE - 50.0) / max(1, len(hours))
    parts = [_grid(scale, high, low, unit)]
    for k, (hour, value) in enumerate(zip(hours, values, strict=True)):
        x = round(44.0 + (k + 0.4) * step, 1)
        if k % 3 == 0:
            parts.append(f'<text x="{x}" y="{base + 16}" class="middle">{int(hour)}</text>')
        if value is None:
            continue
        if value.low is not None and value.high is not None:
            parts.append(f'<path d="M{x} {scale.at(value.low)}V{scale.at(value.high)}" class="whisker"/>')
        parts.append(f'<circle cx="{x}" cy="{scale.at(value.mean)}" r="4" class="dot"/>')
    return _svg(description, base + 24, parts)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a curve. `chosen`: drawn as the one that holds."""

    label: str
    x: Interval
    y: Interval
    chosen: bool = False


def curve(description: str, points: Sequence[Point], axes: tuple[str, str], goal: float | None = None) -> str:
    """Points in the plane of two shares, joined in their order, with both intervals; `goal`: a line across at this y."""
    xs = [point.x.mean for point in points]
    ys = [end for point in points for end in (point.y.low or point.y.mean, point.y.high or point.y.mean)] + [
        goal or 1.0
    ]
    across = Scale(_down(min(xs)), _up(max(xs)), 54.0, WIDE - 30.0)
    up = Scale(_down(min(ys)), _up(max(ys)), 230.0, 24.0)
    parts = [f'<text x="{LEFT}" y="12">{escape(axes[1])}</text>']
    for value in _ticks(up):
        y = up.at(value)
        parts.append(
            f'<path d="M54 {y}H{WIDE - 30}" class="grid"/><text x="48" y="{y + 4}" class="end">{_percent(value)}</text>'
        )
    parts += [
        f'<text x="{across.at(value)}" y="247" class="middle">{_percent(value)}</text>' for value in _ticks(across)
    ]
    parts.append(f'<text x="{WIDE - 14}" y="264" class="end">{escape(axes[0])}</text>')
    if goal is not None:
        parts.append(f'<path d="M54 {up.at(goal)}H{WIDE - 30}" class="goal"/>')
    for one, other in pairwise(points):
        line = f"M{across.at(one.x.mean)} {up.at(one.y.mean)}L{across.at(other.x.mean)} {up.at(other.y.mean)}"
        parts.append(f'<path d="{line}" class="line"/>')
    # The intervals of the share served stand in the table: drawn across each other they would hide the points.
    for point in points:
        x = across.at(point.x.mean)
        if point.y.low is not None and point.y.high is not None:
            parts.append(f'<path d="M{x} {up.at(point.y.low)}V{up.at(point.y.high)}" class="whisker"/>')
    for point in points:
        x, y = across.at(point.x.mean), up.at(point.y.mean)
        size, kind = (7, "chosen") if point.chosen else (4, "dot")
        parts.append(f'<circle cx="{x}" cy="{y}" r="{size}" class="{kind}"/>')
        parts.append(f'<text x="{x + 10}" y="{y + 4}" class="halo">{escape(point.label)}</text>')
    return _svg(description, 270.0, parts)


def _svg(description: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDE:g} {round(height, 1):g}" role="img" aria-label="{escape(description)}">'
        + "".join(parts)
        + "</svg>"
    )


def _grid(scale: Scale, high: float, low: float = 0.0, unit: str = "") -> str:
    parts = []
    for share in (0.0, 0.5, 1.0):
        value = low + share * (high - low)
        y = scale.at(value)
        text = f"{100 * value:.0f}" if unit == "%" else f"{value:g}".replace(".", ",")
        parts.append(f'<path d="M34 {y}H{WIDE - 6}" class="grid"/>')
        parts.append(f'<text x="30" y="{y + 4}" class="end">{text}</text>')
    return "".join(parts)


def _legend(labels: Sequence[str], top: float) -> str:
    return "".join(
        f'<rect x="34" y="{top + 20 * k}" width="14" height="14" class="part{k}"/>'
        f'<text x="54" y="{top + 20 * k + 12}">{escape(label)}</text>'
        for k, label in enumerate(labels)
    )


def _round_up(value: float) -> float:
    for step in (1, 2, 5, 10, 20, 30, 40, 50, 60, 80, 100, 200, 500, 1000):
        if value <= step:
            return float(step)
    return value


def _down(value: float) -> float:
    return max(0.0, int(value * 50.0) / 50.0)


def _up(value: float) -> float:
    return min(1.0, (int(value * 50.0) + 1) / 50.0)


def _ticks(scale: Scale) -> list[float]:
    steps = 4
    return [scale.low + (scale.high - scale.low) * k / steps for k in range(steps + 1)]


def _percent(value: float) -> str:
    return f"{100 * value:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " %"
