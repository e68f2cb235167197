"""Numbers for which a theorem says nothing: its formulas have values there, but these mean nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import UserError
from ..proof.chapter import Chapter
from .roots import as_float
from .values import Sheet

#: how far from 1 the norm of a start may be that was written with decimals
CLOSE = 1e-6


def refuse_outside(chapter: Chapter, sheet: Sheet, path: Path) -> None:
    """``UserError`` where the numbers of the file are not such as the chapter's theorem is about."""
    if chapter.id == "flow":
        if (size := as_float(sheet.values.by_name["sigma"])) <= 0:
            raise UserError(f"{path}: sigma must be positive, not {size:.6g}")
        _refuse_start(chapter, lambda formula: as_float(sheet.value(formula)), path)


def _refuse_start(chapter: Chapter, value: Any, path: Path) -> None:
    """The start of a flow has ‖ΘΘᵀ‖ = 1 and gains something over predicting nothing."""
    square = value(chapter.claims["start"])
    if abs(square - 1) > CLOSE:
        hint = f"divide Theta by {square**0.25:.6g}" if square > 0 else "it must not be zero"
        raise UserError(
            f"{path}: Theta: the start needs {chapter.claims['start']} = 1, here it is {square:.6g}; {hint}"
        )
    if (gain := value(chapter.formulas["delta"])) <= 0:
        raise UserError(
            f"{path}: sigma: the start gains {gain:.6g} over predicting nothing, but the theorem is about starts that "
            "gain something; a smaller sigma does, where Lambda Theta is not zero"
        )
