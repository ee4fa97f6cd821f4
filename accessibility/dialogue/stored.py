"""Frozen values -> JSON and back, by their type hints: dataclasses, tuples, moments, enums, mappings."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_document(value: Any) -> Any:
    """JSON of a value; what has its default stays out."""
    if is_dataclass(value) and not isinstance(value, type):
        told = [(field, getattr(value, field.name)) for field in fields(value)]
        return {field.name: to_document(part) for field, part in told if part != _default(field)}
    if isinstance(value, dict):
        return {str(name): to_document(part) for name, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_document(part) for part in value]
    if isinstance(value, (frozenset, set)):
        return sorted(to_document(part) for part in value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def from_document(kind: type[T], document: Any) -> T:
    """The value that `to_document` made JSON of. Raises ValueError, KeyError or TypeError for another document."""
    return cast(T, _read(kind, document))


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, document: Any) -> Any:
    origin = get_origin(kind)
    if kind is Any or kind is object:
        return document
    if origin in (Union, UnionType):
        if document is None:
            return None
        return _read(next(part for part in get_args(kind) if part is not NoneType), document)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], part) for part in document)
    if origin is frozenset:
        return frozenset(_read(get_args(kind)[0], part) for part in document)
    if origin is dict:
        return {name: _read(get_args(kind)[1], part) for name, part in document.items()}
    if isinstance(kind, type):
        if is_dataclass(kind):
            hints = _hints(kind)
            return kind(**{name: _read(hints[name], part) for name, part in document.items() if name in hints})
        if issubclass(kind, (datetime, date)):
            return kind.fromisoformat(document)
        if issubclass(kind, StrEnum):
            return kind(document)
        if isinstance(document, kind) or (kind is float and isinstance(document, int)):
            return document
    raise TypeError(f"{document!r} is no {kind}")
