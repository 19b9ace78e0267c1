"""One BLAS thread a process that we start."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["linter.cli", "server.wsgi"])
@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("3", "3")])
def test_one_blas_thread_unless_somebody_wants_more(module, given, used):
    surroundings = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    if given:
        surroundings["OPENBLAS_NUM_THREADS"] = given
    program = (
        f"import {module}, os, sys, numpy; order = list(sys.modules);"
        "assert order.index('linter.threads') < order.index('numpy');"
        "print(os.environ['OPENBLAS_NUM_THREADS'])"
    )
    done = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-c", program],
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == used
