"""Language that degrades patients: words of the lexicon, whom they mean, and whether the author means them."""
