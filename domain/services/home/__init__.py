"""An agent's own page: what it shows, what failed and waits for a decision, when it is renewed."""
