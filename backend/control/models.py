"""What the control room keeps of its own. Each topic has its models in a module; Django finds them all here."""

from __future__ import annotations

from backend.control.handover_models import HandoverEntry
from backend.control.intervention_models import InterventionRecord
from backend.control.phone_models import PhoneCall
from backend.control.roster_models import Absence, DayDriver, DriverPermit, RosterChange, ShiftDriver
from backend.control.trouble_models import TroubleRecord

__all__ = [
    "Absence", "DayDriver", "DriverPermit", "HandoverEntry", "InterventionRecord", "PhoneCall", "RosterChange", "ShiftDriver",
    "TroubleRecord",
]  # fmt: skip
