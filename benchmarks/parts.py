"""Where the time goes: callables of the product are wrapped for the length of a measurement."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from inspect import isgeneratorfunction
from time import process_time
from typing import Any
from unittest.mock import patch

from benchmarks.common import say

PARTS = {
    "linter.text.learned.tagger:Tagger.read": "learned reader",
    "linter.text.one_language:words_of": "reader's features",
    "linter.pipeline:detect_language": "language",
    "linter.text.one_language:normalise": "normalise",
    "linter.text.one_language:tokenize": "tokenise",
    "linter.text.one_language:fold_same_length": "fold",
    "presidio_analyzer:AnalyzerEngine.analyze": "Presidio around the rules",
    "linter.text.one_language:merge": "merge",
    "linter.text.findings:FindingBuilder.build": "findings",
    "linter.text.quasi.finders:Finders.propose": "other details",
    "linter.text.quasi.clues:ClueBuilder.build": "other details",
    "linter.describe:Describer.describe": "people who match",
    "linter.text.subject:Subjects.attribute": "subject",
    "linter.text.findings:replacements": "replacements",
    "linter.rewrite:Rewriter.fix": "rewrite",
    "linter.policy:Policy.decide": "policy",
    "linter.policy:Policy.assess": "policy",
    "linter.text.recognizers.names:NameRecognizer.find": "rule",
    "linter.text.recognizers.pattern:PatternRecognizer.find": "rule",
}
"""Callables as `module:name`, and their part; of a `rule`, each recognizer is a part."""

_END = object()


class Clock:
    """Seconds by part. A part does not count what other parts do inside it."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        """Count the time of a block."""
        start = process_time()
        self._inner.append(0.0)
        try:
            yield
        finally:
            whole = process_time() - start
            self.seconds[part] += whole - self._inner.pop()
            if self._inner:
                self._inner[-1] += whole

    def wrap(self, call: Callable[..., Any], part: str) -> Callable[..., Any]:
        """The same callable, timed; of a generator, the time of each step."""

        def named(args: tuple[Any, ...]) -> str:
            return f"rule {args[0].name}" if part == "rule" else part

        def steps(*args: Any, **kwargs: Any) -> Iterator[Any]:  # noqa: ANN401
            iterator = call(*args, **kwargs)
            while True:
                with self.measure(named(args)):
                    item = next(iterator, _END)
                if item is _END:
                    return
                yield item

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            with self.measure(named(args)):
                return call(*args, **kwargs)

        return steps if isgeneratorfunction(call) else timed


@contextmanager
def instrumented(clock: Clock) -> Iterator[None]:
    """Time the parts inside the block; a callable that has gone elsewhere is told and left out."""
    with ExitStack() as stack:
        for place, part in PARTS.items():
            module, _, name = place.partition(":")
            owner: Any = import_module(module)
            *path, last = name.split(".")
            try:
                for step in path:
                    owner = getattr(owner, step)
                call = getattr(owner, last)
            except AttributeError:
                say(f"{place} is no more: its time counts elsewhere")
                continue
            stack.enter_context(patch.object(owner, last, clock.wrap(call, part)))
        yield
