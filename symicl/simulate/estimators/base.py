"""What every estimator has in common: independent values, drawn block by block, whose mean is the quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...errors import UserError
from ..algebra import Array

if TYPE_CHECKING:
    from ..setting import Setting

#: The most numbers that one block holds (1 MiB), where one value needs no more: what a processor's cache takes.
DOUBLES = 1 << 17
FEW = 8


class Estimator:
    """A way to draw independent values whose mean is the quantity of a setting.

    ``independent`` says that it trusts nothing but the definition of the layer: only then is it a witness.
    """

    name = ""
    independent = False

    def refuses(self, setting: Setting) -> str | None:
        """Why this estimator does not cover the setting; ``None`` where it does."""
        raise NotImplementedError

    def doubles(self, setting: Setting) -> int:
        """How many numbers are held for one value while it is drawn."""
        raise NotImplementedError

    def block(self, setting: Setting, rng: np.random.Generator, count: int) -> Array:
        """``count`` values at once."""
        raise NotImplementedError

    def draw(self, setting: Setting, rng: np.random.Generator, count: int) -> Array:
        """``count`` independent values whose mean is the quantity.

        They come from blocks whose size depends on the setting alone, so that a generator gives the same bits
        everywhere.  ``UserError`` where the setting is refused.
        """
        if reason := self.refuses(setting):
            raise UserError(f"estimator {self.name}: {reason}")
        size = self.at_once(setting)
        values = np.empty(count)
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused where it is summed up
            for start in range(0, count, size):
                part = values[start : start + size]
                part[...] = self.block(setting, rng, len(part))
        return values

    def at_once(self, setting: Setting) -> int:
        """How many values a block holds: one, or at least ``FEW``, with which the innermost loops are long enough."""
        size = DOUBLES // self.doubles(setting)
        return size if size >= FEW else 1
