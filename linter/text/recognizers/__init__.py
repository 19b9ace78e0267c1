"""One module per kind of rule; each is a Presidio recognizer over a post read once."""
