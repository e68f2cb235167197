"""What the laws of Student have in common: their degrees of freedom, and which moments these leave finite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import UserError
from ..numbers import positive


@dataclass(frozen=True)
class Degrees:
    """``nu`` degrees of freedom; ``UserError`` unless they are above 2, so that there is a variance to scale to 1.

    >>> Degrees(2)
    Traceback (most recent call last):
        ...
    symicl.errors.UserError: nu must be above 2, so that there is a variance, not 2
    """

    nu: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "nu", positive("nu", self.nu))
        if self.nu <= 2:
            raise UserError(f"nu must be above 2, so that there is a variance, not {self.nu:g}")

    @property
    def order(self) -> float:
        """The k-th absolute moment is finite for k below nu."""
        return float(np.nextafter(self.nu, 0))
