import pytest

from bot.errors import SettingsError
from bot.settings import Settings, Smtp


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
        ("BOT_PUBLIC_URL", "http://[::1", "an address such as"),
        ("BOT_PUBLIC_URL", "https://shop.example:99999/x", "an address such as"),
        ("BOT_PUBLIC_URL", "https://:443/x", "an address such as"),
        ("BOT_PUBLIC_URL", "https://shop.example/x?a=1", "an address such as"),
        ("BOT_ALLOWED_ORIGINS", "https://a.example/path", "origins such as"),
        ("BOT_ALLOWED_ORIGINS", "https://a.example, http://[::1", "origins such as"),
        ("BOT_ALLOWED_ORIGINS", "https://a.example:99999", "origins such as"),
        ("BOT_ALLOWED_ORIGINS", "https://a.example?x", "origins such as"),
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


@pytest.mark.parametrize("value", ["http://[::1]:8000", "https://shop.example:8443", "http://localhost"])
def test_addresses_may_have_a_port_and_be_ipv6(value: str) -> None:
    settings = Settings.from_environment({"BOT_PUBLIC_URL": value, "BOT_ALLOWED_ORIGINS": f"{value}/"})
    assert (settings.public_url, settings.allowed_origins) == (value, (value,))


def test_an_address_for_calls_needs_the_secret_that_signs_them() -> None:
    url = {"BOT_ACTIONS_URL": "http://shop.example:8080/bot/"}
    with pytest.raises(SettingsError, match="BOT_ACTIONS_URL needs BOT_ACTIONS_SECRET beside it"):
        Settings.from_environment(url)
    settings = Settings.from_environment({**url, "BOT_ACTIONS_SECRET": "x" * 32})
    assert (settings.actions_url, settings.actions_secret) == ("http://shop.example:8080/bot", b"x" * 32)
    assert Settings.from_environment({"BOT_ACTIONS_SECRET": "x" * 32}).actions_url is None


PUBLIC = {"BOT_PUBLIC_URL": "https://bot.example"}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://u%40x:p%2Fw@mail.example?from=Shop%20%3Chelp@shop.example%3E",
            Smtp("mail.example", 587, "u@x", "p/w", "starttls", "Shop <help@shop.example>"),
        ),
        ("smtps://mail.example?from=a@b.example", Smtp("mail.example", 465, "", "", "implicit", "a@b.example")),
        ("smtp://mail.example:25?tls=off&from=a@b.example", Smtp("mail.example", 25, "", "", "off", "a@b.example")),
        ("smtp://127.0.0.1:2525?from=a@b.example", Smtp("127.0.0.1", 2525, "", "", "off", "a@b.example")),
        ("smtp://[::1]:25?from=a@b.example", Smtp("::1", 25, "", "", "off", "a@b.example")),
        (
            "smtp://127.0.0.1?from=a@b.example&tls=starttls",
            Smtp("127.0.0.1", 587, "", "", "starttls", "a@b.example"),
        ),
    ],
)
def test_a_mail_server(url: str, server: Smtp) -> None:
    assert Settings.from_environment({"BOT_SMTP_URL": url, **PUBLIC}).smtp == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example?from=a@b.example",
        "smtp://?from=a@b.example",
        "smtp://u:hush@mail.example:99999?from=a@b.example",
        "smtp://u:hush@mail.example/path?from=a@b.example",
        "smtp://u:hush@mail.example?from=nobody",
        "smtp://u:hush@mail.example?from=a@b.example%0ABcc:%20c@d.example",
        "smtp://u:hush@mail.example?from=a@b.example&tls=maybe",
        "smtps://u:hush@mail.example?from=a@b.example&tls=off",
        "smtp://u:hush@mail.example?from=a@b.example&colour=blue",
    ],
)
def test_a_bad_mail_server_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(
        SettingsError, match=r"BOT_SMTP_URL is \(hidden\); it must be smtp://user:password@host"
    ) as refused:
        Settings.from_environment({"BOT_SMTP_URL": url, **PUBLIC})
    assert "hush" not in str(refused.value)


def test_a_mail_server_needs_a_sender_and_an_address_for_links() -> None:
    url = {"BOT_SMTP_URL": "smtp://mail.example"}
    with pytest.raises(SettingsError, match="needs a sender"):
        Settings.from_environment({**url, **PUBLIC})
    with pytest.raises(SettingsError, match="needs BOT_PUBLIC_URL"):
        Settings.from_environment({**url, "BOT_MAIL_FROM": "help@shop.example"})
    settings = Settings.from_environment({**url, **PUBLIC, "BOT_MAIL_FROM": "Shop <help@shop.example>"})
    assert settings.mail_from == "Shop <help@shop.example>"
    with pytest.raises(SettingsError, match="BOT_MAIL_FROM is 'help'"):
        Settings.from_environment({"BOT_MAIL_FROM": "help"})


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="unknown setting BOT_PROT; did you mean BOT_PORT"):
        Settings.from_environment({"BOT_PROT": "1"})
