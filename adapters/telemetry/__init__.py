"""What those who run it can see: figures for Prometheus, spans for OpenTelemetry.

Every process has its own registry and counts only what it does itself; what the database knows is
read from it when somebody asks. No label is a number, a name or an id, and no span says a word of
what was written. docs/observability.md has every figure.
"""

from adapters.telemetry.instruments import Instruments

__all__ = ["Instruments"]
