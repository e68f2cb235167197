"""Formulas at the numbers of an input file, and how the values are shown."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sympy import Symbol
from sympy.matrices.expressions import Identity, MatrixSymbol, ZeroMatrix

from ..errors import UserError
from ..language.expressions import is_matrix
from ..language.letters import Defined
from ..language.mean import MatrixMean, Mean
from ..language.numeric import evaluate
from ..language.rewrite import parts_of
from .inputs import Slot, Values, bind, read_object
from .roots import as_float, exact_value

LARGEST = 1000
WIDE = 40


def letters_in(node: Any) -> dict[str, Any]:
    """The letters that need a value, by name: definitions are looked into, covariances and averages are not."""
    found: dict[str, Any] = {}
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, (MatrixSymbol, Symbol)) and not isinstance(part, Defined):
            found[part.name] = part
        elif isinstance(part, (Mean, MatrixMean)):
            averaged = {letter.name for letter in part.over}
            found |= {name: letter for name, letter in letters_in(part.body).items() if name not in averaged}
        else:
            stack.extend(inner for inner in parts_of(part) if not isinstance(inner, str))
    return found


def slot_of(letter: Any) -> Slot:
    """What the file may hold for a letter."""
    if not is_matrix(letter):
        return Slot(letter.name, "size" if letter.is_integer else "scalar", positive=bool(letter.is_positive))
    rows, cols = (int(size) if size.is_Integer else str(size) for size in letter.shape)
    return Slot(letter.name, "matrix", rows, cols, letter.positive, letter.semidefinite)


class Sheet:
    """The values of a file for the letters of some formulas.

    ``letters`` are all that the file may hold; what the formulas do not need may be left out.
    """

    def __init__(self, path: Path, formulas: Iterable[Any], letters: Mapping[str, Any], raw: Any = None) -> None:
        self.path = path
        self.formulas = list(formulas)
        self.letters = dict(letters)
        self.slots = {name: slot_of(letter) for name, letter in self.letters.items()}
        raw = read_object(path) if raw is None else raw
        self.values: Values = bind(path, raw, self.slots.values(), self._needed(raw))
        self._bounded()

    def _needed(self, raw: Mapping[str, Any]) -> list[str]:
        """The letters of the formulas; a size only where no matrix among them, or in the file, tells it."""
        found = set().union(*(letters_in(formula) for formula in self.formulas))
        counted = {name for name, slot in self.slots.items() if slot.kind == "size"}
        letters = found - counted
        shapes = {str(size) for formula in self.formulas if is_matrix(formula) for size in formula.shape}
        told = {str(size) for name in letters | set(raw) if (slot := self.slots.get(name)) for size in slot.sizes}
        sizes = ((found | shapes) & counted) - told
        wanted = letters | {"Lambda" if size == "d" and "d" not in raw else size for size in sizes}
        return [name for name in self.letters if name in wanted]

    def _bounded(self) -> None:
        """Refuse a formula that would build a matrix of N × N for a large N."""
        for formula in self.formulas:
            for size in _built(formula):
                count = self.values.sizes.get(str(size), (0, ""))[0]
                if count > LARGEST:
                    raise UserError(
                        f"{self.path}: {size} is {count}, but the value holds a matrix of that size; "
                        f"take {size} up to {LARGEST}"
                    )

    @property
    def exact(self) -> bool:
        """Whether all input was exact."""
        return self.values.exact

    def value(self, formula: Any, exact: bool | None = None, sizes: Mapping[Any, int] | None = None) -> Any:
        """A formula's value: exact for exact input, floating otherwise or where ``exact`` is False.

        ``sizes`` go before those of the file.
        """
        exact = self.exact if exact is None else exact
        known: dict[Any, Any] = dict(sizes or {})
        for name, value in self.values.by_name.items():
            known.setdefault(self.letters[name], value if exact else _floats(value, f"{self.path}: {name}"))
        for name, (count, _) in self.values.sizes.items():
            known.setdefault(self.letters.get(name, Symbol(name)), count)
        return self._computed(formula, known, exact)

    def _computed(self, formula: Any, known: dict[Any, Any], exact: bool) -> Any:
        try:
            if exact:
                return exact_value(formula, known)
            import numpy as np

            with np.errstate(all="ignore"):
                return evaluate(formula, known, exact=False)
        except (ZeroDivisionError, OverflowError):
            raise UserError(f"{self.path}: the formula has no finite value at these numbers") from None
        except ValueError as error:
            if type(error).__name__ != "LinAlgError":
                raise
            raise UserError(f"{self.path}: a matrix to be inverted is singular at these numbers") from None


def _built(formula: Any) -> set[Any]:
    """The sizes of the matrices that a formula builds from a number alone."""
    found = set()
    stack = [formula]
    while stack:
        part = stack.pop()
        if isinstance(part, (Identity, ZeroMatrix)):
            found |= {size for size in part.shape if isinstance(size, Symbol)}
        stack.extend(inner for inner in parts_of(part) if not isinstance(inner, str))
    return found


def _floats(value: Any, place: str) -> Any:
    if isinstance(value, list):
        return [_floats(entry, place) for entry in value]
    try:
        return float(value)
    except OverflowError:
        raise UserError(f"{place} holds a number that is too large for floating point") from None


@dataclass(frozen=True)
class Value:
    """The value of one formula: ``number`` in plain floats, and ``exact`` of the same shape where that is known."""

    number: Any
    exact: Any = None

    @classmethod
    def of(cls, value: Any, path: Path, *, exact: bool, flat: bool = False) -> Value:
        """The value as the language hands it over; ``flat`` writes a column as a flat list."""
        rows = value.tolist() if hasattr(value, "tolist") else value
        if isinstance(rows, list) and flat:
            rows = [entry for row in rows for entry in row]
        return cls(_mapped(rows, lambda entry: _float(entry, path)), _mapped(rows, _exact) if exact else None)

    def text(self) -> str:
        """For a terminal: exact where that is known and short."""
        shown = self.number if self.exact is None or _widest(self.exact) > WIDE else self.exact
        if not isinstance(shown, list):
            return str(shown) if str(shown) in (str(self.number), _short(self.number)) else f"{shown}  ({self.number})"
        rows = [row if isinstance(row, list) else [row] for row in shown]
        cells = [[str(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(
            "[ " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) + " ]" for row in cells
        )


def _widest(shown: Any) -> int:
    return max(map(_widest, shown)) if isinstance(shown, list) else len(shown)


def _short(number: Any) -> str:
    return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)


def _mapped(rows: Any, change: Any) -> Any:
    return [_mapped(row, change) for row in rows] if isinstance(rows, list) else change(rows)


def _float(entry: Any, path: Path) -> float:
    try:
        number = as_float(entry)
    except (OverflowError, TypeError):
        number = math.nan
    if not math.isfinite(number):
        raise UserError(f"{path}: the value at these numbers is too large for floating point, or not a real number")
    return number


def _exact(entry: Any) -> str:
    sys.set_int_max_str_digits(0)  # an exact value may be long; the input is bounded
    from sympy.printing.str import StrPrinter

    return StrPrinter().doprint(entry)
