"""`symicl teach`: what it writes, and what it says where something is wrong or missing."""

import importlib.util
import shutil

import pytest
from cli_runner import run

from symicl.cli import teaching

with_jupytext = pytest.mark.skipif(
    not importlib.util.find_spec("jupytext"), reason="the extra [teach] is not installed"
)


def test_sources_are_written_where_there_is_no_tex(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(teaching.importlib.util, "find_spec", lambda name: None)
    code, out, err = run("teach", "moments", "--out", str(tmp_path / "class"))
    assert code == 0
    assert sorted(p.name for p in (tmp_path / "class").iterdir()) == [
        "moments-handout.tex",
        "moments-sheet.tex",
        "moments-slides.tex",
        "moments-solutions.tex",
    ]
    assert [line.partition(" is ")[0] for line in err.splitlines()] == ["symicl: latexmk", "symicl: jupytext"]
    students = out.partition("For the teacher")[0]
    assert "moments-sheet.tex" in students and "solutions" not in students


@pytest.mark.parametrize("wanted, tool", [("tex,pdf", "latexmk"), ("ipynb", "jupytext")])
def test_what_is_asked_for_must_be_possible(tmp_path, monkeypatch, wanted, tool):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(teaching.importlib.util, "find_spec", lambda name: None)
    code, _, err = run("teach", "moments", "--format", wanted, "--out", str(tmp_path / "class"))
    assert code == 3 and tool in err and len(err.splitlines()) == 1
    assert not (tmp_path / "class").exists()


@with_jupytext
def test_notebooks_alone(tmp_path):
    code, _, err = run("teach", "moments", "--format", "ipynb", "--lang", "zh", "--blanks", "2", "--out", str(tmp_path))
    assert code == 0 and err == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["moments-student.ipynb", "moments-teacher.ipynb"]
    assert (tmp_path / "moments-student.ipynb").read_text("utf-8").count("check_answer(") == 2


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["nosuch"], "'nosuch'"),
        ([], "give the IDs"),
        (["optimum", "--all"], "--all"),
        (["optimum", "--format", "docx"], "'docx' is no format"),
        (["optimum", "--lang", "fr"], "'fr'"),
        (["optimum", "--blanks", "-1"], "-1"),
        (["optimum", "--out", ""], "--out"),
    ],
)
def test_wrong_use_is_one_line(arguments, said):
    code, out, err = run("teach", *arguments)
    assert code == 2 and out == "" and said in err and len(err.splitlines()) == 1


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("teach", "moments", "--format", "tex", "--out", str(tmp_path / "file"))
    assert code == 2 and "not a folder" in err


def test_several_ids_have_folders_of_their_own(tmp_path):
    code, _, _ = run("teach", "moments", "rates", "--format", "tex", "--out", str(tmp_path))
    assert code == 0
    assert (tmp_path / "moments" / "moments-sheet.tex").exists() and (tmp_path / "rates" / "rates-slides.tex").exists()


def test_a_failed_check_writes_nothing(tmp_path, monkeypatch):
    from symicl.check.verdict import Verdict

    monkeypatch.setattr(teaching, "judged", lambda chapter: [Verdict("moments", "exact", "fail", "they differ")])
    code, out, err = run("teach", "moments", "--format", "tex", "--out", str(tmp_path / "class"))
    assert code == 1 and "they differ" in out and "nothing was written" in err
    assert not (tmp_path / "class").exists()
