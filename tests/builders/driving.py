"""A driver with a device in a bus of the small district, and what he reports: `bus.says("boarded", "8:31", booking=code)`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from accessibility.desk import Refusal
from backend.bookings.clock import SetClock
from backend.districts.models import District
from backend.driving.devices import credential, make_pairing_code, pair
from backend.driving.duties import add_driver, sign_in
from backend.driving.intake import Result, Taken, take_events
from backend.driving.models import Device, Driver, Duty
from backend.driving.rules import Sent
from tests.builders.district import at

_numbers = iter(range(1, 10**9))


def a_device(district: District, now: datetime | None = None) -> tuple[Device, str]:
    """A device that was paired, and its credential."""
    moment = now or at("5:50")
    code, _until = make_pairing_code(district, "leitstelle", moment)
    answer = pair(code, f"Testgerät {next(_numbers)}", moment)
    assert not isinstance(answer, Refusal)
    return answer[0], credential(*answer)


def a_driver(district: District, now: datetime | None = None) -> tuple[Driver, str]:
    """A driver, and the short code."""
    return add_driver(district, f"Testfahrer {next(_numbers)}", "leitstelle", now or at("5:50"))


@dataclass
class Bus:
    """A vehicle with a driver signed in; `wrong_s`: so many seconds its device's clock is ahead."""

    duty: Duty
    wrong_s: float = 0.0
    credential: str = ""

    def event(self, kind: str, clock: str | datetime, key: UUID | None = None, **said: Any) -> Sent:
        """A report by the device's clock."""
        moment = (at(clock) if isinstance(clock, str) else clock) + timedelta(seconds=self.wrong_s)
        return Sent(key or uuid4(), kind, moment, **said)

    def says(self, kind: str, clock: str | datetime, **said: Any) -> Result:
        """Report one thing at once."""
        moment = at(clock) if isinstance(clock, str) else clock
        return self.sends([self.event(kind, clock, **said)], moment)[0]

    def sends(self, events: list[Sent], now: str | datetime) -> tuple[Result, ...]:
        """Report several things in one batch."""
        moment = at(now) if isinstance(now, str) else now
        sent_at = moment + timedelta(seconds=self.wrong_s)
        answer = take_events(self.duty.device, events, sent_at, SetClock(moment))
        assert isinstance(answer, Taken), answer
        return answer.results


def a_bus(district: District, vehicle: str = "bus-1", since: str | datetime = "5:55", wrong_s: float = 0.0) -> Bus:
    """A driver signed in for a vehicle."""
    moment = at(since) if isinstance(since, str) else since
    device, credential_of_it = a_device(district, moment)
    _driver, code = a_driver(district, moment)
    duty = sign_in(device, code, vehicle, SetClock(moment))
    assert isinstance(duty, Duty), duty
    return Bus(duty, wrong_s, credential_of_it)
