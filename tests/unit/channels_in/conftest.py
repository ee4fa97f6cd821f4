"""The small test district, as it is reached from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.utils import translation

from backend.districts.models import District
from tests.builders.district import a_district


@pytest.fixture
def district(db: None, settings) -> Iterator[District]:
    settings.SITE_DISTRICT = "probe"
    for cache in caches.all():
        cache.clear()
    with translation.override("de"):
        yield a_district()
    for cache in caches.all():
        cache.clear()
