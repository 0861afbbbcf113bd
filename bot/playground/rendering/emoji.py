"""Emoji by Slack's names, for those a workplace uses most; any other stays as it was typed."""

from __future__ import annotations

import re

SHORTCODE = re.compile(r":([a-z0-9_+-]{1,40}):")

EMOJI = {
    "+1": "👍", "-1": "👎", "100": "💯", "alarm_clock": "⏰", "arrow_down": "⬇️",
    "arrow_left": "⬅️", "arrow_right": "➡️", "arrow_up": "⬆️", "arrows_counterclockwise": "🔄",
    "bar_chart": "📊", "bell": "🔔", "black_circle": "⚫", "blue_book": "📘", "book": "📖",
    "bookmark": "🔖", "books": "📚", "bulb": "💡", "calendar": "📆", "card_index_dividers": "🗂️",
    "clap": "👏", "clipboard": "📋", "clock3": "🕒", "construction": "🚧", "date": "📅",
    "email": "✉️", "envelope": "✉️", "eyes": "👀", "exclamation": "❗", "file_folder": "📁",
    "fire": "🔥", "gear": "⚙️", "globe_with_meridians": "🌐", "grey_question": "❔",
    "hand": "✋", "heart": "❤️", "heavy_check_mark": "✔️", "heavy_minus_sign": "➖",  # noqa: RUF001
    "heavy_multiplication_x": "✖️", "hourglass": "⌛", "hourglass_flowing_sand": "⏳",
    "inbox_tray": "📥", "information_source": "ℹ️", "key": "🔑", "large_blue_circle": "🔵",  # noqa: RUF001
    "large_green_circle": "🟢", "large_orange_circle": "🟠", "large_red_circle": "🔴",
    "large_yellow_circle": "🟡", "link": "🔗", "lock": "🔒", "loudspeaker": "📢", "mag": "🔍",
    "mega": "📣", "memo": "📝", "moneybag": "💰", "negative_squared_cross_mark": "❎",
    "new": "🆕", "no_entry": "⛔", "no_entry_sign": "🚫", "octagonal_sign": "🛑", "ok": "🆗",
    "ok_hand": "👌", "old_key": "🗝️", "outbox_tray": "📤", "package": "📦", "page_facing_up": "📄",
    "paperclip": "📎", "pencil": "📝", "pencil2": "✏️", "pray": "🙏", "pushpin": "📌",
    "question": "❓", "raised_hands": "🙌", "recycle": "♻️", "repeat": "🔁", "robot_face": "🤖",
    "rocket": "🚀", "rotating_light": "🚨", "scales": "⚖️", "scroll": "📜", "shield": "🛡️",
    "slightly_smiling_face": "🙂", "smile": "😄", "sos": "🆘", "sparkles": "✨",
    "speech_balloon": "💬", "star": "⭐", "stop_sign": "🛑", "tada": "🎉", "thinking_face": "🤔",
    "thumbsdown": "👎", "thumbsup": "👍", "triangular_flag_on_post": "🚩", "unlock": "🔓",
    "warning": "⚠️", "wastebasket": "🗑️", "wave": "👋", "white_check_mark": "✅",
    "white_circle": "⚪", "wrench": "🔧", "x": "❌", "zap": "⚡",
}  # fmt: skip
"""Slack's name of an emoji, without colons, and its characters."""


def with_emoji(text: str) -> str:
    """Return the text with the names between colons replaced by their emoji."""
    return SHORTCODE.sub(lambda found: emoji(found[1]), text)


def emoji(name: str) -> str:
    """Return the characters of an emoji, or its name between colons."""
    return EMOJI.get(name, f":{name}:")
