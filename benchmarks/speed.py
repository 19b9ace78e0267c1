"""Speed and memory beside stock Presidio: one core, the same posts, alternating runs.

Run from the folder of the project: `python -m benchmarks.speed`. README.md says what the columns mean.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter, process_time

import click

from benchmarks.common import ROOT, Figure, figures, number, say, table
from benchmarks.parts import Clock, instrumented
from linter.evaluation.baseline import StockPresidio
from linter.evaluation.gold import read_gold
from linter.pipeline import Linter
from linter.post import LANGUAGES, Post

CORPUS = ROOT / "tests" / "corpora" / "dev"
SIZES = (10_000, 100_000, 1_000_000)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
_SINGLE_WORDS, _SINGLES, _COLD = 150, 10, 3
_RESIDENT = """
import json, sys
from linter.pipeline import Linter
from linter.post import Post
posts = [Post(text, lang=lang) for text, lang in json.load(sys.stdin)]
list(Linter().check_many(posts))
lines = open("/proc/self/status").read().splitlines()
kb = {l.split(":")[0]: int(l.split()[1]) for l in lines if l.startswith(("VmRSS", "VmHWM"))}
print(json.dumps(kb))
"""
"""Run in a process of its own, which imports nothing but the linter."""


@dataclass(frozen=True)
class Speed:
    """Processor seconds of each round of one way to check the posts: other programs do not count."""

    seconds: tuple[float, ...]
    words: int

    @property
    def words_per_second(self) -> float:
        """The median."""
        return self.words / median(self.seconds)

    def times_faster(self, other: "Speed") -> float:
        """The median of the ratios of neighbouring runs, which slow phases of the machine leave alone."""
        return median(o / s for s, o in zip(self.seconds, other.seconds, strict=True))


def pinned() -> None:
    """Keep this process and its children on one core and one thread; starts Python again for that."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if any(os.environ.get(name) != "1" for name in _THREADS):
        settings = {**os.environ, **dict.fromkeys(_THREADS, "1")}
        os.execve(sys.executable, sys.orig_argv, settings)  # noqa: S606 # our own command, again


def count_words(posts: Sequence[Post]) -> int:
    """Words as spaces part them."""
    return sum(len(p.text.split()) for p in posts)


def read_posts(corpus: Path, min_words: int) -> list[Post]:
    """The posts of a corpus, repeated until there are enough words."""
    once = [Post(g.text, g.id, g.lang) for g in read_gold(corpus)]
    return once * -(-min_words // count_words(once))


def race(posts: Sequence[Post], linter: Linter, rounds: int) -> dict[str, Speed]:
    """Seconds of the three ways to check the posts, in alternating runs."""
    stock = StockPresidio()
    ways: dict[str, Callable[[], object]] = {
        "check_many": lambda: list(linter.check_many(posts)),
        "check": lambda: [linter.check(p) for p in posts],
        "presidio": lambda: list(stock.check_many(posts)),
    }
    warm = [next(p for p in posts if p.lang == lang) for lang in {p.lang for p in posts}]
    for system in (linter, stock):
        list(system.check_many(warm))
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for n in range(rounds):
        for name, run in ways.items():
            seconds[name].append(_seconds(run))
            say(f"round {n + 1}/{rounds}: {name} {seconds[name][-1]:.2f} s")
    return {name: Speed(tuple(s), count_words(posts)) for name, s in seconds.items()}


def _seconds(run: Callable[[], object], clock: Callable[[], float] = process_time) -> float:
    start = clock()
    run()
    return clock() - start


def _wall(linter: Linter, post: Post) -> float:
    return _seconds(lambda: linter.check(post), perf_counter)


def single_ms(posts: Sequence[Post], linter: Linter, lang: str, times: int) -> float:
    """The median of warm checks of single 150-word posts, in milliseconds."""
    words = re.findall(r"\S+\s*", "\n".join(p.text for p in posts if p.lang == lang))
    texts = [
        "".join(words[at : at + _SINGLE_WORDS])
        for at in range(0, len(words) - _SINGLE_WORDS + 1, _SINGLE_WORDS)
    ][:_SINGLES]
    linter.check(Post(texts[0]))
    return 1000 * median(_wall(linter, Post(text)) for _ in range(times) for text in texts)


def cold_seconds(post: Post) -> tuple[float, float]:
    """The median of `hippolint check FILE` from start to end, each in a new process; and its processor time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "post.txt"
        file.write_text(post.text, encoding="utf-8")
        command = [sys.executable, "-m", "linter", "check", str(file)]

        def run() -> None:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603
            if done.returncode == 2:
                raise click.ClickException(f"check failed: {done.stderr.decode()}")

        before = getrusage(RUSAGE_CHILDREN)
        wall = median(_seconds(run, perf_counter) for _ in range(_COLD))
        after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu / _COLD


def resident_mb(posts: Sequence[Post]) -> tuple[float, float]:
    """Resident memory after French and English posts were checked, and its peak, in MB."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _RESIDENT],
        cwd=ROOT,
        input=json.dumps([(p.text, p.lang) for p in posts]).encode(),
        capture_output=True,
        check=True,
    )
    kilobytes = json.loads(done.stdout)
    return kilobytes["VmRSS"] / 1024, kilobytes["VmHWM"] / 1024


def linearity(posts: Sequence[Post], linter: Linter, sizes: Sequence[int]) -> dict[int, float]:
    """Microseconds per character of the same text, in posts of each size."""
    text = "\n\n".join(p.text for p in posts if p.lang == "fr")
    text = (text * -(-max(sizes) // len(text)))[: max(sizes)]
    found = {}
    for size in sizes:
        pieces = [Post(text[at : at + size], lang="fr") for at in range(0, len(text), size)]
        seconds = _seconds(lambda pieces=pieces: list(linter.check_many(pieces)))  # type: ignore[misc]
        found[size] = 1e6 * seconds / len(text)
        say(f"posts of {size:,} characters: {found[size]:.1f} µs each")
    return found


def time_parts(posts: Sequence[Post], linter: Linter) -> dict[str, float]:
    """Seconds in each part of `check_many`, its callees apart; "everything else" is what is left."""
    clock = Clock()
    with instrumented(clock):
        whole = _seconds(lambda: list(linter.check_many(posts)))
    parts = dict(sorted(clock.seconds.items(), key=lambda item: -item[1]))
    return {**parts, "everything else": whole - sum(parts.values())}


def parts_table(parts: dict[str, float], words: int) -> str:
    """Where the time goes: the steps with all rules as one, then the rules."""
    whole = sum(parts.values())

    def row(name: str, seconds: float) -> list[str]:
        return [
            name,
            f"{seconds:.3f}",
            f"{100 * seconds / whole:.1f} %",
            number(1e6 * seconds / words),
        ]

    rules = {n.removeprefix("rule "): s for n, s in parts.items() if n.startswith("rule ")}
    steps = {n: s for n, s in parts.items() if not n.startswith("rule ")}
    steps["rules, all"] = sum(rules.values())
    head = ["part", "s", "share", "µs/word"]
    ranked = sorted(steps.items(), key=lambda item: -item[1])
    first = table(head, [row(*item) for item in [*ranked, ("whole", whole)]])
    return first + "\n\n" + table(["rule", *head[1:]], [row(*item) for item in rules.items()])


def measure(corpus: Path, min_words: int, rounds: int, sizes: Sequence[int]) -> dict[str, object]:
    """Everything, as figures (`figures`) and the parts (`parts`, `words`)."""
    posts = read_posts(corpus, min_words)
    linter = Linter()
    speeds = race(posts, linter, rounds)
    many, one, stock = speeds["check_many"], speeds["check"], speeds["presidio"]
    found = [
        Figure("check_many", many.words_per_second, "words/s"),
        Figure("check, post by post", one.words_per_second, "words/s"),
        Figure("stock Presidio", stock.words_per_second, "words/s"),
        Figure("check_many / Presidio", many.times_faster(stock), "×", 3, at_least=True),
        Figure("check / Presidio", one.times_faster(stock), "×", 2.5, at_least=True),
    ]
    for lang in LANGUAGES:
        ms = single_ms(posts, linter, lang, rounds)
        found.append(Figure(f"warm 150-word post, {lang}", ms, "ms", 100))
    say("cold start and memory, in processes of their own")
    for lang in LANGUAGES:
        wall, cpu = cold_seconds(next(p for p in posts if p.lang == lang))
        found.append(Figure(f"cold `hippolint check FILE`, {lang}", wall, "s", 6))
        found.append(Figure(f"cold, processor, {lang}", cpu, "s"))
    now, peak = resident_mb(posts)
    found += [Figure("memory after fr and en", now, "MB", 900), Figure("memory, peak", peak, "MB")]
    cost = linearity(posts, linter, sizes)
    found += [Figure(f"cost at {size:,} characters", us, "µs/char") for size, us in cost.items()]
    found.append(
        Figure("dearest / cheapest size", max(cost.values()) / min(cost.values()), "×", 1.5)
    )
    say("where the time goes")
    parts = time_parts(posts, linter)
    return {"figures": found, "parts": parts, "words": many.words, "posts": len(posts)}


@click.command()
@click.option("--corpus", default=CORPUS, type=click.Path(exists=True, path_type=Path))
@click.option("--words", default=15_000, help="Repeat the posts until there are so many words.")
@click.option("--rounds", default=5, help="Runs of each way; the median counts.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of tables.")
def main(corpus: Path, words: int, rounds: int, *, as_json: bool) -> None:
    """Measure speed and memory beside stock Presidio, on one core."""
    pinned()
    told = measure(corpus, words, rounds, SIZES)
    found: list[Figure] = told["figures"]  # type: ignore[assignment]
    parts: dict[str, float] = told["parts"]  # type: ignore[assignment]
    count: int = told["words"]  # type: ignore[assignment]
    if as_json:
        rows = {f.name: f.as_dict() for f in found}
        seconds = {name: round(s, 4) for name, s in parts.items()}
        print(json.dumps({**told, "figures": rows, "parts": seconds}, ensure_ascii=False, indent=2))
        return
    print(f"{told['posts']} posts, {count:,} words, {platform.machine()}, one core\n")
    print(figures(found), parts_table(parts, count), sep="\n\n")


if __name__ == "__main__":
    main()
