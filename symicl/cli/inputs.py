"""The file of ``--at``: a JSON object with a value for each letter, read and checked before anything is computed.

Every message names the file and the key and says what would be right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..names import meant
from ..runs.document import read_bytes
from . import numbers
from .numbers import Literal, show

BYTES = 10_000_000
ALIASES = {"Λ": "Lambda", "x": "x_q"}
Size = str | int


@dataclass(frozen=True)
class Slot:
    """What a key may hold: a ``size`` (d or N), a ``scalar``, or a ``matrix`` of rows × cols."""

    name: str
    kind: str
    rows: Size = 1
    cols: Size = 1
    positive: bool = False
    semidefinite: bool = False

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes that a value tells by its shape."""
        return (self.rows, self.cols) if self.kind == "matrix" else ()

    @property
    def flat(self) -> bool:
        """Whether it is written as a flat list."""
        return self.kind == "matrix" and 1 in (self.rows, self.cols)


@dataclass
class Values:
    """The values by key, the sizes that they fix, and whether all input was exact."""

    by_name: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, tuple[int, str]] = field(default_factory=dict)
    exact: bool = True


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; numbers come as :class:`Literal`."""
    raw = read_bytes(path, "a JSON file", BYTES)
    if not raw.strip():
        raise UserError(f'{path}: the file is empty; it must hold a JSON object such as {{"N": 4}}')
    try:
        text = raw.decode("utf-8-sig")
        found = json.loads(
            text,
            parse_int=lambda text: Literal(text, True),
            parse_float=lambda text: Literal(text, False),
            parse_constant=lambda text: Literal(text, False),
            object_pairs_hook=lambda pairs: _object(path, pairs),
        )
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not text in UTF-8 (byte {error.start + 1}); it must hold a JSON object") from None
    except json.JSONDecodeError as error:
        raise UserError(f"{path}: not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise UserError(f"{path}: lists are nested too deep; a matrix is a list of rows") from None
    if not isinstance(found, dict):
        raise UserError(f'{path}: holds {show(found)}, but must hold a JSON object such as {{"N": 4}}')
    return found


def _object(path: Path, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = ALIASES.get(key, key)
        if name in found:
            raise UserError(f"{path}: key {show(key)} stands there twice; give each letter one value")
        found[name] = value
    return found


def bind(path: Path, raw: Mapping[str, Any], slots: Iterable[Slot], needed: Iterable[str]) -> Values:
    """The values of a file, each checked against its slot and the sizes against one another."""
    known = {slot.name: slot for slot in slots}
    needed = list(needed)
    for key in raw:
        if key not in known:
            raise UserError(f"{path}: unknown key {show(key)}: {_hint(key, known)}")
    for name in needed:
        if name not in raw:
            raise UserError(f"{path}: key {name} is missing; needed are {', '.join(needed)}")
    values = Values()
    for name in sorted(raw, key=lambda name: (known[name].kind != "size", not known[name].positive)):
        values.by_name[name] = _value(known[name], raw[name], f"{path}: {name}", values)
    values.exact = all(map(numbers.is_exact, raw.values()))
    return values


def _hint(key: str, known: Mapping[str, Slot]) -> str:
    near = meant(key, known)
    return f"did you mean {near}?" if near else f"the keys are {', '.join(known)}"


def _value(slot: Slot, value: Any, place: str, values: Values) -> Any:
    if slot.kind == "size":
        count = numbers.positive_integer(value, place)
        values.sizes[slot.name] = int(count), f"{slot.name} is {show(Literal(str(count), True))}"
        return count
    if slot.kind == "scalar":
        found = numbers.number(value, place)
        if slot.positive and found <= 0:
            raise UserError(f"{place} must be positive, not {show(value)}")
        return found
    if slot.flat and (slot.cols == 1 or not (isinstance(value, list) and value and isinstance(value[0], list))):
        entries = numbers.vector(value, place)
        rows = [[entry] for entry in entries] if slot.cols == 1 else [entries]
    else:
        rows = numbers.matrix(value, place)
    if slot.positive:
        rows = numbers.positive_definite(rows, place, numbers.is_exact(value))
    elif slot.semidefinite:
        rows = numbers.positive_semidefinite(rows, place, numbers.is_exact(value))
    _fit(slot, rows, place, values)
    return rows


def _fit(slot: Slot, rows: list[list[Fraction]], place: str, values: Values) -> None:
    """Compare the shape with what is known of the sizes, and remember what it says of them."""
    shape = len(rows), len(rows[0])
    for size, count, what in ((slot.rows, shape[0], "rows"), (slot.cols, shape[1], "columns")):
        shown = f"{shape[0]}×{shape[1]}"
        if isinstance(size, int):
            if size != count:
                raise UserError(f"{place} is {shown}, but it must have {size} {what}")
            continue
        want, why = values.sizes.setdefault(size, (count, f"{slot.name} is {shown}"))
        if want != count:
            raise UserError(f"{place} is {shown}, but {why}, so it must have {want} {what}")
