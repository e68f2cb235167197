"""The exact arithmetic, against hand calculations, interpolation and the whole of f(E)."""

from fractions import Fraction
from math import comb, factorial, prod
from random import Random

import check_references as reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl.check.rational import forward as exact
from symicl.check.rational.instances import random_instance, random_instances, random_sample
from symicl.check.rational.matrices import combine, identity, inverse, product, trace, transpose
from symicl.check.rational.polynomials import Expanded, Polynomial, combination, mean, moment_of, variable
from symicl.check.rational.words import moment
from symicl.errors import ShapeError, UserError

F = Fraction
small = settings(max_examples=25, deadline=None)
coefficients = st.fractions(min_value=-5, max_value=5, max_denominator=6)
exponents = st.tuples(*[st.integers(0, 4)] * 3)
polynomials = st.dictionaries(exponents, coefficients, min_size=1, max_size=6).map(
    lambda terms: combination(
        (c, Polynomial({sum(e << 8 * k for k, e in enumerate(es)): 1}, degree=sum(es))) for es, c in terms.items()
    )
)


@pytest.mark.parametrize("power", range(9))
def test_moment_of_one_normal_counts_pairings(power):
    pairings = 0 if power % 2 else factorial(power) // (2 ** (power // 2) * factorial(power // 2))
    assert moment_of(power << 8 * 3) == pairings


@small
@given(polynomials, polynomials)
def test_inner_product_in_hermite_basis_is_mean_of_product(P, Q):
    assert Expanded(P).dot(Expanded(Q)) == mean(P * Q)


@small
@given(polynomials, polynomials, st.lists(coefficients, min_size=3, max_size=3))
def test_ring_operations_agree_with_values(P, Q, values):
    assert (P * Q).at(values) == P.at(values) * Q.at(values)
    assert (P - Q).at(values) == P.at(values) - Q.at(values)


def test_a_degree_too_high_for_a_byte_is_refused():
    z = variable(0)
    with pytest.raises(UserError, match="degree 256"):
        for _ in range(8):
            z = z * z


@small
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_inverse(seed, d):
    C = random_instance(Random(seed), d, 1).C
    assert product(C, inverse(C)) == identity(d)


def test_singular_and_misfit_matrices_are_refused():
    with pytest.raises(UserError, match="singular"):
        inverse([[F(1), F(2)], [F(2), F(4)]])
    with pytest.raises(ShapeError, match="1×2"):
        product([[1, 2]], [[1, 2]])
    with pytest.raises(ShapeError):
        combine((1, [[1]]), (1, [[1, 2]]))
    with pytest.raises(ShapeError):
        trace([[1, 2]])


@small
@given(st.integers(0, 10**6), st.integers(2, 3), st.integers(1, 3))
def test_instances_hide_no_term(seed, d, N):
    i = random_instance(Random(seed), d, N)
    assert i.Lambda == product(i.C, transpose(i.C))
    assert all(entry for row in [*i.U, *i.Lambda, i.p, i.q] for entry in row) and i.u
    assert transpose(i.U) != i.U and product(i.U, i.Lambda) != product(i.Lambda, i.U)


def test_impossible_instances_are_refused():
    for bad in ((0, 1), (1, 0)):
        with pytest.raises(UserError):
            random_instance(Random(0), *bad)
    with pytest.raises(UserError):
        random_instance(Random(0), 1, 1, sigma=-1)
    with pytest.raises(UserError, match="'v'"):
        random_instance(Random(0), 1, 1).with_weights(v=1)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (3, 2)])
def test_polynomial_forward_pass_is_the_last_entry_of_the_whole(shape):
    rng = Random(7)
    instance = random_instance(rng, *shape, sigma=F(1, 2))
    d, N = shape
    z = [[F(rng.randint(-3, 3), 2) for _ in range(d)] for _ in range(N + 1)]
    w = [F(rng.randint(-3, 3), 2) for _ in range(d)]
    noise = [F(rng.randint(-3, 3), 2) for _ in range(N + 1)]
    x = transpose(product(instance.C, transpose(z)))
    y = [sum(a * b for a, b in zip(w, column, strict=True)) + e / 2 for column, e in zip(x, noise, strict=True)]
    E = transpose([[*column, label] for column, label in zip(x, [*y[:N], F(0)], strict=True)])
    whole = exact.attention(instance.W_PV, instance.W_KQ, E, N)
    values = [*(entry for column in z for entry in column), *w, *noise]
    drawn = exact.prompt(instance)
    assert exact.forward(instance, drawn).at(values) == whole[d][N]
    sample = exact.Sample(transpose(x[:N]), w, x[N], noise[:N])
    assert exact.prediction_at(instance, sample) == whole[d][N]


def test_the_other_blocks_do_not_matter_but_the_four_do():
    rng = Random(3)
    instance, other = (random_instance(rng, 2, 2) for _ in range(2))
    sample = random_sample(rng, instance)
    blocks = {name: getattr(other, name) for name in ("u", "U", "p", "q")}
    swapped = exact.Instance(**(vars(instance) | {"PV_rows": other.PV_rows, "KQ_column": other.KQ_column}))
    assert exact.prediction_at(swapped, sample) == exact.prediction_at(instance, sample)
    assert exact.population_loss(swapped) == exact.population_loss(instance)
    for name, value in blocks.items():
        assert exact.prediction_at(instance.with_weights(**{name: value}), sample) != exact.prediction_at(
            instance, sample
        )


def test_loss_in_one_dimension_by_hand():
    for instance in random_instances(6, 1, ((1, 1), (1, 2), (1, 5))):
        assert exact.population_loss(instance) == reference.loss_one_dimension(instance)


def test_loss_at_p_q_zero_is_lemma_5_2():
    for instance in random_instances(6, 2, full=False):
        assert exact.population_loss(instance) == reference.loss(instance)


@pytest.mark.parametrize("noisy_target", [False, True])
def test_label_noise(noisy_target):
    """Γ gains σ²/N, and a noisy target adds ½σ² to the loss."""
    sigma = F(2, 3)
    for instance in random_instances(5, 3, full=False, sigma=sigma, noisy_target=noisy_target):
        added = sigma**2 / 2 if noisy_target else 0
        assert exact.population_loss(instance) == reference.loss(instance, noise=sigma**2) + added


def lagrange_coefficients(values):
    """The coefficients of the polynomial of degree 4 through the values at t = −2, …, 2."""
    nodes, out = range(-2, 3), [F(0)] * 5
    for i, value in zip(nodes, values, strict=True):
        basis = [F(1)]
        for j in nodes:
            if j != i:
                shifted = [F(0), *basis]
                basis = [a - j * b for a, b in zip(shifted, [*basis, F(0)], strict=True)]
        scale = value / prod(i - j for j in nodes if j != i)
        out = [a + scale * b for a, b in zip(out, basis, strict=True)]
    return out


@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (2, 1)])
def test_derivatives_agree_with_interpolation_of_the_loss(shape):
    here, there = random_instances(2, 11, [shape], sigma=F(1, 2))
    direction = {name: getattr(there, name) for name in ("u", "U", "p", "q")}
    values = [exact.population_loss(here.moved(direction, t)) for t in range(-2, 3)]
    found = lagrange_coefficients(values)
    assert exact.loss_along(here, direction) == found
    assert exact.loss_derivative(here, direction) == found[1]
    assert exact.second_derivative(here, direction) == 2 * found[2]
    g = exact.gradient(here)
    pairs = [(g["u"], there.u), *zip(g["p"], there.p, strict=True), *zip(g["q"], there.q, strict=True)]
    pairs += [(a, b) for rows in zip(g["U"], there.U, strict=True) for a, b in zip(*rows, strict=True)]
    assert sum(a * b for a, b in pairs) == found[1]


def test_gradient_is_the_papers():
    for instance in random_instances(4, 5, full=False):
        claimed, found = reference.loss_gradient(instance), exact.gradient(instance)
        assert found == claimed | {"U": claimed["U"].tolist()}


@pytest.mark.parametrize("N", [1, 2, 4])
def test_moments_of_a_chi_square(N):
    """At d = 1, N S/λ is χ² with N degrees: E Sᵏ = (λ/N)ᵏ N(N+2)…(N+2k−2)."""
    i = random_instance(Random(N), 1, N)
    for k in range(6):
        expected = (i.Lambda[0][0] / N) ** k * prod(N + 2 * j for j in range(k))
        assert moment(i, ["S"] * k) == [[expected]]


def test_moments_of_words():
    for i in random_instances(4, 9, ((2, 2), (3, 2), (2, 3)), sigma=F(1, 3)):
        L, L2, t = i.Lambda, product(i.Lambda, i.Lambda), trace(i.Lambda)
        assert moment(i, ["S", "A", "S"]) == reference.mean_SAS(i).tolist()
        assert moment(i, [("tr", ["S"]), "S"]) == combine((t, L), (F(2, i.N), L2))
        assert moment(i, ["S", ("tr", ["S"])]) == combine((t, L), (F(2, i.N), L2))
        assert moment(i, ["X", "y", "wT"]) == combine((i.N, L))
        assert moment(i, ["x", "xT", "A", "x", "xT"]) == combine(
            (1, product(L, i.A, L)), (1, product(L, transpose(i.A), L)), (trace(product(i.A, L)), L)
        )
        assert moment(i, ["yT", "y"]) == [[i.N * (t + i.sigma**2)]]
        assert moment(i, ["XT", "X"]) == combine((t, identity(i.N)))
        assert moment(i, ["x", "wT"]) == [[0] * i.d] * i.d
        assert moment(i, ["A", [[F(1)]] * i.d]) == product(i.A, [[F(1)]] * i.d)
        assert moment(i, ["pT", "S", "UT", "q"]) == product([i.p], L, transpose(i.U), [[b] for b in i.q])


def test_words_that_make_no_sense_are_refused():
    i = random_instance(Random(0), 2, 3)
    with pytest.raises(UserError, match="'Q'"):
        moment(i, ["S", "Q"])
    with pytest.raises(ShapeError, match="2×3"):
        moment(i, ["X", "X"])
    with pytest.raises(UserError, match="degree 26"):
        moment(i, ["S"] * 13)
    with pytest.raises(ShapeError, match="trace"):
        moment(i, [("tr", ["X"])])


def test_the_pairing_count_of_a_fourth_moment():
    """E z⁴ = 3, and for independent z_0, z_1: E (z_0 + z_1)⁴ = Σ binomials = 12."""
    total = variable(0) + variable(1)
    square = total * total
    by_hand = sum(comb(4, k) * moment_of(k) * moment_of(4 - k) for k in range(5))
    assert Expanded(square).dot(Expanded(square)) == by_hand == 12
