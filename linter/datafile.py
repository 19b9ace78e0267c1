"""Data files: YAML that is read strictly, and told by path and line where it is wrong."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

MAX_FILE = 200_000
"""Longest data file in bytes; a longer one is a mistake, and would take minutes to read."""


class RuleError(ValueError):
    """A rule file is wrong; the message says path, line and what to do."""


class Data(BaseModel):
    """What is read from a data file: no unknown keys, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Data)


def rules_root() -> Traversable:
    """The folder of rule data that is shipped with the package."""
    return files("rules")


def rows(path: Traversable) -> Iterator[list[str]]:
    """Rows of a list or table: tab-separated cells, without its head of comments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


class _Mappings(yaml.constructor.SafeConstructor):
    """Mappings without double keys."""

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


class _Loader(_Mappings, yaml.SafeLoader):
    """YAML without what hides mistakes or unfolds to any size: double keys, anchors and aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor if not isinstance(event, yaml.AliasEvent) else True:
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases (&, *) are not used here; write the value out, or quote it",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)


class _FastLoader(_Mappings, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # without types
    """The same by libyaml, ten times as fast; anchors are looked for before."""


def _parsed(source: str) -> Any:  # noqa: ANN401 # YAML
    """The data of a YAML text; whatever is wrong is told by the slow loader, which knows where."""
    try:
        events = yaml.parse(source, Loader=_FastLoader)
        if not any(getattr(e, "anchor", None) for e in events):
            return yaml.load(source, Loader=_FastLoader)  # noqa: S506 # a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):
        pass
    return yaml.load(source, Loader=_Loader)  # noqa: S506 # a SafeLoader


def read_yaml(path: Traversable, name: str) -> dict[str, Any]:
    """Read one YAML mapping.

    Raises:
        RuleError: the file cannot be read, is too long, not UTF-8, not YAML, or not a mapping.
    """
    source = _source(path, name)
    try:
        data = _parsed(source)
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
