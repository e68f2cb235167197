"""What the judges say stands in Chinese too, template by template, and nothing is translated that no judge says."""

import ast
import pickle
import re
from pathlib import Path
from string import Formatter

from symicl import suite
from symicl.check.said import Said
from symicl.report.messages import messages

PACKAGE = Path(suite.__file__).parent.parent
EVIDENCE = messages("zh").tables["evidence"]


def fields(text):
    return sorted(name for _, name, *_ in Formatter().parse(text) if name)


def words(sentence):
    """The words of a sentence outside its fields."""
    return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", sentence)))


def test_translations_are_chinese_and_have_the_same_fields():
    for english, chinese in EVIDENCE.items():
        assert fields(english) == fields(chinese), english
        assert english == "relu" or re.search(r"[\u4e00-\u9fff]|，", chinese), english


def spoken(said):
    """A judge's sentence, and all sentences in it."""
    if isinstance(said, tuple):
        return set().union(*map(spoken, said))
    return {getattr(said, "template", said)}.union(*map(spoken, getattr(said, "parts", {}).values()))


def test_what_the_judges_say_has_a_translation():
    """The verdicts of the whole catalogue, in passing."""
    said = set().union(*(spoken(verdict.detail) for verdict in suite.check(samples=20_000, thorough=False, jobs=2)))
    assert len(said) > 50 and {each for each in said if words(each)} - set(EVIDENCE) == set()


def test_every_translation_of_a_judge_is_of_words_in_its_code():
    paths = [path for part in ("check", "suite") for path in PACKAGE.glob(f"{part}/**/*.py")]
    trees = [ast.parse(path.read_text("utf-8")) for path in paths]
    texts = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(EVIDENCE) - texts == set()


def test_a_verdict_is_told_in_chinese_with_its_numbers():
    name = Said("the mean square of the error on {name} prompts", name="sine")
    several = Said("the mean square of {each}", each=("the trained layer", "{brace}"))
    found = Said("d = {d}, N = {N}: {why}", d=2, N=5, why=name)
    told = messages("zh").told
    assert told(found) == "d = 2，N = 5：标签为正弦函数的提示上误差的均方" and messages("en").told(found) == found
    assert told(several) == "误差的均方：训练好的一层；{brace}"
    assert told(pickle.loads(pickle.dumps(found))) == told(found) and told("no such words") == "no such words"
