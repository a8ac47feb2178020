"""What became of texts, counted: by day, hour of the week, agent, template, campaign and sender."""
