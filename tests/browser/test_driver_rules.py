"""The app's own rules, asked in the browser that runs them: what the shift looks like, when the bus rolls, when it is night."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

STATIC = Path(__file__).resolve().parents[2] / "backend" / "web" / "static"
FOLDER = "/web/js/driver/"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """The modules as files, without the program: their rules need nothing of it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=STATIC))
    Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}", timezone_id="Europe/Berlin")
    opened = context.new_page()
    opened.goto("/web/img/logo.svg")
    yield opened
    context.close()
    server.shutdown()
    server.server_close()


def ask(page: Page, module: str, call: str, *arguments: Any) -> Any:
    """Call what a module exports: ask(page, "shift", "viewOf", manifest, events)."""
    body = "async ([path, name, values]) => { const module = await import(path); return module[name](...values); }"
    return page.evaluate(body, [f"{FOLDER}{module}.js", call, list(arguments)])


# -- the shift ---------------------------------------------------------------------------------------------------------

MARKT = {"id": "1", "name": "Markt", "village": "Klötze", "lat": 52.6, "lon": 11.1}
KLINIK = {"id": "2", "name": "Klinik", "village": "Gardelegen", "lat": 52.5, "lon": 11.4}


def a_rider(code: str, state: str = "booked") -> dict[str, Any]:
    return {"code": code, "state": state, "name": f"Testfahrgast {code}", "pickup_from": "2026-11-24T08:00:00+01:00",
            "pickup_stop": MARKT, "delivery_stop": KLINIK, "boarded_at": None}  # fmt: skip


def a_visit(
    stop: dict[str, Any], at: str, boards: tuple[str, ...] = (), leaves: tuple[str, ...] = (), **more: Any
) -> Any:
    states = more.pop("states", {})
    people = {"boards": boards, "leaves": leaves}
    riders = {name: [a_rider(code, states.get(code, "booked")) for code in codes] for name, codes in people.items()}
    return {"kind": "stop", "stop": stop, "at": f"2026-11-24T{at}:00+01:00", "is_done": False, **riders, **more}


def a_shift(*visits: Any, **more: Any) -> dict[str, Any]:
    return {"duty": "d", "version": 1, "visits": list(visits), "standing": None, "begun_at": "2026-11-24T06:00:00+01:00",
            "ended_at": None, "pausing_since": None, "cash_cents": 0, **more}  # fmt: skip


def told(kind: str, clock: str, outcome: str = "", **said: Any) -> dict[str, Any]:
    return {
        "id": f"{kind}{clock}",
        "kind": kind,
        "device_at": f"2026-11-24T{clock}:00+01:00",
        "outcome": outcome,
        **said,
    }


def test_what_was_tapped_lies_on_top_of_what_the_server_knew(page: Page) -> None:
    shift = a_shift(a_visit(MARKT, "08:00", ("A", "B")), a_visit(KLINIK, "08:30", (), ("A", "B")))
    events = [
        told("arrived", "08:00", stop="1"),
        told("boarded", "08:01", booking="A", detail={"cash_cents": 350}),
        told("boarded", "08:02", "refused", booking="B"),
    ]
    view = ask(page, "shift", "viewOf", shift, events)
    assert view["standing"]
    assert [rider["state"] for rider in view["next"]["boards"]] == ["aboard", "booked"], "a refused tap does not hold"
    assert [rider["code"] for rider in view["aboard"]] == ["A"]
    assert view["cash_cents"] == 350


def test_a_conflict_has_happened_all_the_same_but_nobody_was_missing(page: Page) -> None:
    shift = a_shift(a_visit(MARKT, "08:00", ("A", "B")))
    events = [told("boarded", "08:01", "conflict", booking="A"), told("no_show", "08:09", "conflict", booking="B")]
    states = ask(page, "shift", "statesOf", shift, events)
    assert states == {"A": "aboard", "B": "booked"}


def test_a_stop_is_over_once_it_was_left(page: Page) -> None:
    visits = [a_visit(MARKT, "08:00", ("A",)), a_visit(KLINIK, "08:30", (), ("A",))]
    key = ask(page, "shift", "visitKey", visits[0])
    events = [
        told("arrived", "08:00", stop="1"),
        told("boarded", "08:01", booking="A"),
        told("left", "08:02", stop="1", visit=key, people=["A"]),
    ]
    view = ask(page, "shift", "viewOf", a_shift(*visits), events)
    assert view["next"]["stop"]["id"] == "2"
    assert not view["standing"]


def test_a_plan_that_moved_minutes_or_lost_a_rider_does_not_send_the_bus_back(page: Page) -> None:
    old = a_visit(MARKT, "08:00", ("A", "B"))
    left = told("left", "08:02", stop="1", visit=ask(page, "shift", "visitKey", old), people=["A", "B"])
    events = [told("arrived", "08:00", stop="1"), told("boarded", "08:01", booking="A"), left]
    shift = a_shift(a_visit(MARKT, "08:04", ("A",)), a_visit(KLINIK, "08:34", (), ("A",)), version=2)
    assert ask(page, "shift", "viewOf", shift, events)["next"]["stop"]["id"] == "2"


def test_a_bus_that_still_stands_there_has_not_left(page: Page) -> None:
    """The server knows that all are aboard; nobody has said that the bus is under way."""
    states = {"A": "aboard"}
    done, ahead = (
        a_visit(MARKT, "08:00", ("A",), states=states, is_done=True),
        a_visit(KLINIK, "08:30", (), ("A",), states=states),
    )
    standing = {"stop": "1", "since": "2026-11-24T08:00:00+01:00"}
    view = ask(page, "shift", "viewOf", a_shift(done, ahead, standing=standing), [])
    assert (view["next"]["stop"]["id"], view["standing"]) == ("1", True)
    left = told("left", "08:02", stop="1", visit="stop 1 +A")
    assert ask(page, "shift", "viewOf", a_shift(done, ahead, standing=standing), [left])["next"]["stop"]["id"] == "2"
    waiting = a_visit(MARKT, "08:05", ("B",))
    view = ask(page, "shift", "viewOf", a_shift(done, waiting, ahead, standing=standing), [])
    assert view["next"]["boards"][0]["code"] == "B", "whoever boards at the same stop next is shown"
    there = told("arrived", "08:29", stop="2")
    assert ask(page, "shift", "viewOf", a_shift(done, ahead, standing=standing), [there])["next"]["stop"]["id"] == "2"


def test_who_says_arrived_again_does_not_wait_anew(page: Page) -> None:
    events = [told("arrived", "08:00", stop="1"), told("arrived", "08:05", stop="1")]
    view = ask(page, "shift", "viewOf", a_shift(a_visit(MARKT, "08:00", ("A",))), events)
    assert view["since"] == 1_795_503_600_000, "8:00 Uhr"


def test_what_was_only_done_is_no_other_plan(page: Page) -> None:
    old = a_shift(a_visit(MARKT, "08:00", ("A", "B")), a_visit(KLINIK, "08:30", (), ("A", "B")))
    states = {"B": "aboard"}
    own = a_shift(
        a_visit(MARKT, "08:00", ("B",), states=states), a_visit(MARKT, "08:02", ("A",)),
        a_visit(KLINIK, "08:31", (), ("A", "B"), states=states),
    )  # fmt: skip
    assert ask(page, "shift", "isOtherPlan", old, own) is False
    assert ask(page, "shift", "isOtherPlan", own, old) is False, "taken back"
    more = a_shift(a_visit(MARKT, "08:00", ("A", "B", "C")), a_visit(KLINIK, "08:30", (), ("A", "B", "C")))
    assert ask(page, "shift", "isOtherPlan", old, more) is True
    first = a_shift(a_visit(KLINIK, "08:00", (), ("A", "B")), a_visit(MARKT, "08:30", ("A", "B")))
    assert ask(page, "shift", "isOtherPlan", old, first) is True


def test_somebody_new_at_a_stop_that_was_left_is_not_overlooked(page: Page) -> None:
    old = a_visit(MARKT, "08:00", ("A",))
    left = told("left", "08:02", stop="1", visit=ask(page, "shift", "visitKey", old), people=["A"])
    events = [told("boarded", "08:01", booking="A"), left]
    shift = a_shift(a_visit(MARKT, "08:00", ("A", "C")), a_visit(KLINIK, "08:30", (), ("A", "C")), version=2)
    view = ask(page, "shift", "viewOf", shift, events)
    assert view["next"]["stop"]["id"] == "1"
    assert [rider["code"] for rider in view["next"]["boards"] if rider["state"] == "booked"] == ["C"]


def test_the_same_stop_later_in_the_shift_is_another_visit(page: Page) -> None:
    first, second = a_visit(MARKT, "08:00", ("A",)), a_visit(MARKT, "10:00", ("B",))
    events = [
        told("boarded", "08:01", booking="A"),
        told("left", "08:02", stop="1", visit=ask(page, "shift", "visitKey", first), people=["A"]),
    ]
    view = ask(page, "shift", "viewOf", a_shift(first, second), events)
    assert [rider["code"] for rider in view["next"]["boards"]] == ["B"]


@pytest.mark.parametrize(
    ("events", "gone"),
    [
        ([], [("B", False)]),
        ([told("boarded", "08:01", booking="B")], [("B", True)]),
        ([told("boarded", "08:01", booking="B"), told("alighted", "08:31", booking="B")], []),
        ([told("no_show", "08:09", booking="B")], []),
    ],
)
def test_who_is_gone_from_the_plan(page: Page, events: list[Any], gone: list[tuple[str, bool]]) -> None:
    known = ask(page, "shift", "knownFrom", a_shift(a_visit(MARKT, "08:00", ("A", "B"))))
    found = ask(page, "shift", "goneFrom", known, a_shift(a_visit(MARKT, "08:00", ("A",))), events)
    assert [(rider["code"], rider["aboard"]) for rider in found] == gone


def test_who_was_not_there_can_still_come(page: Page) -> None:
    known = ask(page, "shift", "knownFrom", a_shift(a_visit(MARKT, "08:00", ("A", "B"))))
    missed = told("no_show", "08:09", "taken", booking="A")

    def still(*events: Any) -> list[str]:
        return [rider["code"] for rider in ask(page, "shift", "missedFrom", known, list(events))]

    assert still(missed) == ["A"]
    assert still(told("no_show", "08:02", "conflict", booking="A")) == [], "too early: nothing was taken"
    assert still(missed, told("boarded", "08:12", "conflict", booking="A")) == []
    assert still(missed, told("take_back", "08:10", detail={"event": missed["id"]})) == []


@pytest.mark.parametrize(
    ("at", "aboard", "here"), [("08:10", False, True), ("10:00", False, False), ("08:10", True, False)]
)
def test_who_is_gone_is_struck_through_where_she_would_have_boarded(
    page: Page, at: str, aboard: bool, here: bool
) -> None:
    rider = {**a_rider("A"), "aboard": aboard}
    assert ask(page, "shift", "isGoneAt", rider, a_visit(MARKT, at)) is here
    assert ask(page, "shift", "isGoneAt", rider, a_visit(KLINIK, at)) is False


def test_a_fare_of_a_walk_up_is_open_until_somebody_says_whether_it_was_paid(page: Page) -> None:
    walk_up = told("walk_up", "08:00", "taken", answer={"booking": "W", "fare_cents": 690})
    free = told("walk_up", "08:01", "taken", answer={"booking": "F", "fare_cents": 0})
    no = told("walk_up", "08:02", "refused")
    paid = told("boarded", "08:03", booking="W", detail={"cash_cents": 690})
    taken_back = told("take_back", "08:04", detail={"event": paid["id"]})

    def unpaid(*events: Any) -> list[str]:
        return [event["id"] for event in ask(page, "shift", "unpaidWalkUps", list(events))]

    assert unpaid(walk_up, free, no) == [walk_up["id"]]
    assert unpaid(walk_up, free, no, paid) == []
    assert unpaid(walk_up, paid, taken_back) == [walk_up["id"]]


def test_moments_are_the_servers(page: Page) -> None:
    """The device is three minutes ahead."""
    events = [told("arrived", "08:03", stop="1")]
    view = ask(page, "shift", "viewOf", a_shift(a_visit(MARKT, "08:00", ("A",))), events, -180_000)
    assert view["since"] == 1_795_503_600_000, "8:00 Uhr"
    waits = ask(page, "shift", "waitsUntil", a_rider("A"), view["since"], {"wait_at_stop_s": 180})
    assert waits - view["since"] == 180_000


# -- what is sent ------------------------------------------------------------------------------------------------------


def tapped(kind: str, at: int, **said: Any) -> dict[str, Any]:
    return {"id": f"{kind}{at}", "kind": kind, "tapped_at": at, "outcome": "", "detail": {}, **said}


def test_only_the_last_tap_is_taken_back_and_only_while_its_button_stays(page: Page) -> None:
    events = [tapped("arrived", 1000), tapped("boarded", 2000, outcome="taken")]
    assert ask(page, "slips", "lastOpen", events, 9000)["id"] == "boarded2000", "sent or not"
    assert ask(page, "slips", "lastOpen", events, 20_000) is None
    assert ask(page, "slips", "lastOpen", [*events, tapped("help", 3000)], 4000) is None, "who calls for help is heard"
    back = tapped("take_back", 3000, detail={"event": "boarded2000"})
    assert ask(page, "slips", "lastOpen", [*events, back], 4000)["id"] == "arrived1000", "then the one before"
    no = {**back, "outcome": "conflict"}
    assert ask(page, "slips", "lastOpen", [*events, no], 4000) is None, "no twice is no"


def slip(event: dict[str, Any], clock: str, outcome: str = "", **memo: Any) -> dict[str, Any]:
    undoes = {"kind": event["kind"], "booking": event.get("booking"), **memo}
    return told("take_back", clock, outcome, detail={"event": event["id"]}, undoes=undoes)


@pytest.mark.parametrize("knew", [False, True], ids=["the server had not heard of it", "the server had"])
def test_what_was_taken_back_is_shown_as_if_it_had_not_been(page: Page, knew: bool) -> None:
    """The shift was read before the slip was taken back, without and with it."""
    arrived = told("arrived", "08:00", "taken", stop="1")
    boarded = told("boarded", "08:01", "taken", booking="A", detail={"cash_cents": 500})
    visit = a_visit(MARKT, "08:00", ("A",), states={"A": "aboard" if knew else "booked"})
    if knew:
        visit["boards"][0]["boarded_at"] = "2026-11-24T08:01:00+01:00"
    shift = a_shift(visit, now="2026-11-24T08:01:00+01:00", cash_cents=500 if knew else 0)
    back = slip(boarded, "08:02", was="booked", cash_cents=500)
    view = ask(page, "shift", "viewOf", shift, [arrived, boarded, back])
    assert view["states"] == {"A": "booked"}
    assert (view["aboard"], view["cash_cents"], view["standing"]) == ([], 0, True)
    view = ask(page, "shift", "viewOf", shift, [arrived, boarded, {**back, "outcome": "conflict"}])
    assert view["states"] == {"A": "aboard"}, "a no lets it stand"
    again = told("boarded", "08:03", booking="A", detail={"cash_cents": 0})
    assert ask(page, "shift", "viewOf", shift, [arrived, boarded, back, again])["states"] == {"A": "aboard"}


def test_a_slip_does_not_hide_what_the_server_says_later(page: Page) -> None:
    boarded = told("boarded", "08:01", "taken", booking="A")
    back = slip(boarded, "08:02", "taken", was="booked")
    shift = a_shift(a_visit(MARKT, "08:00", ("A",), states={"A": "aboard"}), now="2026-11-24T08:05:00+01:00")
    assert ask(page, "shift", "viewOf", shift, [boarded, back])["states"] == {"A": "aboard"}, "by another device"


def test_where_the_bus_stood_and_rested_before_a_slip(page: Page) -> None:
    shift = a_shift(a_visit(MARKT, "08:00", ("A",)), now="2026-11-24T08:00:00+01:00")
    arrived, left = told("arrived", "08:00", "taken", stop="1"), told("left", "08:01", "taken", stop="1", visit="x")
    back = slip(left, "08:02", place={"stop": "1", "since": 1_795_503_600_000})
    assert ask(page, "shift", "viewOf", shift, [arrived, left, back])["standing"] is True
    assert ask(page, "shift", "viewOf", shift, [arrived, slip(arrived, "08:02", place=None)])["standing"] is False
    rest = told("break_begin", "08:03", "taken")
    assert ask(page, "shift", "viewOf", shift, [rest, slip(rest, "08:04", pausing=None)])["pausing"] is None
    end = told("shift_end", "08:05", "taken")
    over = a_shift(
        a_visit(MARKT, "08:00", ("A",)), now="2026-11-24T08:05:00+01:00", ended_at="2026-11-24T08:05:00+01:00"
    )
    assert ask(page, "shift", "viewOf", over, [end])["ended"] is True
    assert ask(page, "shift", "viewOf", over, [end, slip(end, "08:06")])["ended"] is False
    no = told("shift_end", "08:05", "conflict", reason="riders_aboard")
    assert ask(page, "shift", "viewOf", shift, [no])["ended"] is False, "with somebody aboard nothing ends"


def test_a_clock_that_was_set_since_the_tap_moves_no_report(page: Page) -> None:
    """The telephone was three minutes ahead, and its clock was set right before the network came back."""
    body = """async ([now, event]) => {
      const { setOffset } = await import('/web/js/driver/clock.js');
      const { wire } = await import('/web/js/driver/queue.js');
      setOffset(now);
      const at = wire(event).at;
      setOffset(0);
      return at;
    }"""
    event = {"id": "1", "kind": "fuel", "device_at": "2026-11-24T08:03:00.000Z", "offset": -180_000}
    assert page.evaluate(body, [-180_000, event]) == "2026-11-24T08:03:00.000Z", "it goes as it went"
    assert page.evaluate(body, [0, event]) == "2026-11-24T08:00:00.000Z", "as it was"


def test_what_leaves_names_no_person_and_no_words(page: Page) -> None:
    event = {"id": "1", "kind": "boarded", "device_at": "2026-11-24T08:00:00Z", "booking": "K7M-3PX", "said": "Eingestiegen: X",
             "tapped_at": 1, "memo": {"was": "booked"}, "visit": "stop 1", "people": ["K7M-3PX"],
             "detail": {"cash_cents": 0}}  # fmt: skip
    assert ask(page, "queue", "wire", event) == {
        "id": "1", "kind": "boarded", "at": "2026-11-24T08:00:00Z", "booking": "K7M-3PX", "detail": {"cash_cents": 0},
    }  # fmt: skip


# -- what is kept ------------------------------------------------------------------------------------------------------

TAP = """async (ids) => {
  const store = await import('/web/js/driver/store.js');
  const tap = { kind: 'fuel', device_at: '2026-11-24T08:00:00.000Z', outcome: '', ballast: 'y'.repeat(60_000) };
  for (const id of ids) await store.addEvent({ ...tap, id });
  return [(await store.events()).map((event) => event.id), store.isFull()];
}"""
MARK = """async (ids) => {
  const store = await import('/web/js/driver/store.js');
  for (const id of ids) await store.changeEvent(id, (event) => ({ ...event, outcome: 'taken', ballast: 'z'.repeat(60_000) }));
  return [(await store.events()).map((event) => event.outcome), store.isFull()];
}"""


def test_a_full_disk_loses_no_tap(page: Page) -> None:
    """What the disk has no room for is kept by the page, sent from there, and written as soon as there is room."""
    origin = page.evaluate("() => location.origin")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 40_000})
    try:
        ids, is_full = page.evaluate(TAP, ["a", "b", "c"])
        assert (ids, is_full) == (["a", "b", "c"], True)
        assert page.evaluate(MARK, ["b"]) == [["", "taken", ""], True]
        moments = page.evaluate(
            "async () => (await (await import('/web/js/driver/store.js')).events()).map((event) => event.device_at)"
        )
        assert moments == sorted(set(moments)), "in their order, each later than the one before"
    finally:
        devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    assert page.evaluate(MARK, ["a", "b", "c"]) == [["taken"] * 3, False]
    page.evaluate("async () => (await import('/web/js/driver/store.js')).wipe()")
    assert page.evaluate(MARK, []) == [[], False]


# -- places, clock, colours --------------------------------------------------------------------------------------------


def a_fix(at: int, lat: float = 52.6, speed: float | None = None, accuracy: float = 8, *, rolling: bool = False) -> Any:
    return {"at": at, "lat": lat, "lon": 11.1, "speed": speed, "accuracy": accuracy, "rolling": rolling}


@pytest.mark.parametrize(
    ("before", "fix", "rolls"),
    [
        (None, a_fix(0, speed=0.5), False),
        (None, a_fix(0, speed=8), True),
        (a_fix(0), a_fix(10_000, lat=52.601), True),  # 111 m in ten seconds
        (a_fix(0), a_fix(10_000, lat=52.60005), False),  # 6 m: somebody walks
        (a_fix(0), a_fix(10_000, lat=52.61, accuracy=500), False),  # a place that may be anywhere says nothing
        (a_fix(0, rolling=True), a_fix(10_000, lat=52.61, accuracy=500), True),
        (a_fix(0, rolling=True), a_fix(10_000, speed=1.4), True),  # on and off at different speeds: no flicker
        (a_fix(0, rolling=True), a_fix(10_000, speed=0.4), False),
    ],
)
def test_when_the_bus_rolls(page: Page, before: Any, fix: Any, rolls: bool) -> None:
    assert ask(page, "places", "rollingAfter", before, fix) is rolls


@pytest.mark.parametrize(
    ("timestamp", "counts"),
    [
        (1_000_000, 1_000_000),
        (995_000, 995_000),
        (1_000_000 - 3_600_000, 1_000_000),
        (4_600_000, 1_000_000),
        (0, 1_000_000),
    ],
)
def test_the_satellites_clock_does_not_move_the_devices(page: Page, timestamp: int, counts: int) -> None:
    """A device that is an hour wrong has places that are right: by its own clock they would be told an hour off."""
    assert ask(page, "places", "momentOfFix", timestamp, 1_000_000) == counts


@pytest.mark.parametrize(
    ("kept", "fix", "worth"),
    [
        (None, a_fix(0), True),
        (a_fix(0), a_fix(5_000, lat=52.61), False),  # moving: every ten seconds
        (a_fix(0), a_fix(10_000, lat=52.61), True),
        (a_fix(0), a_fix(30_000), False),  # standing: every minute
        (a_fix(0), a_fix(60_000), True),
    ],
)
def test_which_places_are_kept(page: Page, kept: Any, fix: Any, worth: bool) -> None:
    assert ask(page, "places", "isWorth", kept, fix) is worth


def test_a_place_that_is_refused_is_shown_at_once_and_once(page: Page) -> None:
    body = """async () => {
      const { Places } = await import('/web/js/driver/places.js');
      const told = [];
      const places = new Places(() => {}, () => told.push(places.denied));
      const no = { code: 1, PERMISSION_DENIED: 1 };
      places.failed(no);
      places.failed(no);
      places.take({ latitude: 52.6, longitude: 11.1, accuracy: 8, speed: null }, Date.now());
      return told;
    }"""
    assert page.evaluate(body) == [True, False]


@pytest.mark.parametrize(("offset_min", "wrong"), [(0, 0), (0.5, 0), (-3, 3), (3, -3), (-60 * 48, 0)])
def test_how_wrong_the_clock_is(page: Page, offset_min: float, wrong: int) -> None:
    """Ahead is positive; two days are no wrong clock but a day that is played."""
    found = page.evaluate(
        "async ([path, offset]) => { const clock = await import(path); clock.setOffset(offset); return clock.wrongMinutes() }",
        [f"{FOLDER}clock.js", offset_min * 60_000],
    )
    assert found == wrong


@pytest.mark.parametrize(
    ("choice", "moment", "night"),
    [
        ("auto", "2026-06-21T21:30:00+02:00", False),  # midsummer: the sun has only just gone
        ("auto", "2026-06-21T23:30:00+02:00", True),
        ("auto", "2026-12-21T15:30:00+01:00", False),
        ("auto", "2026-12-21T17:15:00+01:00", True),
        ("auto", "2026-12-21T07:00:00+01:00", True),
        ("day", "2026-12-21T23:00:00+01:00", False),
        ("night", "2026-06-21T12:00:00+02:00", True),
    ],
)
def test_when_it_is_night(page: Page, choice: str, moment: str, night: bool) -> None:
    milliseconds = page.evaluate("moment => Date.parse(moment)", moment)
    assert ask(page, "colours", "isNight", choice, milliseconds) is night
