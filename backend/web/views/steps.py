"""What the booking pages share: the list of steps, and ways out that lead on with one press."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accessibility.desk import WayOut
from backend.web import display


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    state: str  # "done", "now" or "open"


@dataclass(frozen=True, slots=True)
class Button:
    """What a way out offers to press: a link (`href`), or the wish once more: at another time (`when`, ISO), from or to
    another stop (`stop`, `end`)."""

    label: str
    href: str = ""
    when: str | None = None
    stop: str = ""
    end: str = ""

    @property
    def calls(self) -> bool:
        return self.href.startswith("tel:")


@dataclass(frozen=True, slots=True)
class WayOutLine:
    text: str
    buttons: tuple[Button, ...] = ()


def booking_steps(now: int) -> list[Step]:
    names = (_("Wunsch"), _("Angebot"), _("Angaben"))
    states = ["done" if number < now else "now" if number == now else "open" for number in (1, 2, 3)]
    return [Step(name, state) for name, state in zip(names, states, strict=True)]


def followable(
    ways_out: Iterable[WayOut], *, can_ask_again: bool = False, times_to_try: Sequence[datetime] = ()
) -> list[WayOutLine]:
    """Ways out with what to press: the phone to call, the proposed time to ask for, or times around the wish."""
    return [WayOutLine(way.text, tuple(_buttons(way, can_ask_again, times_to_try))) for way in ways_out]


def _buttons(way: WayOut, can_ask_again: bool, times_to_try: Sequence[datetime]) -> Iterable[Button]:
    if way.kind == "phone" and way.value:
        yield Button(display.phone_text(way.value), href=f"tel:{way.value}")
    elif way.kind in ("line", "train") and way.value:
        calls = way.value.startswith("+")
        label = display.phone_text(way.value) if calls else _("Zeiten ansehen (andere Internetseite)")
        yield Button(label, href=f"tel:{way.value}" if calls else way.value)
    elif way.kind == "other_stop" and can_ask_again and way.end:
        yield Button(_("Angebote mit dieser Haltestelle zeigen"), when="", stop=way.value, end=way.end)
    elif way.kind == "offer_times" and can_ask_again:
        if way.value:
            yield Button(_ask_label(way.value), when=way.value)
        elif times_to_try:
            for moment in times_to_try:
                yield Button(f"{display.day_text(moment)}, {display.clock_text(moment)}", when=moment.isoformat())
        else:
            yield Button(_("Neu anfragen"), when="")


def _ask_label(value: str) -> str:
    moment = datetime.fromisoformat(value)
    if timezone.is_naive(moment):
        return _("Angebote für %(day)s zeigen") % {"day": display.day_text(moment.date())}
    words = {"day": display.day_text(moment), "time": display.clock_text(moment)}
    return _("Angebote ab %(time)s zeigen (%(day)s)") % words
