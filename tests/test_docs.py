"""The documentation says what the program does: its commands run, its examples are real, its rules load."""

import importlib.util
import re
import shlex
import textwrap
from itertools import chain
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner
from files.making_images import encoded, picture

from linter import pipeline
from linter.cli import commands
from linter.commands.rules import markdown
from linter.finding import Entity, Kind, Subject
from linter.pipeline import Linter
from linter.proof import cases
from linter.rule import Rule, load_rules
from linter.verdict import Decision

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.fr.md")
PAGES = (
    *READMES,
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "THIRD_PARTY.md",
    "docs/files.md",
    "docs/server.md",
    "docs/concepts.md",
    "docs/design.md",
    "docs/json.md",
    "tests/corpora/README.md",
)
RUN = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt '.[all]' && .venv/bin/hippolint demo"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt '.[test]' && .venv/bin/pytest -q"
GOLD = "### a-1 | fr | block\nAvis sur [Mme Huguette Palanque](PERSON:patient), [84 ans](AGE:patient) ?\n"


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name, language):
    """The fenced blocks of a page in one language, without their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", read(name), re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(body) for _, body in found]


def options(command, path=()):
    """Every command below a command, with its options."""
    yield path, [o for p in command.params for o in (*p.opts, *p.secondary_opts) if o[:2] == "--"]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from options(command.get_command(context, name), (*path, name))


@pytest.mark.parametrize("name", READMES)
def test_every_command_and_option_is_named(name):
    page = read(name)
    for path, named in options(commands):
        assert f"`{' '.join(path)}" in page or f"hippolint {' '.join(path)}" in page
        missing = [o for o in named if not re.search(rf"`{o}[ `]", page)]
        assert not missing, f"{path}: say what these do"


def test_list_of_rules_is_that_of_the_rules():
    assert read("docs/rules.md") == markdown(load_rules()), (
        "run `hippolint rules list --format markdown > docs/rules.md`"
    )


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands(name):
    marked = re.findall(r"^<!-- (run|test) -->\n```sh\n(.*)\n```$", read(name), re.MULTILINE)
    assert marked == [("run", RUN), ("test", TEST)]


def test_both_readmes_have_the_same_parts():
    levels = [re.findall(r"^(#+) ", read(name), re.MULTILINE) for name in READMES]
    assert levels[0] == levels[1]
    commands_of = [[b for b in blocks(name, "sh") if "venv" not in b] for name in READMES]
    assert commands_of[0] == commands_of[1]
    assert all(other in read(one) for one, other in (READMES, READMES[::-1]))


def shown_commands():
    """Every line of the README's shell blocks but the two that make an environment, and the server's, which has no end."""
    lines = chain.from_iterable(b.splitlines() for b in blocks("README.md", "sh"))
    return sorted({line for line in lines if "venv" not in line and " serve" not in line})


@pytest.fixture
def folder(tmp_path, monkeypatch, linter):
    """A folder with the files that the README speaks of; commands share the tests' linter."""
    (tmp_path / "post.txt").write_text("Avis sur Mme Huguette Palanque, 84 ans ?\n", "utf-8")
    (tmp_path / "posts.jsonl").write_text('{"id": 1, "text": "Quelle dose ?"}\n', "utf-8")
    (tmp_path / "radio.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "leaked.png").write_bytes(encoded(picture(), "PNG"))
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.png").write_bytes(encoded(picture(), "PNG"))
    monkeypatch.setenv("HIPPOLINT_DENYLIST", str(tmp_path / "leaks.jsonl"))
    (tmp_path / "tests/corpora/dev").mkdir(parents=True)
    (tmp_path / "tests/corpora/dev/one.txt").write_text(GOLD, "utf-8")
    monkeypatch.setattr(pipeline, "Linter", lambda *_, **__: linter)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", shown_commands())
def test_commands_of_the_readme_run(line, folder):
    words, given, target = shlex.split(line), None, None
    if "|" in words:
        echo, text, _, *words = words
        assert echo == "echo"
        given = text + "\n"
    if ">" in words:
        *words, _, target = words
    if "<" in words:
        *words, _, source = words
        given = (folder / source).read_text("utf-8")
    assert words[0] == "hippolint"
    result = CliRunner().invoke(commands, words[1:], input=given)
    assert isinstance(result.exception, SystemExit | None)
    assert result.exit_code in {0, 1}
    assert result.output or "--output-dir" in words
    assert target is None or result.output.startswith("{")


def test_examples_are_what_the_program_says(linter):
    spec = importlib.util.spec_from_file_location("examples", ROOT / "docs/examples.py")
    examples = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(examples)
    for name in examples.PAGES:
        page = read(name)
        assert "<!-- out" in page
        assert examples.filled(page, linter) == page, "run `python docs/examples.py`"


def example_rules():
    data = [yaml.safe_load(b) for b in blocks("CONTRIBUTING.md", "yaml")]
    return [Rule(id=f"direct/example-{n}", **d) for n, d in enumerate(data)]


def test_rules_of_the_guide_load_and_prove_themselves():
    added = example_rules()
    assert added
    linter = Linter(rules=(*load_rules(), *added))
    for case in cases(tuple(added)):
        right = case.found(linter) == case.expected
        assert right != (case.what == "missed"), case.example


def test_keys_of_a_rule_are_told():
    guide = read("CONTRIBUTING.md")
    told = set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE))
    kinds = [k.removeprefix("kind: ") for k in re.findall(r"^`(kind: \w+)`", guide, re.MULTILINE)]
    matches = {m.model_fields["kind"].annotation.__args__[0]: m for m in match_models()}
    assert sorted(kinds) == sorted(matches)
    keys = set(Rule.model_fields).union(*(m.model_fields for m in matches.values()))
    assert keys - {"id", "kind"} <= told


def match_models():
    annotation = Rule.model_fields["match"].annotation
    return annotation.__args__


def test_words_of_the_policy_are_explained():
    page = read("docs/concepts.md")
    for word in chain(Entity, Kind, Subject, Decision):
        assert f"`{word}`" in page


def test_folders_and_modules_are_in_the_picture_of_the_design():
    page = read("docs/design.md")
    folders = [
        p for top in ("linter", "rules", "server") for p in (ROOT / top).rglob("*") if p.is_dir()
    ]
    modules = chain(
        (ROOT / "linter").glob("[a-z]*.py"),
        (ROOT / "linter/text").glob("[a-z]*.py"),
        (ROOT / "server").glob("[a-z]*.py"),
    )
    names = [f"{p.name}/" for p in folders if p.name != "__pycache__"] + [p.name for p in modules]
    assert not [n for n in names if f" {n} " not in page.replace("\n", " ")]


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", read(name), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#:\s]+)\)", prose):
        assert (ROOT / name).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("name", ["docs/demo.svg", "docs/demo.fr.svg"])
def test_pictures_load_nothing(name):
    picture = read(name)
    assert picture.startswith("<svg ")
    assert not re.search(r"@import|url\((?!#)|<script|<image|href=", picture)
