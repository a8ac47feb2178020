"""MongoDB: the embedded server, the connection, its clock, the feed and pacing."""
