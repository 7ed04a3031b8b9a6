import time

import pytest
from flask import Flask
from redis import Redis

from bot.web import admin_login
from bot.web.admin_login import AdminDoor, hash_password
from bot.web.login_throttle import MemoryLoginThrottle, RedisLoginThrottle, TryLimits, network_of
from tests.ports import hold_port, port_of

OURS = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "una-clave-muy-larga"
PASSWORD_HASH = hash_password(PASSWORD)


def browser(password_hash=PASSWORD_HASH, *, secure=True, throttle=None):
    app = Flask("ward")
    limits = throttle or MemoryLoginThrottle(TryLimits())
    door = AdminDoor("secret", password_hash, secure, limits)
    app.register_blueprint(door.blueprint())

    @app.get("/admin")
    def overview():
        return door.require_admin() or "the overview"

    return app.test_client()


def logs_in(client, password=PASSWORD, address="10.0.0.7", **form):
    return client.post(
        "/admin/login",
        data={"password": password, **form},
        headers=OURS,
        base_url="https://localhost",
        environ_base={"REMOTE_ADDR": address},
    )


def sees(client):
    return client.get("/admin", base_url="https://localhost")


def test_the_admin_logs_in_and_out():
    """The right password opens the door, and logging out shuts it."""
    client = browser()
    assert sees(client).status_code == 302
    assert logs_in(client).location == "/admin"
    assert sees(client).text == "the overview"
    client.post("/admin/logout", headers=OURS, base_url="https://localhost")
    assert sees(client).status_code == 302


def test_the_cookie_keeps_to_the_admin_pages():
    """Scripts cannot read it, other sites cannot send it, plain http never carries it."""
    cookie = logs_in(browser()).headers["Set-Cookie"]
    assert cookie.startswith("vigia_admin=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/admin", "Max-Age=3600"):
        assert part in cookie
    assert "Secure" not in logs_in(browser(secure=False)).headers["Set-Cookie"]


def test_a_wrong_password_opens_nothing():
    """The page says so and no cookie is set."""
    client = browser()
    answer = logs_in(client, "una-clave-muy-corta")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)
    assert sees(client).status_code == 302


def test_a_login_ends_after_an_hour(monkeypatch):
    """An old cookie is worth nothing."""
    client = browser()
    logs_in(client)
    monkeypatch.setattr(admin_login, "SIGNED_IN_FOR", 0)
    time.sleep(1.1)
    assert sees(client).status_code == 302


def test_a_new_password_ends_every_login():
    """A cookie that was signed under the old password is refused under the new one."""
    client = browser()
    logs_in(client)
    changed = browser(hash_password("otra-clave-muy-larga"))
    cookie = client.get_cookie("vigia_admin", path="/admin")
    changed.set_cookie("vigia_admin", cookie.value, path="/admin")
    assert sees(changed).status_code == 302


def test_without_a_password_the_door_stays_shut():
    """Before a password is set nobody gets in, and the page names the command that sets one."""
    client = browser(None)
    assert logs_in(client, "").status_code == 403
    assert "vigia admin-password" in client.get("/admin/login").text


def test_a_form_on_another_site_cannot_log_in():
    """Only our own page may send the password."""
    answer = browser().post("/admin/login", data={"password": PASSWORD})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("wanted", "page"),
    [
        ("/admin/rq/", "/admin/rq/"),
        ("https://elsewhere.example/", "/admin"),
        ("//elsewhere.example/admin/", "/admin"),
        ("/admin/\\elsewhere", "/admin"),
        ("/admin/login", "/admin"),
    ],
)
def test_the_login_leads_to_admin_pages_only(wanted, page):
    """A forged link cannot send the admin elsewhere."""
    assert logs_in(browser(), next=wanted).location == page


@pytest.mark.parametrize(
    ("accepts", "words"), [("es-PE,es", "Contraseña"), ("en-GB", "Password"), ("qu", "Contraseña")]
)
def test_the_page_speaks_the_browsers_language(accepts, words):
    """Spanish or English; Spanish where the browser asks for neither."""
    page = browser().get("/admin/login", headers={"Accept-Language": accepts})
    assert words in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_password_is_not_tried_for_ever(throttle):
    """After five wrong passwords the right one is refused as well, from that address only."""
    client = browser(throttle=throttle)
    for _ in range(5):
        assert logs_in(client, "wrong").status_code == 403
    assert logs_in(client).status_code == 429
    assert logs_in(client, address="10.0.0.8").status_code == 303


def test_many_addresses_together_are_slowed_down_too(throttle):
    """Twelve tries from twelve addresses use up what all may try together."""
    client = browser(throttle=throttle)
    answers = [logs_in(client, "wrong", address=f"10.0.1.{n}").status_code for n in range(12)]
    assert answers == [403] * 10 + [429] * 2


def test_a_success_forgets_earlier_mistakes(throttle):
    """Four mistakes, a success, and four mistakes again: still not locked out."""
    client = browser(throttle=throttle)
    for _ in range(2):
        for _ in range(4):
            logs_in(client, "wrong")
        assert logs_in(client).status_code == 303


def test_tries_are_counted_for_every_web_process_and_without_the_address(ward):
    """Two web processes share one count, and Redis holds no address."""
    for _ in range(5):
        _in_redis(ward.redis.url).may_try("203.0.113.9")
    assert not _in_redis(ward.redis.url).may_try("203.0.113.9")
    keys = ward.client.keys()
    assert len(keys) == 2
    assert not any(b"203.0.113" in key for key in keys)
    assert all(0 < ward.client.ttl(key) <= 900 for key in keys)


def test_addresses_of_one_subscriber_count_as_one():
    """An IPv6 subscriber has a /64."""
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")


def test_a_short_password_is_refused():
    """A password has at least twelve characters, and its hash does not show it."""
    with pytest.raises(ValueError, match="password_too_short"):
        hash_password("corta")
    assert PASSWORD_HASH.startswith("scrypt:")


def _in_redis(url, limits=TryLimits()):  # noqa: B008
    return RedisLoginThrottle(Redis.from_url(url, retry=None), "secret", limits)


@pytest.fixture(params=["redis", "redis is away"])
def throttle(request):
    limits = TryLimits(from_one_address=5, from_all=10)
    if request.param == "redis":
        yield _in_redis(request.getfixturevalue("ward").redis.url, limits)
        return
    with hold_port() as nobody:
        yield _in_redis(f"redis://127.0.0.1:{port_of(nobody)}/0", limits)
