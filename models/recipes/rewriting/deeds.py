"""A verb with its object and circumstances, and who does it, out of the topics."""

import random
from dataclasses import dataclass

from rewriting.slots import Slots, is_plural


@dataclass
class Deed:
    """A verb with its object and circumstances."""

    verb: list[str]
    noun: str
    formal: list[str]
    thing: str
    plural: bool
    where: str

    def phrase(self, form: int, formal: bool = False) -> str:
        return f"{(self.formal if formal else self.verb)[form]} {self.thing}{self.where}"


def make_deed(slots: Slots, rng: random.Random, past: bool) -> Deed:
    verb, noun, formal, things = rng.choice(slots.topic.deeds)
    bare = rng.choice(things)
    plural = is_plural(bare)
    options = ["the {t}", "the {t} for {O}", "the {t} from {P}", "the {t}", "{N2}'s {t}"]
    if plural:
        options = [
            "the {t}",
            "the {n} {t}",
            "all {n} {t}",
            "{n} of the {m} {t}",
            "{n} {t}",
            *options,
        ]
    pattern = rng.choice(options)
    if "{n}" in pattern and rng.random() < 0.3:
        pattern = pattern.replace("{n}", "{m}", 1) if "{m}" not in pattern else pattern
    thing = pattern.replace("{t}", bare).format_map(slots)
    times = ["on {D}", "in {P}", "for {A}", "with {N2}", "at {T}", "on {D} at {T}"]
    if not past:
        times += ["by {D}", "before {D}", "by {T}", "within {days}", "before {T} on {D}"]
    chosen = rng.choices([[], [rng.choice(times)], ["in {P}", "on {D}"]], [3, 5, 1])[0]
    where = "".join(" " + part for part in chosen).format_map(slots)
    return Deed(verb, noun, formal, thing, plural, where)


def is_many(agent: str) -> bool:
    return agent in {"I", "we"} or agent.split()[-1] == "police" or is_plural(agent)


def make_agent(slots: Slots, rng: random.Random) -> str:
    return rng.choice([slots["N"], slots["N"], rng.choice(slots.topic.agents), "we", "I"])


BY = {"I": "me", "we": "us"}
# Active and passive verb groups: base, past, participle are {b}, {p}, {pp}.
TENSES = [
    ("{p}", "{was} {pp}"),
    ("{p}", "{was} {pp}"),
    ("will {b}", "will be {pp}"),
    ("{has} {pp}", "{hast} been {pp}"),
    ("must {b}", "must be {pp}"),
    ("did not {b}", "{was} not {pp}"),
    ("cannot {b}", "cannot be {pp}"),
    ("should {b}", "should be {pp}"),
]


def verb_groups(deed: Deed, agent: str, tense: tuple[str, str], formal: bool = False):
    base, past, participle, _ = deed.formal if formal else deed.verb
    words = {
        "b": base,
        "p": past,
        "pp": participle,
        "was": "were" if deed.plural else "was",
        "has": "have" if is_many(agent) else "has",
        "hast": "have" if deed.plural else "has",
    }
    return tense[0].format_map(words), tense[1].format_map(words)
