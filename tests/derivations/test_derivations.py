"""Every derivation, generically: it is proved, it stands on known axioms, the judges agree, and they can say no."""

from dataclasses import replace
from fractions import Fraction

import pytest
from symicl.derivations import CATALOGUE, derive_again, reading

from symicl import Eq, Ge, Gt, ProofError, Task, UserError, derive, evaluate, scalar, substitute, suite, tr
from symicl.kernel.ledger import LEDGER
from symicl.kernel.theorem import Theorem
from symicl.language.letters import letters_of
from symicl.proof import rules
from symicl.proof.calculation import proof

IDS = [row.id for row in CATALOGUE]
SAMPLES = 40_000


@pytest.fixture(scope="module")
def noisy():
    """The noisy task: the definition of the labels, and nothing else."""
    return Task(noise=scalar("sigma", positive=True))


@pytest.mark.parametrize("id", IDS)
def test_every_line_has_a_theorem_of_the_kernel(id):
    chapter = derive(id)
    assert chapter.results
    for result in chapter.results:
        for theorem in result.theorems:
            assert isinstance(theorem, Theorem)
            assert theorem.axioms <= set(LEDGER)
        for calculation in result.calculations:
            assert calculation.theorem.statement is not None
            assert str(calculation) and calculation.steps


@pytest.mark.parametrize("id", IDS)
def test_the_judges_agree(id):
    verdicts = suite.check([id], samples=SAMPLES)
    assert {v.verdict for v in verdicts} <= {"pass", "skipped"}, [str(v) for v in verdicts]
    assert any(v.verdict == "pass" and v.judge == "exact" for v in verdicts)


NOISY = ["loss", "loss-full", "gradient", "stationary", "optimum", "trained-prediction", "rates"]


@pytest.mark.parametrize("id", NOISY)
def test_the_noisy_task_changes_the_definition_and_nothing_else(id, noisy):
    verdicts = suite.judge(derive(id, noisy), noise=Fraction(3, 2), samples=SAMPLES)
    assert {v.verdict for v in verdicts} <= {"pass", "skipped"}, [str(v) for v in verdicts]


def test_gamma_of_the_noisy_task(noisy):
    """Γ_σ = (1 + 1/N) Λ + (1/N)(tr Λ + σ²) I, by hand at Λ = diag(1, 2), N = 4, σ = 3: 5/4 Λ + 3 I."""
    Gamma = derive("loss", noisy).definitions[0].letter
    at = {
        letter: value
        for letter in letters_of(Gamma)
        for name, value in {"Lambda": [[1, 0], [0, 2]], "N": 4, "sigma": 3}.items()
        if letter.name == name
    }
    assert evaluate(Gamma, at).tolist() == [[Fraction(17, 4), 0], [0, Fraction(11, 2)]]


def test_the_paper_s_gamma():
    """Γ = (1 + 1/N) Λ + (1/N) tr(Λ) I, at Λ = diag(1, 2), N = 4: 5/4 Λ + 3/4 I."""
    Gamma = derive("loss").definitions[0].letter
    at = {
        letter: value
        for letter in letters_of(Gamma)
        for name, value in {"Lambda": [[1, 0], [0, 2]], "N": 4}.items()
        if letter.name == name
    }
    assert evaluate(Gamma, at).tolist() == [[2, 0], [0, Fraction(13, 4)]]


def test_the_prediction_does_not_hold_the_idle_blocks():
    names = {letter.name for letter in letters_of(derive("prediction").formulas["value"])}
    assert names & {"V", "v", "k", "kappa"} == set()
    assert {"p", "u", "U", "q"} <= names


def test_what_the_theorems_stand_on():
    """Only the balanced point and the saddles have assumptions, and they are the ones that are printed."""
    optimum = derive("optimum")
    u = optimum.model.layer.u
    assert optimum.result("minimum").theorem.assumptions == frozenset()
    assert optimum.result("balanced").theorem.assumptions == {Gt(u, 0)}
    assert derive("stationary").result("families").theorem.assumptions == frozenset()
    assert derive("stationary").result("saddles").theorem.assumptions == {Eq(u, 0)}
    full = derive("optimum-full")
    for key in ("split", "waste", "minimum"):
        assert full.result(key).theorem.assumptions == frozenset()
    assert full.result("several").theorem.assumptions == {Ge(full.model.task.d, 2)}
    assert full.result("basin").theorem.assumptions > {Ge(full.result("criterion").theorem.statement.lhs, 0)}
    assert "order of expectation" in full.result("minimum").theorem.axioms
    assert derive("trained-prediction").result("mean-square").theorem.assumptions == frozenset()
    assert derive("trained-prediction").result("unlikely").theorem.axioms >= {"lemma: Chebyshev", "Wick"}
    assert derive("rates").result("bound").theorem.assumptions == frozenset()
    assert len(derive("rates").result("enough").theorem.assumptions) == 2


def test_the_reading_order_is_the_graph():
    aside = {"flow", "optimum-full"}
    assert [c.id for c in reading("rates")] == [id for id in IDS[: IDS.index("rates") + 1] if id not in aside]
    full = [id for id in IDS[: IDS.index("optimum-full") + 1] if id != "flow"]
    assert [c.id for c in reading("optimum-full")] == full
    assert [c.id for c in reading("optimum")] == IDS[: IDS.index("optimum") + 1]
    assert [c.id for c in reading("loss")] == ["prediction", "moments", "loss"]
    for chapter in map(derive, IDS):
        assert all(IDS.index(used) < IDS.index(chapter.id) for used in chapter.uses)


CHANGES = {
    "sign": lambda line: -line,
    "factor": lambda line: 2 * line,
    "dropped half": lambda line: substitute(line, {derive("loss").model.layer.u: 2 * derive("loss").model.layer.u}),
    "one term more": lambda line: line + tr(derive("loss").model.task.Lambda),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_wrong_next_line_is_refused_with_line_rule_and_difference(change):
    loss = derive("loss").result("loss").calculations[0]
    before, after = loss.steps[-2].line, loss.steps[-1].line
    Gamma = derive("loss").definitions[0].letter
    proof(before).eq(after, by=rules.unfold(Gamma))
    with pytest.raises(ProofError) as error:
        proof(before).eq(change(after), by=rules.unfold(Gamma))
    message = str(error.value)
    assert "line 1" in message and "“definition”" in message and "differ by" in message


def test_a_lost_transpose_is_refused():
    chapter = derive("moments")
    calculation = chapter.result("second").calculations[0]
    A = next(letter for letter in letters_of(calculation.start) if letter.name == "A")
    right = calculation.steps[-1].line
    with pytest.raises(ProofError, match="differ by"):
        proof(calculation.steps[-2].line).eq(substitute(right, {A: A.T}), by=rules.algebra)


MUTANTS = {
    "sign": lambda f, c: -f,
    "factor": lambda f, c: 2 * f,
    "N": lambda f, c: substitute(f, {c.model.task.N if hasattr(c.model, "task") else c.model.N: 2 * _N(c)}),
}


def _N(chapter):
    return chapter.model.task.N if hasattr(chapter.model, "task") else chapter.model.N


@pytest.mark.parametrize("id", ["moments", "loss", "loss-full", "gradient", "optimum", "optimum-full"])
@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_the_judges_reject_a_mutated_theorem(id, mutant):
    chapter = derive(id)
    formulas = {name: mutant(formula, chapter) for name, formula in chapter.formulas.items()}
    verdicts = suite.judge(replace(chapter, formulas=formulas), samples=SAMPLES)
    exact = [v for v in verdicts if v.judge == "exact"]
    assert any(v.verdict == "fail" for v in exact), [str(v) for v in verdicts]


def test_a_theorem_of_a_mutated_model_is_another_theorem(noisy):
    """What is derived is the model's own: noise changes the loss, and a fresh derivation gives the same again."""
    assert derive("loss", noisy).formulas["value"] != derive("loss").formulas["value"]
    assert derive_again("loss").formulas["value"] == derive("loss").formulas["value"]


def test_a_model_outside_the_scope_of_a_line_is_refused_with_that_line():
    """With labels 2 Xᵀw the linear term is another one, so the line that claims the paper's is refused."""
    task = Task()
    with pytest.raises(ProofError, match="definition of Gamma"):
        derive("loss", Task(labels=2 * task.X.T @ task.w))


def test_a_noisy_model_is_not_judged_as_if_it_had_none():
    noisy = derive("loss", Task(noise=scalar("sigma", positive=True)))
    with pytest.raises(UserError, match="noise"):
        suite.judge(noisy, samples=2_000)


def test_what_the_comparison_stands_on():
    """Each result of `gradient-descent` has the assumptions that it is stated with, and no others."""
    chapter = derive("gradient-descent")
    found = {r.key: set(map(str, r.theorem.assumptions)) for r in chapter.results if r.theorem.assumptions}
    assert found == {
        "one-step": {"beta = 0"},
        "preconditioned": {"beta = 0", "u U = Gamma_N^-1"},
        "noiseless": {"sigma = 0"},
        "best-linear": {"sigma^2 = lambda"},
        "ridge-and-steps": {"sigma^2 = lambda"},
        "ridge-and-least-squares": {"sigma^2 = lambda"},
    }
    assert chapter.result("least-squares-risk").theorem.axioms >= {"lemma: inverse Wishart", "full rank"}
    assert chapter.result("noiseless").theorem.axioms >= {"full rank"}
    assert "full rank" not in chapter.result("ridge").theorem.axioms


@pytest.mark.parametrize("key", ["gradient", "any-step", "layer", "plain-step", "least-squares-risk", "ridge"])
@pytest.mark.parametrize("change", [lambda line: -line, lambda line: 2 * line], ids=["sign", "factor"])
def test_a_wrong_last_line_of_the_comparison_is_refused(key, change):
    """The reason of the last line does not carry a changed one."""
    calculation = derive("gradient-descent").result(key).calculations[0]
    before = calculation.steps[-2].line if len(calculation.steps) > 1 else calculation.start
    last = calculation.steps[-1]
    for rule in (
        rules.algebra,
        rules.linear,
        rules.unfold(*[d.letter for d in derive("gradient-descent").definitions]),
    ):
        with pytest.raises(ProofError):
            proof(before).eq(change(last.line), by=rule)


def test_the_risk_of_least_squares_is_not_one_with_another_count():
    from symicl.derivations.linear_estimators import m

    risk = derive("gradient-descent").result("least-squares-risk").calculations[0]
    before, last = risk.steps[-2].line, risk.steps[-1]
    mean = next(t for t in last.theorem.premises[0].premises if t.rule == "cite")
    proof(before).eq(last.line, by=rules.from_(mean, "the mean"))
    for wrong in (substitute(last.line, {m: m + 1}), -last.line, 2 * last.line):
        with pytest.raises(ProofError, match="differ by"):
            proof(before).eq(wrong, by=rules.from_(mean, "the mean"))


def test_a_task_that_the_comparison_is_not_about():
    for task in (Task(), Task(labels=2 * Task().X.T @ Task().w), Task(noise=scalar("sigma"), target=scalar("t"))):
        with pytest.raises(UserError, match="gradient-descent is about labels"):
            derive("gradient-descent", task)
    assert derive("gradient-descent", Task(noise=scalar("tau"))).formulas["layer"].has(scalar("tau"))
