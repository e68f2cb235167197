"""A proof record beside Rocq files: verified again, exported again, held against the files and the catalogue."""

import json
import os
import re
import shutil

import pytest
from click.testing import CliRunner
from symicl.derivations import derive

from symicl.attention import Task
from symicl.cli import main, verifying_records
from symicl.cli.verifying_records import held, told
from symicl.errors import ProofError, UserError
from symicl.language.letters import scalar
from symicl.language.printing import text as show
from symicl.records.reading import parse
from symicl.records.replay import verify
from symicl.records.writing import Named, checksum, layout, record
from symicl.rocq import origin
from symicl.rocq.export import export
from symicl.rocq.terms import NotExported

needs_coqc = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not on this machine")


def recorded(chapter, id=None):
    """The text of the record of a chapter."""
    results = [Named(id or chapter.id, r.key, r.title, (r.theorem, *r.also)) for r in chapter.results]
    return record(results, id=id or chapter.id, title=chapter.title, source=chapter.source, version="1")


def written(folder, text, name):
    """A record and its export in a folder."""
    (folder / f"{name}.proof.json").write_text(text)
    for file in export(verify(parse(text))).files:
        (folder / f"{file.name}.v").write_text(file.text)


def lines(folder):
    """What is said of the files of a folder."""
    files = {path.name: path.read_text() for path in sorted(folder.glob("*.v"))}
    return told(files, held(folder, 60))


@pytest.fixture
def moments(tmp_path):
    """A folder with the record of `moments` and its export."""
    written(tmp_path, recorded(derive("moments")), "moments")
    return tmp_path


def test_a_file_and_its_record(moments):
    (moments / "own.v").write_text("")
    first, *rest = lines(moments)
    assert first.startswith("moments.proof.json: verified by the kernel, ")
    assert first.endswith("; what it states is what the catalogue's moments states")
    assert rest[0] == "moments.v: the export of moments.proof.json, word for word"
    assert rest[1].startswith("own.v: no record in the folder exports it; ") and len(rest) == 2


def test_one_word_that_is_not_the_export(moments):
    """A proof that Rocq accepts as well, of a theorem that says less."""
    text = (moments / "moments.v").read_text()
    weaker = text.replace("Theorem theorem_second :\n  ", "Theorem theorem_second :\n  True \\/ ", 1)
    assert weaker != text
    (moments / "moments.v").write_text(weaker)
    (said,) = lines(moments)[1:]
    line = text[: text.index("Theorem theorem_second :")].count("\n") + 2
    assert said.startswith(
        f"moments.v: not the export of moments.proof.json, from which it differs first in line {line}; "
    )
    (moments / "moments.v").write_text(text + "\n")
    assert f"differs first in line {text.count(chr(10)) + 2}; " in lines(moments)[1]


def test_a_file_that_is_missing(tmp_path):
    written(tmp_path, recorded(derive("shifts")), "shifts")
    (tmp_path / "shifts_query.v").unlink()
    assert lines(tmp_path)[-1] == "shifts_query.v: not in the folder, but shifts.proof.json exports it too"


def test_a_record_that_does_not_state_what_the_catalogue_does(tmp_path):
    """The loss with noisy labels, under the name of the loss."""
    written(tmp_path, recorded(derive("loss", Task(noise=scalar("sigma")))), "loss")
    first, second = lines(tmp_path)
    assert "; not stated so in the catalogue's loss: " in first and "word for word" in second
    written(tmp_path, recorded(derive("moments"), id="own"), "own")
    assert "; the catalogue has no own" in lines(tmp_path)[1]


def test_a_record_that_the_kernel_refuses(moments):
    path = moments / "moments.proof.json"
    content = json.loads(path.read_text())
    content["steps"][2]["proves"] = content["steps"][1]["proves"]
    path.write_text(layout(content | {"sha256": checksum(content)}))
    with pytest.raises(ProofError, match="step 2"):
        held(moments, 60)
    result = CliRunner().invoke(main, ["verify", str(moments)])
    assert result.exit_code == 1 and "step 2" in result.stderr and not result.stdout


@pytest.mark.parametrize("make, words", [(os.mkfifo, "not a file"), (os.mkdir, "not a file")])
def test_what_is_no_record(moments, make, words):
    make(moments / "odd.proof.json")
    with pytest.raises(UserError, match=words):
        held(moments, 60)


def test_an_export_that_never_ends_is_ended(moments, monkeypatch):
    def endless(verified):
        while True:
            pass

    monkeypatch.setattr(verifying_records, "texts_of", endless)
    assert "not exported to Rocq: its export is not finished after 1 seconds" in told({}, held(moments, 1))[0]


def test_a_record_without_an_export(moments, monkeypatch):
    def refuse(verified):
        raise NotExported("this is not exported")

    monkeypatch.setattr(origin, "export", refuse)
    first, second = lines(moments)
    assert first.endswith("; not exported to Rocq: this is not exported")
    assert second.startswith("moments.v: no record in the folder exports it; ")


@needs_coqc
def test_the_command_says_it(moments):
    result = CliRunner().invoke(main, ["verify", str(moments)])
    assert result.exit_code == 0 and "\nmoments.v: the export of moments.proof.json, word for word\n" in result.stdout
    found = json.loads(CliRunner().invoke(main, ["verify", str(moments), "--json"]).stdout)
    (own,), (row,) = found["origins"], found["records"]
    assert own == {
        "file": "moments.v",
        "record": "moments.proof.json",
        "word_for_word": True,
        "differs_from_line": None,
    }
    assert row["verified"] and row["as_in_the_catalogue"] and row["exports"] == ["moments.v"]


@needs_coqc
def test_a_file_that_is_refused_and_is_not_the_export(moments):
    path = moments / "moments.v"
    path.write_text(path.read_text().replace("N%:R^-1 *: (", "N%:R *: (", 1))
    result = CliRunner().invoke(main, ["verify", str(moments)])
    *_, other, step = result.stderr.splitlines()
    assert result.exit_code == 1 and "is not accepted" in result.stderr
    assert other.startswith("  moments.v: not the export of moments.proof.json, from which it differs first in line ")
    number = int(re.search(r"`step(\d+)`", result.stderr)[1])
    theorem = verify(parse((moments / "moments.proof.json").read_text())).steps[number]
    assert step == f"  step {number} of moments.proof.json, by {theorem.rule}: {show(theorem.statement)}"
