"""Moments of S = X Xᵀ/N: E[Sᵏ] and E[tr Sᵏ] by inserting one factor after another, for symbolic N and covariance Λ.

A pairing of the 2k copies of X in W^k, W = X Xᵀ, leaves N^l Λ^b tr(Λ^c₁) tr(Λ^c₂) ….  Appending the factor X Xᵀ on the
right, its two copies of X are paired with each other, or they cut one pair (in two ways) and take one end each:

    (b; ν) → N (b+1; ν) + b (b+1; ν) + Σ_{j=1..b} (b+1−j; ν ∪ j) + Σ_{c∈ν} 2c (b+1+c; ν ∖ c)

so only partitions occur, never pairings.  With further traces tr(W^c) beside W^a, the first factor is paired instead:

    f(b, a; λ) = N f(b+1, a−1; λ) + (a−1) f(b+1, a−1; λ)
               + Σ_{j=1..a−1} f(b+1, a−1−j; λ ∪ j) + Σ_{c∈λ} 2c f(b+1, a−1+c; λ ∖ c)

Polynomials in N are integers: the coefficient of N^l stands at bit l · width, width enough for (2k−1)!!.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import Any

from sympy.matrices.expressions import Identity

from ..language.nodes import as_node
from .atoms import TRANSPOSE, Terms, Word
from .forms import Form
from .scalars import ONE, SIZE_TERMS, size_id
from .words import CYCLES, closed, merged, put

State = tuple[int, tuple[int, ...]]  # (b; ν): the power of Λ and the powers under the traces, sorted
Power = tuple[int, tuple[int, ...]]  # (a; λ): the same for W = X Xᵀ


def clear_powers() -> None:
    """Forget all moments that were computed."""
    _inserted.cache_clear()
    _power.cache_clear()


def as_powers(word: Word, traces: tuple[int, ...], code: int) -> Power | None:
    """(a; λ) where the word is (G Gᵀ)^a and each trace is tr((G Gᵀ)^c); otherwise ``None``."""
    turned = TRANSPOSE[code]
    if turned == code:
        return None
    a = len(word) // 2
    if word != (code, turned) * a:
        return None
    found = []
    for t in traces:
        cycle = CYCLES[t]
        c = len(cycle) // 2
        if cycle not in ((code, turned) * c, (turned, code) * c):
            return None
        found.append(c)
    return a, tuple(sorted(found))


def width(k: int) -> int:
    """The bits that hold each coefficient for k factors: they add up to (2k−1)!!."""
    return prod(range(1, 2 * k, 2)).bit_length()


def power_mean(power: Power, middle: Word, rows: int, cols: int) -> Terms:
    """E[W^a Π tr W^c] as terms; ``middle`` is the covariance as a word, ``cols`` the number of the size N."""
    a, traces = power
    k = a + sum(traces)
    if not traces:
        return written(_inserted(k, width(k)), width(k), False, middle, rows, cols)
    if a == 0 and len(traces) == 1:
        return written(_inserted(k, width(k)), width(k), True, middle, rows, cols)
    return written(_power(0, a, traces, a == 0, width(k)), width(k), False, middle, rows, cols)


@cache
def _inserted(k: int, bits: int) -> dict[State, int]:
    states: dict[State, int] = {(0, ()): 1}
    for _ in range(k):
        out: dict[State, int] = {}
        for (b, parts), c in states.items():
            key = (b + 1, parts)
            out[key] = out.get(key, 0) + (c << bits) + b * c
            for j in range(1, b + 1):
                key = (b + 1 - j, tuple(sorted((*parts, j))))
                out[key] = out.get(key, 0) + c
            for i, part in enumerate(parts):
                key = (b + 1 + part, parts[:i] + parts[i + 1 :])
                out[key] = out.get(key, 0) + 2 * part * c
        states = out
    return states


@cache
def _power(b: int, a: int, traces: tuple[int, ...], closing: bool, bits: int) -> dict[State, int]:
    """The moments; ``closing`` says that the active word is a trace, so that it ends as tr Λ^b."""
    if a == 0:
        return _finished(b, traces, closing, bits)
    out: dict[State, int] = {}

    def add(more: dict[State, int], factor: int) -> None:
        for key, c in more.items():
            out[key] = out.get(key, 0) + c * factor

    add(_power(b + 1, a - 1, traces, closing, bits), (1 << bits) + a - 1)
    for j in range(1, a):
        add(_power(b + 1, a - 1 - j, tuple(sorted((*traces, j))), closing, bits), 1)
    for i, c in enumerate(traces):
        add(_power(b + 1, a - 1 + c, traces[:i] + traces[i + 1 :], closing, bits), 2 * c)
    return out


def _finished(b: int, traces: tuple[int, ...], closing: bool, bits: int) -> dict[State, int]:
    done: dict[State, int] = {(0, ()): 1} if not traces else _power(0, traces[-1], traces[:-1], True, bits)
    # Only the first word can be open, and every later one is a trace, so that its state has b = 0.
    if not closing:
        return {(b, parts): c for (_, parts), c in done.items()}
    if b == 0:
        return done
    out: dict[State, int] = {}
    for (_, parts), c in done.items():
        key = (0, tuple(sorted((*parts, b))))
        out[key] = out.get(key, 0) + c
    return out


def written(states: dict[State, int], bits: int, close: bool, middle: Word, rows: int, cols: int) -> Terms:
    """States as terms: Λ^b or its trace, traces of powers of Λ, powers of N."""
    mask = (1 << bits) - 1
    loops: list[dict[int, int]] = [{0: 1}]
    out: Terms = {}
    for (b, parts), packed in states.items():
        word = middle * b
        cycles: tuple[int, ...] = ()
        sizes: tuple[int, ...] = ()
        for part in (*parts, b) if close and b else parts:
            more, empty = closed(middle * part) if middle else ((), (rows,))
            cycles, sizes = merged(cycles, more), sizes + empty
        loop = 0
        while packed:
            if loop == len(loops):
                loops.append(_times_size(loops[-1], cols))
            if packed & mask:
                for m, c in loops[loop].items():
                    put(out, () if close else word, cycles, m, c * (packed & mask), sizes)
            packed >>= bits
            loop += 1
    return out


def _times_size(left: dict[int, int], size: int) -> dict[int, int]:
    out: dict[int, int] = {}
    for m, a in left.items():
        for n, b in SIZE_TERMS[size].items():
            out[m + n] = out.get(m + n, 0) + a * b
    return out


def wishart_power(k: int, covariance: Any, N: Any) -> Form:
    """E[Sᵏ] for S = X Xᵀ/N, X of d × N with independent columns N(0, covariance).

    ``covariance`` is a symmetric letter or an identity, ``N`` a size.

    >>> from symicl import dimension, positive_definite
    >>> wishart_power(2, positive_definite("Lambda", dimension("d")), dimension("N"))
    (1 + 1/N) Lambda Lambda + 1/N tr(Lambda) Lambda
    """
    return _moment(k, covariance, N, False)


def wishart_trace_power(k: int, covariance: Any, N: Any) -> Form:
    """E[tr Sᵏ], as for :func:`wishart_power`.

    >>> from symicl import dimension, positive_definite
    >>> wishart_trace_power(2, positive_definite("Lambda", dimension("d")), dimension("N"))
    (1 + 1/N) tr(Lambda Lambda) + 1/N tr(Lambda)^2
    """
    return _moment(k, covariance, N, True)


def _moment(k: int, covariance: Any, N: Any, close: bool) -> Form:
    from .convert import form, letter_code  # the door to the language stands above this file

    middle: Word = () if isinstance(covariance, Identity) else (letter_code(covariance),)
    rows = size_id(as_node(covariance.shape[0]))
    data = written(_inserted(k, width(k)), width(k), close, middle, rows, size_id(as_node(N)))
    if k == 0 and close:
        data = {((), (), m): c for m, c in SIZE_TERMS[rows].items()}
    out = Form.make({key: c for key, c in data.items() if c}, 1, ONE if close else rows, ONE if close else rows)
    return out * form(as_node(N)).reciprocal() ** k
