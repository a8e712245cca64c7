"""Values of the slots of a message (people, dates, things), the same in all its registers."""

import random
from collections.abc import Mapping

from rewriting.lexicon import (
    CODES,
    DAYS,
    MONTHS,
    NAMES,
    ORGANISATIONS,
    PLACES,
    PRODUCTS,
    SURNAMES,
    TOPICS,
)

WORDS_OF_NUMBERS = "two three four five six seven eight nine ten twelve twenty".split()


class Topic:
    """Agents, and deeds as (verb forms, noun phrase, formal verb forms, things)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.agents: list[str] = []
        self.deeds: list[tuple[list[str], str, list[str], list[str]]] = []

    @property
    def things(self) -> list[str]:
        return [thing for deed in self.deeds for thing in deed[3] if is_plural(thing)]


def is_plural(noun: str) -> bool:
    noun = noun.split(" of ")[0]
    return noun.endswith("s") and not noun.endswith("ss") and noun not in {"lens", "news"}


def forms(verb: str) -> list[str]:
    """Base, past, participle and -ing form; of several words, the first is inflected."""
    if "/" in verb:
        return verb.split("/")
    first, _, rest = verb.partition(" ")
    if first.endswith("e"):
        past, going = first + "d", first[:-1] + "ing"
    elif first.endswith("y") and first[-2] not in "aeiou":
        past, going = first[:-1] + "ied", first + "ing"
    elif first in {"enrol", "defer"}:
        past, going = first + first[-1] + "ed", first + first[-1] + "ing"
    else:
        past, going = first + "ed", first + "ing"
    return [f"{form} {rest}".strip() for form in (first, past, past, going)]


def read_topics() -> list[Topic]:
    topics: list[Topic] = []
    for line in TOPICS.strip().splitlines():
        if line.startswith("#"):
            topics.append(Topic(line[2:]))
        elif line.startswith("agents:"):
            topics[-1].agents += line.removeprefix("agents: ").split(", ")
        else:
            verb, noun, formal, things = line.split(" | ")
            topics[-1].deeds.append((forms(verb), noun, forms(formal), things.split(", ")))
    return topics


ALL_TOPICS = read_topics()


def person(rng: random.Random) -> str:
    first, last = rng.choice(NAMES), rng.choice(SURNAMES)
    title = rng.choice(["Mr", "Ms", "Dr", "Mrs"])
    return rng.choices([first, f"{first} {last}", f"{title} {last}"], [7, 2, 1])[0]


def date(rng: random.Random) -> str:
    day, month, weekday = rng.randint(1, 28), rng.choice(MONTHS), rng.choice(DAYS)
    return rng.choices(
        [
            weekday,
            f"{day} {month}",
            f"{month} {day}",
            f"{weekday} {day} {month}",
            f"{day} {month} {rng.randint(2019, 2031)}",
        ],
        [5, 4, 2, 1, 1],
    )[0]


def time(rng: random.Random) -> str:
    hour, minute = rng.randint(7, 20), rng.choice(["00", "15", "30", "45", "10", "20"])
    half = "am" if hour < 12 else "pm"
    return rng.choices(
        [
            f"{hour}:{minute}",
            f"{(hour - 1) % 12 + 1} {half}",
            f"{(hour - 1) % 12 + 1}:{minute} {half}",
        ],
        [5, 2, 1],
    )[0]


def amount(rng: random.Random) -> str:
    number = rng.choice([rng.randint(5, 99), rng.randint(100, 999), rng.randint(11, 990) * 100])
    sign, word = rng.choice(["€", "$", "£"]), rng.choice(["euros", "dollars", "pounds", "francs"])
    cents = f"{rng.randint(2, 99)}.{rng.choice(['50', '90', '20', '75'])}"
    return rng.choices([f"{number:,} {word}", f"{sign}{number:,}", f"{sign}{cents}"], [4, 4, 1])[0]


def small(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return rng.choice(WORDS_OF_NUMBERS)
    return str(rng.choice([rng.randint(2, 12), rng.randint(13, 60)]))


def large(rng: random.Random) -> str:
    number = rng.choice([rng.randint(61, 480), rng.randint(500, 9999), rng.randint(10000, 99999)])
    return f"{number:,}" if rng.random() < 0.5 else str(number)


def span(rng: random.Random) -> str:
    number = rng.choice([str(rng.randint(2, 30)), rng.choice(WORDS_OF_NUMBERS)])
    return f"{number} {rng.choice(['days', 'days', 'weeks', 'hours', 'months'])}"


def percent(rng: random.Random) -> str:
    return rng.choice(
        [f"{rng.randint(2, 60)}%", f"{rng.randint(2, 60)} percent", f"{rng.random() * 9:.1f}%"]
    )


class Slots(Mapping[str, str]):
    """Draws the value of a slot when a text first asks for it, and keeps it."""

    def __init__(self, rng: random.Random, topic: Topic) -> None:
        self.rng, self.topic = rng, topic
        self.values: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        if key not in self.values:
            value = self.draw(key)
            while value in self.values.values():
                value = self.draw(key)
            self.values[key] = value
        return self.values[key]

    def draw(self, key: str) -> str:
        kind = key.rstrip("2")
        drawn = {
            "N": person,
            "D": date,
            "T": time,
            "A": amount,
            "n": small,
            "m": large,
            "p": percent,
            "days": span,
            "P": lambda rng: rng.choice(PLACES),
            "O": lambda rng: rng.choice(ORGANISATIONS),
            "X": lambda rng: rng.choice(PRODUCTS),
            "M": lambda rng: rng.choice(CODES),
            "Y": lambda rng: str(rng.randint(1995, 2025)),
            "t1": lambda rng: rng.choice(self.topic.things),
        }
        return drawn[kind](self.rng)

    def __iter__(self):
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)
