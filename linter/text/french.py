"""A faster start for the French model: its tokenizer without spaCy's slow module of exceptions.

Importing `spacy.lang.fr` compiles one regular expression of 1.4 MB: thousands of branches that
share a few dozen tails. Factored by tail it compiles three times faster and matches the same; the
model is then loaded as language `xx` with its own tokenizer put in. Where a later model's tokenizer
does not have this form, the model loads in the ordinary, slower way.
"""

import re
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
import srsly
from spacy.language import Language as Pipeline

_PREFIX = "(?iu)"
_BRANCH = re.compile(r"\^([^\[\]]*)(\[.*)\Z", re.DOTALL)


def load_french(package: str, unused: list[str]) -> Pipeline | None:
    """Load the French model; None where its tokenizer has another form."""
    spec = find_spec(package)
    root = Path(spec.origin).parent if spec and spec.origin else Path()
    path = next(root.glob(f"{package}-*"), None)
    if path is None:
        return None
    data: Any = srsly.msgpack_loads((path / "tokenizer").read_bytes())
    factored = _factored(data.get("token_match") or "")
    if factored is None:
        return None
    data["token_match"] = factored
    pipeline = spacy.load(path, exclude=[*unused, "tokenizer"], config={"nlp": {"lang": "xx"}})
    tokenizer: Any = pipeline.tokenizer
    tokenizer.from_bytes(srsly.msgpack_dumps(data))
    return pipeline


def _factored(pattern: str) -> str | None:
    """The alternatives `(?:^HEAD TAIL$)` grouped by tail; None for a pattern of another form."""
    if not pattern.startswith(f"{_PREFIX}(?:"):
        return None
    tails: dict[str, list[str]] = defaultdict(list)
    for branch in pattern.removeprefix(_PREFIX)[3:-1].split(")|(?:"):
        match = _BRANCH.match(branch)
        if match is None:
            return None
        tails[match[2]].append(match[1])
    return _PREFIX + "|".join(f"(?:^(?:{'|'.join(h)}){t})" for t, h in tails.items())
