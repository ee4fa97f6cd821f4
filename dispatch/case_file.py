"""A failing call of the engine as one readable file: plan, travel times, weights and what was asked.

JSON by the model's own field names. Only locations that the case uses are kept, numbered anew, so a file is small.
`anonymised` gives requests, shifts and vehicles running numbers; written files never hold a booking's code.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from dispatch.insertion import Insertion
from dispatch.layout import I32
from dispatch.model import Plan, Request
from dispatch.objective import Weights

FORMAT = "rufbus engine case 1"


class UnreadableCase(ValueError):
    """A file that is no case; says where in it and why."""


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked of the engine. `name`: check, quote, insert or improve; the other fields as the call needs them."""

    name: str
    request: Request | None = None  # quote, insert
    insertion: Insertion | None = None  # insert
    seed: int = 0  # improve
    iterations: int = 0
    cores: int = 1

    def __post_init__(self) -> None:
        if self.name not in ("check", "quote", "insert", "improve"):
            raise ValueError(f"there is no call {self.name!r}; there are check, quote, insert and improve")
        if self.name in ("quote", "insert") and self.request is None:
            raise ValueError(f"the call {self.name} needs a request")
        if self.name == "insert" and self.insertion is None:
            raise ValueError("the call insert needs an insertion")
        if min(self.iterations, self.seed) < 0 or not 1 <= self.cores <= 64:
            raise ValueError("seed and iterations must not be negative, cores are 1 to 64")


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a call needs to be made again.

    `says`: why it was kept, naming nobody. `before`: the version that `plan` follows, if its history is in question;
    `released`: requests that this step lets go.
    """

    says: str
    call: Call
    plan: Plan
    travel_s: I32
    weights: Weights
    all_served: bool = True
    before: Plan | None = None
    released: frozenset[str] = field(default_factory=frozenset)


def write_case(case: Case, path: Path) -> None:
    """Write a case, anonymised; the folder is made where it is missing."""
    case = with_used_locations(anonymised(case))
    document = {"format": FORMAT}
    for each in fields(case):
        value = getattr(case, each.name)
        document[each.name] = value.tolist() if isinstance(value, np.ndarray) else _plain(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_lines(document) + "\n", encoding="utf-8")


def read_case(path: Path) -> Case:
    """Read what `write_case` wrote, or somebody by hand. Raises UnreadableCase."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableCase(f"{path}: cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise UnreadableCase(f"{path}:{error.lineno}: no JSON: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise UnreadableCase(f"{path}: no JSON text: {error}") from error
    try:
        if not isinstance(document, dict) or document.pop("format", None) != FORMAT:
            raise UnreadableCase(f'does not begin with "format": "{FORMAT}"')
        travel_s = _matrix(document.pop("travel_s", None))
        hints = get_type_hints(Case)
        _expect_fields(Case, document, "", given={"travel_s"})
        values = {name: _value(hints[name], value, name) for name, value in document.items()}
        case = Case(**values, travel_s=travel_s)
        _expect_known_locations(case)
    except UnreadableCase as error:
        raise UnreadableCase(f"{path}: {error}") from error
    return case


def anonymised(case: Case) -> Case:
    """The case with running numbers for requests, shifts and vehicles."""
    plans = [plan for plan in (case.plan, case.before) if plan is not None]
    extra = [case.call.request.id] if case.call.request else []
    mentioned = [
        event.request_id for plan in plans for route in plan.routes for event in route.events if event.request_id
    ]
    ids = dict.fromkeys(
        [*(name for plan in plans for name in plan.requests), *extra, *mentioned, *sorted(case.released)]
    )
    requests = {name: f"request {number}" for number, name in enumerate(ids, start=1)}
    shift_ids = [each for plan in plans for each in [*(s.id for s in plan.shifts), *(r.shift_id for r in plan.routes)]]
    shifts = {name: f"shift {number}" for number, name in enumerate(dict.fromkeys(shift_ids), start=1)}
    vehicle_ids = dict.fromkeys(shift.vehicle.id for plan in plans for shift in plan.shifts)
    vehicles = {name: f"vehicle {number}" for number, name in enumerate(vehicle_ids, start=1)}

    def of_request(request: Request) -> Request:
        known = frozenset(requests[other] for other in request.apart_from if other in requests)
        return replace(request, id=requests[request.id], apart_from=known)

    def of_plan(plan: Plan) -> Plan:
        return Plan(
            tuple(
                replace(shift, id=shifts[shift.id], vehicle=replace(shift.vehicle, id=vehicles[shift.vehicle.id]))
                for shift in plan.shifts
            ),
            tuple(
                replace(
                    route,
                    shift_id=shifts[route.shift_id],
                    events=tuple(
                        replace(event, request_id=event.request_id and requests[event.request_id])
                        for event in route.events
                    ),
                )
                for route in plan.routes
            ),
            {requests[name]: of_request(request) for name, request in plan.requests.items()},
        )

    insertion = case.call.insertion
    call = replace(
        case.call,
        request=case.call.request and of_request(case.call.request),
        insertion=insertion and replace(insertion, shift_id=shifts.get(insertion.shift_id, "no shift of the plan")),
    )
    return replace(
        case,
        call=call,
        plan=of_plan(case.plan),
        before=case.before and of_plan(case.before),
        released=frozenset(requests[name] for name in case.released),
    )


def with_used_locations(case: Case) -> Case:
    """The case with only those locations that it uses, numbered in ascending order."""
    used = sorted(location for location in _locations(case) if 0 <= location < len(case.travel_s))
    number = {location: k for k, location in enumerate(used)}

    def moved(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            changes = {}
            for each in fields(value):
                old = getattr(value, each.name)
                changes[each.name] = (
                    number.get(old, old) if each.name.endswith("location") and old is not None else moved(old)
                )
            return replace(value, **changes)
        if isinstance(value, tuple):
            return tuple(map(moved, value))
        return {key: moved(each) for key, each in value.items()} if isinstance(value, dict) else value

    kept = np.ascontiguousarray(case.travel_s[np.ix_(used, used)])
    plans = {"plan": moved(case.plan), "before": moved(case.before), "call": moved(case.call)}
    return replace(case, travel_s=kept, **plans)


def _locations(case: Case) -> set[int]:
    found: set[int] = set()
    stack: list[Any] = [case.plan, case.before, case.call]
    while stack:
        value = stack.pop()
        if is_dataclass(value):
            for each in fields(value):
                inner = getattr(value, each.name)
                if each.name.endswith("location"):
                    found |= set() if inner is None else {inner}
                else:
                    stack.append(inner)
        elif isinstance(value, tuple):
            stack.extend(value)
        elif isinstance(value, dict):
            stack.extend(value.values())
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _lines(value: Any, indent: str = "") -> str:
    """JSON with one line for whatever fits into one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + len(indent) <= 200 or not isinstance(value, (dict, list)) or not value:
        return flat
    deeper = indent + " "
    if isinstance(value, dict):
        inner = [f"{json.dumps(key, ensure_ascii=False)}: {_lines(each, deeper)}" for key, each in value.items()]
        return "{\n" + ",\n".join(deeper + line for line in inner) + "\n" + indent + "}"
    if all(isinstance(each, int) for each in value):
        return flat  # a row of the matrix
    return "[\n" + ",\n".join(deeper + _lines(each, deeper) for each in value) + "\n" + indent + "]"


def _value(kind: Any, value: Any, where: str) -> Any:
    """The value as the type says; raises UnreadableCase with the place in the file."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return (
            None if value is None else _value(next(each for each in inner if each is not types.NoneType), value, where)
        )
    if origin is tuple or origin is frozenset:
        _expect(isinstance(value, list), where, "must be a list", value)
        return origin(_value(inner[0], each, f"{where}[{k}]") for k, each in enumerate(value))
    if origin is dict:
        _expect(isinstance(value, dict), where, "must be an object", value)
        return {key: _value(inner[1], each, f"{where}.{key}") for key, each in value.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        _expect(isinstance(value, dict), where, "must be an object", value)
        _expect_fields(kind, value, where)
        hints = get_type_hints(kind)
        try:
            return kind(**{name: _value(hints[name], each, f"{where}.{name}") for name, each in value.items()})
        except ValueError as error:
            raise error if isinstance(error, UnreadableCase) else UnreadableCase(f"{where}: {error}") from error
    if isinstance(kind, type) and issubclass(kind, Enum):
        _expect(value in kind.__members__, where, f"must be one of {', '.join(kind.__members__)}", value)
        return kind[value]
    right = isinstance(value, kind) and not (kind is int and (isinstance(value, bool) or abs(value) >= 2**53))
    _expect(right, where, f"must be {({int: 'a whole number', str: 'a text', bool: 'true or false'})[kind]}", value)
    return value


def _expect(right: bool, where: str, what: str, value: Any) -> None:
    if not right:
        raise UnreadableCase(f"{where}: {what}, not {json.dumps(value)[:60]}")


def _expect_fields(
    kind: type, value: Mapping[str, Any], where: str, given: frozenset[str] | set[str] = frozenset()
) -> None:
    known = {each.name: each.default is MISSING and each.default_factory is MISSING for each in fields(kind)}
    at = f"{where}: " if where else ""
    for name in value:
        if name not in known or name in given:
            raise UnreadableCase(f"{at}there is no field {name!r} here; there are {', '.join(known)}")
    for name, needed in known.items():
        if needed and name not in value and name not in given:
            raise UnreadableCase(f"{at}the field {name!r} is missing")


def _matrix(value: Any) -> I32:
    _expect(isinstance(value, list), "travel_s", "must be a list of rows", value)
    for k, row in enumerate(value):
        right = isinstance(row, list) and len(row) == len(value)
        right = right and all(type(each) is int and 0 <= each < 2**31 for each in row)
        _expect(right, f"travel_s[{k}]", f"must be {len(value)} whole numbers from 0 to {2**31 - 1}", row)
    return np.array(value, dtype=np.int32).reshape(len(value), len(value))


def _expect_known_locations(case: Case) -> None:
    unknown = [location for location in _locations(case) if not 0 <= location < len(case.travel_s)]
    if unknown:
        raise UnreadableCase(f"travel_s: has {len(case.travel_s)} locations, the case uses number {max(unknown)}")
