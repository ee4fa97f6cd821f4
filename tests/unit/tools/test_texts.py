"""Texts are found in Python, templates and district packages; what the catalogues lack is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from accessibility.language import easy
from tools import texts

PYTHON = """
from django.utils.translation import gettext as _, ngettext
def said(n):
    return _("Guten Tag"), ngettext("%(n)d Fahrt", "%(n)d Fahrten", n), pgettext("Anrede", "Sie")
"""
TEMPLATE = """{% load i18n %}
<h1>{% translate "Die Überschrift" %}</h1>
    {% notice "good" _("Ein Hinweis") %}
  <p title="{% translate 'Im Merkmal' %}">({% blocktranslate trimmed with time=now|clock_text %}
    Um {{ time }}
    geht es los.
  {% endblocktranslate %}</p>
{% blocktranslate count counter=rides|length %}{{ counter }} Halt{% plural %}{{ counter }} Halte{% endblocktranslate %}
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small tree of our own shape, with catalogues."""
    backend = tmp_path / "backend"
    (backend / "web" / "templates").mkdir(parents=True)
    (backend / "said.py").write_text(PYTHON, encoding="utf-8")
    (backend / "web" / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    district = tmp_path / "fixtures" / "probe" / "district.toml"
    district.parent.mkdir(parents=True)
    district.write_text('[district]\nphone_hours = "immer"\n[[vehicle]]\nrecognise = "Nummer 7"\n', encoding="utf-8")
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    monkeypatch.setattr(texts, "SOURCES", backend)
    monkeypatch.setattr(texts, "CATALOGUES", backend / "web" / "locale")
    return tmp_path


def fill(locale: str, words: dict[str, object]) -> None:
    fresh = texts.update(locale, texts.texts())
    for message in fresh:
        key = message.id if isinstance(message.id, str) else message.id[0] if message.id else ""
        if key in words:
            message.string = words[key]
    texts.write(locale, fresh)


def test_every_kind_of_source_is_read(sources: Path) -> None:
    found = {message.id: message for message in texts.texts() if message.id}
    assert set(found) == {
        "Guten Tag", ("%(n)d Fahrt", "%(n)d Fahrten"), "Sie", "Die Überschrift", "Ein Hinweis", "Im Merkmal",
        "Um %(time)s geht es los.", ("%(counter)s Halt", "%(counter)s Halte"), "immer", "Nummer %(number)d",
    }  # fmt: skip
    assert found["Sie"].context == "Anrede"
    assert "python-format" in found["Um %(time)s geht es los."].flags


def test_what_is_missing_wrong_or_too_hard_is_named(sources: Path) -> None:
    fill("en", {"Guten Tag": "Hello", "Um %(time)s geht es los.": "Off we go."})
    fill("de_Simple", {"Guten Tag": "Die Begrüßungsformel", "Ein Hinweis": "Sie würden das wissen."})
    wrong = list(texts.problems())
    assert "en: no translation: 'Die Überschrift'" in wrong
    assert "en: other placeholders or tags: 'Um %(time)s geht es los.' / 'Off we go.'" in wrong
    assert any(line.startswith("de_Simple: too hard (long word: Begrüßungsformel)") for line in wrong)
    assert any(line.startswith("de_Simple: too hard (subjunctive: würden)") for line in wrong)
    assert not any("Hello" in line for line in wrong)


def test_what_was_translated_stays_and_what_nobody_says_goes(sources: Path) -> None:
    fill("en", {"Guten Tag": "Hello", "Ein Hinweis": "A note"})
    page = sources / "backend" / "web" / "templates" / "page.html"
    page.write_text(TEMPLATE.replace("Ein Hinweis", "Ein anderer"), encoding="utf-8")
    assert any("nobody says this any more" in line and "Ein Hinweis" in line for line in texts.problems())
    fill("en", {})
    kept = {message.id: message.string for message in texts.catalogue("en") if message.id}
    assert kept["Guten Tag"] == "Hello"
    assert kept["Ein anderer"] == ""
    assert "Ein Hinweis" not in kept


def test_a_lone_percent_is_found(sources: Path) -> None:
    (sources / "backend" / "said.py").write_text('_("%(n)d %% weniger")', encoding="utf-8")
    fill("en", {"%(n)d %% weniger": "%(n)d % less"})
    assert any("a lone %" in line for line in texts.problems())


def test_every_easy_text_that_we_have_is_easy() -> None:
    """Over the whole catalogue: each version that somebody wrote passes the checker, with the same placeholders."""
    catalogue = texts.catalogue("de_Simple")
    pairs = [(german, string) for message in catalogue if message.id for german, string in texts.strings_of(message)]
    written = [(german, string) for german, string in pairs if string]
    assert len(written) > 300
    hard = {string: easy.problems(string) for _german, string in written if easy.problems(string)}
    assert not hard
    for german, string in written:
        assert set(re.findall(r"%\(\w+\)", string)) <= set(re.findall(r"%\(\w+\)", german)), string
