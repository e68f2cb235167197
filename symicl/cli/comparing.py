"""``symicl compare``, and ``symicl evaluate gradient-descent``: the risks of four predictors side by side.

The layer, gradient descent and least squares have formulas, which are evaluated; ridge regression has none, so that its
risk is a quadrature or a Monte Carlo mean, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..derivations import derive
from ..errors import UserError
from ..ridge import Estimate, ridge_risk
from .inputs import read_object
from .shell import table
from .values import Sheet, Value, letters_in

ID = "gradient-descent"
FORMULAS = ("layer", "gd", "gd_step")
LETTERS = ("N", "M", "Lambda", "sigma", "lambda", "d")
TITLES = {
    "layer": "trained layer",
    "gd": "one plain step of gradient descent",
    "least_squares": "least squares",
    "ridge": "ridge regression",
}


@dataclass(frozen=True)
class Comparison:
    """The risks by name, the value of λ, and why there is none where there is none."""

    values: Mapping[str, Value]
    ridge: Estimate | None
    level: Value
    exact: bool
    left_out: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """``value``, ``exact`` where all input was exact, what ridge regression was computed by, what was left out."""
        found: dict[str, Any] = {"value": {name: value.number for name, value in self.values.items()}}
        if self.exact:
            found["exact"] = {name: value.exact for name, value in self.values.items()}
        if self.ridge is not None:
            found["value"]["ridge"] = self.ridge.value
            found["ridge"] = {"lambda": self.level.number, "error": self.ridge.error, "how": self.ridge.how}
        return found | ({"left_out": dict(self.left_out)} if self.left_out else {})

    def text(self) -> str:
        """For a terminal: one name after the other."""
        lines = [f"{name} = {value.text()}" for name, value in self.values.items()]
        if self.ridge is not None:
            lines.append(f"ridge = {self.ridge.value}  ({_obtained(self.ridge)}, lambda = {self.level.text()})")
        return "\n".join([*lines, *(f"{name}: {why}" for name, why in self.left_out.items())])

    def table(self) -> str:
        """For a terminal: side by side."""
        rows = [("predictor", "risk", "by")]
        for name, title in TITLES.items():
            if name in self.values:
                note = f"formula, step {self.values['gd_step'].number:.6g}" if name == "gd" else "formula"
                rows.append((title, f"{self.values[name].number:.6g}", note))
            elif name == "ridge" and self.ridge is not None:
                note = f"{_obtained(self.ridge)}, lambda = {self.level.number:.6g}"
                rows.append((title, f"{self.ridge.value:.6g}", note))
            else:
                rows.append((title, "none", self.left_out[name]))
        return table(rows)


def _obtained(found: Estimate) -> str:
    if found.how == "quadrature":
        return "by quadrature"
    return f"Monte Carlo, ± {found.error:.2g} (95 %)"


class Setting:
    """The numbers of a file: N, M, Lambda and sigma, and lambda where it is given (else it is sigma²)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        chapter = derive(ID)
        self.formulas = {name: chapter.formulas[name] for name in (*FORMULAS, "least_squares")}
        task = chapter.model.task
        found = {name: letter for formula in self.formulas.values() for name, letter in letters_in(formula).items()}
        found |= letters_in(chapter.claims["ridge_given_examples"]) | {"d": task.d, "M": task.N}
        letters = {name: found[name] for name in LETTERS}
        self.excess = found["m"]
        self.sheet = Sheet(path, [self.formulas[name] for name in FORMULAS], letters, read_object(path))
        given = self.sheet.values
        self.Lambda, self.sigma = given.by_name["Lambda"], given.by_name["sigma"]
        self.d, self.M, self.N = len(self.Lambda), given.sizes["M"][0], given.sizes["N"][0]
        self.level = given.by_name.get("lambda", self.sigma**2)
        if self.sigma < 0:
            raise UserError(f"{path}: sigma is {float(self.sigma):g}, but the size of a noise is not negative")

    def value(self, name: str, M: int) -> Value:
        """A formula with prompts of M examples."""
        sizes = {self.sheet.letters["M"]: M} if name in FORMULAS else {self.excess: M - self.d - 1}
        found = self.sheet.value(self.formulas[name], sizes=sizes)
        return Value.of(found, self.path, exact=self.sheet.exact)

    def no_least_squares(self, M: int) -> str:
        """Why least squares has no risk here; empty where it has one."""
        spare = M - self.d
        if spare < 0:
            return f"M = {M} examples do not determine {self.d} coefficients; it takes M ≥ d"
        if self.sigma and spare < 2:
            return f"with noise its risk is infinite for M = {M} ≤ d + 1 = {self.d + 1}"
        return ""

    def least_squares(self, M: int) -> Value:
        """The risk of least squares: zero without noise from M = d on, a formula beyond M = d + 1."""
        return self.value("least_squares", max(M, self.d + 2) if not self.sigma else M)

    def ridge(self, M: int, **options: Any) -> Estimate:
        """The risk of ridge regression."""
        return ridge_risk(self.Lambda, M, self.sigma, self.level, **options)


def compare(path: Path, setting: Setting | None = None) -> Comparison:
    """The risks at the numbers of a file."""
    here = setting or Setting(path)
    values = {name: here.value(name, here.M) for name in FORMULAS}
    left_out = {}
    if why := here.no_least_squares(here.M):
        left_out["least_squares"] = why
    else:
        values["least_squares"] = here.least_squares(here.M)
    if not here.level:
        left_out["ridge"] = "with sigma = 0 its best lambda is 0, which is least squares; give a lambda > 0"
    found = here.ridge(here.M) if here.level else None
    level = Value(float(here.level), str(here.level))
    return Comparison(values, found, level, here.sheet.exact, left_out)
