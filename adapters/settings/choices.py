"""The settings as the domain knows them: the owner's choices, the machinery's intervals."""

from datetime import timedelta

from pydantic import SecretStr

from adapters.settings.base import Settings
from adapters.settings.hours import rules
from domain.policy import AutomationPolicy, ConsentPolicy, Policy, Timing
from domain.rules.keyring import Secret
from domain.rules.pricing import Rates
from domain.rules.recovery import Cadence


def policy(settings: Settings) -> Policy:
    """The owner's choices."""
    return Policy(
        numbers=settings.twilio_numbers,
        service_sid=settings.twilio_messaging_service_sid,
        region=settings.default_region,
        hold=timedelta(seconds=settings.reply_hold_seconds),
        reply_window=timedelta(hours=settings.reply_window_hours),
        collision=timedelta(seconds=settings.collision_seconds),
        ask_above=settings.ask_above_segments,
        remind_after=timedelta(minutes=settings.unread_reminder_minutes),
        look_back=timedelta(days=settings.slack_look_back_days),
        rates=rates(settings),
        business_name=settings.business_name,
        consent=consent(settings),
        automation=automation(settings),
        secret=keyring(settings),
    )


def consent(settings: Settings) -> ConsentPolicy:
    """How consent is asked for, taken back and judged."""
    return ConsentPolicy(
        hours=settings.hours_rules,
        rules=rules(settings.rules_file),
        zone=settings.business_timezone,
        confirms=settings.confirmation_owner,
        opt_out_line=settings.opt_out_line,
        double_opt_in=settings.double_opt_in,
        join_words=settings.join_keywords,
        join_wording=settings.join_wording,
        wording=settings.consent_wording,
        stop_words=settings.stop_words,
        start_words=settings.start_words,
        help_words=settings.help_words,
        support_contact=settings.support_contact,
        verify=settings.twilio_lookup,
        tells=settings.twilio_consents,
        lint_blocks=settings.lint_blocks,
    )


def automation(settings: Settings) -> AutomationPolicy:
    """What happens without anybody."""
    return AutomationPolicy(
        texts_per_second=settings.texts_per_second,
        away_window=timedelta(hours=settings.away_window_hours),
        replies_per_hour=settings.auto_replies_per_hour,
        filtered_share=settings.breaker_filtered_percent / 100,
        opt_out_share=settings.breaker_opt_out_percent / 100,
        links=settings.link_url or settings.base_url,
        link_life=timedelta(days=settings.link_days),
        digest=settings.weekly_digest,
    )


def rates(settings: Settings) -> Rates:
    """What texts and numbers cost."""
    return Rates(
        settings.price_per_segment,
        settings.price_per_media,
        settings.price_unit,
        settings.price_per_inbound,
        settings.price_per_number,
    )


def timing(settings: Settings) -> Timing:
    """The machinery's intervals; the lease follows from the longest call."""
    return Timing(
        call=timedelta(seconds=settings.http_timeout_seconds),
        looks=tuple(timedelta(seconds=after) for after in settings.look_seconds),
        records=Cadence(reach=timedelta(hours=settings.reconcile_hours)),
    )


def keyring(settings: Settings) -> Secret:
    """The key of now with those that it replaced; empty when there is none."""
    former = [one.get_secret_value() for one in settings.secret_key_previous]
    return Secret(plain(settings.secret_key), former)


def plain(secret: SecretStr | None) -> str:
    """What a secret says; empty when there is none."""
    return secret.get_secret_value() if secret else ""
