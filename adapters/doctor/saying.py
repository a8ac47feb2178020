"""The three things that a part can say of itself."""

from functools import partial

from domain.ports import Finding


def _said(status: str, name: str, message: str, fix: str | None = None) -> Finding:
    return Finding(name, status, message, fix)


fine, warned, failed = (partial(_said, status) for status in ("ok", "warning", "failed"))
