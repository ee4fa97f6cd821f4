"""Every transcript in this folder is played against the real desk of the Altmark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from pytest_django.plugin import DjangoDbBlocker

from accessibility.dialogue.manner import VOICE
from backend.districts.models import District, Vehicle
from backend.districts.services import build, import_package
from tests.builders.dialogues import Player, read_transcript
from tests.builders.texts import KINDS, TextPlayer

FOLDER = Path(__file__).parent
ALTMARK = FOLDER.parents[2] / "fixtures" / "altmark"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))


@pytest.fixture(scope="module")
def altmark(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[District]:
    """The district, imported once for all transcripts; each of them undoes what it booked."""
    with django_db_blocker.unblock():
        district = import_package(ALTMARK)
        build(district)
    yield district
    with django_db_blocker.unblock():
        Vehicle.objects.filter(district=district).delete()
        District.objects.filter(pk=district.pk).delete()


@pytest.mark.django_db
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_dialogue_goes_as_written(path: Path, altmark: District, settings) -> None:  # type: ignore[no-untyped-def]
    for cache in caches.all():
        cache.clear()  # wrong PINs are counted there
    transcript = read_transcript(path)
    settings.SITE_DISTRICT = altmark.pk
    is_written = transcript.value("Kanal", "Telefon") in KINDS
    player = TextPlayer(altmark, transcript) if is_written else Player(altmark, transcript, VOICE)
    try:
        player.play()
    except AssertionError as problem:
        pytest.fail(str(problem), pytrace=False)


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS
