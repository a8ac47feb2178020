"""Who said yes or no, in which words, and what that comes to: keywords, phrases, the ledger."""
