"""The sentence beside the consent box. What was shown is proof, so every version is kept."""

from dataclasses import dataclass
from hashlib import sha256

_NAME = "{BUSINESS_NAME}"


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of the sentence; a version's text never changes once it was shown."""

    version: str
    text: str

    def render(self, business_name: str) -> str:
        """The sentence as a person sees it."""
        return self.text.replace(_NAME, business_name)

    @property
    def sha256(self) -> str:
        """Of its text, in hex."""
        return sha256(self.text.encode()).hexdigest()


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


def own(text: str) -> Wording:
    """The owner's own sentence: other words are another version, the same words the same."""
    return Wording(f"own-{Wording('', text).sha256[:12]}", text)


def current(text: str | None) -> Wording:
    """The owner's own if there is one, else ours."""
    return own(text) if text else CURRENT


def find(version: str) -> Wording | None:
    """The wording of that version, for showing what somebody agreed to."""
    return next((wording for wording in VERSIONS if wording.version == version), None)
