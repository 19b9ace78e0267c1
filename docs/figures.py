"""Fill the table of figures of both READMEs from the test part of the corpora.

    python docs/figures.py

measures hippolint and stock Presidio on the same posts, as `hippolint eval --against presidio` does.
"""  # noqa: INP001 # a script, not a package

import re
from pathlib import Path

from linter.evaluation.baseline import HELD_AND_NUMBERS, StockPresidio
from linter.evaluation.evaluate import compare
from linter.evaluation.gold import read_gold
from linter.evaluation.report import as_json
from linter.pipeline import Linter

ROOT = Path(__file__).parent.parent
ROWS = {
    ("identifiers", "recall"): (
        "identifiers of patients and relatives found",
        "identifiants de patients et de proches trouvés",
    ),
    ("identifiers", "precision"): (
        "identifier warnings that are right",
        "alertes d'identifiant justifiées",
    ),
    ("identifiers", "others_held"): (
        "names of colleagues held",
        "noms de confrères retenus à tort",
    ),
    ("identifiers", "holding_complete"): (
        "posts with an identifier in which none is missed",
        "messages avec identifiant où aucun n'est manqué",
    ),
    ("verdicts", "false_holds"): (
        "false holds among posts to allow",
        "messages publiables retenus à tort",
    ),
    ("verdicts", "misses"): (
        "misses among posts to block, for whatever reason",
        "messages à bloquer, quelle qu'en soit la raison, laissés passer",
    ),
}
HEADS = (
    "| | French | Presidio, French | English | Presidio, English |",
    "| | français | Presidio, français | anglais | Presidio, anglais |",
)
_BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def measured() -> list[dict[str, dict[str, dict[str, float]]]]:
    """The reports of hippolint and Presidio in French, then in English."""
    gold = read_gold(ROOT / "tests/corpora/test")
    systems = {"hippolint": Linter(), "presidio": StockPresidio(HELD_AND_NUMBERS)}
    reports = []
    for lang in ("fr", "en"):
        compared = compare(systems, [p for p in gold if p.lang == lang])
        reports += [as_json(compared[name]) for name in systems]
    return reports


def table(reports: list[dict[str, dict[str, dict[str, float]]]], column: int) -> str:
    """The table in English (column 0) or French (column 1)."""
    posts = " | ".join(str(r["posts"]) for r in reports)
    lines = [
        HEADS[column],
        "|---|---|---|---|---|",
        f"| {('posts', 'messages')[column]} | {posts} |",
    ]
    for (group, name), labels in ROWS.items():
        cells = " | ".join(_cell(r[group][name]) for r in reports)
        lines.append(f"| {labels[column]} | {cells} |")
    return "\n".join(lines) + "\n"


def _cell(ratio: dict[str, float]) -> str:
    low, value, high = (round(100 * ratio[key]) for key in ("low", "value", "high"))
    return f"{value} % [{low}–{high}]"


def main() -> None:
    """Measure and write."""
    reports = measured()
    for column, name in enumerate(("README.md", "README.fr.md")):
        path = ROOT / name
        filled = table(reports, column)
        text = path.read_text(encoding="utf-8")
        path.write_text(_BLOCK.sub(lambda m, t=filled: m[1] + t + m[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
