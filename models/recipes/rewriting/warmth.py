"""Makes plain sentences friendlier by a light touch: please, thanks, a word of regret. By rule."""

import random
import re

from rewriting.restructure import PARTICIPLES
from rewriting.slots import ALL_TOPICS
from rewriting.worsen import lowered, sentences

IMPERATIVES = (
    {deed[0][0].split()[0] for topic in ALL_TOPICS for deed in topic.deeds}
    | set(PARTICIPLES)
    | set(
        """ask tell bring cut turn wait answer put make take look give keep leave come go write read
        correct find consider try think talk speak close open press type click fill drop pick""".split()
    )
) - {"display", "format", "access", "test", "list", "limit", "process", "report"}
TROUBLE = re.compile(
    r"\b(?:wrong|late|broken|dirty|missing|ill|sick|too (?:long|loud|small)|fails?)\b"
)
REFUSAL = re.compile(r"^(I|[Ww]e) (?:cannot|can't|do not|don't|will not|won't|did not|didn't) ")
NOTED = re.compile(r"(?:The|A|An|We|You|It|This|My|Our|Your|I|They) .*\.$", re.DOTALL)
THANKS = ["Thank you!", "Thanks a lot!", "Thank you so much!", "Many thanks!"]


def please(sentence: str, rng: random.Random) -> str:
    """A request out of an imperative."""
    order = sentence.rstrip(".!")
    order = re.sub(r"^Please (\w)", lambda m: m[1].upper(), order)
    small = order[0].lower() + order[1:]
    refused = re.match(r"(?:do not|don't) (.*)", small, re.DOTALL)
    if refused:
        return rng.choice(
            [
                f"Please {small}.",
                f"Could you please not {refused[1]}?",
                f"Please {small}, thank you.",
            ]
        )
    return rng.choice(
        [f"Please {small}.", f"Could you please {small}?", f"Would you please {small}?"]
        + [f"It would be great if you could {small}."] * (" and " not in small)
    )


def is_order(sentence: str) -> bool:
    text = re.sub(r"^Please ", "", sentence)
    first = re.match(r"[A-Za-z']+", text)
    word = first[0].lower() if first else ""
    return sentence[-1] in ".!" and (
        word in IMPERATIVES or re.match(r"(?i)do not|don't", text) is not None
    )


def warmed(text: str, rng: random.Random) -> str:
    """Every fact and every plain sentence stays; orders, refusals and bad news become kinder."""
    parts, asked, sorry = [], False, False
    for sentence in sentences(text):
        small = lowered(sentence)
        refusal = REFUSAL.match(sentence)
        if is_order(sentence):
            asked = True
            sentence = please(sentence, rng)
        elif refusal and small and not sorry:
            sorry = True
            who = {"I": "I'm", "we": "We're"}[refusal[1] if refusal[1] == "I" else "we"]
            sentence = rng.choice([f"Unfortunately, {small}", f"{who} sorry, but {small}"])
        elif (
            TROUBLE.search(sentence)
            and small
            and not sorry
            and sentence.startswith(("The ", "Your "))
        ):
            sorry = True
            sentence = f"{rng.choice(['Unfortunately', 'Sadly'])}, {small}"
        elif sentence.startswith(("You forgot ", "You have forgotten ")):
            sentence = f"It seems that you {sentence[4:]}"
        elif sentence.startswith(("You must ", "You have to ")):
            sentence = f"Please remember that you {sentence[4:]}"
        elif NOTED.match(sentence) and not asked and not sorry and rng.random() < 0.2:
            note = rng.choice(["Just to let you know,", "A quick note:", "Please note that"])
            sentence = f"{note} {small}"
        parts.append(re.sub(r"(?<=[a-z])!$", ".", sentence))
    made = " ".join(parts)
    if "hank" not in made and rng.random() < (0.5 if asked else 0.25):
        parts.append(rng.choice(THANKS))
    return " ".join(parts)
