"""A picture of how the error falls with both prompt lengths, drawn from the derived formulas; it needs matplotlib."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from ..language.letters import letters_of
from ..language.numeric import evaluate
from ..proof.chapter import Chapter

NAME = "trained-prediction"
EIGENVALUES = (1.0, 2.0, 3.0)
#: lengths of test prompts and of training prompts, and the lengths of the other for which curves are drawn
LENGTHS = [round(10 ** (k / 8)) for k in range(4, 33)]
OTHERS = (10, 100, 1000)
#: what the axis shows, in a formula: all labels are, so that the picture is the same in every language
ERROR = r"$\mathrm{E}(\hat{y} - \langle w, x_q\rangle)^2$"


def rates_picture(chapters: Sequence[Chapter]) -> bytes | None:
    """A PDF: the error against M for some N, and its two shares with lines of slope −1 and −2.

    None where the chapters have no such formulas or matplotlib is not installed.  The same chapters and the same
    matplotlib give the same bytes.
    """
    chapter = next((c for c in chapters if c.id == NAME), None)
    wanted = ("mean_square", "share_of_M", "share_of_N")
    if chapter is None or not set(wanted) <= set(chapter.formulas):
        return None
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return None
    total, of_M, of_N = (_numbers(chapter.formulas[name]) for name in wanted)
    figure = Figure(figsize=(6.0, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2)
    for N, style in zip(OTHERS, ("-", "--", "-."), strict=True):
        left.plot(LENGTHS, [total(M, N) for M in LENGTHS], style, color="black", lw=0.9, label=f"$N = {N}$")
    left.set(xlabel="$M$", ylabel=ERROR)
    for share, slope, name, marker in ((of_M, -1, "$1/M$", "o"), (of_N, -2, "$1/N^2$", "s")):
        values = [share(length, length) for length in LENGTHS]
        right.plot(LENGTHS[::4], values[::4], marker, color="black", ms=3, mfc="none", label=name)
        right.plot(LENGTHS, [values[-1] * (length / LENGTHS[-1]) ** slope for length in LENGTHS], color="gray", lw=0.7)
    right.set(xlabel="$M = N$")
    for axes in (left, right):
        axes.set(xscale="log", yscale="log")
        axes.legend(frameon=False, fontsize=7)
        axes.tick_params(labelsize=7)
    out = io.BytesIO()
    figure.savefig(out, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return out.getvalue()


def _numbers(formula: Any) -> Any:
    """The formula as a function of M and N, for independent inputs with the eigenvalues above."""
    letters = {letter.name: letter for letter in letters_of(formula)}
    size = len(EIGENVALUES)
    covariance = [[EIGENVALUES[i] if i == j else 0.0 for j in range(size)] for i in range(size)]

    def value(M: int, N: int) -> float:
        numbers = {"Lambda": covariance, "M": M, "N": N, "d": size}
        known = {letters[name]: number for name, number in numbers.items() if name in letters}
        return float(evaluate(formula, known, exact=False))

    return value
