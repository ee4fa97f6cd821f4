"""Static files come from the web process, whole and without a word on the console."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from django.test import AsyncClient


@pytest.mark.django_db
async def test_a_static_file_is_served_without_a_warning(tmp_path: Path, settings) -> None:
    (tmp_path / "site.css").write_text("body { margin: 0 }", encoding="utf-8")
    settings.STATIC_ROOT = tmp_path
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = await AsyncClient().get("/static/site.css")
        head = await AsyncClient().head("/static/site.css")
        part = await AsyncClient().get("/static/site.css", headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer.content) == (200, b"body { margin: 0 }")
    assert answer["Content-Type"].startswith("text/css")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", "18")
    assert (part.status_code, part.content) == (206, b"body")
