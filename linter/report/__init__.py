"""How a verdict is told: to a person at a terminal, and to programs as JSON or SARIF."""
