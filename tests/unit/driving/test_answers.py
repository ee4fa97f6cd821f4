"""A driver answers the control room by one tap."""

from __future__ import annotations

import pytest

from backend.driving.messages import READ, send_to_vehicle
from backend.driving.models import DriverMessage
from tests.builders.district import BusOnDuty, a_district, at
from tests.builders.driving import Bus, a_bus

pytestmark = pytest.mark.django_db


def told(bus: Bus, *choices: str) -> DriverMessage:
    duty = bus.duty
    return send_to_vehicle(
        duty.service_day, duty.vehicle, "Bitte melden.", "leitstelle", at("8:00"), shown=at("8:00"), choices=choices
    )


@pytest.mark.parametrize(
    ("choices", "choice", "outcome"),
    [(("Ja", "Nein"), "Ja", "taken"), (("Ja", "Nein"), READ, "refused"), ((), READ, "taken"), ((), "Ja", "refused")],
)
def test_what_was_offered_can_be_answered(choices: tuple[str, ...], choice: str, outcome: str) -> None:
    bus = a_bus(a_district(BusOnDuty()))
    message = told(bus, *choices)
    result = bus.says("answer", "8:01", detail={"message": str(message.pk), "choice": choice})
    message.refresh_from_db()
    assert result.outcome == outcome
    assert message.answer == (choice if outcome == "taken" else "")
