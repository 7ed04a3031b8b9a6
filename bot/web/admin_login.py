"""The door to /admin: one password, tried only so often, and a short-lived signed cookie."""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response as AnyResponse

from bot.web.login_throttle import LoginThrottle
from bot.web.same_origin import SAFE_METHODS, refuse_other_origins

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
COOKIE = "vigia_admin"
COOKIE_PATH = "/admin"
# Counted from the login, not from the last request: the dashboard asks every few seconds.
SIGNED_IN_FOR = 3600
SHORTEST_PASSWORD = 12
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def hash_password(password: str) -> str:
    """For VIGIA_ADMIN_PASSWORD_HASH (scrypt). Raises ValueError for fewer than 12 characters."""
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError("password_too_short")
    return generate_password_hash(password, method="scrypt")


@dataclass(frozen=True, slots=True)
class AdminDoor:
    """`password_hash` None keeps the door shut. `secure` is whether PUBLIC_URL is https."""

    secret_key: str
    password_hash: str | None
    secure: bool
    throttle: LoginThrottle

    def require_admin(self) -> AnyResponse | None:
        """A before_request function: lets the admin pass, sends others to the login page."""
        if self.is_admin():
            return None
        if request.method in SAFE_METHODS:
            return redirect(url_for("admin_door.login", next=request.path))
        return Response(status=401)

    def is_admin(self) -> bool:
        cookie = request.cookies.get(COOKIE)
        if cookie is None or self.password_hash is None:
            return False
        try:
            self._signer().loads(cookie, max_age=SIGNED_IN_FOR)
        except BadSignature:
            return False
        return True

    def blueprint(self) -> Blueprint:
        door = Blueprint("admin_door", __name__, template_folder=str(TEMPLATES))
        door.before_request(refuse_other_origins)
        door.after_request(_keep_to_itself)
        door.add_url_rule("/admin/login", "login", self._show, methods=["GET"])
        door.add_url_rule("/admin/login", "try_password", self._try, methods=["POST"])
        door.add_url_rule("/admin/logout", "logout", self._leave, methods=["POST"])
        return door

    def _show(self) -> AnyResponse:
        return redirect(_wanted_page()) if self.is_admin() else self._page("")

    def _try(self) -> AnyResponse:
        address = request.remote_addr or ""
        if self.password_hash is None:
            return self._page("", 403)
        if not self.throttle.may_try(address):
            return self._page("too_many", 429)
        if not check_password_hash(self.password_hash, request.form.get("password", "")):
            return self._page("wrong", 403)
        self.throttle.succeeded(address)
        answer = redirect(_wanted_page(), 303)
        answer.set_cookie(
            COOKIE,
            self._signer().dumps("admin"),
            max_age=SIGNED_IN_FOR,
            path=COOKIE_PATH,
            secure=self.secure,
            httponly=True,
            samesite="Strict",
        )
        return answer

    def _leave(self) -> AnyResponse:
        answer = redirect(url_for("admin_door.login"), 303)
        answer.delete_cookie(COOKIE, path=COOKIE_PATH)
        return answer

    def _page(self, problem: str, status: int = 200) -> AnyResponse:
        words = render_template(
            "admin/login.html",
            language=page_language(),
            problem=problem,
            set_up=self.password_hash is not None,
            next=_wanted_page(),
        )
        return make_response(words, status)

    def _signer(self) -> URLSafeTimedSerializer:
        # A new password ends every session.
        return URLSafeTimedSerializer(self.secret_key, salt=f"{COOKIE}:{self.password_hash}")


def page_language() -> str:
    return request.accept_languages.best_match(["es", "en"], default="es")


def _wanted_page() -> str:
    wanted = request.values.get("next", "")
    inside = wanted.startswith("/admin/") and not wanted.startswith("/admin/log")
    return wanted if inside and "\\" not in wanted else "/admin"


def _keep_to_itself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    return response
