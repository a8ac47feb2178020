"""The product's intervals in these tests: short, yet in the proportions of the real ones."""

TIMEOUT_SECONDS = 1.0
LEASE_SECONDS = 3 * TIMEOUT_SECONDS
LOOKS = (0.0, 0.5, 1.0)
HOLD_SECONDS = 0.3
DRAIN_SECONDS = 2.0  # as in earnest: the balancer looks many times meanwhile
LATE_SECONDS = DRAIN_SECONDS / 4  # a machine so late cannot keep what is promised by the clock
# Long enough for others to take over, to look, and to do it again.
NAP_SECONDS = LEASE_SECONDS + LOOKS[-1] + 2.0
PATIENCE = 300.0  # until a condition that must come is given up
ENOUGH = 900  # for a whole test, so that it is the condition that is named
