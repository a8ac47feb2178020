"""What the outside world knows and we do not: its records are read, and what was missed mended.

A webhook that never came, a callback that was lost, a Slack event that was given up: each leaves
a difference between their records and ours. Here it is found, and closed the way it would have
been closed in time: through the same use cases, under the same origins, so that what comes twice
is still once.
"""
