"""Who the bot is: its name, its own words, when people are there, and how it asks for feedback."""

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.content.hours import Hours
from bot.content.parts import MAX_TITLE, Link, Locale, Name, Part, Phrases, Title
from bot.content.phrases import PhraseBook
from bot.content.text import Text, fill, problem_in_text


def _seven(text: Text) -> Text:
    for locale, version in text.versions.items():
        if len(version.split(",")) != 7:
            raise problem_in_text("not seven days", "write them from Monday to Sunday, with a comma between", locale)
    return text


def _twelve(text: Text | None) -> Text | None:
    for locale, version in text.versions.items() if text is not None else ():
        if len(version.split(",")) != 12:
            remedy = "write them from January to December, with a comma between"
            raise problem_in_text("not twelve months", remedy, locale)
    return text


class Texts(Part):
    """What the bot says that belongs to no intent. Each may hold `{name}`, the name of a customer who gave it."""

    clarify: Text
    """Asks which of a few intents was meant; the intents' titles follow as quick replies."""
    none_of_these: Title
    """The quick reply that says none of them."""
    person: Title
    """The quick reply that asks for a person."""
    rephrase: Text
    """The first time the bot doesn't understand."""
    nearest: Text
    """The second time, where a few topics are near: offers them as quick replies."""
    upset: Text
    """Said before the answer to somebody who is upset."""
    upset_again: Text
    """Said before the answer to somebody who still is."""
    more: Title
    """The quick reply for the whole answer, where an upset customer got the short one."""
    repeated: Text
    """Said before an answer that was given before in the same request."""
    ask_again: Text
    """Said before a question is asked again, as the customer's answer didn't hold what was asked for."""
    take_your_time: Text | None = None
    """Said to who asks for a moment; absent, the bot asks again as it does for what it doesn't understand."""
    all_right: Text | None = None
    """Said to who says “ok” or “that helped” after an answer; absent, that isn't understood."""
    not_it: Text | None = None
    """Said to who says that an answer didn't help; absent, that isn't understood."""
    back_to: Text
    """Said before going on with what was interrupted; `{topic}` is its title."""
    yes: Title
    """The quick reply that confirms."""
    no: Title
    """The quick reply that doesn't."""
    cancel: Title
    """The quick reply that stops a form."""
    cancelled: Text
    """A form was stopped by the customer; nothing has been done."""
    change_what: Text
    """What was to be confirmed isn't right: asks which part, the slots' titles follow as quick replies."""
    did_it_help: Text
    """Asked after a step of a guide."""
    helped: Title
    """The quick reply that says it did."""
    not_helped: Title
    """The quick reply that says it didn't."""
    solved: Text
    """A guide has helped."""
    handoff_requested: Text
    """Passing on: the customer asked for a person."""
    handoff_policy: Text
    """Passing on: the intent is one for people."""
    handoff_misunderstood: Text
    """Passing on: the bot doesn't understand, or goes round in circles."""
    handoff_distress: Text
    """Passing on: the customer is in distress, or upset again and again."""
    handoff_failed: Text
    """Passing on: the shop's system can't be reached."""
    handoff_guide: Text
    """Passing on: every step of a guide was tried."""
    handoff_closed: Text
    """Added to each of these while nobody is there; `{opens}` is when somebody is, `{promise}` by when they answer."""
    handoff_closed_mail: Text
    """The same where mail is set up and the shop has said the customer's address: the answer comes there too."""
    handoff_next: Text
    """Added while somebody is there: the customer is next in line."""
    handoff_place: Text
    """The same for everybody else; `{place}` is how many there are up to and with this customer."""
    handoff_wait: Text
    """Added to the place where it is known how long it takes: from `{low}` to `{high}` minutes."""
    handoff_soon: Text
    """The same where it may be less than a minute: at most `{high}` minutes."""
    moment: Text
    """A moment in these texts; holds `{day}` and `{time}`, such as “Monday at 09:00”."""
    weekdays: Annotated[Text, AfterValidator(_seven)]
    """The seven days from Monday to Sunday, with a comma between them."""
    queued: Text
    """Acknowledges a message of somebody who waits."""
    queued_closed: Text
    """The same while nobody is there; `{promise}` is by when they answer."""
    left_queue: Text
    """The customer doesn't want to wait any longer."""
    assigned: Text
    """An agent has come; `{agent}` is the agent's name."""
    taken_over: Text
    """Another agent goes on; `{agent}` is that agent's name."""
    transferred: Text
    """The agent, `{agent}`, passes the customer on to colleagues, who take the conversation from the queue."""
    transferred_agent: Text
    """The agent, `{agent}`, passes the customer on to one colleague, `{colleague}`."""
    expired: Text
    """The agent, `{agent}`, is gone, and the customer is back in the queue."""
    expired_late: Text | None = None
    """The same where `{agent}` has not answered in time; without it, `expired` is said."""
    returned: Text
    """The agent has given the conversation back to the bot; `{agent}` is the agent's name."""
    resolved: Text
    """The episode is closed as resolved."""
    closed_silent: Text
    """The episode is closed because nothing was said for long."""
    closed_abandoned: Text
    """The episode of somebody who waited is closed because the customer has not been there for a day."""
    feedback_csat: Text
    """Asks how satisfied the customer is, from 1 to 5."""
    feedback_ces: Text
    """Asks how easy it was made, from 1 to 7."""
    feedback_nps: Text
    """Asks whether the customer would recommend the shop, from 0 to 10."""
    feedback_thanks: Text
    """After a rating."""
    feedback_sorry: Text
    """After a bad one: offers a person."""
    date: Text | None = None
    """A day in any text; holds `{day}`, `{month}` and `{year}`. Where absent it is said as 2026-03-31."""
    months: Annotated[Text | None, AfterValidator(_twelve)] = None
    """The twelve months from January to December, with a comma between them; for `{month}`, a number where absent."""

    def day_in_words(self, value: str, locale: str | None) -> str:
        """A day of the form 2026-03-31 as customers read it."""
        year, _, rest = value.partition("-")
        month, _, day = rest.partition("-")
        if self.date is None or not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12):
            return value
        names = self.months.in_(locale).split(",") if self.months is not None else []
        named = names[int(month) - 1].strip() if names else month
        return fill(self.date.in_(locale), {"day": str(int(day)), "month": named, "year": year})


def _country(code: str | None) -> str | None:
    if code is not None and not re.fullmatch("[A-Z]{2}", code):
        raise ValueError(f"`{code}` is no country; write its two letters in capitals, such as DE, AT or US")
    return code


def _currency(code: str | None) -> str | None:
    if code is not None and not re.fullmatch("[A-Z]{3}", code):
        raise ValueError(f"`{code}` is no currency; write its three letters in capitals, such as EUR or USD")
    return code


class ShortActs(Part):
    """Short acts that aren't intents, by phrases: a single word counts at a message's beginning, several anywhere."""

    wait: Phrases = ()
    """Asks for a moment: neither yes nor no."""
    yes: Phrases
    """Confirms."""
    no: Phrases
    """Doesn't."""
    cancel: Phrases
    """Stops the form or guide that is going on."""
    other: Phrases
    """Corrects what was said before: “no, the other one”."""
    helped: Phrases
    """The step of a guide helped."""
    not_helped: Phrases
    """It didn't."""
    doubts: Phrases = ()
    """Words that take a yes back, wherever they stand: “if”, “but”, “not”."""

    @cached_property
    def book(self) -> PhraseBook:
        """All of them, but for doubts."""
        return PhraseBook({name: getattr(self, name) for name in type(self).model_fields if name != "doubts"})

    @cached_property
    def doubtful(self) -> PhraseBook:
        """The doubts."""
        return PhraseBook({"doubts": self.doubts}, anywhere=True)


class Feedback(Part):
    """How customers are asked, once after an episode, what they thought of it."""

    kinds: Annotated[tuple[Literal["csat", "ces", "nps"], ...], Field(min_length=1)] = ("csat",)
    """Which question; of several each customer gets one, by chance."""
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """The share of episodes after which it is asked, from 0 (never) to 1 (always)."""


class Service(Part):
    """What the people who answer set themselves, and how conversations are shared out among them."""

    first_reply: Annotated[int, Field(ge=1, le=10_000)] = 5
    """Within how many minutes of the hand-off an agent should have written."""
    resolution: Annotated[int, Field(ge=1, le=100_000)] = 480
    """Within how many minutes of the hand-off the request should be resolved."""
    warn_at: Annotated[float, Field(ge=0, le=1)] = 0.8
    """The share of such a target, from 0 to 1, from which a conversation counts as at risk."""
    reply_within: Annotated[int, Field(ge=1, le=10_000)] = 10
    """How many minutes an agent may owe a waiting customer a word before the conversation goes back to the queue."""
    capacity: Annotated[int, Field(ge=1, le=100)] = 3
    """How many conversations an agent has at once, where the account says nothing else."""
    figures_of_agents: bool = True
    """Whether supervisors see figures of single agents."""


class CannedReply(Part):
    """A reply that agents may choose instead of writing it."""

    title: Title
    """What agents find it by, at most 40 characters."""
    text: Text
    """What it says; the agent reads and changes it before it is sent."""


class Bot(Part):
    """Who the bot is and how it opens."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)]
    """What customers see as the bot's name."""
    default_locale: Locale = "en"
    """The language of every text that isn't a map of locales."""
    country: Annotated[str | None, AfterValidator(_country)] = None
    """The shop's country, such as DE: for phone numbers without a country code, and for the order of day and month."""
    currency: Annotated[str | None, AfterValidator(_currency)] = None
    """What an amount without a currency is in, such as EUR."""
    greeting: Text
    """The first thing said: that it is a bot, and what it can help with."""
    starters: Annotated[tuple[Name, ...], Field(min_length=1, max_length=5)]
    """Intents that the greeting offers as quick replies, three to five of them."""
    privacy_url: Link | None = None
    """The shop's privacy notice."""
    default_skill: Name = "general"
    """The skill of an intent that names none."""
    hours: Hours | None = None
    """When people are there; around the clock where it is absent."""
    feedback: Feedback = Feedback()
    """How customers are asked what they thought."""
    service: Service = Service()
    """What the people who answer set themselves."""
    short_acts: ShortActs
    """Yes, no, stop and the like, in the words of customers."""
    texts: Texts
    """What the bot says that belongs to no intent."""
