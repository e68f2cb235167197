"""Gradient of the loss, solution of the stationarity equation and its verification, beside tensorgrad's gradient alone.

Goal: at least 25 × faster than tensorgrad 0.3 (which only finds the gradient).  tensorgrad needs torch and may live in
an environment of its own: name its interpreter in TENSORGRAD_PYTHON.  A peer that is not installed is skipped.
"""

import os
import statistics
import subprocess
import sys
import time

from symicl import Defined, Eq, dimension, engine, identity, matrix, named, positive_definite, scalar, tr
from symicl.kernel import theorem as kernel
from symicl.kernel.polynomial import forget
from symicl.language.mean import grad
from symicl.language.rewrite import substitute

ROUNDS = 9
PEER = """
import time, fractions
import sympy as sp, tensorgrad as tg
d = sp.symbols("d")
def once():
    U = tg.Variable("U", x=d, y=d)
    L = tg.Variable("L", a=d, b=d).with_symmetries("a b")
    G = tg.Variable("G", a=d, b=d).with_symmetries("a b")
    u = tg.Variable("u")
    name = lambda V, *n: V.rename(**dict(zip(list(V.edges), n)))
    ends = [name(G, "i", "j"), name(L, "j", "k"), name(U, "k", "l"), name(L, "l", "m"), name(U, "i", "m")]
    square = tg.Product([u, u, *ends])
    line = tg.Product([u, name(L, "i", "j"), name(L, "j", "k"), name(U, "i", "k")])
    return tg.Derivative(tg.Sum([square, line], [fractions.Fraction(1, 2), -1]), U).full_simplify()
times = []
for _ in range(3):
    start = time.perf_counter()
    once()
    times.append(time.perf_counter() - start)
print(sorted(times)[1])
"""


def once() -> None:
    """∇_U L = 0 solved for U, and the solution verified by the kernel; every cache is cleared first."""
    d, N, u = dimension("d"), dimension("N"), scalar("u", positive=True)
    Λ, U = positive_definite("Lambda", d), matrix("U", d)
    Γ = Defined("Gamma", (1 + 1 / N) * Λ + tr(Λ) / N * identity(d), "positive definite")
    L = named("L", u**2 * tr(Γ @ Λ @ U @ Λ @ U.T) / 2 - u * tr(Λ @ Λ @ U.T) + tr(Λ) / 2)
    gradient = engine.gradient(engine.form(L), U)
    solution = engine.solve_linear(gradient, U).to_sympy()
    found = kernel.derivative(Eq(grad(L, U), gradient.to_sympy()))
    kernel.identity(Eq(substitute(found.statement.rhs, {U: solution}), 0))


def own() -> float:
    """The median time of ours."""
    times = []
    for _ in range(ROUNDS):
        engine.clear_caches()
        forget()
        start = time.perf_counter()
        once()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peer() -> float | None:
    """The time that tensorgrad reports of itself, or None where it is not installed."""
    python = os.environ.get("TENSORGRAD_PYTHON", sys.executable)
    done = subprocess.run([python, "-c", PEER], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def main() -> None:
    """Print the ratio."""
    ours, theirs = own(), peer()
    if theirs is None:
        print("tensorgrad: not installed, skipped")
    else:
        print(f"gradient, solution and verification: {theirs / ours:.0f} × faster than tensorgrad's gradient alone")


if __name__ == "__main__":
    main()
