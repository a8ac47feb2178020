"""The settings of how much anybody may ask for."""

from typing import Annotated

from pydantic_settings import BaseSettings

from adapters.settings.words import described


class LimitSettings(BaseSettings):
    """Of each web process; 0 sets no limit."""

    api_requests_per_minute: Annotated[
        int, described("requests from 0 to 1000000", ge=0, le=1_000_000)
    ] = 3_000
    api_nodes_per_minute: Annotated[
        int, described("nodes from 0 to 1000000000", ge=0, le=1_000_000_000)
    ] = 1_000_000
    strangers_per_minute: Annotated[
        int, described("requests from 0 to 1000000", ge=0, le=1_000_000)
    ] = 60
