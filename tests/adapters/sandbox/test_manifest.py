"""What the page offers is read from the app's manifest."""

from pathlib import Path

from adapters.sandbox import Command, Shortcut, features

ROOT = Path(__file__).parents[3]
MANIFEST = """
# A remark: not a key
features:
  app_home:
    home_tab_enabled: true
  bot_user:
    display_name: Threadline
  shortcuts:
    - name: Send
      type: message  # in a message's menu
      callback_id: send
      description: Send it as a text.
    - name: "New text"
      type: global
      callback_id: new_text
  slash_commands:
    - command: /sms
      url: "{PUBLIC_URL}/slack/events"
      description: Write a text
      usage_hint: "[number or name]"
      should_escape: false
oauth_config:
  scopes:
    bot:
      - commands
"""


def test_commands_shortcuts_and_home_are_found() -> None:
    found = features(MANIFEST)
    assert found.commands == (Command("/sms", "Write a text", "[number or name]"),)
    assert found.shortcuts == (
        Shortcut("send", "Send", "message", "Send it as a text."),
        Shortcut("new_text", "New text", "global", ""),
    )
    assert found.home


def test_a_manifest_without_features_offers_nothing() -> None:
    found = features("display_information:\n  name: Threadline\n")
    assert (found.commands, found.shortcuts, found.home) == ((), (), False)


def test_our_own_manifest_is_understood() -> None:
    found = features((ROOT / "bot" / "manifest.yaml").read_text(encoding="utf-8"))
    assert "send" in {one.callback_id for one in found.shortcuts if one.type == "message"}
