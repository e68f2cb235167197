"""`symicl verify DIR` with coqc at work: what it accepts, what it refuses and how it says so."""

import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from symicl.cli import main
from symicl.errors import MissingTool
from symicl.rocq import verify_build
from symicl.rocq.verify import OF_THE_LIBRARY
from symicl.rocq.verify_build import Coqc, compiled_library

needs_coqc = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not on this machine")

BEGIN = """From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments.
Set Implicit Arguments. Unset Strict Implicit. Import GRing.Theory.
Local Open Scope ring_scope.
"""
PROOF = (
    BEGIN
    + """Definition twice (R : realFieldType) (d : nat) (L : 'M[R]_d) : 'M[R]_d := L + L.
Section Steps.
Variables (R : realFieldType) (d : nat) (L : 'M[R]_d).
(* Step 1, by the
   ring rule. *)
Lemma step_1 : twice L = 2%:R *: L.
Proof. by rewrite /twice scaler_nat mulr2n. Qed.
End Steps.
Theorem doubled (R : realFieldType) (d : nat) (L : 'M[R]_d) : twice L = 2%:R *: L.
Proof. exact: step_1. Qed.
"""
)


def run(*args):
    """Exit code, stdout, stderr."""
    result = CliRunner().invoke(main, list(map(str, args)))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def folder(tmp_path):
    """A folder with a file of proofs."""
    (tmp_path / "double.v").write_text(PROOF)
    return tmp_path


@needs_coqc
@pytest.mark.parametrize("place", ["library", "."])
def test_a_folder_is_verified_and_left_as_it_was(folder, place):
    ours = shutil.ignore_patterns("*[!v]")
    shutil.copytree(verify_build.LIBRARY, folder / place, ignore=ours, dirs_exist_ok=True)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    code, out, err = run("verify", folder)
    assert code == 0 and not err and out.rstrip().endswith(f"{folder}: verified, 1 theorem, by {Coqc().version}")
    assert "double.v: doubled\n    forall (R : realFieldType) (d : nat) (L : 'M[R]_d), double.twice L = 2 *: L" in out
    assert "double.twice := fun (R : realFieldType) (d : nat) (L : 'M[R]_d) => L + L" in out
    assert out.count("  Print Assumptions: Closed under the global context") == 1 + len(OF_THE_LIBRARY)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@needs_coqc
def test_files_in_their_order_for_a_program(folder):
    (folder / "another.v").write_text(
        "From mathcomp Require Import all_ssreflect all_algebra.\nFrom Proofs Require Import double.\n"
        "Theorem again (R : realFieldType) (d : nat) (L : 'M[R]_d) : twice L = twice L. Proof. by []. Qed.\n"
    )
    code, out, _ = run("verify", folder, "--json")
    found = json.loads(out)
    assert code == 0 and found["verified"]
    assert [row["file"] for row in found["files"]][-2:] == ["double.v", "another.v"]
    files = {row["file"] for row in found["theorems"]}
    assert files == {"another.v", "double.v", "library/Model.v", "library/RandomModel.v"}
    assert all(row["assumptions"] == "Closed under the global context" for row in found["theorems"])
    assert all(found["theorems"][i]["where"][0].startswith("double.twice :=") for i in (0, 1))


@needs_coqc
def test_the_step_that_is_wrong_is_named(folder):
    (folder / "double.v").write_text(PROOF.replace("2%:R *: L.\nProof. by", "3%:R *: L.\nProof. by"))
    code, out, err = run("verify", folder)
    assert code == 1 and "verified" not in out
    assert err.startswith("symicl: double.v:11: `step_1` (Step 1, by the ring rule.) is not accepted: ")
    assert err.splitlines()[1:] == ["  `step_1` states (line 10):", "    twice L = 3%:R *: L"]


@needs_coqc
def test_an_axiom_of_a_library_is_seen(folder):
    text = "From Coq Require Import Classical.\nTheorem either (P : Prop) : P \\/ ~ P. Proof. exact (classic P). Qed.\n"
    (folder / "double.v").write_text(text)
    code, _, err = run("verify", folder)
    assert code == 1 and "`either` is not proved from nothing" in err and "classic : forall P : Prop" in err


@needs_coqc
@pytest.mark.parametrize(
    "name, says",
    [
        ("Definition isserlis (A : Type) := True.", "`isserlis` would hide Symicl.Moments.isserlis"),
        ("Section B. Variable mxtrace : Prop. End B.", "`mxtrace` would hide mathcomp.algebra.matrix.mxtrace"),
    ],
)
def test_what_statements_are_made_of_cannot_be_made_new(folder, name, says):
    (folder / "double.v").write_text(f"{BEGIN}{name}\nTheorem easy : True. Proof. by []. Qed.\n")
    code, out, err = run("verify", folder)
    assert code == 1 and "verified" not in out and f"double.v:5: {says}" in err


def test_a_library_that_was_changed(folder):
    (folder / "library").mkdir()
    text = (verify_build.LIBRARY / "Moments.v").read_text()
    for path in (folder / "library" / "Moments.v", folder / "library" / "Own.v", folder / "Moments.v"):
        path.write_text(text.replace("E 1 = 1", "E 1 = 0"))
        code, out, err = run("verify", folder)
        assert code == 1 and not out and str(path) in err and "not a file of the library" in err
        path.unlink()


@pytest.mark.parametrize(
    "name, content, code, words",
    [
        ("notes.txt", b"", 2, "no Rocq file (*.v) in it; `symicl prove ID --format coq"),
        ("a.v", b"Lemma a : True. Proof. by []. Qed.", 1, "no Theorem in a.v"),
        ("a.v", b"\xff", 2, "not UTF-8"),
        ("a-b.v", b"", 2, "not a name for a Rocq file"),
        ("a.v", b"From Proofs Require Import b.", 1, "needs b.v, which is not in the folder"),
        ("a.v", b"From Proofs Require Import a.", 1, "in a circle"),
        ("a.v", b"Theorem a : False.\nAdmitted.", 1, "a.v:2: `Admitted` leaves a proof open"),
    ],
)
def test_what_is_no_proof_is_one_clear_line(tmp_path, name, content, code, words):
    (tmp_path / name).write_bytes(content)
    found, out, err = run("verify", tmp_path)
    assert found == code and not out and words in err and err.count("\n") == 1


def test_without_coqc_there_is_the_line_that_installs_it(folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    code, out, err = run("verify", folder)
    assert code == 3 and not out and "apt-get install coq libcoq-mathcomp-algebra" in err and err.count("\n") == 1


def test_a_coqc_without_its_libraries(folder, monkeypatch):
    stub = folder / "coqc"
    stub.write_text(f"#!/bin/sh\ncase $1 in -where) echo {folder};; *) echo version 8.16.1;; esac\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    with pytest.raises(MissingTool, match=r"no Mathematical Components 'algebra' in .*apt-get install"):
        Coqc()


def test_a_limit_of_time_is_about_folders(tmp_path):
    record = tmp_path / "a.proof.json"
    record.write_text("{}")
    code, _, err = run("verify", record, "--timeout", "5")
    assert code == 2 and "--timeout is about a folder" in err


@needs_coqc
def test_a_file_that_never_ends_is_ended(tmp_path):
    (tmp_path / "loop.v").write_text("Goal True. repeat pose proof I. Abort.\n")
    answer = Coqc().compile(tmp_path, "loop.v", {}, 1)
    assert not answer.accepted and "not finished after 1 seconds" in answer.printed


@needs_coqc
def test_what_is_started_is_ended_too(tmp_path, monkeypatch):
    """A coqc that starts another program and waits: both are gone when the time is over."""
    stub, pid = tmp_path / "coqc", tmp_path / "pid"
    stub.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {pid}\nwait\n")
    stub.chmod(0o755)
    coqc = Coqc()
    coqc.path = str(stub)
    assert not coqc.compile(tmp_path, "a.v", {}, 1).accepted
    for _ in range(100):
        if not Path(f"/proc/{int(pid.read_text())}").exists() or _state(int(pid.read_text())) == "Z":
            return
        time.sleep(0.05)
    pytest.fail("a program is left behind")


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A library of two small files, a cache of its own, and the calls of coqc counted."""
    place = tmp_path / "small"
    place.mkdir()
    (place / "B.v").write_text("From Symicl Require Import A.\nDefinition b := a.\n")
    (place / "A.v").write_text("Definition a := 1.\n")
    monkeypatch.setattr(verify_build, "LIBRARY", place)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    verify_build.library.cache_clear()
    yield place
    verify_build.library.cache_clear()


def compiled(coqc):
    """Where the library is, and which of its files were compiled now."""
    times = {}
    with compiled_library(coqc, times.__setitem__) as folder:
        return folder, list(times)


BOTH = ["library/A.v", "library/B.v"]


@needs_coqc
def test_the_library_is_compiled_once(small):
    coqc = Coqc()
    folder, files = compiled(coqc)
    assert files == BOTH and (folder / "B.vo").is_file()
    assert compiled(coqc) == (folder, [])
    for spoil in (lambda: (folder / "A.vo").write_bytes(b"other"), (folder / "B.vo").unlink):
        spoil()
        assert compiled(coqc) == (folder, BOTH)
    (small / "A.v").write_text("Definition a := 2.\n")
    verify_build.library.cache_clear()
    other, files = compiled(coqc)
    assert other != folder and files == BOTH
    assert not list(verify_build.cache_folder().glob("building-*"))


@needs_coqc
def test_many_at_once_compile_it_once(small):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(compiled, [Coqc()] * 4))
    assert len({folder for folder, _ in found}) == 1 and sorted(len(files) for _, files in found) == [0, 0, 0, 2]


@needs_coqc
def test_a_cache_that_cannot_be_written(small, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with compiled_library(Coqc(), lambda name, seconds: None) as folder:
        assert (folder / "B.vo").is_file()
    assert not folder.exists()


def test_help_imports_nothing_heavy():
    code = "import sys, symicl.rocq.verify; sys.exit(any(m in sys.modules for m in ('sympy', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
