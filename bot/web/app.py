"""The web server: webhooks, pictures, health, and the admin's pages."""

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from redis import Redis
from werkzeug.exceptions import NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.channels.advice_words import AdviceWords
from bot.core.case import MAX_PHOTO_BYTES
from bot.core.redflags import find_red_flags
from bot.core.staff import Language
from bot.logs import set_up_logs
from bot.settings import CHECKOUT
from bot.web.admin import admin
from bot.web.admin_login import AdminDoor
from bot.web.dashboard import mount_dashboard, sorry
from bot.web.health import health
from bot.web.login_throttle import RedisLoginThrottle, TryLimits
from bot.web.pictures import pictures
from bot.web.webhooks import webhooks
from bot.wiring import Services, build, preload_advisor


def create_app(house: Services) -> Flask:
    templates = CHECKOUT / "templates"
    app = Flask("vigia", template_folder=str(templates), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_PHOTO_BYTES
    settings = house.settings
    words = {language.value: AdviceWords.load(templates, language) for language in Language}
    app.jinja_env.filters["urgency"] = lambda urgency, language: words[language].urgency(urgency)
    app.jinja_env.filters["role"] = lambda role, language: words[language].role(role)
    app.jinja_env.filters["call"] = lambda state, language: words[language].call(state)
    connection = Redis.from_url(
        settings.redis_url, socket_connect_timeout=0.5, socket_timeout=0.5, retry=None
    )
    secret = house.store.vault.derive("admin").hex()
    door = AdminDoor(
        secret_key=secret,
        password_hash=settings.admin_password_hash,
        secure=settings.public_url.startswith("https"),
        throttle=RedisLoginThrottle(connection, secret, TryLimits()),
    )
    app.register_blueprint(webhooks(house))
    app.register_blueprint(pictures(house))
    app.register_blueprint(health(house))
    app.register_blueprint(door.blueprint())
    app.register_blueprint(admin(house, door))
    mount_dashboard(app, settings.redis_url, door.require_admin)

    @app.errorhandler(404)
    def nothing_there(missing: NotFound) -> ResponseReturnValue:
        # Elsewhere only machines ask.
        if not f"{request.path}/".startswith("/admin/"):
            return missing
        return door.require_admin() or sorry("no_such_page", 404)

    @app.after_request
    def harden(answer: Response) -> Response:
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        return answer

    # One proxy in front, which terminates TLS: without it the throttle would see one address.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    return app


def from_environment() -> Flask:
    set_up_logs()
    # The first question does not wait for it to load.
    preload_advisor()
    house = build()
    # What hears danger is loaded by its first sentence, for which no nurse has to wait.
    find_red_flags("sin novedad", house.rules.table.limits)
    return create_app(house)
