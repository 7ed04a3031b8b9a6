"""All that the page shows, as JSON."""

from typing import Any

from bot.web.sandbox.slack.shapes import view_shown
from bot.web.sandbox.slack.workspace import BOT_USER, Post
from bot.web.sandbox.vendors import Vendors
from bot.web.sandbox.whatsapp.line import Line

MOST_SHOWN = 300


def scene(vendors: Vendors) -> dict[str, Any]:
    workspace = vendors.workspace
    return {
        "version": vendors.bell.version,
        "bot": BOT_USER,
        "command": vendors.settings.command,
        "shortcut": vendors.settings.shortcut[1],
        "phones": [
            {
                "phone": phone,
                "name": name,
                "messages": [_message(m) for m in vendors.whatsapp.on_phone(phone)[-MOST_SHOWN:]],
            }
            for phone, name in vendors.phones.names.items()
        ],
        "calls": [
            {
                "sid": call.sid,
                "phone": call.phone,
                "name": vendors.phones.names.get(call.phone, call.phone),
                "status": call.status,
                "says": call.heard[-1] if call.heard else call.says,
            }
            for call in vendors.switchboard.calls()
            if call.status in ("ringing", "in-progress")
        ],
        "cast": [
            {"kind": m.kind, "name": m.name, "phone": m.phone, "slack": m.slack}
            for m in vendors.settings.cast
        ],
        "people": dict(workspace.people),
        "channels": [
            {
                "id": c.id,
                "name": c.name,
                "archived": c.archived,
                "person": c.person,
                "members": sorted(c.members),
            }
            for c in workspace.channels()
        ],
        "posts": [_post(vendors, p) for p in workspace.posts()[-MOST_SHOWN:]],
        "views": [
            {"person": v.person, "home": v.is_home, "view": view_shown(v)}
            for v in workspace.views()
        ],
        "violations": [
            {"code": v.code, "where": v.where, "detail": v.detail} for v in vendors.violations
        ],
    }


def _message(message: Line) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "mine": message.inbound,
        "text": message.body,
        "at": message.created_at.timestamp(),
        "status": message.status,
        "heard": message.heard,
        "error": message.error_code,
        "media": [
            {"id": m.sid, "type": m.content_type} for m in message.own_media or message.media
        ],
        "location": message.location,
        "replied_to": message.replied_to,
        "buttons": [b.text for b in message.buttons],
        "opener": message.opener,
    }


def _post(vendors: Vendors, post: Post) -> dict[str, Any]:
    kept = (vendors.workspace.file(file_id) for file_id in post.files)
    return {
        "channel": post.channel,
        "ts": post.ts,
        "user": post.user,
        "text": post.text,
        "blocks": list(post.blocks),
        "thread": post.thread_ts,
        "edited": post.edited,
        "seen_by": post.seen_by,
        "reactions": [name for name, _ in post.reactions],
        "files": [
            {
                "id": f.id,
                "name": f.name,
                "title": f.title,
                "alt": f.alt_txt,
                "type": f.mimetype,
                "gone": f.deleted,
            }
            for f in kept
            if f
        ],
    }
