"""How well a system finds what a careful reader marked."""
