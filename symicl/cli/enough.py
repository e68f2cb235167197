"""How many examples are enough: what a theorem asks for, rounded up to lengths that a prompt can have."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isqrt


@dataclass(frozen=True)
class Enough:
    """The shortest lengths with M ≥ M(ε) and N² ≥ N²(ε).

    >>> Enough.of(Fraction(27, 2), Fraction(17)), Enough.of(Fraction(14), Fraction(16))
    (Enough(M=14, N=5), Enough(M=14, N=4))
    """

    M: int
    N: int

    @classmethod
    def of(cls, M: Fraction, N_squared: Fraction) -> Enough:
        """A prompt has an example at least."""
        square = ceil(N_squared)
        root = isqrt(square)
        return cls(max(1, ceil(M)), max(1, root if root * root >= square else root + 1))

    def as_json(self) -> dict[str, int]:
        """Plain numbers."""
        return {"M": self.M, "N": self.N}
