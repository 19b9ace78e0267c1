"""How many people match a description: population tables, an expected count, and what follows from it."""
