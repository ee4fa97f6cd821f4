"""The accessibility statement, the page in Leichte Sprache and the page with sign-language videos."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from backend.web.views.access_pages import VIDEOS


@pytest.fixture
def some_videos(tmp_path: Path, settings) -> Path:
    """A district whose package has two of the three videos; the second lacks its captions."""
    folder = tmp_path / "dgs"
    folder.mkdir()
    for name in ("inhalt.mp4", "inhalt.vtt", "navigation.mp4"):
        (folder / name).write_bytes(b"")
    settings.STATICFILES_DIRS = [("district", tmp_path)]
    finders.get_finder.cache_clear()
    yield folder
    finders.get_finder.cache_clear()


def test_without_videos_each_place_says_so_and_the_text_is_there(visitor: Client) -> None:
    page = visitor.get("/gebaerdensprache/").content.decode()
    assert page.count("Dieses Video gibt es noch nicht.") == len(VIDEOS)
    assert "<video" not in page
    assert page.count("Text des Videos") == len(VIDEOS)


def test_a_video_with_its_captions_is_shown(visitor: Client, some_videos: Path) -> None:
    page = visitor.get("/gebaerdensprache/").content.decode()
    assert page.count("<video") == 1
    assert 'src="/static/district/dgs/inhalt.mp4"' in page
    assert '<track kind="captions" src="/static/district/dgs/inhalt.vtt" srclang="de"' in page
    assert page.count("Dieses Video gibt es noch nicht.") == 2
    assert page.count("Text des Videos") == len(VIDEOS)


def test_videos_may_be_played_from_our_own_server_only(visitor: Client) -> None:
    assert "media-src 'self'" in visitor.get("/gebaerdensprache/")["Content-Security-Policy"]


def test_the_statement_leads_to_easy_language_signing_feedback(visitor: Client) -> None:
    page = visitor.get("/barrierefreiheit/").content.decode()
    for path in ("/leichte-sprache/", "/gebaerdensprache/", "/barriere-melden/"):
        assert f'href="{path}"' in page
    assert "teilweise" in page


def test_the_page_in_easy_language_is_set_as_such_in_every_language(visitor: Client) -> None:
    for prefix in ("", "/en", "/de-simple"):
        page = visitor.get(f"{prefix}/leichte-sprache/").content.decode()
        assert 'class="easy ' in page
        assert 'href="/de-simple/"' in page
