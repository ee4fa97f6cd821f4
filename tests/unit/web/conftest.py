"""The pages of the small test district, with empty caches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import translation

from backend.districts.models import District
from tests.builders.district import a_district


@pytest.fixture(autouse=True)
def german_again() -> Iterator[None]:
    """A page in another language leaves its language behind in the thread; the next test starts in German."""
    with translation.override("de"):
        yield


@pytest.fixture
def district(db: None, settings) -> Iterator[District]:
    settings.SITE_DISTRICT = "probe"
    for cache in caches.all():
        cache.clear()
    caches["between_processes"].clear()
    yield a_district()
    caches["default"].clear()
    caches["between_processes"].clear()


@pytest.fixture
def visitor(district: District) -> Client:
    """A browser whose forms need their token, as in life."""
    return Client(enforce_csrf_checks=True)
