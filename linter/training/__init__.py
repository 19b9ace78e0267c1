"""Tools that rebuild what the linter is made of: word lists and models; never used at run time."""
