"""`python -m linter` is `hippolint`."""

from linter.cli import main

main()
