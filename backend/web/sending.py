"""What the pages share about forms that are sent: the key that makes a second press harmless, and the answer's status."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, is_dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

LONGEST_WORD = 64


def check_word(word: str) -> None:
    """Raise ValidationError for what the desk would not take as a key."""
    if not word.isprintable():
        raise ValidationError(_("Es wurde nichts gespeichert. Öffnen Sie die Seite neu und senden Sie noch einmal."))


def new_word() -> str:
    """A word that no other form has."""
    return uuid.uuid4().hex


class KeyField(forms.CharField):
    """A form's own word, unseen: the same word is the same press. A form that is shown for the first time gets a new one."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST_WORD, validators=[check_word], initial=new_word)


def renew_key(form: forms.Form) -> None:
    """After a "no": pressed again later, the same form asks anew, instead of hearing again what was true then."""
    data = {name: form.data.get(name) for name in form.data}
    form.data = {**data, "key": new_word()}


def own_word(text: str) -> str:
    """The word that a button without a form was pressed with; a fresh one where it is none."""
    return text if text and text.isprintable() and len(text) <= LONGEST_WORD else new_word()


def key_of(scope: str, *contents: Any) -> str:
    """The form's own word and what was sent: the same press twice is one call, a corrected form is another.

    The key is kept, so its digest is made with the site's secret: without it, a need or a number could be tried out.
    """
    values = [_plain(content) for content in contents]
    content = values[0] if len(values) == 1 else values
    text = json.dumps(content, default=str, sort_keys=True)
    digest = salted_hmac("rufbus.web.key", text, algorithm="sha256").hexdigest()[:24]
    return f"web:{scope}:{digest}"


def _plain(content: Any) -> Any:
    if not is_dataclass(content) or isinstance(content, type):
        return content
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(content).items()}


def status_of(form: forms.Form) -> HTTPStatus:
    """422 for a form that came back with errors."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
