"""Shared by all tests: one linter, since its models take seconds to load."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from linter.pipeline import Linter

sys.path.append(str(Path(__file__).parent))  # for `regexes` and `files`
sys.path.append(str(Path(__file__).parents[1]))  # for `benchmarks`, which are not installed
settings.register_profile("here", deadline=None, derandomize=True, database=None)
settings.load_profile("here")


@pytest.fixture(scope="session")
def linter() -> Iterator[Linter]:
    with Linter() as one:
        yield one
