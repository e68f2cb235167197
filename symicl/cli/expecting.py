"""``symicl expect``: the expectation of a word, as a formula or at numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..formulas.grammar import parse
from ..formulas.setting import Setting, Word
from ..language import printing
from ..language.letters import Gaussian
from ..language.mean import E
from .inputs import read_object
from .values import Sheet, Value

MOST = 12_000


@dataclass(frozen=True)
class Formula:
    """The expectation as an expression."""

    expr: Any
    as_latex: bool = False

    def text(self) -> str:
        """For a terminal, or for a paper."""
        return printing.latex(self.expr) if self.as_latex else printing.text(self.expr)

    def as_json(self) -> dict[str, Any]:
        """Both."""
        return {"expectation": printing.text(self.expr), "latex": printing.latex(self.expr)}


@dataclass(frozen=True)
class Number:
    """The expectation at numbers."""

    value: Value

    def text(self) -> str:
        """For a terminal."""
        return self.value.text()

    def as_json(self) -> dict[str, Any]:
        """``value``, a number or a list of rows, and ``exact`` where all input was exact."""
        exact = {} if self.value.exact is None else {"exact": self.value.exact}
        return {"value": self.value.number, **exact}


def mean(word: str, setting: Setting) -> Any:
    """The expectation of a word over all its random letters."""
    from ..engine import form

    made = form(E(parse(Word(word, setting)).expr))
    if len(made) > MOST:
        raise UserError(
            f"the expectation has {len(made)} terms; at most {MOST} are written out, so take a shorter word"
        )
    return made.to_sympy()


def formula(word: str, declarations: Iterable[str], as_latex: bool = False) -> Formula:
    """The expectation of a word as a formula."""
    return Formula(mean(word, Setting(declarations)), as_latex)


def number(word: str, declarations: Iterable[str], path: Path) -> Number:
    """The expectation of a word at the numbers of a file."""
    setting = Setting(declarations)
    raw = read_object(path)
    expr = mean(word, setting)
    _refuse_random(path, raw, setting)
    task = setting.task
    letters = {"N": task.N, "Lambda": task.Lambda, **setting.free, "d": task.d}
    sheet = Sheet(path, [expr], letters, raw)
    return Number(Value.of(sheet.value(expr), path, exact=sheet.exact))


def _refuse_random(path: Path, raw: Any, setting: Setting) -> None:
    for name in raw:
        own = setting.own.get(name)
        if isinstance(own, Gaussian) or (own is not None and name in ("S", "y", "I")):
            raise UserError(f"{path}: key {name} takes no value: it is fixed by the setting; leave it out")
