"""Slack's files: the three steps of an upload, and the private addresses."""

import hmac
import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, request

from bot.web.sandbox.contents import kind_of
from bot.web.sandbox.faults import Fault, Faults
from bot.web.sandbox.record import Record
from bot.web.sandbox.slack.methods import Arguments, Method, SlackMethods, said
from bot.web.sandbox.slack.refusal import SlackRefusal
from bot.web.sandbox.slack.shapes import file_shown
from bot.web.sandbox.slack.workspace import BOT_USER, File, Post

_LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>"
_LONGEST_ALT = 1000
_CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]{5,}")


@dataclass(frozen=True, slots=True)
class SlackFiles:
    methods: SlackMethods
    faults: Faults
    record: Record
    bot_token: str
    scopes: tuple[str, ...]

    def table(self) -> dict[str, Method]:
        return {
            "files.info": self.info,
            "files.delete": self.delete,
            "files.getUploadURLExternal": self.upload_address,
            "files.completeUploadExternal": self.complete,
        }

    def info(self, given: Arguments) -> dict[str, Any]:
        file = self._file(given.get("file"))
        return {"file": file_shown(file, self.methods.postbox.base_url), "comments": []}

    def delete(self, given: Arguments) -> dict[str, Any]:
        file = self._file(given.get("file"))
        if file.user != BOT_USER:
            raise SlackRefusal("cant_delete_file")
        self.methods.workspace.put_file(replace(file, deleted=True, content=b""))
        return {}

    def upload_address(self, given: Arguments) -> dict[str, Any]:
        name, length = str(given.get("filename") or ""), int(given.get("length") or 0)
        if not name or length <= 0:
            raise SlackRefusal("invalid_arguments", "filename and length are required")
        alt_txt = str(given.get("alt_txt") or "")
        if len(alt_txt) > _LONGEST_ALT:
            raise SlackRefusal("alt_txt_too_large")
        file = self.methods.workspace.put_file(
            File(
                id=self.methods.workspace.new_id("F"),
                name=name,
                title=name,
                mimetype="",
                filetype="",
                content=b"",
                user=BOT_USER,
                created=int(float(self.methods.workspace.new_ts())),
                expected_length=length,
                alt_txt=alt_txt,
            )
        )
        address = f"{self.methods.postbox.base_url}/slack/upload/v1/{file.id}"
        return {"upload_url": address, "file_id": file.id}

    def complete(self, given: Arguments) -> dict[str, Any]:
        wanted = given.get("files")
        if not isinstance(wanted, list) or not wanted:
            raise SlackRefusal("invalid_arguments", "files must be a JSON list")
        files = [self._file(entry.get("id")) for entry in wanted]
        if any(not file.content or file.shares for file in files):
            raise SlackRefusal("file_not_found", "not uploaded, or completed before")
        key = given.get("channel_id") or given.get("channels")
        if key and not _CHANNEL_ID.fullmatch(str(key)):
            raise SlackRefusal("invalid_channel", f"one channel id, not {key}")
        titled = [
            self.methods.workspace.put_file(replace(file, title=entry.get("title") or file.name))
            for file, entry in zip(files, wanted, strict=True)
        ]
        if key:
            self._share(str(key), given, titled)
        # The share is not told here: Slack makes it a moment later.
        base = self.methods.postbox.base_url
        return {"files": [file_shown(file, base) | {"shares": {}} for file in titled]}

    def routes(self) -> Blueprint:
        blueprint = Blueprint("slack_files", __name__, url_prefix="/slack")
        blueprint.add_url_rule("/upload/v1/<file>", view_func=self._upload, methods=["POST"])
        for rule in ("/files-pri/<place>/<name>", "/files-pri/<place>/download/<name>"):
            blueprint.add_url_rule(rule, endpoint=rule, view_func=self._download)
        blueprint.add_url_rule("/login", endpoint="login", view_func=_login)
        return blueprint

    def _share(self, key: str, given: Arguments, files: list[File]) -> None:
        channel = self.methods.writable(key, ids_only=True)
        comment = given.get("initial_comment")
        text, blocks = said({"text": comment or "-", "blocks": given.get("blocks")})
        self.methods.postbox.post(
            Post(
                channel=channel.id,
                ts=self.methods.workspace.new_ts(),
                user=BOT_USER,
                text=text if comment else "",
                blocks=blocks,
                thread_ts=self.methods.parent(channel, given.get("thread_ts")),
                files=tuple(file.id for file in files),
            )
        )

    def _upload(self, file: str) -> Response:
        def take() -> Response:
            kept = self.methods.workspace.file(file)
            multipart = request.mimetype == "multipart/form-data"
            part = next(iter(request.files.values()), None) if multipart else None
            content = part.read() if part else request.get_data()
            if kept is None or kept.content or len(content) != kept.expected_length:
                self.record.violate("upload_refused", "slack.upload", "unknown, twice, or length")
                return Response("Invalid upload", status=400)
            mimetype, extension = kind_of(content)
            self.methods.workspace.put_file(
                replace(kept, content=content, mimetype=mimetype, filetype=extension)
            )
            return Response(f"OK - {len(content)}", mimetype="text/plain")

        if "Authorization" in request.headers:
            self.record.violate("credentials_leaked", "slack.upload", "Authorization header")
        answer = self.faults.around(self.faults.take("slack.upload"), take, _refuse)
        self.record.request("slack.upload", {"file": file}, answer.status_code)
        return answer

    def _download(self, place: str, name: str) -> Response:
        def give() -> Response:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), self.bot_token.encode()):
                self.record.violate("file_without_token", "slack.download")
                return Response(status=302, headers={"Location": "/slack/login"})
            if "files:read" not in self.scopes:
                return _login()
            file = self.methods.workspace.file(place.split("-", 1)[-1])
            if file is None or file.deleted:
                return Response(status=404)
            return Response(file.content, mimetype=file.mimetype)

        answer = self.faults.around(self.faults.take("slack.download"), give, _refuse)
        self.record.request("slack.download", {"file": place, "name": name}, answer.status_code)
        return answer

    def _file(self, file_id: object) -> File:
        file = self.methods.workspace.file(str(file_id))
        if file is None:
            raise SlackRefusal("file_not_found")
        if file.deleted:
            raise SlackRefusal("file_deleted", innocent=True)
        return file


def _login() -> Response:
    return Response(_LOGIN_PAGE, mimetype="text/html")


def _refuse(fault: Fault) -> Response:
    return _login() if fault.html else Response(status=fault.status or 503)
