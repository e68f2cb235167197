"""Names of letters in Rocq: apart from those of the file, of its proofs and of the library."""

import pytest
from click.testing import CliRunner
from test_export import needs_coqc

from symicl.cli import main
from symicl.kernel.theorem import combine, expectation, identity
from symicl.language.expressions import tr
from symicl.language.letters import Gaussian, dimension, positive_definite, random_matrix, scalar
from symicl.language.mean import E
from symicl.language.statements import Eq
from symicl.records.reading import parse
from symicl.records.replay import verify
from symicl.records.writing import Named, record
from symicl.rocq.export import export
from symicl.rocq.names import identifier
from symicl.rocq.terms import NotExported


def exported(*theorems):
    """The file of a record of one result."""
    made = [Named("names", "prime", "Names", theorems)]
    return export(verify(parse(record(made, id="names", title="Names", source="", version=""))))


def test_other_names_are_other_identifiers():
    names = ["h", "h_", "event1", "given", "c", "front_gt0", "root_K", "T", "E", "E_", "mean", "z1", "x0", "squares"]
    found = [identifier(name) for name in names]
    assert len(set(found)) == len(names)
    assert not set(found) & {"h", "event1", "given", "front_gt0", "E", "mean", "z1", "x0", "squares"}


@needs_coqc
def test_letters_may_have_names_that_the_file_its_proofs_and_the_library_use(tmp_path):
    n = dimension("width")
    K = random_matrix("mean", n, "positive definite")
    w, X = Gaussian("event1", n), Gaussian("given", n, n, K)
    z, h = scalar("z1"), scalar("h", positive=True)
    both, mean = E(tr(w.T @ X @ X.T @ w), over=[w, X, K]), E(tr(K), over=[K])
    square = expectation(Eq(both, n * mean), [w, X])
    scaled = combine(Eq(z * h * both, z * h * n * mean), [(square, z * h, 1)])
    file = exported(square, scaled)
    (tmp_path / f"{file.name}.v").write_text(file.text)
    result = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert result.exit_code == 0 and "verified, 2 theorems" in result.stdout


@pytest.mark.parametrize("letter", ["root_K", "K_inv"])
def test_letters_that_would_have_one_name_are_refused(letter):
    K = positive_definite("K", dimension("n"))
    number = scalar(letter)
    theorem = identity(Eq(number * tr(K.inv() @ K) + number * tr(K), number * (dimension("n") + tr(K))))
    with pytest.raises(NotExported, match=f"two letters of it are called {letter}"):
        exported(theorem)
