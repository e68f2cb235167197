"""Keys are found at the line where they stand, in any TOML that tomllib reads."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl.errors import UserError
from symicl.runs.document import Document
from symicl.runs.locate import lines_of

TEXT = Path(__file__).with_name("document_text.toml").read_text("utf-8")


def paths(value, path=()):
    """All paths of a value, as tomllib understands it."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def test_every_key_is_found_and_at_its_line():
    lines = lines_of(TEXT)
    assert set(paths(tomllib.loads(TEXT))) - {("many", 0), ("many", 1)} <= set(lines)
    rows = TEXT.splitlines()
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert path[-1].split()[-1] in rows[line - 1]
    assert lines["a", "b", "c d", 2, 1, "y"] == 6
    assert lines["many", 0, "k"] == 18 and lines["many", 1, "k"] == 20 and lines["many", 1, "inner", "z"] == 22


KEYS = st.text("abXY-_. #\"'=[]\\", min_size=1, max_size=6)
VALUES = st.recursive(
    st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab\"'#=[]{},\n\\"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def written(value, gap):
    """The value in TOML, with line breaks where they may stand."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ("," + gap).join(written(inner, gap) for inner in value) + gap + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(key)} = {written(inner, ' ')}" for key, inner in value.items()) + " }"
    return repr(value)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_keys_and_values(data):
    text = "".join(f"# = [\n{quoted(key)} = {written(value, chr(10) + ' ')}\n" for key, value in data.items())
    assert tomllib.loads(text) == data
    lines = lines_of(text)
    assert set(paths(data)) == set(lines)
    for key in data:
        assert text.splitlines()[lines[(key,)] - 1].startswith(quoted(key))


@pytest.mark.parametrize(
    "text, message",
    [
        ("a = [1\n", "not TOML"),
        ("a = 1\nb = \n", r'^a.toml, line 2, "b =", column 5: not TOML: Invalid value$'),
        ("a = 1\na = 2\n", r'line 2, "a = 2", .*not TOML: Cannot overwrite a value'),
        ("x = " + "[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(text, message):
    with pytest.raises(UserError, match=message):
        Document("a.toml", text)
