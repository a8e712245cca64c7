"""An endless, seeded run of examples: a prompt, and good rewrites of the draft in it.

python -m rewriting.examples 20      prints some
"""

import random
import re
import sys
from dataclasses import dataclass

from rewriting.acts import CASUAL_CLOSERS, CASUAL_OPENERS, PADDING, WARM_CLOSERS
from rewriting.grammar import Plan, make_plans
from rewriting.lexicon import NAMES
from rewriting.marks import put_marks
from rewriting.presets import OWN_WAYS, PRESETS, prompt
from rewriting.prose import PARAGRAPHS
from rewriting.slips import slipped
from rewriting.warmth import is_order, warmed
from rewriting.worsen import casual, contracted, joined, lowered, sentences, worse, written_out

PADDING_SENTENCES = PADDING.strip().splitlines()
# How often each preset is drawn; "casual" is only for own instructions.
SHARES = {"clearer": 24, "shorter": 21, "friendlier": 18, "more-formal": 12, "fix": 25, "casual": 1}
# Of the presets that prose has rewrites for, how often prose is drawn.
PROSE = {"clearer": 0.45, "shorter": 0.45, "friendlier": 0.3, "more-formal": 0.3, "fix": 0.5}
OWN_SHARE, MARKED_SHARE, UNCHANGED_SHARE, GREETED_SHARE = 0.15, 0.3, 0.06, 0.06
MOST_WORDS = 85


@dataclass(frozen=True)
class Example:
    preset: str
    instruction: str
    draft: str
    targets: tuple[str, ...]
    marks: bool

    @property
    def prompt(self) -> str:
        return prompt(self.instruction, self.draft, self.marks)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,:]*\d|\d", text))


def marks_of(text: str) -> list[str]:
    return sorted(re.findall(r"\[/?\d+\]", text))


def check_facts(preset: str, draft: str, target: str, facts: list[str]) -> None:
    """The laws of an example; a breach is an error of this recipe."""
    assert numbers(draft) == numbers(target), (draft, target)
    assert marks_of(draft) == marks_of(target), (draft, target)
    if preset != "fix":
        plain = re.sub(r"\[/?\d+\]", "", target)
        for fact in facts:
            assert fact.strip(",.") in plain or "[" in target, (fact, draft, target)
        named = [] if facts else re.findall(r"(?<=[a-z] )[A-Z][\w-]+", draft)
        lost = [name for name in named if name.lower() not in target.lower()]
        assert not lost, (lost, draft, target)


class Examples:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.prose = PARAGRAPHS.read_text("utf-8").splitlines()

    def __iter__(self):
        return self

    def __next__(self) -> Example:
        rng = self.rng
        while True:
            preset = rng.choices(list(SHARES), list(SHARES.values()))[0]
            own = preset == "casual" or rng.random() < OWN_SHARE
            instruction = rng.choice(OWN_WAYS[preset]) if own else PRESETS[preset]
            if rng.random() < PROSE.get(preset, 0):
                draft, targets = self.from_prose(preset)
                facts, codes = [], []
            else:
                plans = make_plans(rng, tone=preset in ("friendlier", "more-formal", "casual"))
                draft, targets = self.from_plans(preset, plans)
                facts = [fact for plan in plans for fact in plan.facts]
                codes = [code for plan in plans for code in plan.codes]
            if not targets or draft in targets and rng.random() > 0.1:
                continue
            if not 4 <= len(draft.split()) <= MOST_WORDS:
                continue
            if rng.random() < UNCHANGED_SHARE and preset not in ("friendlier", "casual"):
                draft, targets = targets[0], targets[:1]
            marks = False
            if rng.random() < (1 if codes and rng.random() < 0.7 else MARKED_SHARE):
                made = put_marks(draft, targets, codes, rng)
                # A mark over one number of a statement that is made twice would leave the other.
                if made and all(numbers(made[0]) == numbers(target) for target in made[1]):
                    (draft, targets), marks = made, True
            try:
                for target in targets:
                    check_facts(preset, draft, target, facts)
            except AssertionError:
                # Rules meet words in prose that they were not made for; templates have no excuse.
                if not facts:
                    continue
                raise
            return Example(preset, instruction, draft, tuple(dict.fromkeys(targets)), marks)

    def from_prose(self, preset: str) -> tuple[str, list[str]]:
        rng = self.rng
        text = rng.choice(self.prose)
        parts = sentences(text)
        # Most units are shorter than a paragraph of a manual.
        if len(parts) > 2 and rng.random() < 0.6:
            text = " ".join(parts[: rng.randint(1, 2)])
        if preset == "fix":
            return slipped(text, rng), [text]
        if preset == "friendlier":
            return text, [warmed(text, rng) for _ in range(2) if is_order(parts[0])]
        if preset == "more-formal":
            text = written_out(text)
            return casual(text, rng), [text]
        text = written_out(text) if rng.random() < 0.5 else text
        draft = worse(text, rng, rng.choice([0.3, 0.5, 0.7, 0.9]))
        return (self.padded(draft, 0.35) if preset == "shorter" else draft), [text]

    def padded(self, text: str, chance: float) -> str:
        if self.rng.random() > chance:
            return text
        parts = sentences(text)
        place = self.rng.choice([len(parts), len(parts), self.rng.randint(0, len(parts))])
        return " ".join([*parts[:place], self.rng.choice(PADDING_SENTENCES), *parts[place:]])

    def from_plans(self, preset: str, plans: list[Plan]) -> tuple[str, list[str]]:
        rng = self.rng
        line = plans[0].line
        made = {
            "clearer": self.wordy,
            "shorter": self.long_winded,
            "friendlier": self.curt,
            "more-formal": self.relaxed,
            "casual": self.stiff,
            "fix": self.any_tone,
        }[preset]
        draft = made(plans)
        targets = [self.target(preset, plans) for _ in range(3)]
        if preset == "fix":
            targets = [draft]
            draft = slipped(draft, rng)
        if not line and rng.random() < GREETED_SHARE:
            hello = rng.choice(["Hi {}, ", "Hello {}, ", "Dear {}, ", "Hi {}! "]).format(
                rng.choice(NAMES)
            )
            if hello[-2] == ",":
                draft, *targets = (lowered(text) or text for text in (draft, *targets))
            draft, targets = hello + draft, [hello + target for target in targets]
        return draft, list(dict.fromkeys(targets))

    def say_all(self, plans: list[Plan], registers: str, weights: list[int]) -> list[str]:
        return [plan.say(self.rng.choices(registers, weights)[0], self.rng) for plan in plans]

    def wordy(self, plans: list[Plan]) -> str:
        rng = self.rng
        if not plans[0].line and rng.random() < 0.62:
            # Local edits, so that no clause is lost: a wordy way of a template has few words in
            # common with the plain one.
            text = joined(self.say_all(plans, "P", [1]), rng, 0.4)
            return worse(text, rng, rng.choice([0.4, 0.6, 0.8]))
        parts = self.say_all(plans, "WPKC", [72, 20, 4, 4])
        if plans[0].line:
            return (
                parts[0] if rng.random() < 0.7 else rng.choice([plans[0].say("C", rng), parts[0]])
            )
        strength = rng.choice([0, 0.1, 0.2, 0.4])
        text = joined(parts, rng, 0.35)
        return worse(text, rng, strength, words=False) if strength else text

    def long_winded(self, plans: list[Plan]) -> str:
        rng = self.rng
        if plans[0].line:
            return plans[0].say("W", rng)
        parts = self.say_all(plans, "WPO", [25, 65, 10])
        if rng.random() < 0.1:
            twice = rng.randrange(len(plans))
            again = lowered(plans[twice].say("W", rng))
            if again:
                parts.insert(twice + 1, f"In other words, {again}")
        text = worse(" ".join(parts), rng, rng.choice([0.2, 0.4, 0.6]), rng.random() < 0.6)
        return self.padded(text, 0.4)

    def curt(self, plans: list[Plan]) -> str:
        return " ".join(self.say_all(plans, "CPOK", [48, 40, 7, 5]))

    def relaxed(self, plans: list[Plan]) -> str:
        rng = self.rng
        parts = self.say_all(plans, "KPF", [62, 26, 12])
        text = casual(" ".join(parts), rng)
        if plans[0].line or rng.random() < 0.5:
            return text
        small = lowered(text)
        text = rng.choice(CASUAL_OPENERS) + small if small else text
        return text.rstrip(".") + rng.choice(CASUAL_CLOSERS) if rng.random() < 0.4 else text

    def stiff(self, plans: list[Plan]) -> str:
        return " ".join(self.say_all(plans, "OP", [80, 20]))

    def any_tone(self, plans: list[Plan]) -> str:
        text = " ".join(self.say_all(plans, "PSOFW", [45, 12, 15, 18, 10]))
        return contracted(text, self.rng, 0.5)

    def target(self, preset: str, plans: list[Plan]) -> str:
        rng = self.rng
        if preset == "friendlier":
            return self.warm(plans)
        if preset == "casual":
            return contracted(" ".join(self.say_all(plans, "P", [1])), rng, 1)
        if preset == "more-formal":
            return written_out(" ".join(self.say_all(plans, "OP", [92, 8])))
        if preset == "shorter":
            return " ".join(self.say_all(plans, "SP", [85, 15]))
        return " ".join(self.say_all(plans, "PS", [85, 15]))

    def warm(self, plans: list[Plan]) -> str:
        rng = self.rng
        if plans[0].line:
            return plans[0].say("F", rng)
        if rng.random() < 0.55:
            plain = " ".join(self.say_all(plans, "P", [1]))
            tries = [warmed(plain, rng) for _ in range(3)]
            return next((text for text in tries if text != plain), f"{plain} Thank you!")
        parts = self.say_all(plans, "FP", [85, 15])
        # Words that a person says once: a second "Just so you know" is a tic.
        for opener in (
            "Just so you know, ",
            "Just to let you know, ",
            "Good news: ",
            "A quick update: ",
        ):
            for place, part in enumerate(parts[1:], 1):
                if any(opener in earlier for earlier in parts[:place]):
                    parts[place] = plans[place].say("P", rng) if opener in part else part
        thanked = any("hank" in part for part in parts)
        if not thanked and rng.random() < 0.3:
            parts.append(rng.choice(WARM_CLOSERS))
        return warmed(" ".join(parts), rng)


if __name__ == "__main__":
    examples = Examples(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    for _, example in zip(range(int(sys.argv[1])), examples):
        print(f"\n{example.preset}: {example.instruction}\n{example.draft}")
        for target in example.targets:
            print("  ->", target)
