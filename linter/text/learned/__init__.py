"""The learned reader: a small network that marks every word of a post, beside the rules."""
