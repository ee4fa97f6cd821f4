"""`manage.py drive` as a person starts it: a server of its own, drivers over HTTP and a websocket, and nothing lost."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.district import BEETZENDORF, KLOETZE, KUHFELDE, MARKT, RULES, BusOnDuty, a_package

ROOT = Path(__file__).resolve().parents[3]
COLUMNS = (
    "request_no,known_at_s,from_stop_id,to_stop_id,anchor,time_s,adults,children,wheelchairs,walking_frames,prams,guide_dogs,"
    "bicycles,luggage,needs,concession,channel,purpose"
)
WISHES = [
    (MARKT, KLOETZE, 7), (KLOETZE, MARKT, 8), (KUHFELDE, BEETZENDORF, 8), (BEETZENDORF, KUHFELDE, 9), (MARKT, KUHFELDE, 9),
    (KLOETZE, KUHFELDE, 10),
]  # fmt: skip


@pytest.mark.timeout(600)
def test_a_small_day_is_driven_to_its_end(tmp_path: Path) -> None:
    folder, data = tmp_path / "probe", tmp_path / "data"
    rules = RULES.replace('demand = ""', 'demand = "demand.csv"')
    a_package(folder, (BusOnDuty(start="05:30", end="11:00"), BusOnDuty(start="05:30", end="11:00")), rules)
    rows = [
        f"{number},0,{origin},{target},depart,{3600 * hour},1,0,0,0,0,0,0,0,,none,web,work"
        for number, (origin, target, hour) in enumerate(WISHES, start=1)
    ]
    (folder / "demand.csv").write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("RUFBUS_", "DJANGO_"))}
    env |= {
        "RUFBUS_DATA": str(data), "RUFBUS_DISTRICT": "probe", "RUFBUS_DISTRICT_FOLDER": str(folder),
        "RUFBUS_IMPROVE_SECONDS": "0.3", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, str(ROOT / "manage.py"), "drive", "--own", "--fast", "--seed", "3"]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=500, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "nichts verloren" in ended.stdout.splitlines()[-1]
    assert re.search(r"Panne: +bus-\d um 08:1\d Uhr: [1-9] Fahrten", ended.stdout), ended.stdout
    assert re.search(r"Tipp → Nachricht: +Median \d+ ms", ended.stdout), ended.stdout
    with sqlite3.connect(data / "rufbus.sqlite3") as database:
        states = dict(database.execute("select state, count(*) from bookings_booking group by state"))
        receipts = database.execute("select count(*) from bookings_receipt").fetchone()[0]
    assert set(states) <= {"completed", "no_show", "cancelled"}, states
    assert states["completed"] == receipts >= 3
