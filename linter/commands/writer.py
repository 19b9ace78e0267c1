"""Verdicts written down: to standard output, and safe versions to a folder."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linter import __version__
from linter.commands.inputs import BadLine, InputError, Lang
from linter.commands.posts import Named
from linter.verdict import Decision, Verdict

if TYPE_CHECKING:  # the models behind it load when the first post is there
    from linter.pipeline import Linter
    from linter.post import Language


class Writer:
    """Verdicts to standard output, in the format that was asked for."""

    def __init__(
        self,
        form: str,
        *,
        fix: bool,
        output_dir: str | None,
        color: bool | None,
        lang: Lang,
        side_by_side: bool = False,
    ) -> None:
        from linter.report import as_json, sarif, terminal

        self._json, self._sarif, self._terminal = as_json, sarif, terminal
        self._form, self._fix, self._lang = form, fix, lang
        self._folder = Path(output_dir) if output_dir else None
        self._side_by_side = side_by_side
        self._color = sys.stdout.isatty() if color is None else color
        self._width = min(110, max(60, shutil.get_terminal_size((100, 24)).columns))
        self._kept: list[sarif.Checked] = []
        self._dicts: list[dict[str, object]] = []

    def verdict(self, verdict: Verdict, named: Named, linter: "Linter") -> None:
        """Write one verdict, and the safe versions of post and attachments if a folder was given."""
        text = named.post.text if named.post else ""
        if self._folder:
            self._safe(self._folder, verdict, named, linter)
        if self._fix and self._form == "text":
            if not self._folder:
                _out(verdict.fixed, end="" if verdict.fixed.endswith("\n") else "\n")
        elif self._form == "text":
            _out(
                self._terminal.render(
                    verdict, text, named.name, color=self._color, width=self._width
                )
            )
        elif self._form == "sarif":
            self._kept.append(self._sarif.Checked(verdict, text, named.name))
        elif self._form == "json":
            self._dicts.append(self._json.verdict_dict(verdict, __version__))
        else:
            _out(self._json.one_line(self._json.verdict_dict(verdict, __version__)))

    def _safe(self, folder: Path, verdict: Verdict, named: Named, linter: "Linter") -> None:
        """Write the rewrite, and safe copies under numbers: a file name may name the patient."""
        target = _target(folder, named)
        if named.post and (named.post.text or not named.post.attachments):
            _write_fixed(target, verdict.fixed)
        if not named.post:
            return
        for number in range(len(named.post.attachments)):
            made = linter.safe_copy(
                named.post,
                verdict,
                number,
                target.with_name(f"{target.stem}-attachment-{number + 1}"),
                compare=self._side_by_side,
            )
            if made is None:
                click.echo(
                    f"hippolint: {named.name}: no safe copy of attachment {number + 1}: "
                    "only pictures, PDF and DICOM files that can be read have one",
                    err=True,
                )

    def unread(self, named: Named, bad: BadLine) -> None:
        """Say that an input could not be checked."""
        told = self._json.error_dict(bad.id, bad.reason)
        if self._form == "jsonl":
            _out(self._json.one_line(told))
        elif self._form == "json":
            self._dicts.append(told)
        else:
            where = f"{named.name}: " if bad.reason.startswith("line ") else ""
            click.echo(f"hippolint: {where}{bad.reason}", err=True)

    def end(self, decisions: Sequence[Decision], unread: int, linter: "Linter") -> None:
        """Write what stands at the end, after so many verdicts and inputs that could not be read."""
        if self._form == "json":
            _out(
                self._json.indented(
                    self._dicts[0] if len(self._dicts) == 1 else {"verdicts": self._dicts}
                )
            )
        elif self._form == "sarif":
            rules = [
                self._sarif.RuleText(r.id, r.summary, r.why, r.advice.en, r.severity)
                for r in linter.rules
            ]
            _out(self._json.indented(self._sarif.sarif_log(self._kept, rules, __version__)))
        elif self._form == "text" and not self._fix and len(decisions) + unread > 1:
            lang: Language = "en" if self._lang == "en" else "fr"
            _out(self._terminal.summary(decisions, lang=lang, color=self._color, unread=unread))


def _out(text: str, end: str = "\n") -> None:
    sys.stdout.buffer.write((text + end).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _target(folder: Path, named: Named) -> Path:
    """Where the rewrite goes; an input without words has a number, since its name may name the patient.

    Raises:
        InputError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror or 'cannot be written'}") from None
    if named.number is not None:
        return folder / f"file-{named.number}.txt"
    return folder / ("post.txt" if named.name == "-" else Path(named.name).name)


def _write_fixed(target: Path, fixed: str) -> None:
    """Write a rewritten post; an existing file is not overwritten.

    Raises:
        InputError: the file cannot be written, or is there already.
    """
    try:
        with target.open("x", encoding="utf-8", errors="replace") as out:
            out.write(fixed)
    except FileExistsError:
        raise InputError(f"{target}: already there; choose another --output-dir") from None
    except OSError as error:
        raise InputError(f"{target}: {error.strerror or 'cannot be written'}") from None
