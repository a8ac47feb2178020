"""The people we text with: who they are, how two become one, and how one is forgotten."""
