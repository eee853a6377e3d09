import pytest

from bot.errors import SettingsError
from bot.settings import Settings


def test_the_defaults_need_no_environment() -> None:
    assert Settings.from_environment({"PATH": "/bin", "BOT_PORT": ""}) == Settings()


def test_values_are_parsed() -> None:
    settings = Settings.from_environment(
        {
            "BOT_DATABASE_URL": "sqlite:////var/lib/bot.db",
            "BOT_RATE_LIMIT": "off",
            "BOT_PUBLIC_URL": "https://shop.example/support/",
            "BOT_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1",
            "BOT_ALLOWED_ORIGINS": "https://a.example, https://b.example/",
            "BOT_DEMO": "off",
        }
    )
    assert str(settings.database) == "/var/lib/bot.db"
    assert settings.rate_limit is None
    assert (settings.path_prefix, settings.secure_cookies, settings.demo) == ("/support", True, False)
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert len(settings.trusted_proxies) == 2
    assert (Settings().path_prefix, Settings().secure_cookies) == ("", False)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("BOT_PORT", "65536", "a port number"),
        ("BOT_PORT", "eighty", "a port number"),
        ("BOT_DATABASE_URL", "mysql://x", "sqlite:///PATH"),
        ("BOT_RATE_LIMIT", "0", "messages a minute, or off"),
        ("BOT_SECRET_KEY", "short", "at least 32 characters"),
        ("BOT_PUBLIC_URL", "shop.example", "an address such as"),
        ("BOT_ALLOWED_ORIGINS", "https://a.example/path", "origins such as"),
        ("BOT_TRUSTED_PROXIES", "10.0.0.300", "addresses or networks"),
        ("BOT_TIMEZONE", "Mars/Olympus", "time zone database"),
        ("BOT_LOG_LEVEL", "loud", "debug, info"),
        ("BOT_DEMO", "yes", "on or off"),
        ("BOT_ACTIONS_URL", "shop.example/bot", "an address such as"),
        ("BOT_ACTIONS_URL", "ftp://shop.example", "an address such as"),
        ("BOT_ACTIONS_URL", "https://", "an address such as"),
        ("BOT_ACTIONS_URL", "https://shop.example/bot?key=1", "without a query"),
        ("BOT_ACTIONS_URL", "https://shop.example/bot#top", "without a query"),
        ("BOT_ACTIONS_URL", "https://bot:word@shop.example", "or a password"),
        ("BOT_ACTIONS_URL", "https://shop.example:99999", "an address such as"),
        ("BOT_ACTIONS_URL", "https://[::1", "an address such as"),
        ("BOT_ACTIONS_SECRET", "short", "at least 32 characters"),
        ("BOT_ACTIONS_SECRET", "whsec_c2hvcnQ=", "at least 24 bytes"),
        ("BOT_ACTIONS_SECRET", f"whsec_{'!' * 40}", "at least 24 bytes"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({name: value})
    line = str(refused.value)
    assert name in line
    assert allowed in line
    assert (value in line) == ("SECRET" not in name)


def test_an_address_for_calls_needs_the_secret_that_signs_them() -> None:
    url = {"BOT_ACTIONS_URL": "http://shop.example:8080/bot/"}
    with pytest.raises(SettingsError, match="BOT_ACTIONS_URL needs BOT_ACTIONS_SECRET beside it"):
        Settings.from_environment(url)
    settings = Settings.from_environment({**url, "BOT_ACTIONS_SECRET": "x" * 32})
    assert (settings.actions_url, settings.actions_secret) == ("http://shop.example:8080/bot", b"x" * 32)
    assert Settings.from_environment({"BOT_ACTIONS_SECRET": "x" * 32}).actions_url is None


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="unknown setting BOT_PROT; did you mean BOT_PORT"):
        Settings.from_environment({"BOT_PROT": "1"})
