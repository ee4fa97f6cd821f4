"""Which district a request of the REST interface is about, as its row."""

from __future__ import annotations

from rest_framework.request import Request

from backend.config.access import district_in
from backend.districts.models import District
from backend.districts.selectors import get_district

LONGEST_ID = 40


def district_asked(request: Request) -> District | None:
    """The district's row; None where nobody knows the one that is named."""
    name = district_in(request)
    return get_district(name) if name.isprintable() and len(name) <= LONGEST_ID else None
