"""Data only: rules, lists, policies. A package so that importlib.resources finds it."""
