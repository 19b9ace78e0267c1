"""kind: follows. Details that stand right after a name."""

import re
from collections.abc import Sequence
from typing import Any

from linter.post import Language
from linter.rule import FollowsMatch, Rule
from linter.text.reading import Reading
from linter.text.recognizers.base import Recognizer


class FollowsRecognizer(Recognizer):
    """Rules of kind `follows`; they run on the results of the others."""

    def __init__(self, rules: tuple[Rule, ...], lang: Language) -> None:
        super().__init__("follows", rules, lang)
        self._rules = tuple(
            (r, r.match, re.compile(r.match.regex, re.IGNORECASE if r.match.ignore_case else 0))
            for r in rules
            if isinstance(r.match, FollowsMatch)
        )

    def follow(self, reading: Reading, results: Sequence[Any]) -> list[Any]:
        """What stands right after each result that a rule names."""
        found = []
        for rule, match, regex in self._rules:
            for result in results:
                if result.entity_type != match.after:
                    continue
                hit = regex.match(reading.text, result.end)
                if hit:
                    found.append(self.result(rule, *hit.span("id"), match.score))
        return found
