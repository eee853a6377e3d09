import pytest

from bot.nlu.parts import after_courtesy


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("thanks, and where is order 48213", "where is order 48213"),
        ("Thanks but i still dont have my parcel", "i still dont have my parcel"),
        ("ok thanks, how long does that take", "how long does that take"),
        ("great, thanks, still not working", "still not working"),
        ("Hallo! Danke, aber wo bleibt mein Paket?", "wo bleibt mein Paket?"),
        ("thank you so much!", None),
        ("thanks", None),
        ("thanksgiving offers are when", None),
        ("where is my order, thanks", None),
    ],
)
def test_what_follows_thanks_is_found(text: str, rest: str | None) -> None:
    assert after_courtesy(text) == rest
