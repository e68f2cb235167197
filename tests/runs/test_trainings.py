"""Trainings by TOML: the packaged examples, results made again, pictures, and files that ask for nonsense."""

import json
import sys
from pathlib import Path

import pytest

from symicl import UserError
from symicl.runs.document import Document
from symicl.runs.engines import engine
from symicl.runs.kinds import Options, kind_of
from symicl.runs.runner import compute

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from cli_runner import run

EXAMPLES = Path(__file__).parent.parent.parent / "reports" / "experiments"
SMALL = """
title = "small"
kind = "training"
seed = 3
[setting]
d = 2
N = 5
Lambda = [1, "1/5"]
[training]
start = "anywhere"
size = 0.5
starts = 9
steps = 60
step = 0.02
batch = 8
looks = 5
"""


def changed(old, new):
    """The small file with one line changed."""
    assert old in SMALL
    return SMALL.replace(old, new)


def job(text):
    document = Document("small.toml", text)
    return kind_of(document).read(document, Options())


def simulated(tmp_path, text, *more):
    """Run a file by the command line: exit code, stdout, stderr, the result."""
    file, out = tmp_path / "small.toml", tmp_path / "small.json"
    file.write_text(text, "utf-8")
    code, stdout, stderr = run("simulate", str(file), "--out", str(out), "--engine", "serial", "--overwrite", *more)
    return code, stdout, stderr, json.loads(out.read_text("utf-8")) if out.exists() else None


def test_the_packaged_training_goes_to_the_optimum_within_its_bound(tmp_path):
    code, stdout, _, result = simulated(tmp_path, (EXAMPLES / "training.toml").read_text("utf-8"))
    assert code == 0
    assert "the start leads to the global minimum" in stdout and stdout.count("holds: ") == 3
    (run_,) = result["points"]
    above = [run_[name][-1] - result["least"] for name in ("loss", "descent", "flow", "bound")]
    assert above[0] < 1e-2 and abs(above[1]) < 1e-9 and abs(above[2]) < 1e-9 < above[3]


def test_the_packaged_stalling_stalls(tmp_path):
    """With fewer starts and steps: both places are reached, the spurious one 1/24 above L*."""
    text = (EXAMPLES / "stalling.toml").read_text("utf-8")
    for old, new in (("starts = 16", "starts = 8"), ("steps = 3000", "steps = 700")):
        assert old in text
        text = text.replace(old, new)
    code, _, _, result = simulated(tmp_path, text)
    places = {place["kind"]: place for place in result["endings"]}
    assert code == 0 and set(places) == {"minimum", "spurious minimum"}
    stalled = places["spurious minimum"]
    assert stalled["downhill"] - result["least"] == pytest.approx(1 / 24, rel=1e-6)
    assert stalled["loss"] == pytest.approx(stalled["by theorem"], abs=2e-3) and stalled["arrived"] == stalled["starts"]


def test_a_result_can_be_made_again_and_another_seed_is_another(tmp_path):
    _, _, _, result = simulated(tmp_path, SMALL)
    out = tmp_path / "small.json"
    code, stdout, _ = run("reproduce", str(out), "--engine", "serial")
    assert code == 0 and "every bit is the same" in stdout
    _, _, _, other = simulated(tmp_path, SMALL, "--seed", "4")
    assert other["points"][0]["end"] != result["points"][0]["end"]
    result["points"][7]["end"][2] += 1e-16 + abs(result["points"][7]["end"][2]) * 1e-15
    out.write_text(json.dumps(result), "utf-8")
    code, stdout, _ = run("reproduce", str(out), "--engine", "serial")
    assert code == 1 and "points[8].end[3]" in stdout


def test_any_engine_gives_the_same_bits():
    here = job(SMALL)
    serial, loky = (
        here.result(compute(here, engine(name, 2 if name == "loky" else None, None))) for name in ("serial", "loky")
    )
    assert json.dumps(serial) == json.dumps(loky)


@pytest.mark.parametrize("name", ["training", "small"])
@pytest.mark.parametrize("suffix", ["pdf", "svg"])
def test_pictures_are_the_same_bytes_and_show_what_the_theorem_says(tmp_path, name, suffix):
    pytest.importorskip("matplotlib")
    text = SMALL if name == "small" else SMALL.replace('"anywhere"', '"paper"').replace("starts = 9", "starts = 2")
    pictures = []
    for number in range(2):
        picture = tmp_path / f"{number}.{suffix}"
        assert simulated(tmp_path, text, "--plot", str(picture))[0] == 0
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1] and len(pictures[0]) > 5000


def test_a_step_that_is_too_large_is_one_line(tmp_path):
    text = changed("step = 0.02", "step = 40.0")
    code, _, stderr, result = simulated(tmp_path, text)
    assert code == 2 and result is None
    lines = [line for line in stderr.splitlines() if line]
    assert len(lines) == 1 and "step = 40 is too large: start " in lines[0] and "so take a step below 2/" in lines[0]


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("step = 0.02", 'step = "x"', """small.toml, line 14, "step = "x"": training: step must be a finite number"""),
        ("steps = 60", "steps = 0", 'line 13, "steps = 0": training: steps must be an integer from 1'),
        ("steps = 60", "stepz = 60", 'line 13, "stepz = 60": training.stepz is unknown: did you mean step'),
        (
            'start = "anywhere"',
            'start = "anywhre"',
            "line 10, .*: training: start must be one of paper, balanced, anywhere",
        ),
        ('start = "anywhere"', "start = [1]", "line 10, .*: training: start must be one of paper, balanced, anywhere"),
        ("size = 0.5", "size = nan", 'line 11, "size = nan": training: size must be a finite number, not nan'),
        ("N = 5", "N = 0", 'line 7, "N = 0": setting: N must be an integer'),
        ("batch = 8", "batch = 8\nprompts = 900_000_000", "line 16, .*: training: prompts must be at most .* GiB"),
        ("looks = 5", 'looks = 5\nTheta = "identity"', "line 17, .*: training: Theta must be"),
        ("steps = 60", "steps = 1_000_000_000", "line 13, .*: training: steps must be an integer from 1 to 10000000"),
        ("d = 2", "d = 5000", 'line 6, "d = 5000": setting: d must be an integer from 1 to 200'),
        ("N = 5", "", 'line 5, "\\[setting\\]": setting: the key N is missing'),
        ('Lambda = [1, "1/5"]', "Lambda = [1, 0]", "line 8, .*: setting: Lambda must be positive definite"),
        (
            "N = 5",
            'N = 5\ntask = "sphere"',
            "line 8, .*: setting.task must be left out: training and its theorems take",
        ),
        ("looks = 5", "looks = 5\nTheta = [[1, 0], [0, 0]]", "line 17, .*: training: Theta must be left out"),
        ("title", "estimator = 3\ntitle", "line 2, .*: estimator is unknown"),
        ("looks = 5", 'looks = 5\nblocks = "uU"', "line 17, .*: training: blocks must be all, not uU"),
    ],
)
def test_a_file_that_asks_for_nonsense_is_refused_with_its_line(old, new, said):
    with pytest.raises(UserError, match=said) as refused:
        job(changed(old, new))
    assert "\n" not in str(refused.value)


def test_options_of_estimates_are_refused(tmp_path):
    code, _, stderr, _ = simulated(tmp_path, SMALL, "--samples", "1000")
    assert code == 2 and "--samples and --target-rel-error are for estimates" in stderr
