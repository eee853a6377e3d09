"""What a browser calls itself, in words that a list of sessions can show."""

BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Part of a User-Agent → name; the first that is in it counts, as most claim to be others too."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str | None) -> str:
    """Such as “Firefox on Linux”; of the User-Agent itself nothing is kept."""
    browser = _named(BROWSERS, user_agent or "", "Another program")
    system = _named(SYSTEMS, user_agent or "", "")
    return f"{browser} on {system}" if system else browser


def _named(names: tuple[tuple[str, str], ...], text: str, other: str) -> str:
    return next((name for part, name in names if part in text), other)
