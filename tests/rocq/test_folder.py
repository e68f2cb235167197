"""The folder that `symicl prove --format coq` writes: its layout, an older layout in its place, coqc without symicl."""

import shutil
import subprocess

import pytest
from click.testing import CliRunner

from symicl.cli import main
from symicl.errors import UserError
from symicl.report.files import write_all
from symicl.rocq.verify_build import LIBRARY

needs_coq_makefile = pytest.mark.skipif(
    shutil.which("coq_makefile") is None or shutil.which("make") is None, reason="coq_makefile or make is not here"
)
NAMES = {path.name for path in LIBRARY.glob("*.v")}


def prove(id, out):
    """Exit code, stderr."""
    result = CliRunner().invoke(main, ["prove", id, "--format", "coq", "--out", str(out)])
    return result.exit_code, result.stderr


def files(folder):
    """The names of the files in a folder and below."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


WRITTEN = {"moments.v", "moments.proof.json", "_CoqProject", *(f"library/{name}" for name in NAMES)}


@pytest.fixture(scope="module")
def proved(tmp_path_factory):
    """What is written for `moments`, to be copied and not changed."""
    folder = tmp_path_factory.mktemp("proved") / "moments"
    assert prove("moments", folder)[0] == 0
    return folder


@pytest.fixture
def folder(proved, tmp_path):
    """A copy of it."""
    shutil.copytree(proved, tmp_path / "out")
    return tmp_path / "out"


def test_no_two_files_are_one_where_capitals_do_not_count(folder):
    assert files(folder) == WRITTEN
    assert len({name.casefold() for name in WRITTEN}) == len(WRITTEN)
    for name in NAMES:
        assert (folder / "library" / name).read_bytes() == (LIBRARY / name).read_bytes()


@needs_coq_makefile
def test_it_compiles_without_symicl(folder):
    """As README says, and the theorems are closed; a wrong proof among the same files is not accepted."""
    made = subprocess.run(["coq_makefile", "-f", "_CoqProject", "-o", "Makefile"], cwd=folder, capture_output=True)
    assert made.returncode == 0
    done = subprocess.run(["make", "-j2"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("Closed under the global context") == 2 and not done.stderr
    assert {f"library/{name}o" for name in NAMES} | {"moments.vo"} <= files(folder)
    text = (folder / "moments.v").read_text()
    assert text.count("N%:R^-1 *: ") > 1
    (folder / "moments.v").write_text(text.replace("N%:R^-1 *: (", "N%:R *: (", 1))
    assert subprocess.run(["make"], cwd=folder, capture_output=True).returncode != 0


def test_a_library_beside_the_proofs_goes(folder):
    shutil.copytree(folder / "library", folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "library")
    (folder / "notes.txt").write_text("mine")
    assert prove("moments", folder)[0] == 0
    assert files(folder) == WRITTEN | {"notes.txt"}


@pytest.mark.parametrize(
    "name, words",
    [("Words.v", "has the name of a file of the library"), ("library/Own.v", "is no file of the library")],
)
def test_what_would_be_a_second_library_is_not_taken_away(folder, name, words):
    (folder / name).write_text("(* mine *)")
    before = {name: (folder / name).read_bytes() for name in files(folder)}
    code, err = prove("moments", folder)
    assert code == 2 and words in err and str(folder / name) in err and err.count("\n") == 1
    assert {name: (folder / name).read_bytes() for name in files(folder)} == before


def test_every_proof_in_the_folder_is_compiled(folder):
    assert prove("loss", folder)[0] == 0
    (folder / "odd name.v").write_text("")
    assert prove("loss", folder)[0] == 0
    listed = (folder / "_CoqProject").read_text().splitlines()
    assert listed[:4] == ["-I .", "-Q library Symicl", "-arg -w", "-arg none"]
    assert sorted(listed[4:]) == sorted(["moments.v", "loss.v", *(f"library/{name}" for name in NAMES)])


def test_a_library_that_leads_elsewhere(folder, tmp_path):
    (folder / "library").rename(tmp_path / "elsewhere")
    (folder / "library").symlink_to(tmp_path / "elsewhere")
    code, err = prove("moments", folder)
    assert code == 2 and "leads out of the folder" in err and err.count("\n") == 1


@pytest.mark.parametrize("name", ["a/b.v", "library/../b.v", "library/", "library/..", "library/a/b.v", "/b.v"])
def test_only_folders_that_are_named_are_written_into(name, tmp_path):
    with pytest.raises(UserError, match="name"):
        write_all(tmp_path / "out", {name: b"x"}, folders=("library",))
    assert not any(path.name == "b.v" for path in tmp_path.rglob("*"))
