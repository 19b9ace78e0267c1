"""Shared by all tests: one linter, since its models take seconds to load."""

import pytest

from linter.pipeline import Linter


@pytest.fixture(scope="session")
def linter() -> Linter:
    return Linter()
