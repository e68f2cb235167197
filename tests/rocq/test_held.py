"""Random letters that no mean is over: plain letters in Rocq, for every outcome; what is inverted has a name."""

import pytest
from test_export import stated, verified

from symicl.kernel.theorem import assume, cancel, expectation, flip, identity
from symicl.language.expressions import identity as eye
from symicl.language.expressions import product, tr
from symicl.language.letters import (
    Defined,
    Gaussian,
    dimension,
    matrix,
    positive_definite,
    random_matrix,
    scalar,
    symmetric,
)
from symicl.language.mean import E
from symicl.language.statements import Eq, Ne
from symicl.rocq.export import export
from symicl.rocq.held import Held, of_outcomes
from symicl.rocq.instances import Numbers
from symicl.rocq.terms import Terms

d, n = dimension("d"), dimension("n")
X, w = Gaussian("X", d, n), Gaussian("w", d)
c = scalar("c", positive=True)
held_X, held_w = matrix("X", d, n), matrix("w", d, 1)


def made(*theorems):
    """What `Held` makes of steps; the last one is the result."""
    numbers = Numbers(theorems)
    return Held(numbers).result(theorems[-1:], theorems), numbers


def test_a_letter_without_a_mean_is_plain_and_definitions_of_it_are_opened():
    y = Defined("y", X.T @ w)
    remade, numbers = made(identity(Eq(tr(w.T @ X @ y), tr(y.T @ y)), [y]))
    (theorem,) = remade.states
    assert theorem.statement == Eq(
        tr(held_w.T @ held_X @ held_X.T @ held_w), tr(held_w.T @ held_X @ (held_X.T @ held_w))
    )
    assert remade.letters == ("X", "w") and numbers[id(theorem)] == 0


def test_a_letter_with_a_mean_stays():
    mean = expectation(Eq(E(tr(w.T @ X @ X.T @ w), over=[w]), tr(X @ X.T)), [w])
    remade, _ = made(mean)
    assert remade.letters == ("X",)
    assert remade.states[0].statement == Eq(E(tr(w.T @ held_X @ held_X.T @ w), over=[w]), tr(held_X @ held_X.T))
    assert made(expectation(Eq(E(tr(w.T @ w), over=[w]), d), [w]))[0] is None


def test_a_random_covariance_that_is_given_is_plain_in_the_law_too():
    L = random_matrix("L", d, "positive definite")
    Y, held_Y = Gaussian("Y", d, n, L), Gaussian("Y", d, n, positive_definite("L", d))
    remade, _ = made(expectation(Eq(E(tr(Y @ Y.T), over=[Y]), n * tr(L)), [Y]))
    assert remade.letters == ("L",)
    (theorem,) = remade.states
    assert theorem.statement == Eq(E(tr(held_Y @ held_Y.T), over=[held_Y]), n * tr(positive_definite("L", d)))


def test_a_definite_sum_that_is_inverted_has_a_name():
    body = c * eye(d) + X @ X.T
    first = cancel(body)
    remade, numbers = made(first, flip(first))
    (theorem,) = remade.states
    (named,) = {part for part in theorem.statement.lhs.args[0].args if isinstance(part, Defined)}
    assert (named.name, named.body) == ("inverted1", c * eye(d) + held_X @ held_X.T)
    assert theorem.statement == Eq(product(named.inv(), named.body), eye(d))
    ((opened, _, _),) = theorem.premises[0].arguments[1]
    assert opened.statement == Eq(named.body, named) and str(numbers[id(opened)]) == "0_opened"
    assert -1 < numbers[id(opened)] < 0
    assert remade.named == ("inverted1 stands for c I + X X.T.",)


def test_an_inverse_that_there_is_almost_surely_is_assumed_for_every_outcome():
    """The size d + n gets a name of its own where only such letters have it."""
    wide, tall = Gaussian("X", d, d + n), matrix("X", d, dimension("d_n"))
    first = cancel(wide @ wide.T)
    remade, _ = made(first, flip(first))
    K = symmetric("inverse1", d)
    (theorem,) = remade.states
    assert theorem.statement == Eq(K @ tall @ tall.T, eye(d))
    assert theorem.assumptions == {Eq(tall @ tall.T @ K, eye(d))}
    assert remade.named[0] == "d_n stands for d + n, and may be any size."
    assert remade.named[1].startswith(
        "inverse1 stands for (X X.T)^-1: any symmetric matrix; X X.T inverse1 = I is assumed"
    )
    A = matrix("A", d + n, d)
    assert made(expectation(Eq(E(tr(w.T @ w), over=[w]) * tr(wide @ A), d * tr(wide @ A)), [w]))[0].named == ()


def test_results_about_a_prompt_in_hand():
    first, *others = export(verified("gradient-descent")).files
    residual = "M%:R^-1 *: (X *m (X^T *m beta - (X^T *m w + sigma *: epsilon)))"
    assert stated(first, "theorem_gradient") == f"is_gradient (fun beta => J beta) beta ({residual})"
    assert "forall grad_beta_J, is_gradient (fun beta => J beta) beta (grad_beta_J) ->" in stated(
        first, "theorem_one_step"
    )
    assert "Variable X : 'M[R]_(d, M)." in first.text and "inverted1 stands for lambda I + X X.T." in first.text
    best = next(file for file in others if "theorem_best_linear" in file.theorems)
    assert stated(best, "theorem_best_linear").startswith(
        "(sigma ^+ 2 = lambda) -> lambda * \\tr (Lambda *m inverted1_inv) <= E "
    )
    least = next(file for file in others if "theorem_noiseless" in file.theorems)
    answer = "\\tr (x_q^T *m inverse1 *m X *m (X^T *m w + sigma *: epsilon))"
    given = "(X *m X^T *m inverse1 = 1%:M) -> (sigma = 0) ->"
    assert stated(least, "theorem_noiseless") == f"{given} {answer} = \\tr (w^T *m x_q)"
    assert "= w.T x_q, assuming X X.T inverse1 = I, sigma = 0" in least.text.partition("*)")[0]
    assert "Hypothesis inverse1_sym" in least.text and "inverse1_unit" not in least.text
    risks = next(file for file in others if "theorem_layer" in file.theorems)
    assert "Variable X : 'M[RV]_(d, M)." in risks.text and "No mean here" not in risks.text


def test_what_is_left_out_has_the_reason_that_it_has_as_it_is():
    reasons = dict(export(verified("gradient-descent")).left_out)
    assert "a matrix of kind Inverted" in reasons["ridge (Risk of ridge regression)"]
    assert not any("inverted1" in reason for reason in reasons.values())


def test_what_a_result_states_stands_in_two_files_where_a_letter_is_held_in_one():
    whole, given = export(verified("shifts")).files[3:]
    answer = "(M%:R^-1) *: \\tr (w^T{} *m X *m X^T *m Gamma_inv^c *m x_q{})"
    assert whole.theorems == ("theorem_covariate_1",) and given.theorems == ("theorem_covariate_2",)
    assert stated(whole, "theorem_covariate_1").startswith(
        f"E ((- (\\tr (w^T *m x_q)) + {answer.format('', '')}) ^+ 2) = "
    )
    mean = f"E ({answer.format('^c', '^c')}) = \\tr (w^T *m Lambda_test *m Gamma_inv *m x_q)"
    assert stated(given, "theorem_covariate_2") == mean


def test_what_is_assumed_of_random_letters_is_meant_of_one_outcome():
    """X has a law in which a fixed v with X.T v = 0 is zero; there is another such v for one X that has few columns."""
    chosen = next(file for file in export(verified("shifts")).files if "theorem_chosen_1" in file.theorems)
    assert "Variable X : 'M[R]_(d, M)." in chosen.text and "gaussian 0 w 1%:M]." in chosen.text
    assert stated(chosen, "theorem_chosen_1").startswith("(X^T *m v = 0) -> ")
    law = next(file for file in export(verified("risk")).files if "theorem_closed_form" in file.theorems)
    assert stated(law, "theorem_closed_form").startswith("(X *m y = (Lambda *m a *m e^T + Xi) *m e) -> ")
    assert "letters : seq (letter RV) := [:: ]." in law.text


def test_what_is_said_of_outcomes():
    equation = Eq(X.T @ w, 0)
    assert of_outcomes([assume(equation)]) == equation
    assert of_outcomes([assume(Ne(tr(w.T @ w), 0))]) == Ne(tr(w.T @ w), 0)
    assert of_outcomes([assume(Eq(c, 1)), expectation(Eq(E(tr(w.T @ w), over=[w]), d), [w])]) is None
    assert of_outcomes([identity(Eq(w + w, 2 * w))]) is None


@pytest.mark.parametrize("random", [False, True])
def test_a_sum_that_is_subtracted_keeps_its_brackets(random):
    A, B = matrix("A", d), matrix("B", d)
    node = product(-1, A + B) + matrix("C", d)
    shown = Terms().matrix(node, random)
    assert shown in ("C - (A_ + B)", "- (A_ + B) + C", "(- (A_ + B) + C)^c", "(C - (A_ + B))^c")
