"""What the page of the driver's components shows: invented shifts and reports, drawn by the app's own scripts."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from accessibility.desk import Party
from backend.driving.folding import folds_of
from backend.driving.wording import needs_words
from backend.operations.wording import party_text

DAY = "2026-11-24"
ZOB = {"id": "1", "name": _("Busbahnhof"), "village": "Musterdorf", "lat": 52.6273, "lon": 11.1611}
CLINIC = {"id": "2", "name": _("Krankenhaus"), "village": "Musterstadt", "lat": 52.5262, "lon": 11.3925}
DEPOT = {"id": "3", "name": _("Betriebshof"), "village": "Musterstadt", "lat": 52.5262, "lon": 11.3925}
PARTIES = {
    "K7M-3PX": (Party(adults=1), ("blind", "arm"), 690, ""),
    "B4T-9RD": (Party(adults=1, wheelchairs=1), ("ramp",), 690, "+493023125001"),
    "QX2-8LM": (Party(adults=2, walking_frames=1), ("deaf",), 0, ""),
    "H6V-2NC": (Party(adults=1, children=1), (), 1035, "+493023125002"),
}


def at(clock: str) -> str:
    return f"{DAY}T{clock.zfill(5)}:00+01:00"


def driver_samples() -> list[dict[str, Any]]:
    """Every screen of the app in its states: title, screen, the shift as the interface gives it, and what was tapped."""
    first: dict[str, Any] = {"now": at("7:50")}
    standing: dict[str, Any] = {"now": at("8:01"), "since": at("7:58")}
    waited: dict[str, Any] = {
        "now": at("8:12"),
        "since": at("7:58"),
        "states": {"K7M-3PX": "aboard", "B4T-9RD": "no_show"},
    }
    missed = _report("m", "no_show", "8:11", "taken", booking="QX2-8LM")
    states = {"K7M-3PX": "aboard", "B4T-9RD": "aboard", "QX2-8LM": "no_show"}
    aboard: dict[str, Any] = {"now": at("8:20"), "states": states, "is_left": True}
    there = aboard | {"now": at("8:42"), "at_stop": "2", "since": at("8:41")}
    return [
        _sample(_("Dienstbeginn"), begun=False, **first),
        _sample(_("Dienstbeginn, Ort verboten"), begun=False, denied=True, **first),
        _sample(_("Unterwegs zum Halt"), **first),
        _sample(_("Am Halt: alle warten noch"), **standing),
        _sample(_("Am Halt: eingestiegen, nicht da, Wartezeit vorbei"), **waited),
        _sample(_("Jemand ist nicht da"), "fehlt/QX2-8LM", **waited),
        _sample(_("Abfahren, obwohl jemand fehlt"), "abfahrt", **waited),
        _sample(_("Am Ziel: aussteigen"), **there),
        _sample(_("Fahrt kommt später oder nicht mehr"), gone="QX2-8LM", late={"K7M-3PX": 10}, **standing),
        _sample(_("Pause"), pausing=at("8:15"), **aboard),
        _sample(_("Pause, obwohl jemand im Bus sitzt"), "pause", **aboard),
        _sample(_("Dienst beenden, obwohl jemand im Bus sitzt"), "dienstende", **aboard),
        _sample(_("Nach dem Dienst"), ended=at("9:30"), now=at("9:31"), states=dict.fromkeys(PARTIES, "completed")),
        _sample(_("Ganze Schicht"), "schicht", **waited),
        _sample(
            _("Meldungen: Nachricht, Widerspruch, wartet, gesendet"), "meldungen", events=_reports(), gone="QX2-8LM",
            message=True, **standing,
        ),
        _sample(_("Mehr"), "mehr", **first),
        _sample(_("Mehr: Ort verboten, Nacht gewählt"), "mehr", denied=True, **first),
        _sample(_("Verspätung"), "verspaetung", **first),
        _sample(_("Hilfe"), "hilfe", **first),
        _sample(_("Hilfe gerufen, ohne Netz"), "hilfe/gesendet", online=False, **first),
        _sample(_("Fahrgast ohne Buchung; wer nicht da war"), "zusteiger", events=[missed], gone="QX2-8LM", **standing),
        _sample(_("Fahrgast ohne Buchung: darf mitfahren"), "zusteiger/yes", events=[_walk_up("yes", "taken")], **standing),
        _sample(_("Fahrgast ohne Buchung: kein Platz"), "zusteiger/no", events=[_walk_up("no", "refused")], **standing),
        _sample(_("Abmelden, obwohl etwas wartet"), "abmelden", events=_reports(), online=False, **first),
    ]  # fmt: skip


def _sample(title: str, screen: str = "jetzt", **state: Any) -> dict[str, Any]:
    gone = state.get("gone", "")
    return {
        "title": title,
        "screen": screen,
        "body": _shift(state),
        "events": state.get("events", []),
        "known": {gone: _rider(gone, state)} if gone else {},
        "online": state.get("online", True),
        "denied": state.get("denied", False),
    }


def _shift(state: dict[str, Any]) -> dict[str, Any]:
    """The shift as `see_the_shift` of the interface gives it."""
    codes = [code for code in PARTIES if code != state.get("gone")]
    boards = [code for code in codes if code != "H6V-2NC"]
    parties = [PARTIES[code][0] for code in boards]
    fold = folds_of([[8, 0, 2], [6, 1, 2]], [([], parties), (parties, [])])
    visits = [
        _visit("start", DEPOT, "7:30", is_done=state.get("begun", True)),
        _visit("stop", ZOB, "8:00", boards=boards, fold=fold[0], is_done=state.get("is_left", False)),
        _visit("stop", CLINIC, "8:40", leaves=boards, boards=["H6V-2NC"], fold=fold[1]),
        _visit("break", CLINIC, "9:00"),
        _visit("stop", ZOB, "9:20", leaves=["H6V-2NC"]),
        _visit("end", DEPOT, "9:30"),
    ]
    begun = at("7:28") if state.get("begun", True) else None
    return {
        "duty": "muster", "driver": "Testfahrerin 1", "date": DAY, "version": 1, "now": state["now"],
        "vehicle": {"code": "muster-1", "name": _("Musterbus 1"), "kind": _("Kleinbus mit Rampe"), "plate": ""},
        "rules": {"wait_at_stop_s": 180, "walk_up": True, "phone": "+493023125000"},
        "progress": {
            "begun_at": begun, "ended_at": state.get("ended"), "pausing_since": state.get("pausing"),
            "standing_stop": state.get("at_stop", "1") if "since" in state else "",
            "standing_since": state.get("since"), "cash_cents": 690,
        },
        "shifts": [{"code": "muster-1-1", "starts_at": at("7:30"), "ends_at": at("9:30"), "visits": visits}],
        "riders": {code: _rider(code, state) for code in codes},
        "messages": [_message()] if state.get("message") else [],
        "conflicts": [],
    }  # fmt: skip


def _visit(kind: str, stop: dict[str, Any], clock: str, **more: Any) -> dict[str, Any]:
    plain = {"leaves": [], "boards": [], "fold": "", "is_done": False, "persons_after": 0, "wheelchairs_after": 0}
    return {"kind": kind, "stop": deepcopy(stop), "at": at(clock), "until": at(clock), **plain, **more}


def _rider(code: str, state: dict[str, Any]) -> dict[str, Any]:
    party, needs, fare_cents, phone = PARTIES[code]
    is_last = code == "H6V-2NC"
    return {
        "code": code, "state": state.get("states", {}).get(code, "booked"),
        "name": _("Testfahrgast %(n)s") % {"n": 1 + list(PARTIES).index(code)},
        "party_text": party_text(party), "needs": list(needs), "needs_words": list(needs_words(needs, party)),
        "fare_cents": fare_cents, "cash_cents": fare_cents, "phone": phone, "may_be_called": bool(phone),
        "pickup_from": at("8:40" if is_last else "8:00"), "pickup_until": at("8:50" if is_last else "8:10"),
        "arrive_by": at("9:30" if is_last else "9:05"), "waits_until": at("8:03"),
        "pickup_stop": CLINIC if is_last else ZOB, "delivery_stop": ZOB if is_last else CLINIC,
        "late_minutes": state.get("late", {}).get(code, 0), "there_at": at("8:10"),
        "vehicle_at": None, "boarded_at": None, "left_at": None,
    }  # fmt: skip


def _message() -> dict[str, Any]:
    choices = [_("Ja"), _("Geht nicht")]
    return {
        "id": "muster-nachricht", "sent_at": at("7:59"), "text": _("Bitte rufen Sie nach der Tour an."), "choices": choices,
        "booking_code": "", "answer": "",
    }  # fmt: skip


def _report(name: str, kind: str, clock: str, outcome: str = "", **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "device_at": at(clock), "tapped_at": 0, "outcome": outcome, "detail": {}, **more}


def _walk_up(name: str, outcome: str) -> dict[str, Any]:
    answer = {"booking": "W3K-7TZ", "fare_cents": 450} if outcome == "taken" else {}
    reason = "" if outcome == "taken" else _("Für diese Fahrt ist kein Platz frei.")
    return _report(name, "walk_up", "8:00", outcome, answer=answer, reason_text=reason)


def _reports() -> list[dict[str, Any]]:
    return [
        _report("a", "arrived", "7:58", "taken", stop="1"),
        _report(
            "b",
            "break_begin",
            "7:59",
            "conflict",
            reason="riders_aboard",
            reason_text=_("Es sitzen noch Fahrgäste im Bus."),
        ),
        _report("c", "fuel", "8:00"),
    ]
