"""The command line, as the contract says it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft4Validator

from linter.cli import commands
from linter.denylist import Denylist
from linter.pipeline import Linter
from linter.policy import load_policy
from linter.rule import load_rules

ALLOW = "Bonjour, femme de 61 ans, diabète : quelle dose de metformine ?"
BLOCK = "Mme Huguette Palanque, 84 ans, est hospitalisée depuis hier."
BLOCK_EN = "Mrs Abernathy was admitted yesterday with a cough."
CANARY = "Palanque"
SCHEMA = Path(__file__).parent / "report" / "sarif-schema-2.1.0.json"


@pytest.fixture(autouse=True)
def _one_linter(linter, monkeypatch, tmp_path):
    """Commands make their own linter; here they share the models of the session's."""
    made = Linter.__init__

    def share(self, policy=None, rules=None, root=None, denylist=None):
        if rules is None and root is None:
            self.policy = policy or load_policy()
            self._text, self._rewriter = linter._text, linter._rewriter
            self._describer, self._attachments = linter._describer, linter._attachments
            self._files, self._denylist = linter._files, denylist or Denylist()
        else:
            made(self, policy, rules, root)

    monkeypatch.setenv("HIPPOLINT_DENYLIST", str(tmp_path / "none.jsonl"))

    monkeypatch.setattr(Linter, "__init__", share)


@pytest.fixture
def run():
    def run(*args, **more):
        result = CliRunner().invoke(commands, [str(a) for a in args], **more)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.fixture
def post(tmp_path):
    def write(content, name="post.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def json_lines(*posts):
    return "".join(p if isinstance(p, str) else json.dumps(p) + "\n" for p in posts)


@pytest.mark.parametrize(
    ("text", "status"), [(ALLOW, 0), (BLOCK, 1), (BLOCK_EN, 1), ("", 0), (" \n", 0)]
)
def test_exit_status(text, status, run, post):
    assert run("check", post(text)).exit_code == status
    assert run("check", "-", input=text).exit_code == status
    assert run("check", input=text).exit_code == status


def test_exit_status_of_several_inputs(run, post):
    good, bad = post(ALLOW, "a.txt"), post(BLOCK, "b.txt")
    assert run("check", good, good).exit_code == 0
    assert run("check", good, bad).exit_code == 1
    result = run("check", good, "no-such-file", bad)
    assert result.exit_code == 2
    assert result.stderr == "hippolint: no-such-file: No such file or directory\n"
    assert "3" in result.stdout.splitlines()[-1]


def test_warning_alone_is_review(run):
    result = run("check", "-", "--format", "json", input="Mme D. tousse, 84 ans.")
    assert json.loads(result.stdout)["verdict"] == "review"
    assert result.exit_code == 1


def test_json_is_the_contract(run):
    result = run("check", "-", "--format", "json", input=BLOCK)
    verdict = json.loads(result.stdout)
    assert list(verdict) == [
        *("id", "lang", "verdict", "confidentiality", "dignity"),
        *("findings", "fixed", "policy", "engine", "attachments"),
    ]
    assert (verdict["id"], verdict["lang"], verdict["verdict"]) == (None, "fr", "block")
    assert verdict["fixed"] == "La patiente, 84 ans, est hospitalisée depuis hier."
    finding, *others = verdict["findings"]
    assert all(f["severity"] == "note" for f in others)
    assert list(finding) == [
        *("rule", "entity", "subject", "kind", "axis", "severity", "score", "source"),
        *("start", "end", "box", "message", "duties", "replacement", "action", "page"),
    ]
    assert BLOCK[finding["start"] : finding["end"]] == "Mme Huguette Palanque"
    without_fixed = result.stdout.replace(verdict["fixed"], "")
    assert CANARY not in without_fixed


def test_json_of_several_inputs(run, post):
    result = run("check", post(ALLOW, "a"), "nowhere", post(BLOCK, "b"), "--format", "json")
    told = json.loads(result.stdout)["verdicts"]
    assert [v.get("verdict", "error") for v in told] == ["allow", "error", "block"]
    assert "nowhere: " in told[1]["error"]


def test_lang(run):
    for lang, expected in [("fr", "fr"), ("en", "en"), ("auto", "fr")]:
        result = run("check", "-", "--lang", lang, "--format", "jsonl", input=BLOCK)
        assert lines(result)[0]["lang"] == expected
    assert run("check", "-", "--lang", "de", input=BLOCK).exit_code == 2


def test_policy(run, tmp_path):
    policy = tmp_path / "soft.yaml"
    policy.write_text(
        "summary: {fr: Douce, en: Soft}\nweights: {error: 1, warning: 0, note: 0}\nblock: 1\nreview: 1\n",
        encoding="utf-8",
    )
    result = run("check", "-", "--policy", policy, "--format", "jsonl", input=BLOCK)
    assert (result.exit_code, lines(result)[0]["policy"]) == (0, "soft")
    result = run("check", "-", "--policy", "strictest", input=BLOCK)
    assert result.exit_code == 2
    assert "no such policy; give the path of a file, or one of: default" in result.stderr
    assert result.stdout == ""


def test_fix(run, post):
    result = run("check", "-", "--fix", input=BLOCK + "\n")
    assert result.stdout == "La patiente, 84 ans, est hospitalisée depuis hier.\n"
    assert result.exit_code == 1
    assert run("check", post(ALLOW), "--fix").stdout == ALLOW + "\n"


def test_output_dir(run, post, tmp_path):
    out = tmp_path / "new" / "out"
    assert run("check", post(BLOCK), "--output-dir", out).exit_code == 1
    assert (out / "post.txt").read_text(encoding="utf-8").startswith("La patiente, 84 ans")
    assert run("check", "-", "--fix", "--output-dir", tmp_path / "b", input=BLOCK).stdout == ""
    assert (tmp_path / "b" / "post.txt").is_file()


def test_output_dir_overwrites_nothing(run, post, tmp_path):
    first = post(BLOCK, "a.txt")
    (tmp_path / "x").mkdir()
    same = post(BLOCK, "x/a.txt")
    out = tmp_path / "out"
    result = run("check", first, same, post(ALLOW, "c.txt"), "--output-dir", out)
    assert result.exit_code == 2
    assert "already there" in result.stderr
    assert sorted(p.name for p in out.iterdir()) == ["a.txt", "c.txt"]


def test_output_dir_that_is_a_file(run, post):
    path = post(BLOCK)
    assert run("check", path, "--output-dir", path).exit_code == 2
    result = run("check", path, "--output-dir", path / "under")
    assert result.exit_code == 2
    assert "Not a directory" in result.stderr


def test_output_dir_that_cannot_be_written(run, post, monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = post(BLOCK)
    monkeypatch.setattr(Path, "mkdir", refuse)
    result = run("check", path, "--output-dir", tmp_path / "out")
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


def test_attach_is_an_option(run, post):
    assert run("check", "-", "--attach", post(b"x", "a.jpg"), input=ALLOW).exit_code in {0, 1}


@pytest.mark.parametrize(
    "args",
    [
        ["check", "--format", "xml", "-"],
        ["check", "--no-such-option"],
        ["check", "--input-format", "jsonl", "--fix", "-"],
        ["check", "--input-format", "jsonl", "--attach", "x", "-"],
        ["check", "--input-format", "jsonl", "--output-dir", "x", "-"],
        ["no-such-command"],
        ["rules", "explain"],
        ["eval"],
        ["eval", "no-such-file"],
    ],
)
def test_wrong_usage(args, run):
    result = run(*args, input=BLOCK)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")
    assert CANARY not in result.output


def text_of(result):
    return json.loads(result.stdout)["fixed"]


@pytest.mark.parametrize(
    "raw",
    [
        BLOCK.encode(),
        BLOCK.encode("utf-8-sig"),
        BLOCK.encode("utf-16"),
        b"\xfe\xff" + BLOCK.encode("utf-16-be"),
        BLOCK.encode("latin-1"),
        BLOCK.encode("cp1252"),
        BLOCK.replace(" ", "\u00a0").encode(),
        BLOCK.replace(" ", "\r\n", 1).encode(),
        "🦠 ".encode() + BLOCK.encode(),
    ],
)
def test_encodings(raw, run, post):
    result = run("check", post(raw), "--format", "json")
    assert result.exit_code == 1
    assert CANARY not in text_of(result)
    assert "hospitalisée" in text_of(result)


UNREADABLE = {
    "NUL": (BLOCK.encode() + b"\0", "it holds NUL bytes"),
    "UTF-16 without its mark": (BLOCK.encode("utf-16-le"), "it holds NUL bytes"),
    "half a UTF-16": (BLOCK.encode("utf-16")[:-1], "broken UTF-16"),
    "machine code": (bytes(range(1, 256)) * 4, "not a text file"),
    "no encoding": (BLOCK.encode() + b"\x81\x8d\x8f", "save it as UTF-8"),
    "10 MB": (b"Mme Palanque. " * 750_000, "longer than 8 MB"),
    "too many characters": (b"Palanque. " * 250_000, "longer than 2,000,000 characters"),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif"])
def test_unreadable_input(name, form, run, post):
    raw, reason = UNREADABLE[name]
    path = post(raw)
    result = run("check", path, "--format", form)
    assert result.exit_code == 2
    assert reason in result.output
    assert CANARY not in result.output
    result = run("check", "-", "--format", form, input=raw)
    assert (result.exit_code, CANARY in result.output) == (2, False)
    assert reason in result.output


def test_folder_and_missing_file(run, tmp_path):
    assert "a folder without files" in run("check", tmp_path).stderr
    assert run("check", tmp_path).exit_code == 2
    assert run("check", tmp_path / "none").exit_code == 2
    for name in (tmp_path, tmp_path / "none"):
        result = run("check", name, "--input-format", "jsonl", "--format", "jsonl")
        assert (result.exit_code, "error" in lines(result)[0]) == (2, True)
        assert run("explain", name).exit_code == 2


def test_a_folder_is_its_files(run, tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_text(BLOCK, encoding="utf-8")
    (tmp_path / "a.txt").write_text(ALLOW, encoding="utf-8")
    (tmp_path / ".hidden").write_text(BLOCK, encoding="utf-8")
    told = lines(run("check", tmp_path, "--format", "jsonl"))
    assert [v["verdict"] for v in told] == ["allow", "block"]


def test_a_picture_is_a_post_without_words(run, tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 4)
    result = run("check", tmp_path / "a.png", "--format", "jsonl")
    (told,) = lines(result)
    assert (result.exit_code, told["verdict"]) == (1, "review")
    assert [f["entity"] for f in told["findings"]] == ["UNCHECKED"]


def test_attachments_that_are_not_there_are_told(run, tmp_path):
    result = run("check", "-", "--attach", tmp_path / "none.jpg", input=ALLOW)
    assert (result.exit_code, "none.jpg: no such file" in result.stderr) == (2, True)


def test_json_lines(run):
    posts = [
        {"id": "a", "text": ALLOW},
        {"id": 7, "text": BLOCK, "lang": "fr", "attachments": [{"path": "x.jpg"}]},
        {"text": BLOCK_EN, "lang": "en", "more": None},
        {"id": None, "text": "", "lang": None, "attachments": None},
    ]
    args = ("check", "-", "--input-format", "jsonl", "--format", "jsonl")
    result = run(*args, input=json_lines(*posts))
    told = lines(result)
    assert [(v["id"], v["lang"]) for v in told] == [
        ("a", "fr"),
        ("7", "fr"),
        (None, "en"),
        (None, "fr"),
    ]
    assert [v["verdict"] for v in told[:3:2]] == ["allow", "block"]
    assert result.exit_code == 1
    assert run(*args, input="").exit_code == 0
    assert run(*args, input=json_lines(posts[0]).rstrip("\n")).exit_code == 0
    assert run(*args, input="\ufeff" + json_lines(posts[0], "\n", posts[0])).exit_code == 0


BROKEN = [
    "not json Palanque\n",
    '{"id": "x", "text": "Palanque"\n',
    '["Palanque"]\n',
    '"Palanque"\n',
    "null\n",
    '{"id": "x"}\n',
    '{"id": "x", "text": 5}\n',
    '{"id": "x", "text": null}\n',
    '{"id": "x", "text": ["Palanque"]}\n',
    '{"id": "x", "text": "Palanque", "lang": "de"}\n',
    '{"id": "x", "text": "Palanque", "lang": ["fr"]}\n',
    '{"id": "x", "text": "Palanque", "lang": {"fr": 1}}\n',
    '{"id": "x", "text": "Palanque", "attachments": "a.jpg"}\n',
    '{"id": "x", "text": "Palanque", "attachments": [{"path": 5}]}\n',
    '{"id": "x", "text": "Palanque", "attachments": [{"path": "a\\u0000"}]}\n',
    "[" * 100_000 + "\n",
    '{"a":' * 50_000 + "\n",
    '{"id": ' + "9" * 10_000 + ', "text": "Palanque"}\n',
    '{"text": "Palanque\x01"}\n',
    json.dumps({"id": "x", "text": "Palanque " * 250_000}) + "\n",
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_broken_json_line_is_told_and_the_run_goes_on(number, run):
    data = json_lines({"id": "1", "text": ALLOW}, BROKEN[number], {"id": "3", "text": BLOCK})
    result = run("check", "-", "--input-format", "jsonl", "--format", "jsonl", input=data)
    first, bad, last = lines(result)
    assert (first["id"], first["verdict"]) == ("1", "allow")
    assert set(bad) == {"id", "error"}
    assert bad["error"].startswith("line 2: ")
    assert bad["id"] in {"x", None}
    assert CANARY not in json.dumps(bad)
    assert (last["id"], last["verdict"]) == ("3", "block")
    assert result.exit_code == 2
    assert result.stderr == ""


def test_bytes_that_are_no_utf8_in_json_lines(run):
    raw = b'{"text": "\xff\xfe Palanque"}\n' + json_lines({"id": "2", "text": ALLOW}).encode()
    result = run("check", "-", "--input-format", "jsonl", "--format", "jsonl", input=raw)
    bad, good = lines(result)
    assert (bad, good["verdict"]) == ({"id": None, "error": "line 1: not UTF-8"}, "allow")


def test_odd_posts_get_a_verdict(run):
    texts = [
        "\ud800 " + BLOCK,
        "\0" + BLOCK,
        "\x1b[31m" + BLOCK,
        "\u202e" + BLOCK,
        BLOCK + "\U0001f9d1" * 50,
    ]
    data = json_lines(*({"id": "\ud800", "text": t} for t in texts))
    result = run("check", "-", "--input-format", "jsonl", "--format", "jsonl", input=data)
    told = lines(result)
    assert [v["verdict"] for v in told] == ["block"] * len(texts)
    assert "\x1b" not in result.stdout
    for verdict, text in zip(told, texts, strict=True):
        (finding,) = [f for f in verdict["findings"] if f["entity"] == "PERSON"]
        assert text[finding["start"] : finding["end"]].endswith("Palanque")


@pytest.mark.parametrize("form", ["text", "sarif", "json"])
def test_json_lines_in_other_formats(form, run):
    data = json_lines({"id": "1", "text": ALLOW}, "broken\n", {"id": "3", "text": BLOCK})
    result = run("check", "-", "--input-format", "jsonl", "--format", form, input=data)
    assert result.exit_code == 2
    assert "line 2: not JSON" in result.output


def test_one_bad_post_does_not_take_others_along(run, linter, monkeypatch):
    find = linter._text._find

    def fail(texts, lang):
        if any("POISON" in t for t in texts):
            raise ValueError(f"cannot parse {texts}")
        return find(texts, lang)

    monkeypatch.setattr(linter._text, "_find", fail)
    data = json_lines(
        {"id": "1", "text": BLOCK}, {"id": "2", "text": "POISON"}, {"id": "3", "text": ALLOW}
    )
    result = run("check", "-", "--input-format", "jsonl", "--format", "jsonl", input=data)
    told = lines(result)
    assert [v.get("verdict") for v in told] == ["block", None, "allow"]
    assert told[1]["id"] == "2"
    assert told[1]["error"].startswith("internal error ValueError at ")
    assert "POISON" not in result.output
    assert result.exit_code == 2


def test_reading_that_breaks_ends_the_run(run, monkeypatch):
    def broken(*_):
        yield from ()
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("linter.commands.posts.json_posts", broken)
    result = run("check", "-", "--input-format", "jsonl", "--format", "jsonl", input=BLOCK)
    assert result.exit_code == 2
    assert "Input/output error" in result.stderr


def test_sarif(run, post):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    result = run("check", post(BLOCK), post(ALLOW, "b é.txt"), "--format", "sarif")
    log = json.loads(result.stdout)
    Draft4Validator(schema).validate(log)
    found, *others = log["runs"][0]["results"]
    assert all(o["level"] == "note" for o in others)
    assert (found["ruleId"], found["level"]) == ("direct/fr-titled-name", "error")
    region = found["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["charLength"]) == (1, 1, 21)
    assert CANARY not in result.stdout
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(load_rules())


def test_text_report(run):
    result = run("check", "-", "--no-color", input=BLOCK)
    assert "block" in result.stdout
    assert "direct/fr-titled-name" in result.stdout
    assert "\x1b[" not in result.stdout
    assert "\x1b[" in run("check", "-", "--color", input=BLOCK).stdout


def test_rules_list(run):
    rules = load_rules()
    assert len(run("rules", "list").stdout.splitlines()) == len(rules)
    told = json.loads(run("rules", "list", "--format", "json").stdout)
    assert [r["id"] for r in told] == [r.id for r in rules]
    assert "| `direct/fr-phone` |" in run("rules", "list", "--format", "markdown").stdout


def test_rules_explain(run):
    for rule in {r.match.kind: r for r in load_rules()}.values():
        result = run("rules", "explain", rule.id)
        assert (result.exit_code, rule.summary in result.stdout) == (0, True)
    result = run("rules", "explain", "direct/none")
    assert result.exit_code == 2
    assert "no such rule" in result.stderr


def test_rules_test(run):
    result = run("rules", "test", "direct/fr-phone", "direct/fr-nir")
    assert result.exit_code == 0
    assert result.stdout.endswith(" 0 failed\n")
    result = run("rules", "test", "direct/none")
    assert (result.exit_code, "no such rule" in result.stderr) == (2, True)


def test_explain(run, post):
    result = run("explain", post(BLOCK), "--no-color")
    assert result.exit_code == 0
    assert re.search(r"(?:subjects/\w+|form|reader|rule): ", result.stdout)
    assert run("explain", "-", "--lang", "en", input=BLOCK_EN).exit_code == 0
    assert run("explain", post(b"a\0b")).exit_code == 2


def test_demo(run):
    result = run("demo", "--no-color")
    assert result.exit_code == 0
    assert "6 " in result.stdout.splitlines()[-1]


GOLD = """### a-1 | fr | block
Avis pour [Mme Palanque](PERSON:patient), hospitalisée hier.

### a-2 | fr | allow
Quelle dose de metformine ?
"""


def test_eval(run, post):
    corpus = post(GOLD, "gold.txt")
    result = run("eval", corpus, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)
    assert CANARY not in result.output
    assert run("eval", corpus, "--show").exit_code == 0
    assert CANARY not in run("eval", corpus, "--show").output


@pytest.mark.parametrize(
    "content",
    [
        "",
        "### broken\nMme Palanque",
        "{'a': 1}",
        b"\xff\xfe\0",
        "### a | fr | allow\n[x](PERSON:nobody)",
    ],
)
def test_eval_of_a_wrong_corpus(content, run, post):
    result = run("eval", post(content, "gold.txt"))
    assert result.exit_code == 2
    assert result.stderr.startswith("hippolint: ")
    assert CANARY not in result.output


def test_eval_of_a_language_that_is_not_there(run, post):
    result = run("eval", post(GOLD, "gold.txt"), "--lang", "en")
    assert (result.exit_code, "no posts to evaluate on" in result.stderr) == (2, True)


def test_eval_of_a_folder(run, tmp_path):
    result = run("eval", tmp_path)
    assert result.exit_code == 2


def test_version_and_help(run):
    assert "hippolint" in run("--version").stdout
    for command in ([], ["check"], ["rules"], ["eval"], ["explain"], ["demo"]):
        assert run(*command, "--help").exit_code == 0


@pytest.fixture(scope="module")
def process():
    """The program itself, with pipes."""
    started = []

    def start(*args):
        child = subprocess.Popen(  # noqa: S603 # our own program
            [sys.executable, "-m", "linter", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            env=os.environ | {"PYTHONWARNINGS": "default"},
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            pipe.close()


def test_each_verdict_comes_before_the_next_post_is_sent(process):
    child = process("check", "-", "--input-format", "jsonl", "--format", "jsonl")
    for number, text in enumerate([ALLOW, BLOCK, "", BLOCK_EN]):
        child.stdin.write(json_lines({"id": number, "text": text}).encode())
        child.stdin.flush()
        assert json.loads(child.stdout.readline())["id"] == str(number)
    child.stdin.write(b"broken\n")
    child.stdin.flush()
    assert "error" in json.loads(child.stdout.readline())
    child.stdin.close()
    assert child.wait(60) == 2
    assert child.stderr.read() == b""


def test_reader_that_goes_away(process):
    """`hippolint check … | head -1` ends without a traceback."""
    child = process("check", "-", "--input-format", "jsonl", "--format", "jsonl")
    child.stdin.write(json_lines({"text": ALLOW}).encode())
    child.stdin.flush()
    child.stdout.readline()
    child.stdout.close()
    child.stdin.write(json_lines(*[{"text": ALLOW}] * 50).encode())
    child.stdin.close()
    assert child.wait(60) != 0
    assert b"Traceback" not in child.stderr.read()
