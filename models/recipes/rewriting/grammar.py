"""Made-up messages: each sentence is a plan, which says the same in every register.

Registers: P plain, S short, W wordy and clumsy, C curt, K casual, F warm, O formal.
"""

import random
import re
from dataclasses import dataclass, field

from rewriting.acts import ACTS
from rewriting.clauses import Clause
from rewriting.deeds import BY, TENSES, make_agent, make_deed, verb_groups
from rewriting.frames_code import DOCS, LINES
from rewriting.frames_life import LIFE
from rewriting.frames_team import TEAM
from rewriting.frames_tone import TONE
from rewriting.frames_work import WORK
from rewriting.lexicon import REASONS
from rewriting.slots import ALL_TOPICS, Slots, Topic

# What stands in where a block has no line of a register.
INSTEAD = {"S": "P", "C": "P", "K": "P", "F": "P", "O": "P", "W": "P"}
Block = dict[str, list[str]]


def read_blocks(text: str) -> list[Block]:
    blocks = []
    for part in text.strip().split("\n\n"):
        lines = part.replace("\n ", " ").splitlines()
        blocks.append({line[0]: [way.strip() for way in line[2:].split("|")] for line in lines})
    return blocks


WORK_BLOCKS = [block for text in (WORK, LIFE, TEAM) for block in read_blocks(text)]
TONE_BLOCKS, DOC_BLOCKS = read_blocks(TONE), read_blocks(DOCS)
LINE_BLOCKS, ACT_BLOCKS = read_blocks(LINES), read_blocks(ACTS)


@dataclass
class Plan:
    """Ways to say one thing, by register, and the facts that every way must hold."""

    ways: dict[str, list[str]]
    facts: list[str]
    line: bool = False
    codes: list[str] = field(default_factory=list)
    clause: Clause | None = None

    def say(self, register: str, rng: random.Random) -> str:
        while register not in self.ways:
            register = INSTEAD[register]
        said = self.bare(register, rng)
        return self.clause.put(said, register == "W") if self.clause else said

    def bare(self, register: str, rng: random.Random) -> str:
        way = rng.choice(self.ways[register])
        return (
            f"{way}{'' if self.line else '.'}"
            if way.startswith(tuple(self.codes))
            else finish(way, self.line)
        )


def finish(text: str, line: bool = False) -> str:
    """First letter large, and a full stop unless it is a line such as a commit subject."""
    if re.match(r"(?!i[ '])[a-z]+(?![A-Za-z])", text):
        text = text[0].upper() + text[1:]
    if text[0].isupper():
        text = re.sub(r"(?<=[a-z\d][.!?] )[a-z](?=[a-z])", lambda m: m[0].upper(), text)
    return text if line or text[-1] in ".?!" else text + "."


def event(slots: Slots, rng: random.Random) -> Plan:
    """Somebody does something: active in plain registers; passive, nominal or cleft in wordy."""
    tense = rng.choice(TENSES)
    deed, agent = make_deed(slots, rng, tense[0] == "{p}"), make_agent(slots, rng)
    active, passive = verb_groups(deed, agent, tense)
    formal, formal_passive = verb_groups(deed, agent, tense, formal=True)
    by, thing, where = BY.get(agent, agent), deed.thing, deed.where
    clause = f"{agent} {active} {thing}{where}"
    plain = [clause, clause]
    if where and " on " in where and not where.startswith(" in"):
        plain.append(f"{where.strip()}, {agent} {active} {thing}")
    wordy = [
        f"{thing} {passive} by {by}{where}",
        f"{thing} {passive} by {by}{where}",
        f"it is the case that {thing} {passive}{where}, and this is by {by}",
        f"as far as {thing} is concerned, it is to be noted that {agent} {active} {thing}{where}",
    ]
    if tense[0] == "{p}":
        wordy += [
            f"{deed.noun} {thing} was carried out by {by}{where}",
            f"there was {deed.noun} {thing}, which was carried out by {by}{where}",
            f"{agent} carried out {deed.noun} {thing}{where}",
            f"it was {by} who {active} {thing}{where}",
            f"what {agent} did was to {deed.verb[0]} {thing}{where}",
        ]
    if tense[0] == "will {b}":
        wordy += [
            f"{deed.noun} {thing} is going to be performed by {by}{where}",
            f"it is planned that {thing} {passive} by {by}{where}",
        ]
    if tense[0] == "must {b}":
        wordy.append(f"it is necessary that {deed.noun} {thing} is undertaken by {by}{where}")
    warm = [clause, f"just so you know, {clause}", f"a quick update: {clause}"]
    if "not" in active:
        warm += [f"unfortunately, {clause}", f"sorry, {clause}", f"sadly, {clause}"]
    elif tense[0] in {"{p}", "{has} {pp}"}:
        warm += [f"I wanted to let you know that {clause}", f"good news: {clause}!"]
    ways = {
        "P": plain,
        "W": wordy,
        "S": [clause],
        "C": [f"{thing} {passive}{where} by {by}", clause, f"{clause}. Take note"],
        "K": [clause, f"so {clause}", f"{clause} btw", f"{clause} i guess"],
        "F": warm,
        "O": [
            f"{agent} {formal} {thing}{where}",
            f"please note that {agent} {formal} {thing}{where}",
            f"{thing} {formal_passive} by {by}{where}",
        ],
    }
    return Plan(ways, facts_of(thing, where, agent))


def facts_of(*parts: str) -> list[str]:
    """Numbers and names in slot values."""
    return [word for part in parts for word in re.findall(r"\S*[\dA-Z]\S*", part) if word != "I"]


def act(slots: Slots, rng: random.Random) -> Plan:
    block = rng.choice(ACT_BLOCKS)
    deed = make_deed(slots, rng, past=False)
    done, agent = make_deed(slots, rng, past=True), make_agent(slots, rng)
    name = slots["N"] if agent in {"I", "we"} else agent
    reason = rng.choice(REASONS[slots.topic.name].split("; "))
    values = {
        "vp": deed.phrase(0),
        "vping": deed.phrase(3),
        "fvp": deed.phrase(0, formal=True),
        "fvping": deed.phrase(3, formal=True),
        "fpast": deed.phrase(1, formal=True),
        "s": name,
        "c": f"{agent} {done.phrase(1)}",
        "r": reason,
        "R": reason[0].upper() + reason[1:],
    }
    ways = {key: [way.format_map(values) for way in block[key]] for key in block}
    used = " ".join(block["P"])
    facts = facts_of(deed.thing, deed.where) if "vp" in used else []
    facts += facts_of(done.thing, done.where, agent) if "{c}" in used else []
    facts += facts_of(name) if "{s}" in used else []
    return Plan(ways, facts)


def frame(slots: Slots, rng: random.Random, blocks: list[Block], line: bool = False) -> Plan:
    block = rng.choice(blocks)
    fresh = Slots(rng, slots.topic)
    ways = {key: [way.format_map(fresh) for way in block[key]] for key in block}
    facts = facts_of(*(value for key, value in fresh.values.items()))
    codes = [value for key, value in fresh.values.items() if key.startswith("M")]
    return Plan(ways, facts, line, codes)


def two_events(slots: Slots, rng: random.Random) -> Plan:
    """One agent does two things, one of them for the other or besides it."""
    agent = make_agent(slots, rng)
    first, second = make_deed(slots, rng, past=True), make_deed(slots, rng, past=True)
    a, b, to_b = first.phrase(1), second.phrase(1), second.phrase(0)
    going = second.phrase(3)
    if rng.random() < 0.5:
        ways = {
            "P": [f"{agent} {a} and {b}", f"{agent} {a} and then {b}"],
            "W": [
                f"{agent} {a}. In addition to this, it was also the case that {agent} {b}",
                f"on the one hand, {agent} {a}, and on the other hand, {agent} also {b}",
                f"{agent} {a}, and subsequent to that {agent} then proceeded to {to_b}",
                f"after {agent} {a}, the next thing that was done was that {agent} {b}",
            ],
            "S": [f"{agent} {a} and {b}"],
            "C": [f"{agent} {a}. {agent} {b}"],
            "K": [f"{agent} {a} and then {b}", f"so {agent} {a} n {b}"],
            "F": [f"{agent} {a} and {b}. Thanks!", f"just to let you know, {agent} {a} and {b}"],
            "O": [f"{agent} {first.phrase(1, True)} and {second.phrase(1, True)}"],
        }
    else:
        ways = {
            "P": [f"{agent} {a} to {to_b}", f"to {to_b}, {agent} {a}"],
            "W": [
                f"with the intention of {going}, {agent} {a}",
                f"{agent} {a}, and the purpose of this was in order to be able to {to_b}",
                f"the reason for which {agent} {a} was that this made it possible to {to_b}",
            ],
            "S": [f"{agent} {a} to {to_b}"],
            "K": [f"{agent} {a} just to {to_b}"],
            "F": [
                f"a quick note: {agent} {a} to {to_b}",
                f"just so you know, {agent} {a} to {to_b}",
            ],
            "O": [f"{agent} {first.phrase(1, True)} in order to {second.phrase(0, True)}"],
        }
    facts = facts_of(agent, first.thing, first.where, second.thing, second.where)
    return Plan(ways, facts)


def make_plans(rng: random.Random, tone: bool) -> list[Plan]:
    """The sentences of one message, on one topic.

    @param tone the rewrite changes the tone, which documentation and subject lines have little of
    """
    topic: Topic = rng.choice(ALL_TOPICS)
    slots = Slots(rng, topic)
    kind = rng.uniform(0.22 if tone else 0, 1)
    if kind < 0.13:
        return [frame(slots, rng, LINE_BLOCKS, line=True)]
    count = rng.choices([1, 2, 3, 4], [30, 38, 22, 10])[0]
    if kind < 0.26:
        return [frame(slots, rng, DOC_BLOCKS) for _ in range(count)]
    plans = []
    for _ in range(count):
        sort = rng.random()
        plan = (
            event(slots, rng)
            if sort < 0.22
            else two_events(slots, rng)
            if sort < 0.29
            else act(slots, rng)
            if sort < 0.57
            else frame(slots, rng, TONE_BLOCKS)
            if sort < (0.8 if tone else 0.62)
            else frame(slots, rng, WORK_BLOCKS)
        )
        if rng.random() < 0.4:
            # Only what somebody did reads well after a head.
            plan.clause = Clause(slots, rng, head=sort < 0.29 and rng.random() < 0.5)
            plan.facts += facts_of(plan.clause.plain[:2].lower() + plan.clause.plain[2:])
        plans.append(plan)
        # A message may come back to a person, seldom to a date or a number.
        slots.values = {k: v for k, v in slots.values.items() if k == "N" and rng.random() < 0.6}
    return plans
