"""Expectations against components: every entry a polynomial in standard normals with moments (2k−1)!!."""

from collections import defaultdict
from fractions import Fraction
from itertools import product as cartesian
from math import prod
from random import Random

import pytest
from engine_instances import A, B, C, G, L, N, d, u
from sympy import Matrix, Rational

from symicl import Defined, E, Gaussian, UserError, dimension, identity, matrix, positive_definite, symmetric, tr
from symicl.engine import clear_caches, expect, form, pairings, wick, wishart_power, wishart_trace_power
from symicl.language.numeric import evaluate

X = Gaussian("X", d, N, L)
Y = Gaussian("Y", d, N, L)
Z = Gaussian("Z", d, d)
x = Gaussian("x", d, 1, L)
w = Gaussian("w", d)
S = X @ X.T / N


# -- polynomials in standard normals: {((variable, power), …): coefficient}


def times(left, right):
    out = defaultdict(Fraction)
    for (m, a), (n, b) in cartesian(left.items(), right.items()):
        powers = defaultdict(int)
        for variable, power in (*m, *n):
            powers[variable] += power
        out[tuple(sorted(powers.items()))] += a * b
    return out


def plus(left, right):
    out = defaultdict(Fraction, left)
    for key, c in right.items():
        out[key] += c
    return out


def mean(poly):
    return sum(c * prod(0 if p % 2 else prod(range(1, p, 2)) for _, p in key) for key, c in poly.items())


def matmul(left, right):
    inner = range(len(right))
    out = [[defaultdict(Fraction) for _ in right[0]] for _ in left]
    for i, j, k in cartesian(range(len(left)), range(len(right[0])), inner):
        out[i][j] = plus(out[i][j], times(left[i][k], right[k][j]))
    return out


def constant(rows):
    return [[{(): Fraction(int(e.p), int(e.q))} if e else {} for e in row] for row in Matrix(rows).tolist()]


def normals(name, root, cols):
    """root · (standard normals)."""
    entries = [[{(((name, i, j), 1),): Fraction(1)} for j in range(cols)] for i in range(len(root))]
    return matmul(constant(root), entries)


def flip(rows):
    return [list(row) for row in zip(*rows, strict=True)]


class Components:
    """Values of all letters at d = N = 2, and of words of them."""

    def __init__(self, seed, count=2):
        rng = Random(seed)
        root = Matrix(2, 2, lambda i, j: Rational(rng.randint(-2, 2), rng.randint(1, 2)) + (i == j) * 3)
        one = [[1, 0], [0, 1]]
        self.numbers = {L: (root * root.T).tolist(), N: count, d: 2, u: Rational(2, 3)}
        for letter in (A, B, C):
            self.numbers[letter] = [[rng.randint(-3, 3) for _ in range(2)] for _ in range(2)]
        roots = {X: (root.tolist(), count), Y: (root.tolist(), count), Z: (one, 2), x: (root.tolist(), 1), w: (one, 1)}
        self.letters = {g: normals(g.name, r, cols) for g, (r, cols) in roots.items()}
        self.letters |= {k: constant(v) for k, v in self.numbers.items() if k in (A, B, C, L)}

    def word(self, factors):
        value = None
        for letter, turned in factors:
            part = flip(self.letters[letter]) if turned else self.letters[letter]
            value = part if value is None else matmul(value, part)
        return value

    def mean_of(self, traces, word):
        """E[Π tr(word) · word] by components."""
        front = {(): Fraction(1)}
        for factors in traces:
            value = self.word(factors)
            diagonal = defaultdict(Fraction)
            for i in range(len(value)):
                diagonal = plus(diagonal, value[i][i])
            front = times(front, diagonal)
        rows = self.word(word) if word else [[{(): Fraction(1)}]]
        return [[mean(times(front, entry)) for entry in row] for row in rows]


def expression(factors):
    out = None
    for letter, turned in factors:
        part = letter.T if turned else letter
        out = part if out is None else out @ part
    return out


def check(seed, traces, word, count=2):
    """The engine's expectation of Π tr(word) · word, evaluated, is that of the components."""
    components = Components(seed, count)
    node = expression(word) if word else Rational(1)
    for factors in traces:
        node = tr(expression(factors)) * node
    value = evaluate(expect(form(node)).to_sympy(), components.numbers)
    rows = value.tolist() if hasattr(value, "tolist") else [[value]]
    assert [[Fraction(str(e)) for e in row] for row in rows] == components.mean_of(traces, word)


def spelled(text):
    """Letters by name, ' for a transpose."""
    names = {"X": X, "Y": Y, "Z": Z, "x": x, "w": w, "A": A, "B": B, "C": C, "L": L}
    out = []
    for char in text:
        if char == "'":
            out[-1] = (out[-1][0], True)
        else:
            out.append((names[char], False))
    return out


CASES = [
    ("", "XX'"),
    ("", "XX'AXX'"),
    ("", "XX'XX'"),
    ("", "X'AXX'BX"),
    ("", "X'AX"),
    ("", "ZAZB"),
    ("", "ZZ"),
    ("", "ZAZ'Z"),
    ("ZZ", ""),
    ("Z Z", ""),
    ("Z ZA", "Z'Z"),
    ("Z'Z' Z", "Z"),
    ("ZZ'", "A"),
    ("XX'A XX'B", ""),
    ("XX'A", "XX'"),
    ("X'X X'AX", "A"),
    ("XX' XX' XX'", ""),
    ("XX'", "XX'XX'"),
    ("XAX' ", "X"),
    ("XY'", "XY'"),
    ("XX'YY'A", "YX'"),
    ("x'Ax x'Bx", ""),
    ("x'Ax", "xx'"),
    ("", "xx'Axx'Bxx'"),
    ("w'XX'Axw'x", ""),
    ("w'XX'XX'w", ""),
    ("w'Ax w'XX'Bx", ""),
    ("XX'xx'A", "xx'XX'"),
    ("XX'A", "X"),
]


@pytest.mark.parametrize(("traces", "word"), CASES)
def test_against_components(traces, word):
    if "XAX'" in traces:
        traces = traces.replace("XAX'", "XX'")
    check(7, [spelled(t) for t in traces.split()], spelled(word))


@pytest.mark.parametrize("seed", range(12))
def test_random_words_against_components(seed):
    rng = Random(seed)
    pieces = ["XX'", "XX'", "A", "B", "C'", "ZZ", "xx'", "L", "Z'", "Z"]
    words = ["".join(rng.choice(pieces) for _ in range(rng.randint(1, 3))) for _ in range(rng.randint(1, 3))]
    gaussians = sum(ch in "XxZ" for word in words for ch in word)
    words = words if gaussians <= 7 else words[:1]
    opened = rng.random() < 0.5
    check(seed, [spelled(t) for t in (words[1:] if opened else words)], spelled(words[0]) if opened else [], 1)


def test_second_moment():
    got = expect(form(S @ A @ S))
    assert got == form(L @ A @ L + (L @ A.T @ L + tr(A @ L) * L) / N)
    assert got != form(L @ A @ L + (L @ A @ L + tr(A @ L) * L) / N)
    assert got != form(L @ A @ L - (L @ A.T @ L + tr(A @ L) * L) / N)


def test_the_loss_of_one_layer():
    U = matrix("U", d)
    q = Gaussian("x_q", d, 1, L)
    got = form(E((u / N * (w.T @ X @ X.T @ U @ q) - w.T @ q) ** 2 / 2))
    known = u**2 * tr(G @ L @ U @ L @ U.T) / 2 - u * tr(L @ L @ U.T) + tr(L) / 2
    assert got == form(known, unfold=True)
    assert len(got) == 5


def test_partial_expectation_leaves_the_others():
    got = expect(form(X.T @ x @ x.T @ X), x)
    assert got == form(X.T @ L @ X)
    assert form(E(E(X.T @ x @ x.T @ X, over=[x]), over=[X])) == expect(form(X.T @ x @ x.T @ X))


def test_definitions_are_unfolded_inside_a_mean():
    prediction = Defined("y", X.T @ w)
    assert form(E(prediction.T @ prediction)) == form(N * tr(L))
    with pytest.raises(UserError, match="unfold"):
        expect(form(prediction.T @ prediction), X)


def test_what_cannot_be_averaged_is_refused():
    for node in (tr((Z + A).inv()), tr(Z.inv()), 1 / (1 + tr(Z))):
        with pytest.raises(UserError, match="Z"):
            expect(form(node), Z)


def test_odd_moments_vanish():
    assert expect(form(X @ X.T @ X)).is_zero
    assert expect(form(x.T @ A @ x * x)).is_zero


# -- the three ways to an expectation agree


def by_recursion(node, monkeypatch):
    clear_caches()
    with monkeypatch.context() as patch:
        patch.setattr(wick, "paired_at_once", lambda *_: None)
        patch.setattr(wick, "as_powers", lambda *_: None)
        out = expect(form(node))
    clear_caches()
    return out


@pytest.mark.parametrize("k", range(1, 6))
def test_partitions_agree_with_recursion(k, monkeypatch):
    power = S
    for _ in range(k - 1):
        power = power @ S
    assert wishart_power(k, L, N) == expect(form(power)) == by_recursion(power, monkeypatch)
    assert wishart_trace_power(k, L, N) == expect(form(tr(power))) == by_recursion(tr(power), monkeypatch)


@pytest.mark.parametrize("node", [tr(S @ S) * S, tr(S) ** 2 * tr(S @ S), tr(S) * tr(S @ S) * S @ S])
def test_several_powers_agree_with_recursion(node, monkeypatch):
    assert expect(form(node)) == by_recursion(node, monkeypatch)


def test_powers_with_other_covariances(monkeypatch):
    free = Gaussian("F", d, N)
    three = Gaussian("T", d, 3, L)
    for g in (free, three, Gaussian("O", d, N, G)):
        node = g @ g.T @ g @ g.T @ g @ g.T
        assert expect(form(node)) == by_recursion(node, monkeypatch)
        assert expect(form(tr(node))) == by_recursion(tr(node), monkeypatch)
    assert wishart_power(2, identity(d), N) == form((1 + (d + 1) / N) * identity(d))


def test_tenth_powers():
    got = wishart_power(10, L, N)
    assert len({key[:2] for key in got.data}) == 97
    assert wishart_power(10, L, N).trace() == wishart_trace_power(10, L, N)
    # At Λ = I and d = 1 the moment is that of a χ² variable: N (N+2) … (N+18) / N^10.
    at_one = evaluate(wishart_trace_power(10, L, N).to_sympy(), {L: [[1]], N: 4})
    assert at_one == Rational(prod(range(4, 24, 2)), 4**10)


D = [matrix(f"D{i}", d) for i in range(5)]
SYM = symmetric("Q", d)
SHAPES = {
    "open": X @ X.T @ D[0] @ X @ X.T @ D[1] @ X @ X.T @ D[2] @ X @ X.T,
    "closed": tr(X @ X.T @ D[0] @ X @ X.T @ D[1] @ X @ X.T @ D[2] @ X @ X.T @ D[3]),
    "framed": D[4] @ X @ X.T @ D[0] @ X @ X.T @ D[1] @ X @ X.T @ D[2] @ X @ X.T @ D[3],
    "symmetric": tr(X @ X.T @ D[0] @ X @ X.T @ SYM @ X @ X.T @ D[2] @ X @ X.T @ D[3]),
    "covariance": tr(X @ X.T @ D[0] @ X @ X.T @ L @ X @ X.T @ D[2] @ X @ X.T @ D[3]),
    "commuting": tr(X @ X.T @ D[0] @ X @ X.T @ G @ X @ X.T @ D[2] @ X @ X.T @ D[3]),
    "empty": X @ X.T @ D[0] @ X @ X.T @ X @ X.T @ D[1] @ X @ X.T @ D[2],
    "two traces": tr(X @ X.T @ D[0] @ X @ X.T @ D[1]) * tr(X @ X.T @ D[2] @ X @ X.T @ D[3]),
    "beside": tr(X @ X.T @ D[0] @ X @ X.T @ D[1] @ X @ X.T @ D[2] @ X @ X.T @ D[3]) * D[4],
    "trace and word": tr(X @ X.T @ D[0] @ X @ X.T @ D[1]) * (D[4] @ X @ X.T @ D[2] @ X @ X.T),
    "square": Z @ D[0] @ Z @ D[1] @ Z.T @ D[2] @ Z @ Z @ D[3] @ Z @ Z.T @ D[4] @ Z,
    "columns": X.T @ D[0] @ X @ X.T @ D[1] @ X @ X.T @ D[2] @ X @ X.T @ D[3] @ X,
    "five": tr(X @ X.T @ D[0] @ X @ X.T @ D[1] @ X @ X.T @ D[2] @ X @ X.T @ D[3] @ X @ X.T @ D[4]),
    "pairs": tr(X @ X.T @ D[0].T @ X @ X.T @ D[0] @ X @ X.T @ D[1] @ X @ X.T @ D[2]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_arrays_agree_with_recursion(name, monkeypatch):
    node, used = SHAPES[name], []
    real = pairings.paired_at_once
    clear_caches()
    monkeypatch.setattr(wick, "paired_at_once", lambda *a: used.append(real(*a)) or used[-1])
    got = expect(form(node))
    counted = len(got)
    assert used[-1] is not None
    assert len(got.data) == counted
    assert got == by_recursion(node, monkeypatch)
    assert expect(form(2 * node) * form(1 / N**2) / 3) == got * form(1 / N**2) * 2 / 3


def test_arrays_with_a_number_of_columns(monkeypatch):
    three = Gaussian("V", d, 3, positive_definite("Lambda", d))
    node = tr(three @ three.T @ D[0] @ three @ three.T @ D[1] @ three @ three.T @ D[2] @ three @ three.T @ D[3])
    assert expect(form(node)) == by_recursion(node, monkeypatch)


def test_long_words_have_as_many_terms_as_pairings():
    node = X @ X.T
    for i in range(5):
        node = node @ D[i] @ X @ X.T
    got = expect(form(node))
    assert len(got) == 10395
    assert len(got.data) == 10395
    assert dimension("N") == N
