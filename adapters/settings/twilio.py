"""The settings of the carrier."""

from typing import Annotated

from pydantic_settings import BaseSettings

from adapters.formats import Address, Pairs, Phones, Secret, listed
from adapters.settings.words import described

TWILIO_MISSING = "Twilio not configured. Missing environment variables."


class TwilioSettings(BaseSettings):
    """Our account, what proves it, and our numbers."""

    twilio_account_sid: Annotated[
        str | None, described("`AC` and 32 hexadecimal digits", pattern=r"^AC[0-9a-fA-F]{32}$")
    ] = None
    twilio_auth_token: Annotated[Secret | None, described("the token alone, without spaces")] = None
    twilio_auth_token_secondary: Annotated[
        Secret | None, described("the token alone, without spaces")
    ] = None
    twilio_api_key: Annotated[
        str | None, described("`SK` and 32 hexadecimal digits", pattern=r"^SK[0-9a-fA-F]{32}$")
    ] = None
    twilio_api_secret: Annotated[Secret | None, described("the secret alone, without spaces")] = (
        None
    )
    twilio_shared_keys: Annotated[Pairs, described("`id=secret` pairs separated by commas")] = {}
    twilio_phone_number: Annotated[
        Phones, described("numbers such as +17605551234, separated by commas")
    ] = ()
    twilio_messaging_service_sid: Annotated[
        str | None, described("`MG` and 32 hexadecimal digits", pattern=r"^MG[0-9a-fA-F]{32}$")
    ] = None
    reconcile_hours: Annotated[float, described("hours from 0 to 720", ge=0, le=720)] = 48
    twilio_api_url: Annotated[Address | None, described("an http or https address")] = None

    @property
    def twilio_numbers(self) -> tuple[str, ...]:
        """Our own numbers, E.164."""
        return self.twilio_phone_number

    @property
    def shared_keys(self) -> dict[str, str]:
        """Secrets of Twilio's shared keys by their ids."""
        return {key: one.get_secret_value() for key, one in self.twilio_shared_keys.items()}

    @property
    def twilio_missing(self) -> tuple[str, ...]:
        """The variables without which no text can be sent or believed."""
        sender = self.twilio_phone_number or self.twilio_messaging_service_sid
        present = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_PHONE_NUMBER or TWILIO_MESSAGING_SERVICE_SID": sender,
            "TWILIO_API_KEY": self.twilio_api_key or not self.twilio_api_secret,
            "TWILIO_API_SECRET": self.twilio_api_secret or not self.twilio_api_key,
        }
        return tuple(name for name, value in present.items() if not value)

    @property
    def twilio_problem(self) -> str:
        """What is missing for Twilio, in one line."""
        return twilio_line(self.twilio_missing)

    @property
    def twilio_configured(self) -> bool:
        """Whether texts can be sent and received."""
        return not self.twilio_missing


def twilio_line(names: tuple[str, ...]) -> str:
    """What is missing, in one line."""
    return f"{TWILIO_MISSING} Set {listed(names)}."
