"""Draw the pictures of the READMEs: what `hippolint demo` says of one post, as SVG.

    python docs/picture.py

writes `docs/demo.svg` (an English post) and `docs/demo.fr.svg` (a French one) from the posts of
`linter/demo`. Run it when the report or these posts change. It needs `rich`, which spaCy brings.
The pictures load no font and no script from anywhere.
"""  # noqa: INP001 # a script, not a package

import re
import sys
from io import StringIO
from os import environ
from pathlib import Path
from subprocess import run

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

FOLDER = Path(__file__).parent
PICTURES = {"demo.svg": "6-english-letter.txt", "demo.fr.svg": "3-sms.txt"}
"""Each picture and the demo post that it shows."""
WIDTH = 100
"""Columns of the terminal that is drawn."""

_COMMAND = [sys.executable, "-m", "linter", "demo", "--color"]
_NAME = re.compile(r"\d-[\w-]+\.txt")
_SUMMARY = re.compile(r"^(?:\x1b\[\dm)*\d+ (?:messages|posts)")
_THEME = TerminalTheme(
    (250, 250, 248),
    (36, 41, 47),
    [
        (36, 41, 47),
        (176, 32, 36),
        (22, 110, 50),
        (133, 88, 0),
        (10, 85, 170),
        (120, 60, 150),
        (15, 105, 115),
        (90, 96, 104),
    ],
)
"""Dark letters on a light ground, each colour with a contrast of 4.5 at least."""
_SVG = """<svg class="rich-terminal" role="img" viewBox="0 0 {width} {height}" \
xmlns="http://www.w3.org/2000/svg">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
<rect fill="#fafaf8" width="100%" height="100%" rx="8"/>
<g transform="translate(10, 20)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own frame without its web font and window buttons."""


def demo() -> str:
    """What `hippolint demo` prints, with its colours."""
    done = run(  # noqa: S603 # a fixed command of this project
        _COMMAND,
        check=True,
        capture_output=True,
        encoding="utf-8",
        env=environ | {"COLUMNS": str(WIDTH)},
        cwd=FOLDER.parent,
    )
    return done.stdout


def report_on(name: str, told: str) -> str:
    """The part of the demo that speaks of one post."""
    lines = told.splitlines()
    first = next(n for n, line in enumerate(lines) if name in line)
    rest = range(first + 1, len(lines))
    ends = (n for n in rest if _NAME.search(lines[n]) or _SUMMARY.match(lines[n]))
    return "\n".join(lines[first : next(ends, len(lines))]).rstrip()


def svg(ansi: str, title: str) -> str:
    """Terminal output as SVG; the same input gives the same picture."""
    console = Console(record=True, width=WIDTH + 2, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(ansi), soft_wrap=False)
    frame = _SVG.replace("TITLE", title)
    return console.export_svg(theme=_THEME, code_format=frame, unique_id="hippolint")


def main() -> None:
    """Write every picture."""
    told = demo()
    for picture, post in PICTURES.items():
        drawn = svg(report_on(post, told), f"hippolint check {post}")
        (FOLDER / picture).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
