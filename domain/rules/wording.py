"""The sentence beside the consent box. What was shown is proof, so every version is kept."""

from dataclasses import dataclass

_NAME = "{BUSINESS_NAME}"


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of the sentence; a version's text never changes once it was shown."""

    version: str
    text: str

    def render(self, business_name: str) -> str:
        """The sentence as a person sees it."""
        return self.text.replace(_NAME, business_name)


VERSIONS = (
    Wording(
        version="consent-1",
        text=(
            "By checking this box, I consent to receive automated and person-to-person text "
            f"messages from {_NAME} at the phone number provided. Msg & data rates may apply. "
            "Reply STOP to opt-out."
        ),
    ),
)
CURRENT = VERSIONS[-1]


def render(business_name: str) -> str:
    """The current sentence as a person sees it."""
    return CURRENT.render(business_name)


def find(version: str) -> Wording | None:
    """The wording of that version, for showing what somebody agreed to."""
    return next((wording for wording in VERSIONS if wording.version == version), None)
