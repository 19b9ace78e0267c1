"""The benchmarks are no installed package: the folder of the project leads to them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))
