"""Marks in the place of markup: [1] is a lone piece of it, [1]words[/1] a pair around words.

They stand at the same words of the draft and of every rewrite, numbered in the draft's order.
"""

import random
import re

DULL = set(
    """the a an to of in on at by for with and or but if is are was were be been it this that we you i
    they he she not no do does did will would can could must should may has have had as so then than
    my your our their his her its please from because when""".split()
)
NOUN_BEFORE = set("the a an this your our my his her its their of for".split())
# What a lone mark may stand for: it follows a word that is followed by a thing.
BEFORE_THING = set(
    "run use set see with in from by the edit read open call install of to via".split()
)


def put_marks(
    draft: str, targets: list[str], codes: list[str], rng: random.Random
) -> tuple[str, list[str]] | None:
    """With one to four marks at words that every text has once, or nothing if there are none."""
    wanted = rng.choices([1, 2, 3, 4], [45, 30, 17, 8])[0]
    spans = [(code, "alone") for code in codes if once(code, draft, targets)]
    for candidate in candidates(draft, rng):
        if len(spans) >= wanted:
            break
        if once(candidate, draft, targets) and not overlaps(candidate, spans):
            spans.append((candidate, style(candidate, draft, rng)))
    if not spans:
        return None
    spans.sort(key=lambda span: draft.index(span[0]))
    return marked(draft, spans), [marked(target, spans) for target in targets]


def candidates(draft: str, rng: random.Random) -> list[str]:
    """One to three words that follow each other and begin and end with words of weight."""
    words = list(re.finditer(r"[\w$€£][\w'.,:%-]*[\w%]|\w", draft))
    found = []
    for first in range(len(words)):
        for length in (1, 2, 3):
            part = words[first : first + length]
            if len(part) < length:
                continue
            text = draft[part[0].start() : part[-1].end()]
            gaps = all(
                draft[a.end() : b.start()] == " " for a, b in zip(part, part[1:], strict=False)
            )
            outside = draft[: part[0].start()].split()[-1:] + draft[part[-1].end() :].split()[:1]
            # Markup seldom parts a name or a date.
            whole = not any(
                re.search(r"[A-Z\d]|^(?:am|pm|percent|euros|dollars|pounds|francs)\b", w)
                for w in outside
            )
            noun = outside[:1] and outside[0].lower() in NOUN_BEFORE or re.search(r"[A-Z\d]", text)
            if (
                gaps
                and whole
                and (noun or rng.random() < 0.25)
                and {part[0][0].lower(), part[-1][0].lower()}.isdisjoint(DULL)
            ):
                found.append(text)
    rng.shuffle(found)
    return found


def once(span: str, draft: str, targets: list[str]) -> bool:
    edge = re.compile(rf"(?<![\w'$€£.,%-]){re.escape(span)}(?![\w'%-]|[.,:]\d)")
    return all(len(edge.findall(text)) == 1 == text.count(span) for text in (draft, *targets))


def overlaps(candidate: str, spans: list[tuple[str, str]]) -> bool:
    return any(set(candidate.split()) & set(span.split()) or span in candidate for span, _ in spans)


def style(span: str, draft: str, rng: random.Random) -> str:
    before = draft[: draft.index(span)].split()
    if before and before[-1].lower() in BEFORE_THING and rng.random() < 0.5:
        return "alone"
    return rng.choices(["pair", "after", "attached"], [70, 15, 15])[0]


def marked(text: str, spans: list[tuple[str, str]]) -> str:
    numbers = {span: number for number, (span, _) in enumerate(spans, 1)}
    kinds = dict(spans)

    def mark(match: re.Match[str]) -> str:
        span, number = match[0], numbers[match[0]]
        return {
            "alone": f"[{number}]",
            "pair": f"[{number}]{span}[/{number}]",
            "after": f"{span} [{number}]",
            "attached": f"{span}[{number}]",
        }[kinds[span]]

    return re.sub("|".join(map(re.escape, sorted(numbers, key=len, reverse=True))), mark, text)
