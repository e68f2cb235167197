"""Formulas of a chapter as pictures with sliders: which are drawn, over what, and their values at a setting.

A page shows the curves for Λ = diag(λ₁, …, λ_d): the formulas themselves hold for every Λ, and are computed for the
whole matrix.  Python draws them once for the setting that the page begins with (``plots``), the script draws them anew
(``javascript``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sympy import Symbol
from sympy.matrices.expressions import MatrixSymbol

from ..errors import SymiclError
from ..language.expressions import is_matrix
from ..language.letters import Defined, letters_of
from ..language.numeric import evaluate
from ..proof.chapter import Chapter
from .javascript import function, quoted
from .plots import Line, drawing

#: where a slider can stand
LENGTHS = (
    *range(1, 11), *range(12, 21, 2), *range(25, 51, 5), *range(60, 101, 10), *range(120, 201, 20),
    *range(250, 501, 50), *range(600, 1001, 100),
)  # fmt: skip
EIGENVALUES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
NOISES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
#: where the sliders stand at first; the last eigenvalues are seen when a reader asks for more of them
START: dict[str, Any] = {"N": 20, "M": 50, "sigma": 0.5, "d": 3, "eigenvalues": (2.0, 1.0, 0.2, 0.5, 0.1, 3.0)}
#: the points of a curve: twelve in each decade
GRID = tuple(10 ** (k / 12) for k in range(37))

#: by chapter: the plots, each with its key, the letter that it runs over, and its curves; a curve is named like the
#: formula of the chapter that it shows
DRAWN: Mapping[str, Sequence[tuple[str, str, Sequence[str]]]] = {
    "optimum": [("least-loss", "N", ["loss"]), ("inverse", "N", ["Gamma_inverse", "Lambda_inverse"])],
    "trained-prediction": [
        ("mean-square", "M", ["mean_square", "share_of_M", "share_of_N"]),
        ("inverse", "N", ["Gamma_inverse", "Lambda_inverse"]),
    ],
    "random-covariance": [("random-loss", "N", ["loss", "limit"])],
    "gradient-descent": [("predictors", "M", ["layer", "gd"])],
}
#: curves that are lines to which others tend, and curves that are shares of others
LIMITS, SHARES = frozenset({"share_of_N", "Lambda_inverse", "limit"}), frozenset({"share_of_M", "gd"})


@dataclass(frozen=True)
class Curve:
    """A formula of a chapter and how it is drawn: ``curve``, ``share`` or ``limit``."""

    name: str
    formula: Any
    style: str

    @property
    def many(self) -> bool:
        """Whether it is a matrix, of which the eigenvalues are drawn."""
        return is_matrix(self.formula)


@dataclass(frozen=True)
class Plot:
    """Curves over one letter."""

    key: str
    across: str
    curves: tuple[Curve, ...]

    def drawn(self, setting: Mapping[str, Any] = START) -> Markup:
        """The picture at a setting."""
        lines = [line for i, curve in enumerate(self.curves) for line in _lines(curve, i, self.across, setting)]
        here = setting[self.across]
        marks = [(here, y) for curve in self.curves if curve.style != "limit" for y in entries(curve.formula, setting)]
        return drawing(lines, marks, self.across)


@dataclass(frozen=True)
class Explorer:
    """The plots of one chapter, with the sliders that they share."""

    chapter: str
    plots: tuple[Plot, ...]

    @property
    def letters(self) -> set[str]:
        """The names of the letters that the formulas speak of."""
        return {letter.name for plot in self.plots for curve in plot.curves for letter in _letters(curve.formula)}

    @property
    def sliders(self) -> list[str]:
        """The numbers that a reader can move, but for the eigenvalues."""
        return [name for name in ("N", "M", "sigma") if name in self.letters]


def explorers(chapters: Sequence[Chapter]) -> dict[str, Explorer]:
    """The explorers of a report by chapter; a chapter that has lost a formula of its own has none."""
    found = {}
    for chapter in chapters:
        plots = [_plot(chapter, *plot) for plot in DRAWN.get(chapter.id, ())]
        if kept := tuple(plot for plot in plots if plot is not None):
            found[chapter.id] = Explorer(chapter.id, kept)
    return found


def _plot(chapter: Chapter, key: str, across: str, names: Sequence[str]) -> Plot | None:
    formulas = dict(chapter.formulas)
    for letter in _letters(formulas.get("Gamma_inverse", 0)):
        if letter.name == "Lambda" and is_matrix(letter):
            formulas["Lambda_inverse"] = letter.inv()
    if not set(names) <= set(formulas) or not all(_drawable(formulas[name]) for name in names):
        return None
    return Plot(key, across, tuple(Curve(name, formulas[name], _style(name)) for name in names))


def _drawable(formula: Any) -> bool:
    """Whether the sliders give every letter its value, and nothing is left to be worked out."""
    known = values(START)
    if not all(letter.name in known and is_matrix(letter) == (letter.name == "Lambda") for letter in _letters(formula)):
        return False
    try:
        return bool(function(formula))
    except SymiclError:
        return False


def _style(name: str) -> str:
    return "limit" if name in LIMITS else "share" if name in SHARES else "curve"


def values(setting: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each letter, by name, at a setting; m_k is the mean of the k-th powers of the eigenvalues.

    >>> found = values(START | {"d": 2})
    >>> found["Lambda"], found["m_2"], found["N"]
    ([[2.0, 0], [0, 1.0]], 2.5, 20)
    """
    eigenvalues = setting["eigenvalues"][: setting["d"]]
    diagonal = [[value if i == j else 0 for j in range(len(eigenvalues))] for i, value in enumerate(eigenvalues)]
    moments = {f"m_{k}": sum(value**k for value in eigenvalues) / len(eigenvalues) for k in (1, 2, 3)}
    return {**{name: setting[name] for name in ("N", "M", "sigma", "d")}, "Lambda": diagonal, **moments}


def entries(formula: Any, setting: Mapping[str, Any]) -> list[float]:
    """The value of a formula; of a matrix its diagonal, which for a diagonal Λ are its eigenvalues."""
    known = values(setting)
    found = evaluate(formula, {letter: known[letter.name] for letter in _letters(formula)}, exact=False)
    return [float(found[i][i]) for i in range(len(found))] if is_matrix(formula) else [float(found)]


def _letters(formula: Any) -> list[Any]:
    return [x for x in letters_of(formula) if isinstance(x, (MatrixSymbol, Symbol)) and not isinstance(x, Defined)]


def _lines(curve: Curve, number: int, across: str, setting: Mapping[str, Any]) -> list[Line]:
    """The lines of a curve: eigenvalues have a colour each, and so have the numbers of one plot."""
    rows = [entries(curve.formula, {**setting, across: x}) for x in GRID]
    colour = 0 if curve.many else number
    return [
        Line(f"{curve.style} c{colour + i}", [(x, row[i]) for x, row in zip(GRID, rows, strict=True)])
        for i in range(len(rows[0]))
    ]


def program(found: Sequence[Explorer]) -> str:
    """The explorers as JavaScript: every formula as a function, and what the sliders can be set to."""
    scales = {"LENGTHS": LENGTHS, "EIGENVALUES": EIGENVALUES, "NOISES": NOISES, "START": START, "GRID": GRID}
    lines = [f"const {name} = {json.dumps(value)};" for name, value in scales.items()]
    return "\n".join([*lines, "const EXPLORERS = [", *(f"[{_plots(explorer)}]," for explorer in found), "];", ""])


def _plots(explorer: Explorer) -> str:
    return ",\n".join(
        f"{{across: {quoted(plot.across)}, curves: [{', '.join(map(_curve, plot.curves))}]}}" for plot in explorer.plots
    )


def _curve(curve: Curve) -> str:
    return f"{{style: {quoted(curve.style)}, of: {function(curve.formula)}}}"
