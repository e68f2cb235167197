"""Closed forms typed in from the paper (arXiv:2306.09927) or worked out by hand, and wrong copies of them.

They serve the exact and the Monte Carlo judges alike: ``s`` is an ``Instance`` or a ``Case``, and NumPy arrays hold
rationals or floats.  Divisions are by ints only, so that rationals stay rational.
"""

from fractions import Fraction

import numpy as np

from symicl.check.rational.matrices import inverse


def array(rows):
    return np.array(rows)


def gamma(s, *, ratio=1, power=1, traced=True, noise=0):
    """Γ = (1 + 1/N)Λ + (1/N)(tr Λ + σ²) I; ``ratio``, ``power``, ``traced`` make it wrong."""
    L = array(s.Lambda)
    eye = np.array([[int(i == j) for j in range(s.d)] for i in range(s.d)], dtype=L.dtype)
    scale = (np.trace(L) if traced else 1) + noise
    return L + ratio * (L + scale * eye) / s.N**power


def loss(s, *, square=1, cross=1, constant=1, transposed=True, **wrong):
    """½u² tr(ΓΛUΛUᵀ) − u tr(Λ²Uᵀ) + ½ tr Λ, which is Lemma 5.2."""
    L, U, G = array(s.Lambda), array(s.U), gamma(s, **wrong)
    quadratic = s.u * s.u * np.trace(G @ L @ U @ L @ (U.T if transposed else U))
    return square * quadratic / 2 - cross * s.u * np.trace(L @ L @ U.T) + constant * np.trace(L) / 2


WRONG_LOSSES = {
    "sign of the cross term": {"cross": -1},
    "2/N for 1/N": {"ratio": 2},
    "lost transpose": {"transposed": False},
    "dropped ½ of the square": {"square": 2},
    "dropped ½ of the constant": {"constant": 2},
    "1/N² for 1/N": {"power": 2},
    "1 for tr Λ": {"traced": False},
    "no term in 1/N": {"ratio": 0},
}


def loss_one_dimension(s):
    """The loss over all blocks at d = 1, by hand, from E x² = λ, E x⁴ = 3λ², E x⁶ = 15λ³ and E w⁴ = 3.

    With S = (1/N)Σx_i², ŷ = x_q [pU (S + x_q²/N) + (pq + uU) S w + uq S w²], and E S² = λ²(1 + 2/N).
    """
    lam, u, U, p, q = s.Lambda[0][0], s.u, s.U[0][0], s.p[0], s.q[0]
    a, b, c, n = p * q + u * U, p * U, u * q, Fraction(1, s.N)
    odd = lam * (a * a * lam**2 * (1 + 2 * n) - 2 * a * lam + 1)
    even = b * b * (1 + 8 * n + 15 * n * n) + 2 * b * c * (1 + 5 * n) + 3 * c * c * (1 + 2 * n)
    return (odd + lam**3 * even) / 2


def loss_gradient(s, *, square=1, cross=1, transposed=True, **wrong):
    """dL/du = u tr(ΓΛUΛUᵀ) − tr(Λ²Uᵀ), dL/dU = u²ΓΛUΛ − uΛ²; those in p and q vanish at p = q = 0."""
    L, U, G = array(s.Lambda), array(s.U), gamma(s, **wrong)
    du = square * s.u * np.trace(G @ L @ U @ L @ U.T) - cross * np.trace(L @ L @ U.T)
    dU = square * s.u * s.u * (G @ L @ (U if transposed else U.T) @ L) - cross * s.u * (L @ L)
    return {"u": du, "U": dU, "p": [0] * s.d, "q": [0] * s.d}


WRONG_GRADIENTS = {
    "sign": {"cross": -1},
    "2/N for 1/N": {"ratio": 2},
    "lost transpose": {"transposed": False},
    "a factor ½": {"square": 2},
    "1/N² for 1/N": {"power": 2},
    "1 for tr Λ": {"traced": False},
}


def mean_SAS(s, *, second=1, third=1, transposed=True, power=1, traced=True):
    """E[S A S] = Λ A Λ + (1/N)(Λ Aᵀ Λ + tr(AΛ) Λ)."""
    L, A = array(s.Lambda), array(s.A)
    swapped = L @ (A.T if transposed else A) @ L
    rest = second * swapped + third * (np.trace(A @ L) if traced else 1) * L
    return L @ A @ L + rest / s.N**power


WRONG_MOMENTS = {
    "sign": {"second": -1},
    "2/N for 1/N": {"second": 2, "third": 2},
    "lost transpose": {"transposed": False},
    "1/N² for 1/N": {"power": 2},
    "1 for tr(AΛ)": {"traced": False},
    "a term lost": {"third": 0},
}


def gamma_inverse(s, **wrong):
    """Γ⁻¹, exact for rationals."""
    G = gamma(s, **wrong)
    return np.array(inverse(G.tolist())) if G.dtype == object else np.linalg.inv(G)


def least_loss(s, *, half=1, noise=0, **wrong):
    """L* = ½ tr Λ − ½ tr(Λ²Γ⁻¹)."""
    L = array(s.Lambda)
    return (np.trace(L) - half * np.trace(L @ L @ gamma_inverse(s, noise=noise, **wrong))) / 2


def completed_square(s, *, transposed=True, half=1, **wrong):
    """L* + ½ tr(ΓΛ (uU − Γ⁻¹) Λ (uU − Γ⁻¹)ᵀ)."""
    L, H = array(s.Lambda), s.u * array(s.U) - gamma_inverse(s, **wrong)
    square = np.trace(gamma(s, **wrong) @ L @ H @ L @ (H.T if transposed else H))
    return least_loss(s, **wrong) + half * square / 2


def minimiser(s, rng, **wrong):
    """A point (u, U) with uU = Γ⁻¹."""
    u = rng.randint(1, 5)
    return u, gamma_inverse(s, **wrong) / u


def saddle(s, rng, *, squared=True):
    """A point with u = 0 and tr(Λ²Uᵀ) = 0 (with Λ for Λ² where it is to be wrong)."""
    L = array(s.Lambda)
    weight = L @ L if squared else L
    U = array([[weight[0][0] * rng.randint(-3, 3) for _ in range(s.d)] for _ in range(s.d)])
    return 0, U - (np.trace(weight @ U.T) / np.trace(weight @ weight)) * weight


def descent(s, u, U, *, sign=1):
    """(1, k I) with k tr Λ² > ½ tr(ΓΛUΛUᵀ): along it L'' = tr(ΓΛUΛUᵀ) − 2k tr Λ²."""
    L, U = array(s.Lambda), array(U)
    k = sign * (np.trace(gamma(s) @ L @ U @ L @ U.T) / (2 * np.trace(L @ L)) + 1)
    return {"u": 1, "U": [[k if i == j else 0 for j in range(s.d)] for i in range(s.d)]}


def prediction(s, X, w, x_q, *, sign=1, transposed=False, query=True, power=1, dropped=False):
    """(pᵀ, u)(EEᵀ/M)(U; qᵀ) x_q multiplied out, M the length of the prompt."""
    X, w, x_q, U, p, q = map(array, (X, w, x_q, s.U, s.p, s.q))
    M = X.shape[1]
    S, Q = X @ X.T / M**power, np.outer(x_q, x_q) / M**power
    Ux, qx = (U.T if transposed else U) @ x_q, q @ x_q
    first = p @ ((S + Q if query else S) @ Ux)
    return first + sign * s.u * (w @ S @ Ux) + (p @ S @ w) * qx + (0 if dropped else s.u * (w @ S @ w) * qx)


WRONG_PREDICTIONS = {
    "sign": {"sign": -1},
    "lost transpose": {"transposed": True},
    "query column forgotten": {"query": False},
    "1/N² for 1/N": {"power": 2},
    "quadratic term in w dropped": {"dropped": True},
}
