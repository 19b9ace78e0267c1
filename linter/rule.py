"""Rules as data: one YAML file is one rule, its path is its identity, its examples are its proof."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from linter.finding import Entity, Severity, Span, Subject
from linter.post import LANGUAGES, Language

FOLDERS = ("direct",)
"""Folders of rules/ that hold rules; the others hold what rules and recognizers refer to."""

MAX_MATCH = 600
"""Longest match, in characters, that a pattern may make: a bounded match keeps a scan linear."""
MAX_FILE = 200_000
"""Longest data file in bytes; a longer one is a mistake, and would take minutes to read."""


class RuleError(ValueError):
    """A rule file is wrong; the message says path, line and what to do."""


class Data(BaseModel):
    """What is read from a data file: no unknown keys, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Data)


class Text(Data):
    """A sentence in both languages."""

    fr: str
    en: str

    def of(self, lang: Language) -> str:
        """The sentence in one language."""
        return self.fr if lang == "fr" else self.en


class PatternMatch(Data):
    """Regular expressions over the normalised text, with a check function and words around."""

    kind: Literal["pattern"]
    regex: tuple[str, ...]
    group: str | None = None
    """Named group that is the finding; the whole match when absent."""
    ignore_case: bool = False
    check: str | None = None
    """Function of linter/text/checks.py; a match that fails it is dropped, or kept with `unchecked_score`."""
    needs: Literal["digit", "at", "letter"] = "letter"
    """Cheapest thing that the text must contain before the pattern is tried."""
    score: float = Field(ge=0, le=1)
    unchecked_score: float | None = Field(default=None, ge=0, le=1)
    context: tuple[str, ...] = ()
    """Words of which one must stand near the match (`window` characters before, 30 after)."""
    context_score: float | None = Field(default=None, ge=0, le=1)
    """Score with context; without this key, no context means no match."""
    unless: tuple[str, ...] = ()
    """Words that rule the match out when they stand just before it (24 characters) or after (12)."""
    window: int = Field(default=60, ge=0, le=200)
    not_in: str | None = None
    """List of rules/lists whose terms (letters and figures only) are no finding."""

    @field_validator("regex", mode="before")
    @classmethod
    def _as_tuple(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("regex")
    @classmethod
    def _bounded(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for regex in value:
            check_bounded(regex)
        return value

    @field_validator("context", "unless")
    @classmethod
    def _words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _not_blank(value)

    @model_validator(mode="after")
    def _has_group(self) -> Self:
        for regex in self.regex:
            if self.group and self.group not in re.compile(regex).groupindex:
                raise ValueError(f"no group (?P<{self.group}>…) in the expression {regex!r}")
        return self


class NameMatch(Data):
    """A name announced by words before it."""

    kind: Literal["name"]
    cues: tuple[str, ...]
    lower: Literal["no", "known", "any"] = "no"
    """Names in lower case that count after these cues: none, those that only are names, or any
    that is no everyday word."""
    keep_cue: bool = False
    """Whether the cue belongs to the span, as a title does."""
    colon: Literal["no", "may", "must"] = "may"
    """Whether a colon (or the like) may or must stand between cue and name."""
    weak: bool = False
    """Whether the name must also be known as a first name or surname, or tagged as a person."""
    sure: bool = False
    """Whether the cue is so plain that an eponym or a place after it is a person too."""
    gap: tuple[str, ...] = ()
    """Words that may stand between cue and name."""
    score: float = Field(ge=0, le=1)

    @field_validator("cues", "gap")
    @classmethod
    def _words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _with_letters(value)


class PersonMatch(Data):
    """A name found without an announcing word, by a named method of linter/text/recognizers."""

    kind: Literal["person"]
    method: str
    bare: bool = True
    """Whether nothing around the name says that it is a patient's."""
    score: float = Field(ge=0, le=1)


class FollowsMatch(Data):
    """A detail that stands right after a name: "Palanque Huguette 14/02/1938"."""

    kind: Literal["follows"]
    regex: str
    """Tried where a finding of `after` ends; the named group `id` is the finding."""
    after: Entity = Entity.PERSON
    ignore_case: bool = False
    score: float = Field(ge=0, le=1)

    @field_validator("regex")
    @classmethod
    def _bounded(cls, value: str) -> str:
        check_bounded(value)
        if "id" not in re.compile(value).groupindex:
            raise ValueError(f"no group (?P<id>…) in the expression {value!r}")
        return value


Match = Annotated[
    PatternMatch | NameMatch | PersonMatch | FollowsMatch, Field(discriminator="kind")
]


class Examples(Data):
    """Proof of a rule: sentences with marks `<<…>>`, look-alikes without, and known misses."""

    match: tuple[str, ...] = Field(min_length=1)
    no_match: tuple[str, ...] = Field(min_length=1)
    missed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _marks(self) -> Self:
        for example in (*self.match, *self.missed):
            if not read_example(example)[1]:
                raise ValueError(f"no <<mark>> in the example {example!r}")
        for example in self.no_match:
            if read_example(example)[1]:
                raise ValueError(f"a no_match example has no <<mark>>: {example!r}")
        return self


class Rule(Data):
    """One rule; see docs/concepts.md for its words and CONTRIBUTING.md for how to add one."""

    id: str
    summary: str
    why: str
    language: Language | Literal["any"]
    entity: Entity
    severity: Severity
    message: Text
    advice: Text
    duties: tuple[str, ...]
    references: tuple[str, ...] = ()
    subject: Subject | None = None
    """Whose detail it is when the rule itself tells; the cues of the post decide otherwise."""
    replacement: Text | None = None
    match: Match
    examples: Examples

    def languages(self) -> tuple[Language, ...]:
        """The languages in which the rule runs."""
        return LANGUAGES if self.language == "any" else (self.language,)


def read_example(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Take the marks `<<…>>` out of an example.

    Returns:
        The plain text and the spans that were marked, in order.

    Raises:
        ValueError: a mark is empty, nested or not closed.
    """
    parts = re.split(r"(<<|>>)", marked)
    if parts[1::2] != ["<<", ">>"] * (len(parts) // 4) or len(parts) % 4 != 1:
        raise ValueError(f"unbalanced <<marks>> in the example {marked!r}")
    plain, spans = "", []
    for number, part in enumerate(parts[::2]):
        if number % 2:
            spans.append(Span(len(plain), len(plain) + len(part)))
        plain += part
    return plain, tuple(spans)


def _not_blank(words: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(str.strip, words)):
        raise ValueError("an empty word would stand everywhere; remove it")
    return words


def _with_letters(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        if not any(map(str.isalnum, word)):
            raise ValueError(f"{word!r} holds no letter or figure; remove it")
    return words


def check_bounded(regex: str) -> None:
    """Refuse a regular expression that is wrong or whose match has no bounded length.

    Raises:
        ValueError: says what to change.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            width = re._parser.parse(regex).getwidth()[1]  # type: ignore[attr-defined] # noqa: SLF001 # no public way
            re.compile(regex)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if width > MAX_MATCH:
        raise ValueError(
            f"a match could be {'endless' if width > 10**6 else width} characters long (limit {MAX_MATCH}): "
            "write {0,20} instead of * or +",
        )


def rules_root() -> Traversable:
    """The folder of rule data that is shipped with the package."""
    return files("rules")


class _Loader(yaml.SafeLoader):
    """YAML without what hides mistakes or unfolds to any size: double keys, anchors and aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor if not isinstance(event, yaml.AliasEvent) else True:
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases (&, *) are not used here; write the value out, or quote it",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 # PyYAML's signature
        seen = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str" or not isinstance(key, yaml.ScalarNode):
                problem = "a key is a word; quote it if it looks like a number or a date"
            elif key.value in seen:
                problem = f"the key {key.value!r} stands here twice; keep one"
            else:
                seen.add(key.value)
                continue
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


def read_yaml(path: Traversable, name: str) -> dict[str, Any]:
    """Read one YAML mapping.

    Raises:
        RuleError: the file cannot be read, is too long, not UTF-8, not YAML, or not a mapping.
    """
    source = _source(path, name)
    try:
        data = yaml.load(source, Loader=_Loader)  # noqa: S506 # a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(f"{name}:{line}: not YAML: {_hint(error)}") from None
    except yaml.YAMLError:
        raise RuleError(f"{name}:1: not YAML: it holds a character that YAML forbids") from None
    except RecursionError:
        raise RuleError(f"{name}:1: not YAML: nested too deeply") from None
    except (ValueError, OverflowError):
        raise RuleError(f"{name}:1: not YAML: a number or date that does not exist") from None
    if not isinstance(data, dict):
        raise RuleError(f"{name}:1: expected `key: value` lines at the top level")
    return data


def _source(path: Traversable, name: str) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RuleError(f"{name}:1: {error.strerror or 'cannot be read'}") from None
    if len(raw) > MAX_FILE:
        raise RuleError(f"{name}:1: longer than {MAX_FILE:,} bytes; move long word lists to lists/")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RuleError(f"{name}:{line}: not UTF-8; save the file as UTF-8") from None


def _hint(error: yaml.MarkedYAMLError) -> str:
    if "'\\t'" in str(error.problem):
        return "a tab; indent with spaces"
    return f"{error.problem or 'it cannot be read'}"


def _line_of(text: str, location: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest node that an error location names."""
    node = yaml.compose(text, Loader=_Loader)
    line = 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == step), None)
            if found is None:
                continue
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def validate(model: type[Model], path: Traversable, name: str, **extra: str) -> Model:
    """Read a data file as `model`; `extra` adds what the path says.

    Raises:
        RuleError: with path, line, and what is wrong at each place.
    """
    data = read_yaml(path, name)
    if taken := sorted(extra.keys() & data.keys()):
        line = locate(path, name, (taken[0],))
        raise RuleError(f"{line}: {taken[0]}: comes from the path; remove the key")
    try:
        return model(**data, **extra)
    except ValidationError as error:
        problems = [
            f"{locate(path, name, e['loc'])}: {'.'.join(str(s) for s in e['loc'])}: {_plain(e)}"
            for e in error.errors(include_url=False)
        ]
        raise RuleError("\n".join(problems)) from None


def locate(path: Traversable, name: str, location: tuple[int | str, ...]) -> str:
    """`name:line` of a value in a data file that was read before."""
    return f"{name}:{_line_of(_source(path, name), location)}"


def _plain(error: Any) -> str:  # noqa: ANN401 # pydantic's ErrorDetails is a loose dict
    if error["type"] == "extra_forbidden":
        return "unknown key; remove it or correct its spelling (CONTRIBUTING.md lists the keys)"
    if error["type"] == "missing":
        return "this key is missing; add it"
    return str(error["msg"]).removeprefix("Value error, ")


@dataclass(frozen=True)
class RuleFile:
    """Where a rule stands."""

    id: str
    path: Traversable
    name: str


def rule_files(root: Traversable) -> Iterator[RuleFile]:
    """Every rule file below a rules folder, in the order of their identities."""
    for folder in FOLDERS:
        directory = root / folder
        if not directory.is_dir():
            continue
        for path in sorted(directory.iterdir(), key=lambda p: p.name):
            if path.name.endswith(".yaml"):
                yield RuleFile(f"{folder}/{path.name[:-5]}", path, f"rules/{folder}/{path.name}")


def load_rules(root: Traversable | Path | None = None) -> tuple[Rule, ...]:
    """Load and validate every rule.

    Args:
        root: a rules folder; the shipped one when absent.

    Raises:
        RuleError: names every problem of every file, one a line, as `path:line: key: what to do`.
    """
    rules, problems = [], []
    for file in rule_files(root or rules_root()):
        try:
            rules.append(validate(Rule, file.path, file.name, id=file.id))
        except RuleError as error:
            problems.append(str(error))
    if problems:
        raise RuleError("\n".join(problems))
    return tuple(rules)
