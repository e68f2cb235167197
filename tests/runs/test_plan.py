"""Chunks and rounds: every sample once, no more than is held, and a stop that depends on merged moments alone."""

from hypothesis import given, settings
from hypothesis import strategies as st
from runs_jobs import SMALL, job, result_of

from symicl.runs.plan import LARGEST, ROUND, Sizes

doubles = st.integers(1, 1 << 26)


@settings(deadline=None)
@given(doubles, st.integers(1, 10**7))
def test_a_number_of_samples_is_cut_without_a_rest(doubles, samples):
    sizes = Sizes(doubles)
    chunks = sizes.chunks(samples)
    if chunks > 10_000:
        return
    found = sizes.up_to(samples)
    assert sum(found) == samples and min(found) > 0 and len(found) == chunks
    assert found[:-1] == [sizes.of(index) for index in range(len(found) - 1)]


@given(doubles, st.integers(0, 10**6))
def test_chunks_grow_and_hold_no_more_than_the_largest(doubles, index):
    sizes = Sizes(doubles)
    assert 1 <= sizes.of(index) <= sizes.of(index + 1) and (sizes.of(index) - 1) * doubles <= LARGEST


@given(doubles, st.integers(1, 10**4), st.floats(0, 1e15))
def test_a_round_at_most_doubles_what_is_there(doubles, done, wanted):
    found = Sizes(doubles).round(done, 1000, wanted)
    assert 1 <= len(found) <= max(ROUND, done)


def test_more_samples_have_the_chunks_of_fewer():
    few, many = Sizes(500).up_to(10_000), Sizes(500).up_to(50_000)
    assert many[: len(few) - 1] == few[:-1]


def test_a_target_is_reached_and_not_much_passed():
    text = SMALL.replace("samples = 2000", "target_rel_error = 0.02").replace("[60, 90]", "[10, 20]")
    for point in result_of(text)["points"]:
        assert 0.005 < point["error"] / point["estimate"] <= 0.02


def test_a_command_line_goes_before_the_file():
    assert job(SMALL, samples=64).stop.samples == 64
    made = job(SMALL, target_rel_error=0.1)
    assert made.stop.target == 0.1 and made.stop.samples is None
