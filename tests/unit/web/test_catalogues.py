"""The catalogues are compiled where they are needed, also by several processes at once."""

from __future__ import annotations

import gettext
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.config.catalogues import FOLDER, compile_catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Fahrt"\nmsgstr "{word}"\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(PO.format(word="Ride"), encoding="utf-8")
    return file


def said(folder: Path) -> str:
    return gettext.translation("django", folder, ["en"], class_=gettext.GNUTranslations).gettext("Fahrt")


def test_what_is_missing_or_stale_is_compiled_and_nothing_else(source: Path, tmp_path: Path) -> None:
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert said(tmp_path) == "Ride"
    assert compile_catalogues(tmp_path) == []
    source.write_text(PO.format(word="Trip"), encoding="utf-8")
    later = source.with_suffix(".mo").stat().st_mtime_ns + 1_000_000
    os.utime(source, ns=(later, later))
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert sorted(file.name for file in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_many_at_once_do_no_harm(source: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(compile_catalogues, [tmp_path] * 8))
    assert said(tmp_path) == "Ride"
    assert sorted(file.name for file in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_tests_and_servers_have_every_catalogue() -> None:
    """Compiled as soon as Django is set up."""
    assert {path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/django.mo")} == {"en", "de_Simple"}
