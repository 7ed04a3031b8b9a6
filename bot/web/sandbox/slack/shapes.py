"""The JSON that Slack shows of its posts, files, channels and people."""

from typing import Any

from bot.web.sandbox.slack.workspace import (
    BOT,
    BOT_USER,
    TEAM,
    Channel,
    File,
    Post,
    View,
    Workspace,
)


def file_shown(file: File, base_url: str) -> dict[str, Any]:
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    shown = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "alt_txt": file.alt_txt,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.upper(),
        "user": file.user,
        "user_team": TEAM,
        "mode": "hosted",
        "editable": False,
        "size": len(file.content),
        "is_external": False,
        "is_public": True,
        "file_access": "visible",
        "shares": {"public": _shares(file)},
        "channels": [channel for channel, _ in file.shares],
    }
    path = f"{base_url}/slack/files-pri/{TEAM}-{file.id}"
    return shown | {
        "url_private": f"{path}/{file.name}",
        "url_private_download": f"{path}/download/{file.name}",
        "permalink": f"{base_url}/slack/files/{file.user}/{file.id}/{file.name}",
    }


def _shares(file: File) -> dict[str, list[dict[str, Any]]]:
    shares: dict[str, list[dict[str, Any]]] = {}
    for channel, ts in file.shares:
        shares.setdefault(channel, []).append({"ts": ts, "team_id": TEAM})
    return shares


def file_in_event(file: File, base_url: str) -> dict[str, Any]:
    """A file of a connected workspace comes without anything but its id."""
    if file.connect:
        return {"id": file.id, "mode": "file_access", "file_access": "check_file_info"}
    shown = file_shown(file, base_url)
    shown.pop("shares", None)
    shown.pop("channels", None)
    return shown


def post_shown(
    post: Post, workspace: Workspace, base_url: str, *, metadata: bool = False
) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": "message", "user": post.user, "ts": post.ts, "team": TEAM}
    shown["text"] = post.text
    if post.user == BOT_USER:
        shown |= {"bot_id": BOT, "app_id": "A0VIGIA"}
    if post.blocks:
        shown["blocks"] = list(post.blocks)
    if post.thread_ts:
        shown["thread_ts"] = post.thread_ts
    if post.edited:
        shown["edited"] = {"user": post.user, "ts": post.ts}
    if post.files:
        kept = (workspace.file(file_id) for file_id in post.files)
        shown |= {"files": [file_in_event(f, base_url) for f in kept if f], "upload": False}
    if metadata and post.metadata:
        shown["metadata"] = post.metadata
    if post.reactions:
        shown["reactions"] = [
            {"name": name, "users": [user], "count": 1} for name, user in post.reactions
        ]
    return shown


def channel_shown(channel: Channel) -> dict[str, Any]:
    if channel.person:
        return {"id": channel.id, "is_im": True, "user": channel.person, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": False,
        "is_archived": channel.archived,
        "is_member": BOT_USER in channel.members,
        "num_members": len(channel.members),
    }


def user_shown(user: str, name: str) -> dict[str, Any]:
    return {
        "id": user,
        "team_id": TEAM,
        "name": user.lower(),
        "real_name": name,
        "deleted": False,
        "is_bot": user == BOT_USER,
        "tz": "America/Santiago",
        "locale": "es-CL",
        "profile": {"real_name": name, "display_name": name},
    }


def view_shown(view: View) -> dict[str, Any]:
    return view.content | {
        "id": view.id,
        "team_id": TEAM,
        "app_id": "A0VIGIA",
        "bot_id": BOT,
        "root_view_id": view.id,
        "hash": f"{view.id}.1",
        "state": {"values": {}},
    }
