"""``symicl plan``: how many examples a wanted error takes, from the theorem of ``rates``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sympy import Rational

from ..derivations import derive
from ..errors import UserError
from .enough import Enough
from .inputs import bind, read_object
from .numbers import Literal, number, show
from .values import Sheet, letters_in, slot_of

#: no prompt is longer than this
LONGEST = 1 << 60


@dataclass(frozen=True)
class Plan:
    """Lengths for a wanted mean square error: the shortest, what they give, and what the theorem says is enough."""

    epsilon: Fraction
    M: int
    N: int
    share_of_M: Fraction
    share_of_N: Fraction
    enough: Enough

    def as_json(self) -> dict[str, Any]:
        """Plain numbers."""
        return {
            "epsilon": float(self.epsilon),
            "M": self.M,
            "N": self.N,
            "share_of_M": float(self.share_of_M),
            "share_of_N": float(self.share_of_N),
            "error": float(self.share_of_M + self.share_of_N),
            "enough": self.enough.as_json(),
        }

    def text(self) -> str:
        """For a terminal."""
        error = self.share_of_M + self.share_of_N
        return "\n".join(
            [
                f"M = {self.M} examples in a test prompt, N = {self.N} in each training prompt",
                "  (the shortest N whose share is at most half the error, then the shortest M; other pairs do as well)",
                f"mean square error {float(error):.6g} ≤ {float(self.epsilon):.6g}",
                f"  the share that falls like 1/M:   {float(self.share_of_M):.6g}",
                f"  the share that falls like 1/N²:  {float(self.share_of_N):.6g}",
                f"enough for certain by the theorem: M ≥ {self.enough.M} and N ≥ {self.enough.N}",
            ]
        )


def plan(epsilon: str, path: Path) -> Plan:
    """The lengths for a wanted error; where the file gives N or M, only the other one is looked for."""
    wanted = number(epsilon, "--epsilon")
    if wanted <= 0:
        raise UserError(f"--epsilon {epsilon}: the wanted error must be greater than 0")
    chapter = derive("rates")
    formulas = {name: chapter.claims[name] for name in ("share_of_M", "share_of_N", "M", "N_squared")}
    raw = read_object(path)
    letters = {name: letter for formula in formulas.values() for name, letter in letters_in(formula).items()}
    slots = [slot_of(letters[name]) for name in ("N", "M", "Lambda")]
    given = bind(path, raw, slots, ["Lambda"]).sizes
    look = _Shares(path, raw, formulas, letters, wanted)
    N = given["N"][0] if "N" in given else None
    M = given["M"][0] if "M" in given else None
    if N is None:
        N = _shortest(lambda n: look.share_of_N(n) <= wanted / 2, path) if M is None else _training(look, M)
    if M is None:
        M = _prompt(look, N)
    if look.error(M, N) > wanted:
        raise UserError(
            f"{path}: with M = {M} and N = {N} the error is {float(look.error(M, N)):.6g}, more than {show(epsilon)}; "
            "leave one of them out"
        )
    return Plan(wanted, M, N, look.share_of_M(M, N), look.share_of_N(N), look.enough())


def _training(look: _Shares, M: int) -> int:
    """The shortest N for a given M.  The layer that is best for prompts of M examples was trained on such: N = M."""
    if look.error(M, M) > look.epsilon:
        raise UserError(
            f"{look.path}: with M = {M} the error is at best {float(look.error(M, M)):.6g} (with N = {M}), more than "
            f"{float(look.epsilon):.6g}; take a longer M or leave it out"
        )
    return _shortest(lambda n: n >= M or look.error(M, n) <= look.epsilon, look.path)


def _prompt(look: _Shares, N: int) -> int:
    """The shortest M for a given N."""
    left = look.epsilon - look.share_of_N(N)
    if left <= 0:
        raise UserError(
            f"{look.path}: with N = {N} the share of N alone is {float(look.share_of_N(N)):.6g}, so that no M gives an "
            f"error of {float(look.epsilon):.6g}; take a longer N or leave it out"
        )
    return _shortest(lambda m: look.share_of_M(m, N) <= left, look.path)


def _shortest(good: Callable[[int], bool], path: Path) -> int:
    """The smallest length that is good; a longer one always is."""
    high = 1
    while not good(high):
        high *= 2
        if high > LONGEST:
            raise UserError(f"{path}: no length below 2^60 gives that error")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if good(middle) else (middle, high)
    return high


class _Shares:
    """The two shares of the error at lengths, exactly."""

    def __init__(self, path: Path, raw: Any, formulas: Any, letters: Any, epsilon: Fraction) -> None:
        self.path, self.formulas, self.epsilon = path, formulas, epsilon
        self.letters = {name: letters[name] for name in ("N", "M", "Lambda", "epsilon")}
        self.raw = {"Lambda": raw["Lambda"]}

    def _value(self, name: str, **lengths: int) -> Fraction:
        raw = self.raw | {key: Literal(str(length), True) for key, length in lengths.items()}
        formula = self.formulas[name].subs(self.letters["epsilon"], Rational(self.epsilon))
        sheet = Sheet(self.path, [formula], {k: v for k, v in self.letters.items() if k != "epsilon"}, raw)
        found = sheet.value(formula)
        return Fraction(int(found.p), int(found.q)) if hasattr(found, "p") else Fraction(float(found))

    def share_of_M(self, M: int, N: int) -> Fraction:
        """What falls like 1/M."""
        return self._value("share_of_M", M=M, N=N)

    def share_of_N(self, N: int) -> Fraction:
        """What falls like 1/N²."""
        return self._value("share_of_N", N=N)

    def error(self, M: int, N: int) -> Fraction:
        """The mean square."""
        return self.share_of_M(M, N) + self.share_of_N(N)

    def enough(self) -> Enough:
        """M(ε) and N(ε) of the theorem, rounded up."""
        return Enough.of(self._value("M"), self._value("N_squared"))
