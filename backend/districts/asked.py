"""Which district a request of the REST interface is about: the one that the address names (`?district=`), else the site's."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request

from backend.districts.models import District
from backend.districts.selectors import get_district

LONGEST_ID = 40


def district_asked(request: Request) -> District | None:
    """The district's row; None where nobody knows the one that is named."""
    name = request.query_params.get("district", settings.SITE_DISTRICT)
    return get_district(name) if name.isprintable() and len(name) <= LONGEST_ID else None
