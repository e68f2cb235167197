"""Keys are found at the line where they stand, in any TOML that tomllib reads."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symicl.errors import UserError
from symicl.runs.document import Document
from symicl.runs.locate import lines_of

TEXT = '''# a comment with = and [brackets]
title = "a # no comment, \\" and ]"  # a comment
'quoted key' = 1
a.b."c d" = [1,
  2, # two
  [3, {x = 4, y = """five
six"""}],
]
[table . "with dots"]
long = """
key = "not a key"
[not.a.table]
""\\""" and ""'''  + '"""' + """
literal = '''
x = 1'''
inline = { p = { q = 1 }, r = [ ] }
[[many]]
k = 1
[[many]]
  k = 2
[many.inner]
z = 1979-05-27T07:32:00Z
"""


def paths(value, path=()):
    """All paths of a value, as tomllib understands it."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from paths(inner, (*path, key))


def test_every_key_is_found_and_at_its_line():
    lines = lines_of(TEXT)
    assert set(paths(tomllib.loads(TEXT))) - {("many", 0), ("many", 1)} <= set(lines)
    rows = TEXT.splitlines()
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert path[-1].split()[-1] in rows[line - 1]
    assert lines["a", "b", "c d", 2, 1, "y"] == 6 and lines["many", 1, "k"] == 19 and lines["many", 1, "inner", "z"] == 21


keys = st.text("abcXYZ-_. #\\"'=[]", min_size=1, max_size=6)
values = st.recursive(
    st.integers() | st.booleans() | st.floats(allow_nan=False) | st.text("ab\\"\\\\'#=[]{},\\n", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",\\n ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(inner)}" for key, inner in value.items()) + "}"
    return repr(value)


def quoted(text):
    escaped = text.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"').replace("\\n", "\\\\n")
    return f'"{escaped}"'


@given(st.dictionaries(keys, values, max_size=4))
def test_any_keys_and_values(data):
    try:
        text = "".join(f"{quoted(key)} = {written(value)}\\n" for key, value in data.items())
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # a line break inside an inline table
        return
    lines = lines_of(text)
    assert set(paths(found)) == set(lines)
    for key in data:
        assert text.splitlines()[lines[(key,)] - 1].startswith(quoted(key))


@pytest.mark.parametrize(
    "text, message",
    [
        ("a = [1\\n", "line 2, column 1|line 1"),
        ("a = 1\\nb = \\n", 'line 2, "b =", column 5: not TOML'),
        ("a = 1\\na = 2\\n", "not TOML: Cannot overwrite"),
        ("x = " + "[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(text, message):
    with pytest.raises(UserError, match=message):
        Document("a.toml", text)
'''
