"""Texts that are kept (a refusal, the lines of a fare) are German, whoever asked: many read them, in several languages.

The page that shows one says it in its reader's language (backend/bookings/rewording.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def kept_in_german(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """For a function whose texts are stored."""

    @wraps(function)
    def in_german(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        with translation.override(settings.LANGUAGE_CODE):
            return function(*args, **kwargs)

    return in_german
