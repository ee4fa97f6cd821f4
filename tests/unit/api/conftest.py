"""The interface of the small test district, with empty caches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from backend.districts.models import District
from tests.builders.district import a_district


@pytest.fixture(autouse=True)
def _fresh(settings) -> Iterator[None]:
    settings.SITE_DISTRICT = "probe"
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def district(db: None) -> District:
    return a_district()


@pytest.fixture
def guest(district: District) -> Client:
    """Somebody without an account. What goes wrong on the server is an answer of 500, as it is for a caller."""
    return Client(raise_request_exception=False)
