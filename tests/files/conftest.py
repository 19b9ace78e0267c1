"""Shared by the tests of files: one reader of characters, since its models take a second to load."""

import pytest

from linter.files.ocr import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(threads=1)  # two wait for each other on a busy machine
