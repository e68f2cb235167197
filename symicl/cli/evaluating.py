"""``symicl evaluate``: the formulas of a derived theorem at numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..attention import Task
from ..derivations import derive, entry
from ..language.expressions import is_matrix
from ..language.functions import Applied
from .comparing import ID as BESIDE_OTHERS
from .comparing import Comparison, compare
from .eigenvalues import refuse_other_numbers
from .enough import Enough
from .inputs import read_object
from .moments import with_moments
from .numbers import show
from .scope import refuse_outside
from .values import Sheet, Value, letters_in

#: What is evaluated, by id; other ids evaluate all their formulas.
OUTPUTS: dict[str, tuple[str, ...]] = {
    "loss": ("value",),
    "optimum": ("loss", "u", "U", "Gamma_inverse"),
    "stationary": ("Gamma_inverse", "value"),
    "optimum-full": ("loss",),
    "trained-prediction": ("mean_square", "share_of_M", "share_of_N"),
}
#: What reads a file that does not hold the letters themselves.
PREPARED: dict[str, Callable[[Path, Mapping[str, Any]], dict[str, Any]]] = {"random-covariance": with_moments}
FULL = "full:"
#: Ids whose formulas are about different things: those are evaluated for which the file has values.
PARTS = frozenset({"shifts"})
#: What is evaluated as well where the file holds a further key, by id.
FURTHER: dict[str, dict[str, tuple[str, ...]]] = {"optimum-full": {"lambda": ("excess", "criterion")}}


#: Which formulas ask for a length of test prompts and for a squared length of training prompts, by id.
LENGTHS = {"learnability": ("M", "N_squared")}
#: Up to which d measured numbers are taken as the decimals they are where a value is rounded up.
DECIMALS_UP_TO = 20


@dataclass(frozen=True)
class Answer:
    """The values by name, where a single ``value`` stands alone, and the lengths that are enough."""

    values: Mapping[str, Value]
    exact: bool
    enough: Enough | None = None

    def as_json(self) -> dict[str, Any]:
        """``value``, and ``exact`` of the same shape where all input was exact, without what has to be integrated."""
        found = {"value": self._picked(lambda value: value.number)}
        if self.exact:
            exact = self._picked(lambda value: value.exact)
            if isinstance(exact, dict):
                exact = {name: value for name, value in exact.items() if value is not None}
            found["exact"] = exact
        return found | ({"enough": self.enough.as_json()} if self.enough else {})

    def _picked(self, pick: Callable[[Value], Any]) -> Any:
        if list(self.values) == ["value"]:
            return pick(self.values["value"])
        return {name: pick(value) for name, value in self.values.items()}

    def text(self) -> str:
        """For a terminal: one name after the other."""
        if list(self.values) == ["value"]:
            return self.values["value"].text()
        lines = [_titled(name, value) for name, value in self.values.items()]
        if self.enough:
            lines.append(f"M ≥ {self.enough.M} examples are enough for an error of eta + epsilon,")
            lines.append(f"and prompts of N ≥ {self.enough.N} examples in training for eta ≤ epsilon")
        return "\n".join(lines)


def _titled(name: str, value: Value) -> str:
    shown = value.text()
    if not isinstance(value.number, list):
        return f"{name} = {shown}"
    return "\n".join([f"{name} =", *(f"  {line}" for line in shown.splitlines())])


def evaluate_id(id: str, path: Path, progress: Callable[[str], None]) -> Answer | Comparison:
    """The values of a derived theorem's formulas at the numbers of a file."""
    row = entry(id)
    if row.id == BESIDE_OTHERS:
        return compare(path)
    raw = read_object(path)
    raw = PREPARED[row.id](path, raw) if row.id in PREPARED else raw
    progress(f"deriving {row.id}")
    try:
        chapter = derive(row.id)
    finally:
        progress("")
    formulas = _formulas(row.id, chapter.formulas, raw)
    task = getattr(chapter.model, "task", None) or Task()
    letters = {"N": task.N, "Lambda": task.Lambda}
    further = [chapter.formulas[name] for names in FURTHER.get(row.id, {}).values() for name in names]
    for formula in (*formulas.values(), *further):
        letters |= letters_in(formula)
    sheet = Sheet(path, formulas.values(), _ordered(letters | {"d": task.d}), raw)
    if "lambda" in sheet.values.by_name:
        refuse_other_numbers(path, sheet.values, show(raw["lambda"]))
    refuse_outside(chapter, sheet, path)
    values = {name: _value(sheet, formula, path) for name, formula in formulas.items()}
    exact = sheet.exact and any(value.exact is not None for value in values.values())
    return Answer(values, exact, _enough(sheet, [formulas[name] for name in LENGTHS.get(row.id, ())]))


def _enough(sheet: Sheet, formulas: list[Any]) -> Enough | None:
    """The lengths that a theorem asks for; their decimals are exact where that takes no time, as 0.01 is no float."""
    if not formulas:
        return None
    exact = sheet.exact or sheet.values.sizes.get("d", (0, ""))[0] <= DECIMALS_UP_TO
    return Enough.of(*(Fraction(str(sheet.value(formula, exact))) for formula in formulas))


def _value(sheet: Sheet, formula: Any, path: Path) -> Value:
    """A formula's value, exact where the input is and the formula holds nothing that has to be integrated."""
    exact = sheet.exact and not formula.has(Applied)
    return Value.of(sheet.value(formula, exact), path, exact=exact, flat=is_matrix(formula) and _is_flat(formula))


def _is_flat(formula: Any) -> bool:
    return formula.shape[1] == 1


def _ordered(letters: dict[str, Any]) -> dict[str, Any]:
    """N and Λ first, d last, the rest by name."""
    rest = sorted(set(letters) - {"N", "Lambda", "d"}, key=lambda name: (name.lower(), name.swapcase()))
    return {name: letters[name] for name in ("N", "Lambda", *rest, "d")}


def _formulas(id: str, formulas: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The formulas that are asked for; those of the full loss where the file holds p or q."""
    full = {name.removeprefix(FULL): f for name, f in formulas.items() if name.startswith(FULL)}
    if full and {"p", "q"} & set(raw):
        return full
    names = [*OUTPUTS.get(id, [name for name in formulas if FULL not in name])]
    names += [name for key, more in FURTHER.get(id, {}).items() if key in raw for name in more]
    plain = {name: formulas[name] for name in names}
    return plain if id not in PARTS else _answerable(plain, raw)


def _answerable(formulas: dict[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The formulas for whose matrices and vectors the file holds values; all, where that is none of them."""
    wanted = {name: {k for k, letter in letters_in(f).items() if is_matrix(letter)} for name, f in formulas.items()}
    return {name: f for name, f in formulas.items() if wanted[name] <= set(raw)} or formulas
