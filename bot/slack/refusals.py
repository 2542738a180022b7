"""What Slack's refusals mean for a message: every error code that its pages name, in one table.

Sources: the error tables of chat.postMessage, conversations.open, conversations.replies and
files.completeUploadExternal (docs.slack.dev/reference/methods, as of 2026). Each line says in short what the page says;
"not on those pages" marks what is known from elsewhere.
"""

from __future__ import annotations

import math
import re
from typing import Literal

from alliance.deliveries import Park, Uncertain, Undeliverable

Meaning = Literal["again", "busy", "doubt", "recipient", "access", "data", "gone"]
"""What to do.

``again``: nothing is wrong with us, try later. ``busy``: a limit, wait as long as it says. ``doubt``: it may have been
done before it failed. ``recipient``: nobody is reached there. ``access``: this installation may not, whoever it writes
to, which says nothing of the address. ``data``: we made it wrongly. After these three the message goes by the next
channel at once: to wait until somebody has mended us would cost readers their deadlines. ``gone``: what stood there
cannot be changed any more, and nothing is left to do.
"""

MEANINGS: dict[str, tuple[Meaning, str]] = {
    # chat.postMessage: where to
    "channel_not_found": ("recipient", "the channel is not valid"),
    "is_archived": ("recipient", "the channel has been archived"),
    "invalid_channel": ("recipient", "the channel is not found or not valid"),
    "not_in_channel": ("recipient", "cannot post to a channel one is not in"),
    "restricted_action_read_only_channel": ("recipient", "no message may be posted into a read-only channel"),
    "restricted_action_thread_only_channel": ("recipient", "no top-level message in a thread-only channel"),
    "restricted_action_non_threadable_channel": ("data", "no replies in a channel without threads"),
    "restricted_action_thread_locked": ("data", "the thread was locked by admins"),
    "cannot_reply_to_message": ("data", "this kind of message takes no replies; not on those pages"),
    "thread_not_found": ("data", "conversations.replies: thread_ts is missing or invalid"),
    # conversations.open: whom to
    "user_not_found": ("recipient", "a user is not valid"),
    "users_not_found": ("recipient", "nobody is found; not on those pages"),
    "user_disabled": ("recipient", "the user has been disabled"),
    "user_not_visible": ("recipient", "we are kept from seeing the user"),
    "cannot_dm_bot": ("recipient", "a bot takes no direct messages; not on those pages"),
    "invalid_user_combination": ("recipient", "external people must share a channel with us first"),
    "method_not_supported_for_channel_type": ("recipient", "not with this kind of conversation"),
    "not_enough_users": ("data", "one user at least must be given"),
    "too_many_users": ("data", "eight users at most"),
    "users_list_not_supplied": ("data", "users are missing"),
    # chat.update and chat.delete: a message that stands
    "message_not_found": ("gone", "no message has that time stamp"),
    "cant_update_message": ("gone", "the message is not ours to change"),
    "cant_delete_message": ("gone", "the message is not ours to delete"),
    "edit_window_closed": ("gone", "messages may not be changed as late as this"),
    "is_inactive": ("gone", "the conversation is frozen, archived or deleted"),
    # the token and what it may: whoever we write to, the same
    "not_authed": ("access", "no token was given"),
    "invalid_auth": ("access", "the token is not valid, or our network is not allowed"),
    "account_inactive": ("access", "the bot token's own user or workspace is gone; says nothing of the recipient"),
    "token_revoked": ("access", "the token's user or workspace is gone, or the app was removed"),
    "token_expired": ("access", "the token has expired"),
    "no_permission": ("access", "the token lacks the permission"),
    "missing_scope": ("access", "the token was not granted a scope that is needed"),
    "not_allowed_token_type": ("access", "not with this kind of token"),
    "access_denied": ("access", "no access to a resource of the request"),
    "accesslimited": ("access", "the method is limited on our network"),
    "app_access_restricted": ("access", "the app may not be used here; not on those pages"),
    "team_access_not_granted": ("access", "the token has no access to that workspace"),
    "team_not_found": ("access", "the workspace is not known; not on those pages"),
    "org_login_required": ("access", "the workspace is being moved to an enterprise, and is away until it is"),
    "two_factor_setup_required": ("access", "two-factor login must be set up"),
    "enterprise_is_restricted": ("access", "not from an enterprise"),
    "ekm_access_denied": ("access", "admins have suspended posting"),
    "restricted_action": ("access", "a preference of the workspace keeps us from posting"),
    "messages_tab_disabled": ("access", "the app's messages tab is turned off: it takes no direct messages"),
    "metadata_must_be_sent_from_app": ("access", "metadata needs an app's token"),
    "as_user_not_supported": ("access", "as_user is not for such apps"),
    "posting_to_channel_denied": ("access", "files may not be shared in this channel"),
    "file_uploads_disabled": ("access", "files may not be uploaded; not on those pages"),
    "method_deprecated": ("access", "the method is gone"),
    "deprecated_endpoint": ("access", "the address is gone"),
    "unknown_method": ("access", "no such method; not on those pages"),
    # what we wrote
    "msg_too_long": ("data", "the text is too long"),
    "msg_blocks_too_long": ("data", "the blocks are too long; not on those pages"),
    "no_text": ("data", "there is no text"),
    "invalid_blocks": ("data", "the blocks are not valid"),
    "invalid_blocks_format": ("data", "the blocks are no JSON or not Block Kit"),
    "too_many_attachments": ("data", "100 attachments at most"),
    "too_many_contact_cards": ("data", "10 contact cards at most"),
    "markdown_text_conflict": ("data", "markdown_text goes with neither; not on those pages"),
    "invalid_metadata_format": ("data", "the metadata has not the right form"),
    "invalid_metadata_schema": ("data", "the metadata does not fit its schema"),
    "metadata_too_large": ("data", "the metadata is too large"),
    "slack_connect_file_link_sharing_blocked": ("data", "admins keep files out of shared channels"),
    "slack_connect_canvas_sharing_blocked": ("data", "admins keep canvases out of shared channels"),
    "slack_connect_lists_sharing_blocked": ("data", "admins keep lists out of shared channels; not on those pages"),
    "missing_file_data": ("data", "a file to be shared lacks data; not on those pages"),
    "malware_detected": ("data", "a file is taken for malware; not on those pages"),
    "storage_limit_reached": ("access", "the workspace has no room for files; not on those pages"),
    "invalid_arguments": ("data", "an argument is not valid"),
    "invalid_arg_name": ("data", "an argument's name is not valid"),
    "invalid_array_arg": ("data", "an argument is an array"),
    "channels_limit_exceeded": ("data", "100 channels at most"),
    "invalid_json": ("data", "the JSON cannot be read; not on those pages"),
    "json_not_object": ("data", "the JSON is no object; not on those pages"),
    "invalid_charset": ("data", "the charset is not valid"),
    "invalid_form_data": ("data", "the form cannot be read"),
    "invalid_post_type": ("data", "the content type is not valid"),
    "missing_post_type": ("data", "there is no content type"),
    # limits
    "ratelimited": ("busy", "rate-limited, see Retry-After"),
    "rate_limited": ("busy", "the app has posted too many messages"),
    "message_limit_exceeded": ("busy", "members send too many messages; not on those pages"),
    # Slack itself
    "team_added_to_org": ("again", "the workspace is being moved; away now and then"),
    "service_unavailable": ("again", "the service is away for a while"),
    "request_timeout": ("again", "what we posted was missing or cut off"),
    "duplicate_message_not_found": ("again", "no message goes with this client_msg_id"),
    "duplicate_channel_not_found": ("again", "the channel that goes with this client_msg_id is not valid"),
    "file_not_found": ("again", "no file goes with the upload: not known, or completed before"),
    "file_update_failed": ("doubt", "failed while the file was updated"),
    "internal_error": ("doubt", "failed on Slack's side; some of it may have succeeded"),
    "fatal_error": ("doubt", "failed badly on Slack's side; some of it may have succeeded"),
}

LONGEST_LANE_REST = 5.0
"""Seconds: a conversation takes a message a second, so whoever must wait longer has met the workspace's limit."""
LONGEST_WAIT = 7 * 86_400.0


class Refusal(Undeliverable):
    """Slack said no, by a code: surely not sent."""

    code: str = ""


def refusal(
    code: str, status: int, retry_after: str | None = None, *, posts: bool = False, lane: bool = False, more: str = ""
) -> Refusal | Uncertain:
    """Return what became of a request that Slack answered with an error.

    ``status`` is HTTP's, ``code`` Slack's ("" without one). ``posts``: something may be seen by people once it is done,
    so that a doubt matters. ``lane``: the method has a limit for each conversation. ``more`` goes into the reason.
    """
    code = code if re.fullmatch(r"[a-z0-9_]{1,60}", code) else "unreadable" if code else ""
    meaning = MEANINGS[code][0] if code in MEANINGS else "again"
    if status == 429 or meaning == "busy":
        return _busy(code, status, seconds(retry_after), lane)
    said = " ".join(filter(None, (code or f"http {status}", more)))
    if posts and (meaning == "doubt" or status >= 500 or (status < 300 and not code)):
        return Uncertain(f"slack: {said}")
    return _refused(meaning if status < 500 else "again", code, said, seconds(retry_after))


def _busy(code: str, status: int, wait: float | None, lane: bool) -> Refusal:
    """A conversation's limit rests it for a moment; all else is the workspace's."""
    short = status == 429 and wait is not None and wait <= LONGEST_LANE_REST
    park: Park = "lane" if lane and short else "account"
    return _coded(Refusal(False, f"busy: {code or 'http 429'}", wait, park=park), code)


def _refused(meaning: Meaning, code: str, said: str, wait: float | None) -> Refusal:
    if meaning in ("recipient", "access", "data", "gone"):
        return _coded(Refusal(True, f"{meaning}: {said}", address_is_wrong=meaning == "recipient"), code)
    return _coded(Refusal(False, f"slack: {said}", wait), code)


def _coded(refusal: Refusal, code: str) -> Refusal:
    refusal.code = code
    return refusal


def seconds(retry_after: str | None) -> float | None:
    """Read a Retry-After, whole or fractional, as at least one second; None where there is none we can read."""
    try:
        wait = float(retry_after or "")
    except ValueError:
        return None
    return min(max(wait, 1.0), LONGEST_WAIT) if math.isfinite(wait) else None
