"""The control room of the small test district."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_DISTRICT = "probe"
