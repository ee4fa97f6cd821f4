"""The board: the whole fleet on a day, and what has changed on it since a browser last asked."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from backend.bookings.return_reading import returns_of_day
from backend.config.access import DISPATCHER, OPERATOR
from backend.districts.models import District
from backend.operations import maps
from backend.operations.board import Board
from backend.operations.board_reading import board_of
from backend.operations.dayclock import now_for, shown_then
from backend.operations.selectors import day_board, vehicle_routes
from backend.web import staff_board, staff_status
from backend.web.display import clock
from backend.web.views.staff import chosen_day, days_around, own_district, staff_only

MOST_KNOWN = 400  # digests that one question may name


@staff_only(DISPATCHER, OPERATOR)
def board_today(request: HttpRequest) -> HttpResponse:
    """The day that matters now, or the day chosen in the form."""
    return redirect("staff:board", day=chosen_day(request))


@staff_only(DISPATCHER, OPERATOR)
def board(request: HttpRequest, day: date) -> HttpResponse:
    """The whole day: what waits, every vehicle with its halts on a scale of time, the map."""
    district = own_district()
    now = now_for(district.pk, day)
    shown = board_of(district, day, now)
    scale = staff_board.scale_of(shown)
    context = {
        "section": "board",
        "board": shown,
        "rows": [staff_board.row_html(row, scale, day, shown.now_s) for row in shown.rows],
        "keys": [(row.shift_code, staff_board.row_key(row, scale, shown.now_s)) for row in shown.rows],
        "scale": scale,
        "now_at": scale.share(min(max(shown.now_s, scale.from_s), scale.to_s)),
        "now": now,
        "days": days_around(district, day),
        "parts": _parts(request, district, shown, now),
        "words": spoken_topics(),
        "shortcuts": shortcuts(),
        "socket": f"/ws/service-days/{district.pk}/{day.isoformat()}/",
    }
    return render(request, "web/staff/board.html", context)


@staff_only(DISPATCHER, OPERATOR)
def board_state(request: HttpRequest, day: date) -> HttpResponse:
    """What a browser does not know yet: `kennt` names the digests that it has, divided by dots."""
    district = own_district()
    now = now_for(district.pk, day)
    shown = board_of(district, day, now)
    scale = staff_board.scale_of(shown)
    known = set(request.GET.get("kennt", "").split(".")[:MOST_KNOWN])
    keys = [(row.shift_code, staff_board.row_key(row, scale, shown.now_s)) for row in shown.rows]
    parts = _parts(request, district, shown, now)
    seen = staff_board.seen_json(shown)
    tag = _digest(repr((shown.version, keys, [part["digest"] for part in parts], seen)))
    if request.headers.get("If-None-Match") == f'"{tag}"':
        return HttpResponse(status=304, headers={"ETag": f'"{tag}"'})
    fresh = {
        row.shift_code: staff_board.row_html(row, scale, day, shown.now_s)
        for row, (_code, key) in zip(shown.rows, keys, strict=True)
        if key not in known
    }
    document = {
        "version": shown.version,
        "now": clock(now),
        "now_s": shown.now_s,
        "now_at": scale.share(min(max(shown.now_s, scale.from_s), scale.to_s)),
        "scale": [scale.from_s, scale.to_s],
        "rows": keys,
        "html": fresh,
        "parts": [part for part in parts if part["digest"] not in known],
        "seen": seen,
    }
    return JsonResponse(document, headers={"ETag": f'"{tag}"'})


@staff_only(DISPATCHER, OPERATOR)
def map_ground(request: HttpRequest) -> HttpResponse:
    """Service area, roads and stops."""
    response = JsonResponse(maps.ground(own_district()))
    response["Cache-Control"] = "private, max-age=3600"
    return response


@staff_only(DISPATCHER, OPERATOR)
def map_routes(request: HttpRequest, day: date) -> HttpResponse:
    """The routes of a day, or of one vehicle."""
    district, vehicle = own_district(), request.GET.get("fahrzeug", "")
    shown = vehicle_routes(district, day, vehicle) if vehicle else day_board(district, day).routes
    return JsonResponse(maps.routes(district, day, shown))


def _parts(request: HttpRequest, district: District, shown: Board, now: datetime) -> list[dict[str, str]]:
    """The parts of the page beside the rows: id, digest, HTML."""
    context: dict[str, Any] = {
        "board": shown,
        "status": staff_status.status_of(district, shown, request.user),
        "reason": staff_board.reason_text(shown.reason),
        "planned_at": shown.planned_at and shown_then(district.pk, shown.day, shown.planned_at),
        "returns": returns_of_day(district, shown.day, now),
    }
    made = {name: render_to_string(f"web/staff/_board_{name}.html", context) for name in ("status", "figures")}
    made["returns"] = render_to_string("web/staff/_returns.html", context)
    return [{"id": f"teil-{name}", "digest": _digest(html), "html": html} for name, html in made.items()]


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def spoken_topics() -> list[tuple[str, str, str, str]]:
    """How a bundle of changes is said: topic, level, of one, of several."""
    return [
        ("driver.help", "wichtig", _("Ein Fahrer braucht Hilfe."), _("%s Fahrer brauchen Hilfe.")),
        ("vehicle.broken_down", "wichtig", _("Ein Fahrzeug ist liegen geblieben."), _("%s Fahrzeuge liegen.")),
        ("service.suspended", "wichtig", _("Der Betrieb ist eingeschränkt."), _("Der Betrieb ist eingeschränkt.")),
        ("call.waiting", "wichtig", _("Ein Anruf wartet."), _("%s Anrufe warten.")),
        (
            "text.waiting",
            "wichtig",
            _("Jemand wartet auf eine schriftliche Antwort."),
            _("%s warten auf eine schriftliche Antwort."),
        ),
        ("promise.at_risk", "wichtig", _("Eine Zusage ist in Gefahr."), _("%s Zusagen sind in Gefahr.")),
        ("return.unserved", "wichtig", _("Ein Fahrgast wartet ohne Bus."), _("%s Fahrgäste warten ohne Bus.")),
        ("conflict", "wichtig", _("Eine Meldung passt nicht zum Plan."), _("%s Meldungen passen nicht zum Plan.")),
        ("message.undelivered", "wichtig", _("Eine Nachricht kam nicht an."), _("%s Nachrichten kamen nicht an.")),
        ("rider.late", "alles", _("Ein Fahrgast verspätet sich."), _("%s Fahrgäste verspäten sich.")),
        ("booking.confirmed", "alles", _("1 neue Buchung."), _("%s neue Buchungen.")),
        ("booking.changed", "alles", _("1 Buchung geändert."), _("%s Buchungen geändert.")),
        ("booking.cancelled", "alles", _("1 Absage."), _("%s Absagen.")),
        ("booking.missed", "alles", _("1 Fahrgast war nicht da."), _("%s Fahrgäste waren nicht da.")),
        ("booking.boarded", "alles", _("1 Fahrgast ist eingestiegen."), _("%s Fahrgäste sind eingestiegen.")),
        ("booking.completed", "alles", _("1 Fahrt ist beendet."), _("%s Fahrten sind beendet.")),
        ("plan.changed", "alles", _("Plan geändert."), _("Plan geändert.")),
    ]


def shortcuts() -> list[tuple[str, str]]:
    """The keys of the board, as the help names them. `board_keys.js` does what they say."""
    return [
        ("/", _("Suchen")),
        ("1", _("zu den Fahrzeugen")),
        ("2", _("zu den Einzelheiten")),
        ("3", _("zur Karte")),
        ("4", _("zu den offenen Rückfahrten")),
        ("↑ ↓", _("anderes Fahrzeug")),
        ("← →", _("Halte auf der Zeitleiste")),
        (_("Pos1 Ende"), _("erster und letzter Halt")),
        (_("Eingabe"), _("Fahrzeug oder Halt öffnen")),
        ("+ −", _("Zeitleiste größer und kleiner")),
        (", .", _("früher und später")),
        ("n", _("Zeitleiste auf jetzt")),
        ("a", _("nur Auffällige zeigen, noch einmal: alle")),
        ("s", _("zu dem, was wartet")),
        ("w", _("den Weg des Fahrzeugs auf der Karte zeigen")),
        ("Esc", _("Einzelheiten schließen")),
        ("?", _("diese Hilfe")),
    ]
