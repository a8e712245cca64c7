"""Clauses that carry a fact of their own: drafts have them, and every rewrite keeps them."""

import random
import re

from rewriting.lexicon import REASONS
from rewriting.slots import Slots
from rewriting.worsen import lowered

# Plain tail of a sentence|wordy tail.
TAILS = """
, which takes about {days}|, which is something that usually takes around {days}
, which can take up to {days}|, a thing that can sometimes take up to {days}
, as {N} said on {D}|, as was already mentioned by {N} on {D}
 (no. {m})| (no. {m})
 ({n} in all)| (there are {n} of them in all)
, except in {P}|, with the sole exception of {P}
, which costs {A} more|, which is something that comes at an additional cost of {A}
, so {N} is not happy|, as a consequence of which {N} is not happy
, although {r}|, in spite of the fact that {r}
, because {r}|, for the reason that {r}
, and {n} people have complained|, and a total of {n} people have complained so far
, since otherwise {N} cannot start|, in view of the fact that otherwise {N} cannot start
, but {N} still has to agree|, but it is still necessary for {N} to agree
, and only {N} has the key|, and {N} is the only person who is in possession of the key
, which {N} did not expect|, which is something that {N} did not expect
, one of which is from {P}|, one of which is a thing that comes from {P}
, not {A}|, and not {A}
, even when {r}|, even in cases in which {r}
 for the first time since {Y}| for the first time again since the year {Y}
, and a further {n} on {D}|, and over and above that a further {n} on {D}
, which was built in {Y}|, which is something that was built in the year {Y}
, if {N} agrees|, provided that {N} should be in agreement
, at least until {D}|, at the very least until {D}
, and that worries {N}|, and this is something that worries {N}
, at a cost of {A} each|, and the cost of each is {A}
, which {N} wrote in {Y}|, which is the one that was written by {N} in {Y}
, and this must not wait|, and this is a matter that must not wait
, so that {N} can take part|, in order to give {N} the possibility to take part
, half of them for {O}|, and half of them are for {O}
, without telling {N}|, and this without telling {N} about it
"""
HEADS = """
In the last {days}, |In the course of the last {days},
In my experience, |In my experience it is the case that
During the call with {O}, |During the call that took place with {O},
As I said on the phone, |As I already mentioned to you on the phone,
On {N}'s advice, |On the basis of the advice that was given by {N},
For {A}, |For the sum of {A},
Between {T} and {T2}, |In the time between {T} and {T2},
After the storm, |In the aftermath of the storm,
Like last year, |Just as was the case last year,
For the {n}th time, |Now for the {n}th time,
At the meeting in {P}, |At the meeting which was held in {P},
Without {N}, |In the absence of {N},
Apart from {P}, |With the exception of {P},
If {r}, |In the event that {r},
When {r}, |At such times as {r},
Unlike {O}, |In contrast to {O},
"""


def read_pairs(text: str) -> list[tuple[str, str]]:
    pairs = (line.split("|") for line in text.strip("\n").splitlines())
    return [(plain, wordy) for plain, wordy in pairs]


TAIL_PAIRS, HEAD_PAIRS = read_pairs(TAILS), read_pairs(HEADS)


class Clause:
    """A head or a tail for all ways of saying a sentence."""

    def __init__(self, slots: Slots, rng: random.Random, head: bool) -> None:
        own = Slots(rng, slots.topic)
        while own["n"].isalpha():
            own.values.pop("n")
        reason = rng.choice(REASONS[slots.topic.name].split("; "))
        plain, wordy = rng.choice(HEAD_PAIRS if head else TAIL_PAIRS)
        self.head = head
        self.plain, self.wordy = (
            way.replace("{r}", reason).format_map(own) for way in (plain, wordy)
        )

    def put(self, text: str, wordy: bool) -> str:
        """Into the first sentence of a text."""
        first, *more = re.split(r"(?<=[.!?]) ", text)
        clause = self.wordy if wordy else self.plain
        if self.head:
            first = f"{clause.rstrip()} {lowered(first) or first}"
        else:
            end = "?" if first[-1] == "?" else "."
            first = first.rstrip(".!?") + clause + end
        return " ".join([first, *more])
