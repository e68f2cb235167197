"""Random letters of a law of which nothing is known: what is allowed, and attempts to make a false theorem of them."""

import pytest

from symicl import (
    Defined,
    E,
    Eq,
    Gaussian,
    Ge,
    Gt,
    ProofError,
    Task,
    UserError,
    derive,
    dimension,
    grad,
    identity,
    matrix,
    positive_definite,
    scalar,
    substitute,
    tail,
    tr,
)
from symicl.kernel import facts
from symicl.kernel import theorem as kernel
from symicl.language.kinds import apart, together, well_formed
from symicl.language.letters import Letter, random_matrix
from symicl.language.mean import free_letters

d, N = dimension("d"), dimension("N")
A, B, U = matrix("A", d), matrix("B", d), matrix("U", d)
u = scalar("u")
Λ = random_matrix("Lambda_tau", d, "positive definite", "diagonal")
Σ = random_matrix("Sigma_tau", d, "positive definite")
Ω = random_matrix("Omega", d, "positive definite")
X, x, w = Gaussian("X", d, N, Σ), Gaussian("x", d, 1, Σ), Gaussian("w", d)
D, F = Letter("D", d, d, "diagonal"), Letter("F", d, d, "diagonal")
M = Defined("M", E(Λ @ Λ), "positive definite", "diagonal")


def refused(prove, *arguments):
    with pytest.raises((ProofError, UserError)):
        prove(*arguments)


# -- what is allowed


def test_the_covariance_is_averaged_over_last():
    joint = kernel.expectation(Eq(E(X @ X.T), N * E(Σ)), [X]).statement
    assert joint.lhs.over == (Σ, X)
    assert kernel.expectation(Eq(E(X @ X.T, over=[X]), N * Σ), [X])
    assert kernel.expectation(Eq(E(tr(X @ X.T @ x @ x.T)), N * E(tr(Σ @ Σ))), [X, x])


def test_constants_leave_the_mean_and_what_is_random_stays():
    assert kernel.identity(Eq(E(A @ Σ @ B), A @ E(Σ) @ B))
    assert kernel.identity(Eq(E(Λ @ M @ Λ), M @ E(Λ @ Λ)))
    assert kernel.inside(E(Σ @ A @ Σ), 1, U.T).statement == Eq(tr(E(Σ @ A @ Σ) @ U.T), E(tr(Σ @ A @ Σ @ U.T)))


def test_a_mean_depends_on_what_it_does_not_average_over():
    assert free_letters(E(X @ X.T)) == {d, N}
    assert free_letters(E(X @ X.T, over=[X])) == {d, N, Σ}
    assert free_letters(E(tr(Σ @ A))) == {d, A}


def test_diagonal_matrices_commute():
    assert kernel.identity(Eq(D @ F, F @ D)) and kernel.identity(Eq(D.T, D))
    assert kernel.identity(Eq(D @ (F + tr(A) * identity(d)), (F + tr(A) * identity(d)) @ D))
    assert kernel.identity(Eq(M.inv() @ D @ M, D))
    assert all(map(facts.diagonal, (D @ F, D + F, M.inv(), E(Λ @ D), identity(d))))
    assert not any(map(facts.diagonal, (A, Σ, D @ A, D + A, E(Σ), A.T)))


def test_the_kind_is_one_of_the_closed_set():
    assert apart(Λ) == ["Lambda_tau", d, d, "diagonal", "positive definite"]
    assert together("Random", apart(Λ)) == Λ and well_formed(Λ)
    assert Letter("Lambda_tau", d, d, "diagonal", "positive definite") != Λ


# -- what must be refused


def test_its_mean_is_not_its_value():
    for goal in (
        Eq(E(Σ), Σ),
        Eq(E(Σ @ Σ), E(Σ) @ E(Σ)),
        Eq(E(Σ @ Σ), Σ @ E(Σ)),
        Eq(E(tr(Σ) * Σ), tr(Σ) * E(Σ)),
        Eq(E(tr(Σ) ** 2), E(tr(Σ)) ** 2),
        Eq(E(tr(Σ) * tr(Ω)), E(tr(Σ)) * E(tr(Ω))),
        Eq(E(Σ @ A @ Σ), E(Σ @ Σ) @ A),
        Eq(E(1 / tr(Σ)), 1 / E(tr(Σ))),
        Eq(E(Σ.inv()), E(Σ).inv()),
    ):
        refused(kernel.identity, goal)
        refused(kernel.expectation, goal, [])


def test_nothing_is_known_of_its_law():
    for goal in (Eq(E(Σ), 0), Eq(E(Σ), identity(d)), Eq(E(Σ @ Σ), d * identity(d)), Eq(E(X @ X.T), N * E(Σ))):
        refused(kernel.expectation, goal, [Σ])
        refused(kernel.expectation, goal, [X, Σ])


def test_a_covariance_is_not_averaged_over_before_what_has_it():
    for bad in (lambda: E(X @ X.T, over=[Σ]), lambda: E(x.T @ x, over=[Σ, X]), lambda: tail(x.T @ x, 1, over=[Σ])):
        refused(bad)
    refused(kernel.expectation, Eq(E(X @ X.T), N * Σ), [X])
    refused(kernel.expectation, Eq(E(X @ X.T @ Σ), N * E(Σ) @ E(Σ)), [X])
    refused(kernel.expectation, Eq(E(X @ X.T, over=[X]), N * E(Σ)), [X])


def test_no_value_is_put_in_for_it():
    true = kernel.identity(Eq(E(A @ Σ), A @ E(Σ)))
    for letter, value in ((Σ, positive_definite("K", d)), (Σ, identity(d)), (A, Σ), (A, X @ X.T)):
        refused(kernel.instantiate, true, [(letter, value)])
    refused(substitute, tr(Σ), {Σ: identity(d)})
    free = kernel.positive(tr(Σ))
    refused(kernel.instantiate, free, [(Σ, identity(d))])


def test_what_is_averaged_over_is_not_taken_inside():
    refused(kernel.inside, E(Σ), 1, Σ)
    refused(kernel.inside, E(Σ), E(Ω) @ Σ, 1)
    refused(kernel.inside, E(X @ X.T), 1, X @ X.T)
    refused(kernel.inside, E(Σ), 1, x @ x.T)  # its covariance is averaged over
    refused(kernel.inside, Σ, 1, A)
    refused(kernel.inside, E(tr(Σ)), 1, A)
    assert kernel.inside(E(Σ), E(Σ), 1)  # this one has its own


def test_a_trace_of_what_is_random_may_vanish_on_average_elsewhere():
    assert kernel.vanishes(E(tr(Σ @ U @ Σ @ U.T)))
    refused(kernel.vanishes, E(tr(Σ @ (U - Σ) @ Σ @ (U.T - Σ))))
    refused(kernel.vanishes, E(tr(Σ @ U @ Σ @ U.T), over=[Σ]) - tr(Σ))
    refused(kernel.vanishes, u * E(tr(Σ @ U @ Σ @ U.T)))
    refused(kernel.vanishes, E(u * tr(Σ @ U @ Σ @ U.T)))
    refused(kernel.vanishes, E(tr(Σ @ U @ Σ @ U)))


def test_an_assumption_about_it_is_not_used_inside_a_mean_over_it():
    known = kernel.assume(Eq(Σ, A))
    refused(kernel.replace, E(tr(Σ @ Σ)), known)
    refused(kernel.combine, Eq(E(Σ), A), [(known, 1, 1)])
    refused(kernel.combine, Eq(E(tr(Σ)), tr(A)), [(known, 1, 1)])


def test_signs():
    assert kernel.nonnegative(E(tr((U - Σ) @ Ω @ (U.T - Σ)))).statement.rhs == 0
    assert kernel.positive(tr(M.inv()))
    for node in (E(tr(A)), E(tr(Σ @ A)), E(tr(Σ @ Ω @ A)), tr(E(Σ) @ E(Ω) @ A), E(tr(Σ)) - tr(Σ)):
        refused(kernel.nonnegative, node)
    refused(kernel.positive, E(tr((U - Σ) @ Ω @ (U.T - Σ))))
    assert "order of expectation" in kernel.positive(tr(M)).axioms | kernel.positive(E(tr(Σ))).axioms
    assert "order of expectation" in kernel.identity(Eq(M @ M.inv(), identity(d))).axioms


def test_a_size_is_at_least_one():
    assert kernel.nonnegative(d - 1) and kernel.positive(d + N - 1) and kernel.nonnegative(2 * d + N - 3)
    for node in (d - 2, d - N, -d, 1 - d, u - 1, scalar("c", positive=True) - 1, d * N - 3):
        refused(kernel.nonnegative, node)
    refused(kernel.positive, d - 1)


def test_false_claims():
    for body, claim in ((A, "diagonal"), (E(Σ), "diagonal"), (D @ A, "diagonal"), (E(D), "positive definite")):
        liar = Defined("P", body, claim)
        refused(kernel.identity, Eq(liar @ D, liar @ D))
    for other in (positive_definite("Sigma_tau", d), random_matrix("Sigma_tau", d, "positive definite", "diagonal")):
        refused(kernel.identity, Eq(tr(Σ @ other), tr(other @ Σ)))
    refused(kernel.instantiate, kernel.identity(Eq(D @ F, F @ D)), [(D, A)])
    assert kernel.instantiate(kernel.identity(Eq(D @ F, F @ D)), [(D, M @ F)])
    for bad in (Eq(Σ @ Ω, Ω @ Σ), Eq(D @ A, A @ D), Eq(E(Σ) @ E(Ω), E(Ω) @ E(Σ)), Eq(E(Σ) @ Σ, Σ @ E(Σ))):
        refused(kernel.identity, bad)


def test_two_random_letters_are_not_known_to_be_independent():
    both = random_matrix("Omega_2", d, "positive definite")
    refused(kernel.identity, Eq(E(Σ @ both), E(Σ) @ E(both)))
    refused(kernel.identity, Eq(E(tr(Σ) * both), E(tr(Σ)) * E(both)))


def test_its_letter_does_not_move():
    assert not well_formed(grad(tr(Σ), Σ))
    refused(kernel.derivative, Eq(grad(tr(Σ), Σ), identity(d)))
    refused(kernel.derivative, Eq(grad(E(tr(Σ @ U @ Σ @ U.T)), U), 2 * E(Σ) @ U @ E(Σ)))


def test_markov():
    z, t, m = tr(Σ @ Ω @ Σ), scalar("t", positive=True), scalar("m")
    mean, sign, level = kernel.assume(Eq(E(z), m)), kernel.nonnegative(z), kernel.positive(t)
    assert kernel.cite("Markov", [z, m, t], mean, sign, level).statement == Ge(m / t, tail(z, t))
    refused(kernel.cite, "Markov", [z, m, t], mean, level, sign)
    refused(kernel.cite, "Markov", [z, m, t], mean, sign)
    signed = tr(Σ @ A)
    refused(kernel.cite, "Markov", [signed, m, t], kernel.assume(Eq(E(signed), m)), sign, level)
    refused(kernel.cite, "Markov", [z, m, u], mean, sign, kernel.assume(Gt(t, 0)))


def test_another_chapter_refuses_a_random_covariance():
    task = Task(inputs=Gaussian("X", d, N, Σ), query=Gaussian("x_q", d, 1, Σ))
    with pytest.raises((UserError, ProofError), match="law"):
        derive("loss", task)
    with pytest.raises(UserError, match="covariances of their own"):
        derive("random-covariance", Task())


def test_what_rests_on_the_sign_of_a_mean_says_so():
    mean, K = E(Σ), positive_definite("K", d)
    assert all(
        "order of expectation" in theorem.axioms
        for theorem in (
            kernel.cancel(mean),
            kernel.vanishes(tr(mean @ U @ mean @ U.T)),
            kernel.instantiate(kernel.positive(tr(K)), [(K, mean)]),
            kernel.instantiate(kernel.vanishes(tr(K @ U @ K @ U.T)), [(K, mean)]),
            kernel.assume(Eq(A / tr(mean), B)),
            kernel.flip(kernel.assume(Eq(mean.inv() @ A, B))),
        )
    )
    assert "order of expectation" not in kernel.instantiate(kernel.identity(Eq(A @ B, A @ B)), [(A, mean)]).axioms
