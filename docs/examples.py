"""Fill the examples of the documentation with what hippolint says today.

    python docs/examples.py

rewrites the code blocks below `<!-- out -->`, `<!-- out, indented -->` and `<!-- sarif -->` of the
READMEs and of `docs/json.md`, from the JSON lines below the `<!-- in -->` before them.
`tests/test_docs.py` fails where they differ.
"""  # noqa: INP001 # a script, not a package

import re
from io import BytesIO
from pathlib import Path

from linter import __version__
from linter.commands.inputs import BadLine, json_posts
from linter.pipeline import Linter
from linter.post import Post
from linter.report import as_json, sarif

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.fr.md", "docs/json.md")
FILE = "post.txt"
"""Name of the file that the SARIF example speaks of."""

_BLOCK = re.compile(r"(<!-- (in|out|out, indented|sarif) -->\n```json\n)(.*?)(```\n)", re.DOTALL)


def filled(page: str, linter: Linter) -> str:
    """A page with its examples made anew."""
    posts: list[Post | BadLine] = []

    def fill(match: re.Match[str]) -> str:
        head, kind, body, tail = match.groups()
        if kind == "in":
            posts[:] = json_posts(BytesIO(body.encode()), "auto")
        else:
            body = _sarif(posts, linter) if kind == "sarif" else _told(posts, linter, kind)
        return f"{head}{body}{tail}"

    return _BLOCK.sub(fill, page)


def _told(posts: list[Post | BadLine], linter: Linter, kind: str) -> str:
    write = as_json.indented if kind.endswith("indented") else as_json.one_line
    told = (
        as_json.error_dict(post.id, post.reason)
        if isinstance(post, BadLine)
        else as_json.verdict_dict(linter.check(post), __version__)
        for post in posts
    )
    return "".join(write(one) + "\n" for one in told)


def _sarif(posts: list[Post | BadLine], linter: Linter) -> str:
    """The first result; its place among the rules is left out, since it changes with every rule."""
    checked = [
        sarif.Checked(linter.check(post), post.text, FILE)
        for post in posts
        if isinstance(post, Post)
    ]
    result = sarif.sarif_log(checked, [], __version__)["runs"][0]["results"][0]
    result.pop("ruleIndex", None)
    return as_json.indented(result) + "\n"


def main() -> None:
    """Rewrite every page."""
    linter = Linter()
    for name in PAGES:
        path = ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8"), linter), encoding="utf-8")


if __name__ == "__main__":
    main()
