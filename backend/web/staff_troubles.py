"""How the list of troubles is asked for in the address, and how its choices, cards and wishes are said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accessibility.desk import InvalidInput
from backend.control.trouble_list import Counts, Look, Order, read_look
from backend.control.trouble_watch import Noted
from backend.control.troubles import LEVELS, Proposed, Trouble, TroubleKind

CARDS_A_PAGE = 30
FEW_WISHES = 6  # so many stand open at once

LEVEL_NAMES = {3: "jetzt", 2: "bald", 1: "kenntnis"}
LEVEL_WORDS = {3: gettext_lazy("jetzt"), 2: gettext_lazy("bald"), 1: gettext_lazy("zur Kenntnis")}
BADGES = {3: "stop", 2: "mind", 1: ""}
KIND_WORDS = {
    TroubleKind.HELP: gettext_lazy("Fahrer ruft um Hilfe"),
    TroubleKind.CUT_OFF: gettext_lazy("Bus vor einer Sperrung"),
    TroubleKind.STRANDED: gettext_lazy("Fahrgast ohne Bus"),
    TroubleKind.PROMISE: gettext_lazy("Zusage in Gefahr"),
    TroubleKind.NO_DEVICE: gettext_lazy("niemand angemeldet"),
    TroubleKind.PAPERS: gettext_lazy("Fahrerlaubnis"),
    TroubleKind.SILENT: gettext_lazy("Fahrzeug stumm"),
    TroubleKind.CONFLICT: gettext_lazy("Meldung unklar"),
    TroubleKind.UNDELIVERED: gettext_lazy("Nachricht nicht zugestellt"),
    TroubleKind.OVERRUN: gettext_lazy("Dienstende wird später"),
    TroubleKind.NO_BREAK: gettext_lazy("Pause fehlt"),
    TroubleKind.UNSERVED: gettext_lazy("Wunsch ohne Platz"),
}
ORDERS = {
    "dringend": (Order.URGENCY, gettext_lazy("das Dringendste zuerst")),
    "zeit": (Order.DUE, gettext_lazy("was zuerst eintritt")),
    "neu": (Order.NEWEST, gettext_lazy("das Neueste zuerst")),
    "fahrzeug": (Order.VEHICLE, gettext_lazy("nach Fahrzeug")),
}
PROPOSED_WORDS = {
    Proposed.SAME_DAY: gettext_lazy("Andere Zeit am selben Tag genannt"),
    Proposed.OTHER_STOP: gettext_lazy("Andere Haltestelle genannt"),
    Proposed.OTHER_DAY: gettext_lazy("Nur ein anderer Tag genannt"),
    Proposed.NOTHING: gettext_lazy("Nichts anderes genannt"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. Whatever it says wrongly counts as not said: an old link shows the list."""

    look: Look
    wishes_by: str  # "stunde" or "genannt"
    page: int

    def query(self, **changed: Any) -> str:
        """As it stands in an address, with some of it changed; "" for the whole list."""
        orders = {order: name for name, (order, _words) in ORDERS.items()}
        values = {
            "dringend": LEVEL_NAMES.get(self.look.level or 0, ""),
            "art": str(self.look.kind or ""),
            "bus": self.look.vehicle,
            "ordnung": "" if self.look.order is Order.URGENCY else orders[self.look.order],
            "wuensche": "" if self.wishes_by == "stunde" else self.wishes_by,
            "seite": "" if self.page <= 1 else self.page,
        }
        said = {name: value for name, value in {**values, **changed}.items() if value}
        return f"?{urlencode(said)}" if said else ""


def asked_of(given: QueryDict) -> Asked:
    """What an address asks for."""
    levels = {name: str(level) for level, name in LEVEL_NAMES.items()}
    order, _words = ORDERS.get(given.get("ordnung", ""), (Order.URGENCY, ""))
    try:
        look = read_look(
            levels.get(given.get("dringend", ""), ""),
            given.get("art", ""),
            given.get("bus", "").replace("\x00", ""),
            order,
        )
    except InvalidInput:
        look = Look(order=order)
    page = given.get("seite", "")
    wishes_by = "genannt" if given.get("wuensche") == "genannt" else "stunde"
    return Asked(look, wishes_by, int(page) if page.isdecimal() and len(page) < 5 else 1)


def level_links(asked: Asked, counts: Counts) -> list[tuple[str, str, int, bool]]:
    """The choice of urgency: address, words, how many, whether it is chosen."""
    total = sum(counts.by_level.values())
    links = [(asked.query(dringend="", seite="") or "?", _("alle"), total, asked.look.level is None)]
    for level in LEVELS:
        address = asked.query(dringend=LEVEL_NAMES[level], seite="")
        links.append((address, str(LEVEL_WORDS[level]), counts.by_level.get(level, 0), asked.look.level == level))
    return links


def kind_choices(asked: Asked, counts: Counts) -> list[tuple[str, str, int, bool]]:
    """The kinds that there are, and the one that is chosen: value, words, how many, whether it is chosen."""
    kinds = [one for one in TroubleKind if one is not TroubleKind.UNSERVED]
    return [
        (kind.value, str(KIND_WORDS[kind]), counts.by_kind.get(kind, 0), kind is asked.look.kind)
        for kind in kinds
        if counts.by_kind.get(kind) or kind is asked.look.kind
    ]


def vehicle_choices(asked: Asked, counts: Counts, names: Mapping[str, str]) -> list[tuple[str, str, int, bool]]:
    """The vehicles that have troubles, in the order of their names."""
    codes = set(counts.by_vehicle) | ({asked.look.vehicle} if asked.look.vehicle else set())
    chosen = asked.look.vehicle
    return [
        (code, names.get(code, code), counts.by_vehicle.get(code, 0), code == chosen)
        for code in sorted(codes, key=lambda code: (_number_in(names.get(code, code)), code))
    ]


def order_choices(asked: Asked) -> list[tuple[str, str, bool]]:
    """The orders: value, words, whether it is chosen."""
    return [(name, str(words), order is asked.look.order) for name, (order, words) in ORDERS.items()]


def _number_in(name: str) -> tuple[int, str]:
    """So that Rufbus 2 stands before Rufbus 10."""
    digits = "".join(letter for letter in name if letter.isdecimal())
    return (int(digits) if digits else 0, name)


@dataclass(frozen=True, slots=True)
class WishGroup:
    """Wishes that got no ride and belong together."""

    key: str
    title: str
    wishes: Sequence[Any]


def wish_groups(shown: Iterable[Mapping[str, Any]], by: str) -> list[WishGroup]:
    """Wishes by the hour of their departure, or by what their riders were told instead."""
    groups: dict[tuple[int, str], list[Any]] = {}
    for one in shown:
        groups.setdefault(_group_of(one["trouble"], by), []).append(one)
    return [WishGroup(f"{by}-{order}", title, wishes) for (order, title), wishes in sorted(groups.items())]


def _group_of(wish: Trouble, by: str) -> tuple[int, str]:
    if by == "genannt":
        proposed = wish.proposed or Proposed.NOTHING
        return list(Proposed)[::-1].index(proposed), str(PROPOSED_WORDS[proposed])  # who was told nothing stands first
    hour = (wish.due_s or 0) // 3600
    return hour, _("%(hour)d bis %(next)d Uhr") % {"hour": hour % 24, "next": hour % 24 + 1}


def known_to_script(listed: Iterable[Noted]) -> str:
    """All that is open, for the script that says what is new: key, level (0: a wish), title."""
    return json.dumps([
        [one.trouble.key, 0 if one.trouble.kind is TroubleKind.UNSERVED else one.trouble.level, one.trouble.title]
        for one in listed
        if one.is_open
    ], ensure_ascii=False)  # fmt: skip


def pages_of(asked: Asked, count: int) -> Iterator[tuple[int, str, bool]]:
    """The pages of a long list: number, address, whether it is this one; none where one is enough."""
    most = -(-count // CARDS_A_PAGE)
    if most > 1:
        for number in range(1, most + 1):
            yield number, asked.query(seite="" if number == 1 else number) or "?", number == min(asked.page, most)
