"""The moderation server: parse, call the linter, store, answer."""
