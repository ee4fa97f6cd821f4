"""Reads what callers of the REST interface send, and takes nothing on trust: no unknown fields, no guessed types.

A client that misspells a field hears of it instead of getting a ride without its wheelchair.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail, ParseError
from rest_framework.parsers import BaseParser

LARGEST_BODY = 64 * 1024
DEEPEST = 20
LONGEST_NAME_SHOWN = 60
EARLIEST_YEAR, LATEST_YEAR = (
    1970,
    2999,
)  # a device that lost its clock begins in 1970; others leave no room to reckon in


class BodyTooLarge(APIException):
    """More than any request of ours needs."""

    status_code = 413
    default_detail = _("Die Anfrage ist zu groß. Höchstens 64 kB sind erlaubt.")
    default_code = "body_too_large"


class StrictJSONParser(BaseParser):
    """JSON of a sensible size and depth, without NaN and without a name that stands twice."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge()
        if not body.strip():
            return {}
        try:
            read = json.loads(
                body.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_once_each
            )
        except RecursionError:
            raise ParseError(_("Die Anfrage ist zu tief verschachtelt.")) from None
        except ValueError as error:
            raise ParseError(_("Das ist kein gültiges JSON: %(cause)s") % {"cause": str(error)[:200]}) from None
        if _depth(read) > DEEPEST:
            raise ParseError(_("Die Anfrage ist zu tief verschachtelt."))
        return read


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice in the same object")
    return read


def _depth(value: Any) -> int:
    """How deep lists and objects are nested; gives up a little beyond what is allowed."""
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        deepest += 1
    return deepest


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know, each by its name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                problem = ErrorDetail(str(_("Dieses Feld gibt es nicht.")), code="unknown_field")
                raise serializers.ValidationError({shown_name(name): [problem] for name in unknown[:20]})
        return super().to_internal_value(data)


def shown_name(name: str) -> str:
    """A caller's own name for a field, fit to be shown in an answer."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:LONGEST_NAME_SHOWN])


class TextField(serializers.CharField):
    """Text, and only text: a number is no name."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class CountField(serializers.IntegerField):
    """A whole number, not its text, and not true or false."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class DegreesField(serializers.FloatField):
    """Degrees as a number."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, (int, float)):
            self.fail("invalid")
        if isinstance(data, int) and abs(data) > 360:  # a huge whole number has no float
            self.fail("invalid")
        return float(data)


class MomentField(serializers.DateTimeField):
    """A moment with its time zone: "8:00 Uhr" means something else in another one."""

    default_error_messages = {
        "naive": _("Bitte geben Sie die Zeit mit Zeitzone an, zum Beispiel 2026-11-24T08:00+01:00."),
        "no_moment": _("Das ist keine Zeit. Richtig wäre zum Beispiel 2026-11-24T08:00+01:00."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 40:
            self.fail("no_moment")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail("no_moment")
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            self.fail("no_moment")
        if moment.tzinfo is None:
            self.fail("naive")
        return moment
