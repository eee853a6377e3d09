"""Every metric of the report: one value each, with the definition that is printed beside its figure."""

from collections.abc import Mapping

from bot.cx.figures import DAY, Mean, Metric, Quantile, Share, TimeUntil
from bot.dialogue.state import UPSET

WITHIN = 7
"""Days in which a customer who comes back counts as coming back."""

LOST_AFTER = 30
"""Days without a sign of life after which a customer counts as gone."""

SHORT = 10
"""Seconds; who leaves the queue sooner is counted apart."""

_MATURE = f"last_close_at <= {{horizon}} - {WITHIN * DAY}"
_BACK = f"coalesce(next_at - last_close_at <= {WITHIN * DAY}, false)"
# An erased customer's episode was broken off, and a merged one goes on in another: neither came to an end of its own.
ENDED = "(last_close_at IS NOT NULL AND coalesce(close_reason, '') NOT IN ('erased', 'merged'))"
_RESOLVED = "close_reason IN ('resolved', 'silent')"
_LEFT = "(ended_by = 'handoff.cancelled' OR (ended_by = 'episode.closed' AND ended_reason = 'abandoned'))"
_WAITED = "is_wait AND ended IS NOT NULL"
BEGAN_UPSET = f"coalesce(mood_start <= {UPSET}, false)"
_ENDED_WELL = "mood_end >= 0"
RECOVERED = f"({BEGAN_UPSET} AND coalesce(moods >= 2 AND {_ENDED_WELL}, false))"
_EPISODES = "all episodes that opened in the period"

FIRST_RESPONSE_BOT, FIRST_RESPONSE_BOT_P90 = (
    Quantile(
        f"first_response_bot{name}",
        f"First response of the bot, {word}",
        "From when the first message of an episode came in to when the bot's first answer was recorded.",
        "episodes in which the bot answered",
        "bot_at IS NOT NULL",
        seconds="(bot_at - opened_at) / 1000.0",
        share=share,
    )
    for name, word, share in (("", "median", 0.5), ("_p90", "slowest tenth", 0.9))
)

FIRST_RESPONSE_HUMAN, FIRST_RESPONSE_HUMAN_P90 = (
    Quantile(
        f"first_response_human{name}",
        f"First response of a person, {word}",
        "From the hand-off to an agent's first message in the episode; of several, from the last one before it.",
        "episodes handed off in which an agent wrote",
        "human_at IS NOT NULL AND asked_at IS NOT NULL",
        seconds="(human_at - asked_at) / 1000.0",
        share=share,
    )
    for name, word, share in (("", "median", 0.5), ("_p90", "slowest tenth", 0.9))
)

QUEUE_WAIT, QUEUE_WAIT_P90 = (
    Quantile(
        f"queue_wait{name}",
        f"Wait in the queue, {word}",
        "From the hand-off to the moment an agent takes the conversation.",
        "hand-offs that an agent took; who left, or waited again, is in the abandonment",
        "type = 'handoff.requested' AND ended_by = 'conversation.assigned'",
        source="spells",
        seconds="(ended - began) / 1000.0",
        share=share,
    )
    for name, word, share in (("", "median", 0.5), ("_p90", "slowest tenth", 0.9))
)

TIME_TO_RESOLUTION = TimeUntil(
    "time_to_resolution",
    "Time to the first close, median",
    "From the first message of an episode until it is first closed as resolved or, with the bot, by a day of silence.",
    _EPISODES,
    "true",
    ended="first_close_at",
    reason="close_reason",
)

TIME_TO_LAST_CLOSE = TimeUntil(
    "time_to_last_close",
    "Time to the last close, median",
    f"The same until the last close: an episode within {WITHIN} days in the same conversation goes on with the matter.",
    "matters whose first episode opened in the period",
    "NOT reopens",
    ended="matter_close_at",
    reason="matter_close_reason",
)

HANDLE_TIME = Quantile(
    "handle_time",
    "Handle time, median",
    "How long agents had the conversation, added up over the episode.",
    "episodes that agents had and gave up again",
    "handle_s IS NOT NULL",
    seconds="handle_s",
)

CONTAINMENT = Share(
    "containment",
    "Contained by the bot",
    "Episodes that ended without a hand-off ÷ episodes that ended. It says nothing of whether they were solved.",
    "episodes that ended, but for those erased or merged",
    ENDED,
    hit="hand_offs = 0",
)

CONTAINED_CONFIRMED = Share(
    "contained_confirmed",
    "Contained, confirmed",
    "Contained, the customer confirmed or thanked for the last answer (a goodbye is no thanks), nothing failed and "
    f"nobody was upset after it, and the customer did not come back within {WITHIN} days.",
    f"episodes that ended at least {WITHIN} days ago, but for those erased or merged",
    f"{ENDED} AND {_MATURE}",
    hit=f"hand_offs = 0 AND confirmed AND NOT {_BACK}",
)

CONTAINED_SILENT = Share(
    "contained_silent",
    "Contained, silent",
    f"Contained, the customer did not say that it helped, and did not come back within {WITHIN} days.",
    f"episodes that ended at least {WITHIN} days ago, but for those erased or merged",
    f"{ENDED} AND {_MATURE}",
    hit=f"hand_offs = 0 AND NOT confirmed AND NOT {_BACK}",
)

CONTAINED_RECONTACTED = Share(
    "contained_recontacted",
    "Contained, but came back",
    f"Contained, and the same customer began another episode within {WITHIN} days.",
    f"episodes that ended at least {WITHIN} days ago, but for those erased or merged",
    f"{ENDED} AND {_MATURE}",
    hit=f"hand_offs = 0 AND {_BACK}",
)

DURABLE_RESOLUTION = Share(
    "durable_resolution",
    "Durable resolution",
    f"Still closed {WITHIN} days later (no new episode in the conversation) ÷ resolutions at least {WITHIN} days old.",
    f"episodes resolved at least {WITHIN} days ago",
    f"{_RESOLVED} AND {_MATURE}",
    hit=f"NOT coalesce(reopened_at - last_close_at <= {WITHIN * DAY}, false)",
)

FIRST_CONTACT_RESOLUTION = Share(
    "first_contact_resolution",
    "First contact resolution",
    f"No new episode of the same customer on the same intent within {WITHIN} days, in whichever conversation.",
    f"episodes with an intent, resolved at least {WITHIN} days ago",
    f"{_RESOLVED} AND intent IS NOT NULL AND {_MATURE}",
    hit=f"NOT coalesce(next_same_intent_at - last_close_at <= {WITHIN * DAY}, false)",
)

HANDOFF_RATE = Share(
    "handoff_rate",
    "Handed off",
    "Episodes with at least one hand-off ÷ episodes.",
    _EPISODES,
    "true",
    hit="hand_offs > 0",
)

REPEAT_CONTACT, REPEAT_CONTACT_STAGE, REPEAT_CONTACT_ANY = (
    Share(
        f"repeat_contact{name}",
        f"Repeat contact, {same}",
        f"The same customer had opened an episode {about} within the {WITHIN} days before.",
        "episodes with an intent" if column == "previous_same_intent_at" else _EPISODES,
        "intent IS NOT NULL" if column == "previous_same_intent_at" else "true",
        hit=f"coalesce(opened_at - {column} <= {WITHIN * DAY}, false)",
        note="Which level is meant changes the figure a lot: compare like with like.",
    )
    for name, same, about, column in (
        ("", "same intent", "on the same intent", "previous_same_intent_at"),
        ("_stage", "same stage", "at the same stage of the journey", "previous_same_stage_at"),
        ("_any", "anything", "about anything", "previous_at"),
    )
)

ABANDONMENT = Share(
    "abandonment",
    "Left while waiting",
    "Left the queue before an agent came ÷ waits that ended. A wait begins with the hand-off, and again where an agent "
    f"was absent or late or passed the customer to a skill; who left within {SHORT} seconds is counted apart.",
    f"waits that ended, without those left within {SHORT} s",
    f"{_WAITED} AND NOT ({_LEFT} AND ended - began < {SHORT * 1000})",
    source="spells",
    hit=_LEFT,
)

ABANDONMENT_SHORT = Share(
    "abandonment_short",
    f"Left within {SHORT} seconds",
    f"Left the queue within {SHORT} seconds ÷ waits that ended.",
    "waits that ended",
    _WAITED,
    source="spells",
    hit=f"{_LEFT} AND ended - began < {SHORT * 1000}",
)

MOOD_CHANGE = Mean(
    "mood_change",
    "Mood, end minus start",
    "Mean mood of a customer's last three messages minus that of the first three, from −1 to 1; of fewer than six "
    "messages, of half of them at each end.",
    "episodes with at least two messages whose mood was read",
    "moods >= 2",
    number="mood_end - mood_start",
)

RECOVERY = Share(
    "recovery",
    "Recovered",
    f"Began upset ({UPSET:g} or less over the first three messages) and ended well (0 or more over the last three). "
    "Plain questions lie a little below 0 and are no bad mood.",
    "episodes of at least two messages that began upset",
    f"moods >= 2 AND {BEGAN_UPSET}",
    hit=_ENDED_WELL,
)

SPEED_METRICS: tuple[Metric, ...] = (
    FIRST_RESPONSE_BOT,
    FIRST_RESPONSE_BOT_P90,
    FIRST_RESPONSE_HUMAN,
    FIRST_RESPONSE_HUMAN_P90,
    QUEUE_WAIT,
    QUEUE_WAIT_P90,
    TIME_TO_RESOLUTION,
    TIME_TO_LAST_CLOSE,
    HANDLE_TIME,
)
OUTCOME_METRICS: tuple[Metric, ...] = (
    CONTAINMENT,
    CONTAINED_CONFIRMED,
    CONTAINED_SILENT,
    CONTAINED_RECONTACTED,
    DURABLE_RESOLUTION,
    FIRST_CONTACT_RESOLUTION,
    HANDOFF_RATE,
    REPEAT_CONTACT,
    REPEAT_CONTACT_STAGE,
    REPEAT_CONTACT_ANY,
    ABANDONMENT,
    ABANDONMENT_SHORT,
    MOOD_CHANGE,
    RECOVERY,
)

BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in (*SPEED_METRICS, *OUTCOME_METRICS)}
