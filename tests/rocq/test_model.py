"""The model of what is assumed, in Rocq: another law has other moments, and more is not promised than holds."""

import shutil
from fractions import Fraction

import pytest

from symicl.rocq.verify_build import Coqc, compiled_library, library

pytestmark = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not on this machine")

FILES = {name: library()[f"{name}.v"].decode("utf-8") for name in ("Model", "RandomModel", "EventModel")}


def test_the_law_has_the_moments_of_a_standard_normal():
    weights = {0: Fraction(7, 18), 1: Fraction(1, 4), 2: Fraction(1, 20), 3: Fraction(1, 180)}
    law = {sign * v: p for v, p in weights.items() for sign in (1, -1)}
    assert [sum(p * v**k for v, p in law.items()) for k in range(7)] == [1, 0, 1, 0, 3, 0, 15]


@pytest.mark.parametrize(
    "file, right, wrong, where",
    [
        ("Model", "7%:R / 18%:R", "6%:R / 18%:R", "seven_moments"),
        ("Model", "- 3%:R; - 2%:R", "- 3%:R; - 1", "seven_moments"),
        ("Model", "wanted_order w <= 6)%N asked ->", "wanted_order w <= 7)%N asked ->", "moments_consistent"),
        ("Model", "gaussian 0 w 1%:M;", "gaussian 0 w (C *m C);", "prompts_consistent"),
        ("RandomModel", "x t = c (tag t)", "x t = x t", "known_made"),
        ("RandomModel", "q_gt0 : forall i, 0 < q i", "q_gt0 : forall i, 0 <= q i", "random_squares"),
        (
            "RandomModel",
            "gaussian_given 2 X (root *m root^T)]\n",
            "gaussian_given 2 X (root *m root)]\n",
            "random_prompts",
        ),
        ("RandomModel", "back x)\n", "back x \\/ entry_of X x)\n", "random_prompts"),
        ("EventModel", "indicator (fun o => t <= `|x o|)", "indicator (fun o => t < `|x o|)", "far_is_far"),
        ("EventModel", "indicator (fun o => t <= `|x o|)", "indicator (fun o => t <= x o)", "far_is_far"),
        ("EventModel", "-> E e <= E (far x t)", "-> E e <= E (far x (t + t))", "far_is_largest"),
    ],
)
def test_a_model_that_is_none(tmp_path, file, right, wrong, where):
    text = FILES[file]
    assert text.count(right) == 1
    (tmp_path / f"{file}.v").write_text(text.replace(right, wrong))
    coqc = Coqc()
    with compiled_library(coqc, lambda name, seconds: None) as folder:
        answer = coqc.compile(tmp_path, f"{file}.v", {"Symicl": folder, "Changed": tmp_path})
    assert not answer.accepted and "Error" in answer.printed
    line = int(answer.printed.partition(", line ")[2].partition(",")[0])
    stated = [row for row in text.splitlines()[:line] if row.startswith(("Lemma", "Theorem", "Corollary"))]
    assert stated[-1].split()[1].startswith(where)
