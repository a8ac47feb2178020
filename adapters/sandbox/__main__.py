"""The sandbox as a process of its own: `python -m adapters.sandbox --port 8090 --product URL`."""

import argparse
import sys
from pathlib import Path

import uvicorn

from adapters.sandbox.app import standalone
from adapters.sandbox.config import SandboxConfig, Speed
from adapters.sandbox.slack.people import GROUP, TEAM, TEAM_NAME
from adapters.sandbox.slack.workspace import INBOX

ACCOUNT = "AC" + "5a" * 16


def main() -> None:
    """Serve until stopped; every option has a default that suits a local product."""
    asked = _arguments()
    own = f"http://127.0.0.1:{asked.port}/sandbox"
    config = SandboxConfig(
        product_url=asked.product.rstrip("/"),
        own_url=own,
        account_sid=asked.account_sid,
        auth_token=asked.auth_token,
        numbers=tuple(asked.number or ["+17605550100"]),
        messaging_service_sid=asked.service,
        slack_bot_token=asked.bot_token,
        slack_signing_secret=asked.signing_secret,
        slack_app_token=asked.app_token,
        slack_client_id=asked.client_id,
        slack_client_secret=asked.client_secret,
        team_id=asked.team,
        team_name=asked.team_name,
        inbox_channel=asked.inbox,
        ledger=asked.ledger,
        speed=Speed(
            step=asked.step,
            disorder=asked.disorder,
            retries=tuple(asked.retries),
            event_retries=tuple(asked.event_retries),
        ),
    )
    sys.stdout.write(settings(config))
    sys.stdout.flush()
    uvicorn.run(
        standalone(config),
        host="127.0.0.1",
        port=asked.port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


def settings(config: SandboxConfig) -> str:
    """What a product beside it has in its `.env`, a line each."""
    lines = {
        "PUBLIC_URL": config.product_url,
        "TWILIO_API_URL": f"{config.own_url}/twilio",
        "TWILIO_ACCOUNT_SID": config.account_sid,
        "TWILIO_AUTH_TOKEN": config.auth_token,
        "TWILIO_PHONE_NUMBER": ",".join(config.numbers),
        "TWILIO_MESSAGING_SERVICE_SID": config.messaging_service_sid,
        "SLACK_API_URL": f"{config.own_url}/slack/api/",
        "SLACK_BOT_TOKEN": config.slack_bot_token,
        "SLACK_SIGNING_SECRET": config.slack_signing_secret,
        "SLACK_APP_TOKEN": config.slack_app_token,
        "SLACK_INBOX_CHANNEL": INBOX,
        "SLACK_AGENTS": GROUP,
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items() if value)


def _arguments() -> argparse.Namespace:
    speed = Speed()
    parser = argparse.ArgumentParser(prog="python -m adapters.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--product", default="http://127.0.0.1:8000")
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--account-sid", default=ACCOUNT)
    parser.add_argument("--auth-token", default="sandbox-auth-token")
    parser.add_argument("--number", action="append")
    parser.add_argument("--service")
    parser.add_argument("--bot-token", default="xoxb-sandbox")
    parser.add_argument("--signing-secret", default="sandbox-signing-secret")
    parser.add_argument("--app-token")
    parser.add_argument("--client-id", help="with one, the app must be installed first")
    parser.add_argument("--client-secret")
    parser.add_argument("--team", default=TEAM, help="another id plays another workspace")
    parser.add_argument("--team-name", default=TEAM_NAME)
    parser.add_argument("--inbox", default="inbox")
    parser.add_argument("--step", type=float, default=speed.step)
    parser.add_argument("--disorder", type=float, default=speed.disorder)
    parser.add_argument("--retries", type=float, nargs="*", default=speed.retries)
    parser.add_argument("--event-retries", type=float, nargs="*", default=speed.event_retries)
    return parser.parse_args()


if __name__ == "__main__":
    main()
