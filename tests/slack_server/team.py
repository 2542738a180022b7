"""One workspace with one app in it: what stands there, and what each method of the Web API does to it."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.slack_server.faults import Args, Call, Fault, SlackError

TEAM, BOT, BOT_ID = "T1", "UBOT", "BBOT"
TRIGGER_LIVES = 3.0  # seconds
MOST_OF_A_VIEW = 250_000  # characters of its JSON
DEEPEST = 3  # modals upon each other
MOST_OF_AN_EDIT = 4_000  # bytes of text
SCOPES = {
    "auth.test": "",
    "oauth.v2.access": "",
    "apps.connections.open": "",
    "conversations.open": "im:write",
    "conversations.history": "im:history",
    "conversations.replies": "im:history",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
    "views.open": "",
    "views.push": "",
    "views.update": "",
    "views.publish": "",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
}


@dataclass
class Slack:
    """One workspace with one app in it.

    ``users`` maps ids to what users.info tells; with ``open_house`` whoever is asked for is a user. ``scopes`` None are
    all, ``token`` None is any. ``gap``: seconds a conversation rests after each message. ``most``: the longest page.
    ``befalls`` says what befalls a request that no fault was planned for. ``clock``: seconds since 1970. ``also`` adds
    to what is served (``tests.slack_socket``); ``app_token`` opens it. ``codes`` are good once for a token, each with
    what Slack says differently then; ``client`` is the id and the secret of the app that may use them.
    """

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    open_house: bool = True
    team: str = TEAM
    token: str | None = None
    scopes: frozenset[str] | None = None
    gap: float = 0.0
    most: int = 1_000
    answers_after: float = 0.0
    befalls: Callable[[str, Args], Fault | None] = lambda method, args: None
    clock: Callable[[], float] = time.time
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    calls: list[Call] = field(default_factory=list)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    ephemeral: list[Args] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    noted: Callable[[str, Args, Fault | None], None] = lambda method, args, fault: None
    also: Callable[[web.Application], None] = lambda app: None
    app_token: str = "xapp-test"
    client: tuple[str, str] = ("", "")
    codes: dict[str, Args] = field(default_factory=dict)
    url: str = ""
    depth: dict[str, int] = field(default_factory=dict)
    """How many modals there are from the root to this one, by its id; 1 where it is not named."""
    _triggers: dict[str, float] = field(default_factory=dict)
    _done_in: dict[str, str] = field(default_factory=dict)
    _rests: dict[str, float] = field(default_factory=dict)
    _last_ts: int = 0
    _numbers: Counter[str] = field(default_factory=Counter)

    # --------------------------------------------------------------------------------------- for the tests

    def plan(self, method: str, *faults: Fault) -> None:
        """Have the next requests of a method fail, one after another."""
        self.faults[method] += faults

    def asked(self, method: str) -> list[Args]:
        """The arguments of every request of a method, failed ones too."""
        return [call.args for call in self.calls if call.method == method]

    def posted(self, user: str | None = None) -> list[dict[str, Any]]:
        """The messages that stand in a user's conversation, or in all of them, in the order they came."""
        found = [one for channel, many in self.messages.items() if user in (None, _user_of(channel)) for one in many]
        return sorted(found, key=lambda message: float(message["ts"]))

    def home(self, user: str) -> dict[str, Any] | None:
        """What a user's home shows, None if nothing was published there."""
        return self.views[self.homes[user]] if user in self.homes else None

    def trigger(self, view: str = "") -> str:
        """A trigger_id as an interaction brings it; ``view`` is the modal it was done in."""
        made = f"trigger.{self._next('trigger')}"
        self._triggers[made] = self.clock()
        self._done_in[made] = view
        return made

    def push(self, view: Args, upon: str) -> dict[str, Any]:
        """Lay a modal upon another, as an answer to one that was handed in does; raises SlackError."""
        if self.depth.get(upon, 1) >= DEEPEST:
            raise SlackError("push_limit_reached")
        kept = self._keep_view(view, None)
        self.depth[kept["view"]["id"]] = self.depth.get(upon, 1) + 1
        return kept

    def put(self, name: str, content: bytes, mimetype: str = "text/plain", **more: Any) -> str:
        """A file that somebody puts into a form; returns its id."""
        id_ = f"F{self._next('file')}"
        url = f"{self.url.removesuffix('api/')}files-pri/{id_}"
        about = {"id": id_, "name": name, "size": len(content), "mimetype": mimetype, "url_private_download": url}
        self.files[id_] = {**about, "content": content, "done": True, **more}
        return id_

    def add_user(self, id_: str, email: str = "", **more: Any) -> None:
        profile = {"email": email, "real_name": more.pop("real_name", id_)}
        known = {"id": id_, "team_id": self.team, "deleted": False, "is_bot": False, "profile": profile}
        known |= {"is_email_confirmed": True, "locale": "da-DK"}
        self.users[id_] = {**known, **more}

    # ---------------------------------------------------------------------------------------------- methods

    def answer(self, method: str, args: Args, token: str) -> dict[str, Any]:
        """Carry a request out; raises SlackError."""
        self._authorise(method, token)
        handler = getattr(self, f"_{method.replace('.', '_')}", None)
        if method not in SCOPES or handler is None:
            raise SlackError("unknown_method", req_method=method)
        return {"ok": True, **handler(args)}

    def _authorise(self, method: str, token: str) -> None:
        if method == "oauth.v2.access":
            return
        if not token:
            raise SlackError("not_authed")
        wanted = self.app_token if method == "apps.connections.open" else self.token
        if wanted is not None and token != wanted:
            raise SlackError("invalid_auth")
        needed = SCOPES.get(method, "")
        if needed and self.scopes is not None and needed not in self.scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def _apps_connections_open(self, args: Args) -> dict[str, Any]:
        place = self.url.removesuffix("api/").replace("http", "ws", 1)
        return {"url": f"{place}link/?ticket={self._next('ticket')}"}

    def _oauth_v2_access(self, args: Args) -> dict[str, Any]:
        if (args.get("client_id"), args.get("client_secret")) != self.client:
            raise SlackError("bad_client_secret")
        if args.get("code") not in self.codes:
            raise SlackError("invalid_code")
        given = {
            "access_token": self.token,
            "token_type": "bot",
            "scope": ",".join(sorted(set(SCOPES.values()) - {""})),
            "bot_user_id": BOT,
            "team": {"id": self.team, "name": f"Arbejdsområde {self.team}"},
            "enterprise": None,
            "authed_user": {"id": "UADMIN"},
            "is_enterprise_install": False,
        }
        return {**given, **self.codes.pop(str(args["code"]))}

    def _auth_test(self, args: Args) -> dict[str, Any]:
        return {"url": "https://alliance.slack.example/", "team_id": self.team, "user_id": BOT, "bot_id": BOT_ID}

    def _conversations_open(self, args: Args) -> dict[str, Any]:
        users = [each for each in str(args.get("users") or "").split(",") if each]
        if not users:
            raise SlackError("users_list_not_supplied")
        for user in users:
            self._checked_user(user)
        channel = f"D{'_'.join(users)}"
        known = channel in self.messages
        self.messages.setdefault(channel, [])
        return {"channel": {"id": channel}, **({"no_op": True, "already_open": True} if known else {})}

    def _checked_user(self, user: str) -> dict[str, Any]:
        if user not in self.users and self.open_house:
            self.add_user(user, f"{user.lower()}@alliance.example")
        known = self.users.get(user)
        if known is None:
            raise SlackError("user_not_found")
        if known["deleted"]:
            raise SlackError("user_disabled")
        if known["is_bot"]:
            raise SlackError("cannot_dm_bot")
        return known

    def _channel(self, args: Args) -> str:
        channel = str(args.get("channel") or "")
        if channel not in self.messages:
            raise SlackError("channel_not_found")
        return channel

    def _chat_postMessage(self, args: Args) -> dict[str, Any]:
        channel = self._channel(args)
        if not args.get("text") and not args.get("blocks"):
            raise SlackError("no_text")
        _check_metadata(args.get("metadata"))
        thread = args.get("thread_ts")
        if thread and thread not in {one["ts"] for one in self.messages[channel]}:
            raise SlackError("thread_not_found")
        self._rest(channel)
        kept = {name: args[name] for name in ("text", "blocks", "metadata", "client_msg_id") if args.get(name)}
        message = self._add(channel, {**kept, **({"thread_ts": thread} if thread else {})})
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _add(self, channel: str, about: dict[str, Any]) -> dict[str, Any]:
        message = {"type": "message", "user": BOT, "bot_id": BOT_ID, "ts": self._ts(), **about}
        self.messages[channel].append(message)
        return message

    def _rest(self, channel: str) -> None:
        now = time.monotonic()
        if self.gap and now < self._rests.get(channel, 0.0):
            raise SlackError("ratelimited", "1")
        self._rests[channel] = now + self.gap

    def _ts(self) -> str:
        """The time in microseconds, never the same twice."""
        self._last_ts = max(self._last_ts + 1, round(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"

    def _chat_update(self, args: Args) -> dict[str, Any]:
        channel = self._channel(args)
        if len(str(args.get("text") or "").encode()) > MOST_OF_AN_EDIT:
            raise SlackError("msg_too_long")
        for message in self.messages[channel]:
            if message["ts"] == args.get("ts"):
                if message["user"] != BOT:
                    raise SlackError("cant_update_message")
                # What is left out stays as it was; an empty list of blocks takes them away.
                message.update({name: args[name] for name in ("text", "blocks", "metadata") if name in args})
                message["edited"] = {"user": BOT, "ts": self._ts()}
                return {"channel": channel, "ts": message["ts"], "text": message.get("text", "")}
        raise SlackError("message_not_found")

    def _chat_delete(self, args: Args) -> dict[str, Any]:
        channel = self._channel(args)
        for message in self.messages[channel]:
            if message["ts"] == args.get("ts"):
                if message["user"] != BOT:
                    raise SlackError("cant_delete_message")
                self.messages[channel].remove(message)
                return {"channel": channel, "ts": message["ts"]}
        raise SlackError("message_not_found")

    def _chat_postEphemeral(self, args: Args) -> dict[str, Any]:
        if not args.get("channel"):
            raise SlackError("channel_not_found")
        if not args.get("text") and not args.get("blocks"):
            raise SlackError("no_text")
        self._checked_user(str(args.get("user")))
        self.ephemeral.append(args)
        return {"message_ts": self._ts()}

    def _conversations_history(self, args: Args) -> dict[str, Any]:
        top = [one for one in self.messages[self._channel(args)] if one.get("thread_ts", one["ts"]) == one["ts"]]
        oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
        found = [one for one in reversed(top) if oldest < float(one["ts"]) < latest]
        return self._page("messages", [_shown(one, args) for one in found], args)

    def _conversations_replies(self, args: Args) -> dict[str, Any]:
        every = self.messages[self._channel(args)]
        found = [one for one in every if args.get("ts") in (one["ts"], one.get("thread_ts"))]
        if not found:
            raise SlackError("thread_not_found")
        return self._page("messages", [_shown(one, args) for one in found], args)

    def _page(self, name: str, found: list[dict[str, Any]], args: Args) -> dict[str, Any]:
        start, limit = int(args.get("cursor") or 0), min(self.most, int(args.get("limit") or 100))
        more = start + limit < len(found)
        cursor = {"next_cursor": str(start + limit) if more else ""}
        return {name: found[start : start + limit], "has_more": more, "response_metadata": cursor}

    def _users_info(self, args: Args) -> dict[str, Any]:
        user = self.users.get(str(args.get("user")))
        if user is None:
            raise SlackError("user_not_found")
        if str(args.get("include_locale")).lower() in ("1", "true"):
            return {"user": user}
        return {"user": {name: value for name, value in user.items() if name != "locale"}}

    def _users_lookupByEmail(self, args: Args) -> dict[str, Any]:
        for user in self.users.values():
            if user["profile"]["email"] == args.get("email") and not user["deleted"]:
                return {"user": user}
        raise SlackError("users_not_found")

    def _users_list(self, args: Args) -> dict[str, Any]:
        return self._page("members", list(self.users.values()), args)

    def _views_open(self, args: Args) -> dict[str, Any]:
        self._spend(str(args.get("trigger_id")))
        return self._keep_view(args["view"], None)

    def _views_push(self, args: Args) -> dict[str, Any]:
        trigger = str(args.get("trigger_id"))
        self._spend(trigger)
        return self.push(args["view"], self._done_in.get(trigger, ""))

    def _spend(self, trigger: str) -> None:
        if trigger not in self._triggers:
            raise SlackError("invalid_trigger_id")
        issued, self._triggers[trigger] = self._triggers[trigger], 0.0
        if not issued:
            raise SlackError("exchanged_trigger_id")
        if self.clock() - issued > TRIGGER_LIVES:
            raise SlackError("expired_trigger_id")

    def _views_update(self, args: Args) -> dict[str, Any]:
        for view in self.views.values():
            if args.get("view_id") == view["id"] or args.get("external_id") == view.get("external_id", ""):
                return self._keep_view(args["view"], view, args.get("hash"))
        raise SlackError("not_found")

    def _views_publish(self, args: Args) -> dict[str, Any]:
        user = str(args.get("user_id"))
        self._checked_user(user)
        kept = self._keep_view(args["view"], self.home(user), args.get("hash"))
        self.homes[user] = kept["view"]["id"]
        return kept

    def _keep_view(self, view: Args, before: Args | None, hash_: Any = None) -> dict[str, Any]:
        if hash_ and before and hash_ != before["hash"]:
            raise SlackError("hash_conflict")
        if len(json.dumps(view)) > MOST_OF_A_VIEW:
            raise SlackError("view_too_large")
        number = self._next("view")
        kept = {**view, "id": before["id"] if before else f"V{number}", "hash": f"{number}.hash"}
        self.views[kept["id"]] = kept
        return {"view": kept}

    def _files_getUploadURLExternal(self, args: Args) -> dict[str, Any]:
        if not args.get("filename") or int(args.get("length") or 0) <= 0:
            raise SlackError("invalid_arguments")
        id_ = f"F{self._next('file')}"
        self.files[id_] = {
            "id": id_,
            "name": args["filename"],
            "size": int(args["length"]),
            "content": None,
            "done": False,
        }
        return {"upload_url": f"{self.url.removesuffix('api/')}upload/{id_}", "file_id": id_}

    def _files_info(self, args: Args) -> dict[str, Any]:
        file = self.files.get(str(args.get("file")))
        if file is None or not file["done"]:
            raise SlackError("file_not_found")
        known = ("id", "name", "size", "mimetype", "url_private_download")
        return {"file": {name: file[name] for name in known if name in file}}

    def _files_completeUploadExternal(self, args: Args) -> dict[str, Any]:
        """Shares them; the documentation says that it can be called once."""
        files = [self.files.get(str(each.get("id"))) for each in args.get("files") or ()]
        known = [each for each in files if each is not None and each["content"] and not each["done"]]
        if not files or len(known) < len(files):
            raise SlackError("file_not_found")
        for each in known:
            each["done"] = True
        shown = [{name: each[name] for name in ("id", "name", "size")} for each in known]
        if args.get("channel_id"):
            channel = self._channel({"channel": args["channel_id"]})
            thread = {"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {}
            self._add(channel, {"text": "", "files": shown, **thread})
        return {"files": shown}

    def _next(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]


def _user_of(channel: str) -> str:
    return channel.removeprefix("D")


def _shown(message: dict[str, Any], args: Args) -> dict[str, Any]:
    """A message as it is read: without its metadata, unless that is asked for."""
    if str(args.get("include_all_metadata")).lower() in ("1", "true"):
        return message
    return {name: value for name, value in message.items() if name != "metadata"}


def _check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or {*metadata} != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")
    payload = metadata["event_payload"]
    if not isinstance(payload, dict) or not all(isinstance(each, str | int | bool) for each in payload.values()):
        raise SlackError("invalid_metadata_schema")
