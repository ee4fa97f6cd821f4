"""A service day in an address: /leitstelle/2026-11-24/."""

from __future__ import annotations

from datetime import date

from django.urls import register_converter


class IsoDateConverter:
    """Turns an ISO date in an address into a date; what is no date is no such page."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(IsoDateConverter, "isodate")
