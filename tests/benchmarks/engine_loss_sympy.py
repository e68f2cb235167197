"""The losses from the normal form of the prediction, beside SymPy on components at d = N = 3.

Goals: at least 1000 × (loss) and 2000 × (all parameters) faster than SymPy's ``expand`` and a mean for each monomial.
Caches are cleared before each repetition; ``engine_loss_form.py`` has FORM beside it.
"""

import statistics
import sys
import time
from collections.abc import Callable
from math import prod
from typing import Any

import sympy

from symicl import Model, engine
from symicl.language.blocks import multiply_out
from symicl.language.rewrite import unfold

SIZE = 3


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median time of one call, caches cleared before each."""
    times = []
    for _ in range(rounds):
        engine.clear_caches()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def loss(model: Model, prediction: engine.Form) -> engine.Form:
    """½ E (ŷ − y_q)² from the form of ŷ."""
    gap = prediction - engine.form(model.task.target)
    return engine.expect(gap * gap) * sympy.Rational(1, 2)


def predicted(model: Model) -> engine.Form:
    """The form of ŷ."""
    corner = multiply_out(model.prediction.body.body).grid[-1][-1]
    return engine.form(unfold(corner))


def by_components(full: bool) -> sympy.Expr:
    """The same with SymPy: every component a symbol, expanded, and each monomial replaced by its mean (Λ = I)."""
    d = N = SIZE
    X = sympy.Matrix(d, N, lambda i, j: sympy.Symbol(f"x{i}{j}"))
    q, w = (sympy.Matrix(d, 1, lambda i, j, name=name: sympy.Symbol(f"{name}{i}")) for name in ("xq", "w"))
    U = sympy.Matrix(d, d, lambda i, j: sympy.Symbol(f"U{i}{j}"))
    u = sympy.Symbol("u")
    y = X.T * w
    value = u * (y.T * X.T * U * q)[0]
    if full:
        a, b = (sympy.Matrix(d, 1, lambda i, j, name=name: sympy.Symbol(f"{name}{i}")) for name in ("p", "q"))
        value += (
            (a.T * (X * X.T + q * q.T) * U * q)[0] + (a.T * X * y)[0] * (b.T * q)[0] + u * (y.T * y)[0] * (b.T * q)[0]
        )
    random = sorted(X.free_symbols | q.free_symbols | w.free_symbols, key=str)
    poly = sympy.Poly(sympy.expand((value / N - (w.T * q)[0]) ** 2 / 2), *random)
    return sympy.Add(*[c * prod(_moment(e) for e in exponents) for exponents, c in poly.terms()])


def _moment(exponent: int) -> int:
    return 0 if exponent % 2 else prod(range(1, exponent, 2))


def main() -> None:
    """Print the ratios."""
    models = {"loss": Model(reduced=True), "loss over all parameters": Model()}
    ours: dict[str, float] = {}
    for name, model in models.items():
        prediction: Any = predicted(model)
        ours[name] = seconds(lambda model=model, prediction=prediction: loss(model, prediction), 9)
    for name, full in (("loss", False), ("loss over all parameters", True)):
        if full and "--quick" in sys.argv:
            continue
        theirs = seconds(lambda full=full: by_components(full), 1)
        print(f"{name}: {theirs / ours[name]:.0f} × faster than SymPy on components at d = N = {SIZE}")


if __name__ == "__main__":
    main()
