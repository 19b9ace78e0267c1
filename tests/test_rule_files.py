"""A wrong data file is told by path and line, with what to do; never a traceback."""

import re
import shutil
from pathlib import Path
from time import process_time

import pytest
import yaml
from click.testing import CliRunner

from linter.cli import commands
from linter.cues import load_subjects
from linter.datafile import RuleError, rules_root
from linter.pipeline import Linter
from linter.policy import load_policy
from linter.rule import load_rules

GOOD = r"""summary: A number of a fair
why: It names nobody.
language: any
entity: OTHER_ID
severity: error
message: {fr: "Un numéro.", en: "A number."}
advice: {fr: "Retirez-le.", en: "Remove it."}
duties: [CSP R.4127-4]
match:
  kind: pattern
  regex: '\bfair-(?P<id>\d{4})\b'
  group: id
  score: 0.9
examples:
  match:
    - "Son fair-<<1234>> est perdu."
  no_match:
    - "La fair-play."
"""


@pytest.fixture
def folder(tmp_path):
    """Write one rule file and give its rules folder."""

    def write(content):
        (tmp_path / "direct").mkdir(exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "direct" / "bad.yaml").write_bytes(data)
        return tmp_path

    return write


def edited(old, new):
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)
)
BAD = {
    "unknown key": (edited("why:", "wy: x\nwhy:"), 2, "unknown key; remove it"),
    "unknown key inside": (edited("  group: id", "  grup: id\n  group: id"), 12, "unknown key"),
    "missing key": (edited("severity: error\n", ""), 1, "severity: this key is missing; add it"),
    "wrong type": (edited("score: 0.9", "score: high"), 13, "match.pattern.score"),
    "out of range": (edited("score: 0.9", "score: 1.5"), 13, "less than or equal to 1"),
    "not a number": (edited("score: 0.9", "score: .nan"), 13, "match.pattern.score"),
    "number for text": (edited("why: It names nobody.", "why: 12"), 2, "why"),
    "date for text": (edited("why: It names nobody.", "why: 2024-02-30"), 1, "date"),
    "unknown entity": (edited("entity: OTHER_ID", "entity: NAME"), 4, "entity"),
    "degrading of no kind": (edited("entity: OTHER_ID", "entity: DEGRADING"), 1, "give both or neither"),
    "kind of a number": (edited("severity: error", "severity: error\nkind: harm"), 1, "give both or neither"),
    "unknown kind": (edited("kind: pattern", "kind: patern"), 9, "match"),
    "bad expression": (edited(r"\d{4})\b'", r"\d{4}\b'"), 11, "not a regular expression"),
    "huge repeat": (edited(r"\d{4}", r"\d{99999999999}"), 11, "not a regular expression"),
    "nested set": (edited(r"\d{4}", r"[[a]"), 11, "not a regular expression"),
    "deep expression": (edited(r"\d{4}", "(" * 5000 + ")" * 5000), 11, "not a regular expression"),
    "endless expression": (edited(r"\d{4}", r"\d+"), 11, "write {0,20} instead of * or +"),
    "long expression": (edited(r"\d{4}", r"\d{4,700}"), 11, "limit 600"),
    "no such group": (edited("group: id", "group: num"), 9, "no group (?P<num>"),
    "empty word": (edited("  score: 0.9", '  score: 0.9\n  context: [""]'), 14, "empty word"),
    "mark not closed": (edited("<<1234>>", "<<1234"), 14, "unbalanced <<marks>>"),
    "mark in a mark": (edited("<<1234>>", "<<<<1234>>>>"), 14, "unbalanced <<marks>>"),
    "empty mark": (edited("<<1234>>", "<<>>1234"), 14, "example"),
    "no mark": (edited("<<1234>>", "1234"), 14, "no <<mark>> in the example"),
    "mark in a look-alike": (edited("La fair-play", "La <<fair>>-play"), 14, "no <<mark>>"),
    "no examples": (GOOD.split("examples:", maxsplit=1)[0], 1, "examples: this key is missing"),
    "no look-alike": (edited('    - "La fair-play."\n', "").replace("no_match:", "no_match: []"), 17, "at least 1"),
    "empty": ("", 1, "expected `key: value` lines"),
    "list": ("- a\n- b\n", 1, "expected `key: value` lines"),
    "not UTF-8": (GOOD.encode() + "# é\n".encode("latin-1"), 19, "save the file as UTF-8"),
    "not YAML": (edited("language: any", "language: [any"), 4, "not YAML"),
    "tab": (edited("  kind:", "\tkind:"), 10, "a tab; indent with spaces"),
    "NUL": (GOOD + "\0", 1, "a character that YAML forbids"),
    "double key": (edited("language: any", "language: any\nlanguage: fr"), 4, "stands here twice"),
    "double key inside": (edited("  score: 0.9", "  score: 0.9\n  score: 1"), 14, "stands here twice"),
    "key that is a number": (edited("why:", "12: x\nwhy:"), 2, "quote it"),
    "id in the file": (edited("why:", "id: x\nwhy:"), 2, "remove the key"),
    "alias": (edited("why: It", "why: &a It").replace('"Un numéro."', "*a"), 2, "anchors and aliases"),
    "alias bomb": (BOMB, 1, "anchors and aliases"),
    "merge key": (edited("why:", "<<: {x: 1}\nwhy:"), 2, "a key is a word"),
    "tag": (edited("any", "!!python/object/apply:os.system [x]"), 3, "not YAML"),
    "deep nesting": ("a: " + "[" * 3000, 1, "nested too deeply"),
    "two documents": (GOOD + "---\n" + GOOD, 19, "not YAML"),
    "one megabyte": (GOOD + "# x\n" * 260_000, 1, "longer than 200,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_wrong_rule_file(name, folder):
    content, line, said = BAD[name]
    start = process_time()
    with pytest.raises(RuleError) as caught:
        load_rules(folder(content))
    assert process_time() - start < 5
    lines = str(caught.value).splitlines()
    assert all(re.match(r"rules/direct/bad\.yaml:\d+: \S", told) for told in lines)
    assert any(
        told.startswith(f"rules/direct/bad.yaml:{line}: ") and said in told for told in lines
    )


@pytest.mark.parametrize("name", BAD)
def test_command_line_tells_a_wrong_rule_file(name, folder):
    content, line, said = BAD[name]
    result = CliRunner().invoke(commands, ["rules", "list", "--rules", str(folder(content))])
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert f"rules/direct/bad.yaml:{line}: " in result.stderr
    assert said in result.stderr


def test_good_rule_file(folder):
    (rule,) = load_rules(folder(GOOD))
    assert rule.id == "direct/bad"


def test_every_wrong_file_is_told_at_once(folder):
    root = folder(edited("why: It names nobody.\n", ""))
    shutil.copy(root / "direct" / "bad.yaml", root / "direct" / "worse.yaml")
    with pytest.raises(RuleError) as caught:
        load_rules(root)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "rules/direct/bad.yaml",
        "rules/direct/worse.yaml",
    ]


@pytest.fixture
def whole(tmp_path):
    """A copy of the shipped rules with one rule more."""

    def write(content):
        root = tmp_path / "rules"
        shutil.copytree(
            Path(str(rules_root() / "duties.yaml")).parent,
            root,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for folder in ("direct", "quasi", "dignity", "files"):
            shutil.rmtree(root / folder)
        (root / "direct").mkdir()
        (root / "direct" / "bad.yaml").write_text(content, encoding="utf-8")
        return root

    return write


PERSON = re.sub(r"  kind: pattern.*?  score", "  kind: person\n  method: tagged\n  score", GOOD, flags=re.DOTALL)  # fmt: skip
UNKNOWN = {
    "check": (edited("group: id", "group: id\n  check: nirr"), 13, "no such check; one of: avs,"),
    "list": (edited("group: id", "group: id\n  not_in: nowhere"), 13, "no such list; one of: "),
    "method": (PERSON.replace("tagged", "taged"), 11, "no such method; one of: again,"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_name_in_a_rule(name, whole):
    content, line, said = UNKNOWN[name]
    root = whole(content)
    with pytest.raises(RuleError) as caught:
        Linter(root=root)
    assert str(caught.value).startswith(f"rules/direct/bad.yaml:{line}: match.")
    assert said in str(caught.value)
    result = CliRunner().invoke(commands, ["rules", "test", "--rules", str(root)])
    assert (result.exit_code, isinstance(result.exception, SystemExit)) == (2, True)
    assert said in result.stderr


def test_rules_of_a_folder_of_ones_own_are_proved(whole):
    root = whole(GOOD)
    result = CliRunner().invoke(commands, ["rules", "test", "--rules", str(root)])
    assert (result.exit_code, result.stdout) == (0, "2 examples, 0 failed\n")
    wrong = GOOD.replace("La fair-play", "La fair-4321")
    (root / "direct" / "bad.yaml").write_text(wrong, encoding="utf-8")
    result = CliRunner().invoke(commands, ["rules", "test", "--rules", str(root)])
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "2 examples, 1 failed"


POLICY = """summary: {fr: Une, en: One}
weights: {error: 1.0, warning: 0.4, note: 0}
block: 0.5
review: 0.3
"""


def test_policy_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(POLICY, encoding="utf-8")
    assert load_policy(str(path)).id == "mine"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("block: 0.5", "block: 0", 3, "greater than 0"),
        ("block: 0.5", "block: 5", 3, "less than or equal to 1"),
        ("review: 0.3", "review: 0.9", 1, "`review` is above `block`"),
        ("error: 1.0", "eror: 1.0", 2, "weights"),
        ("error: 1.0", "error: 7", 2, "less than or equal to 1"),
        ("block: 0.5\n", "", 1, "this key is missing"),
        ("block: 0.5", "block: 0.5\nid: other", 4, "remove the key"),
    ],
)
def test_wrong_policy_file(old, new, line, said, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(POLICY.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_policy(str(path))
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["no-such", "../policies/default", "a\0b", "", "/", "."])
def test_unknown_policy(name):
    with pytest.raises(RuleError, match=r"no such policy|a folder"):
        load_policy(name)


def test_subject_file(tmp_path):
    (tmp_path / "subjects").mkdir()
    (tmp_path / "subjects" / "bad.yaml").write_text(
        "subject: patient\nsummary: x\ncues: []\nexamples: [a]\n"
    )
    with pytest.raises(RuleError, match=r"rules/subjects/bad\.yaml:4: "):
        load_subjects(tmp_path)


def test_shipped_data_has_no_double_words():
    """What the loader refuses is not in the data it ships."""
    for folder in ("direct", "subjects", "policies"):
        for path in (rules_root() / folder).iterdir():
            if path.name.endswith(".yaml"):
                assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)
