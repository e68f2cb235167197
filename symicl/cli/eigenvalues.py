"""A number of a file that must be an eigenvalue of its Λ."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import UserError
from .inputs import Values

#: How far an eigenvalue that is not given exactly may be off, relative to the largest one.
NEAR = 1e-9


def refuse_other_numbers(path: Path, values: Values, shown: str) -> None:
    """``UserError`` unless lambda is an eigenvalue of Lambda: exactly for exact input, else up to rounding.

    ``shown`` is the number as it stands in the file.
    """
    given, Λ = values.by_name["lambda"], values.by_name["Lambda"]
    if values.exact:
        shifted = [
            [Fraction(entry) - (i == j) * Fraction(given) for j, entry in enumerate(row)] for i, row in enumerate(Λ)
        ]
        if _singular(shifted):
            return
    found = _eigenvalues(Λ)
    if values.exact or min(abs(float(given) - value) for value in found) > NEAR * max(found):
        right = ", ".join(f"{value:.12g}" for value in found)
        exactly = "exactly " if values.exact else ""
        raise UserError(
            f"{path}: lambda is {shown}, but it must be {exactly}an eigenvalue of Lambda; these are {right}"
        )


def _singular(rows: list[list[Fraction]]) -> bool:
    """Whether elimination meets a column without a pivot."""
    size = len(rows)
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i][k]), None)
        if pivot is None:
            return True
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(k + 1, size):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return False


def _eigenvalues(Λ: Any) -> list[float]:
    import numpy as np

    return [float(value) for value in np.linalg.eigvalsh(np.array([[float(entry) for entry in row] for row in Λ]))]
