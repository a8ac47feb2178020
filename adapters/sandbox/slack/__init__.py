"""The part of Slack that the product uses: the Web API, the Events API and the people."""
