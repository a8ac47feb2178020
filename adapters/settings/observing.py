"""The settings of what can be seen from outside: logs, figures, spans."""

from typing import Annotated, Literal

from pydantic_settings import BaseSettings

from adapters.formats import Address, Secret
from adapters.settings.words import described


class ObservingSettings(BaseSettings):
    """How much is logged, where a process tells how it is, and who may ask."""

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        described("`debug`, `info`, `warning` or `error`"),
    ] = "info"
    health_port: Annotated[
        int | None, described("a port from 1 to 65535 that is free", ge=1, le=65535)
    ] = None
    metrics_token: Annotated[
        Secret | None, described("at least 16 characters without spaces", min_length=16)
    ] = None
    otel_exporter_otlp_endpoint: Annotated[
        Address | None, described("an address such as http://127.0.0.1:4318")
    ] = None
