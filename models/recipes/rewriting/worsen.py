"""Makes good English wordy, clumsy or casual by rule. Facts, code and marks stay."""

import random
import re

from rewriting.phrases import CASUAL, CONTRACTIONS, HEDGES, JOINS, OPENERS, PHRASES, TAILS, WORDY
from rewriting.restructure import restructured

WORDY_WAYS = {
    plain.strip(): [way.strip() for way in ways.split(",") if way.strip()]
    for plain, ways in (line.split(":") for line in WORDY.strip().splitlines())
}
PAIRS_OF_CONTRACTIONS = [tuple(pair.split("=")) for pair in CONTRACTIONS]
CASUAL_WORDS = [tuple(pair.split("=")) for pair in CASUAL]
# Words after which a table's verb would be a noun, or part of a fixed phrase.
NOT_AFTER = set("a an the this that its no any his her their our your my of more such".split())
NOT_TO = set(
    "due owing thanks able have has had need needs want wants likely able as amounted".split()
)
NO_VERB = NOT_AFTER | set("all each one it them him you me us which whom".split())
# Sentences may begin with these in small letters when something is put before them.
LOWERED = set(
    """the a an this that these those it we you they he she there if when in on to for some many most
    all each every several and but so as by at with after before please your our my his her their
    no not one once only because while although since from here what which who how why where unlike
    got good hope happy just great unfortunately sorry regrettably thanks thank fingers returns waits
    raises reads could might kindly sorted note many remember feel how sadly luckily check pay order
    bring open buy call before fails number unless it's that's there's let until having following
    what's who's nobody everybody each somebody then now do does did is are can could will would
    use run set note see make""".split()
)


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z\"'(\[])", text)


def lowered(sentence: str) -> str | None:
    """With a small first letter, or nothing if it may be a name."""
    first = re.match(r"[\w']+", sentence)
    if first and first[0] in ("I", "I'm", "I'd", "I've", "I'll"):
        return sentence
    if first and first[0].lower().split("'")[0] in LOWERED:
        return sentence[0].lower() + sentence[1:]
    return None


def like(word: str, model: str) -> str:
    return word[0].upper() + word[1:] if model[0].isupper() else word


PHRASE_WAYS = [
    (re.compile(rf"\b{plain}" if plain.endswith(")") else rf"\b{plain}\b"), ways.split("|"))
    for plain, ways in (
        line.split("=", 1) if "(?=" not in line else line.rsplit("=", 1) for line in PHRASES
    )
]


def phrased(sentence: str, rng: random.Random, share: float) -> str:
    """Puts wordy phrases in the place of plain ones, and before dates and numbers."""
    for plain, ways in PHRASE_WAYS:
        match = plain.search(sentence)
        if match and rng.random() < share:
            way = rng.choice(ways).replace("_", " ")
            sentence = sentence[: match.start()] + way + sentence[match.end() :]
    return sentence


def wordier(sentence: str, rng: random.Random, share: float) -> str:
    """Puts wordy phrases in the place of a share of the words that have some."""
    words = sentence.split(" ")
    before = ""
    for place, word in enumerate(words):
        core = re.fullmatch(r"([A-Za-z]+)([,;]?)", word)
        ways = WORDY_WAYS.get(core[1].lower()) if core else None
        nounlike = before in NOT_AFTER and core and core[1].lower() not in {"to", "for", "in"}
        after = words[place + 1].lower() if place + 1 < len(words) else ""
        nounlike = nounlike or word == "to" and (before in NOT_TO or after in NO_VERB)
        weight = 0.35 if core and core[1].lower() in COMMON else 1.0
        named = place > 0 and word[0].isupper()
        if ways and not nounlike and not named and rng.random() < share * weight:
            words[place] = like(rng.choice(ways), word) + core[2]
        before = word.lower()
    return " ".join(words)


# So frequent that replacing each of them would leave no plain sentence.
COMMON = set("to for in on and or with by not have has will this can".split())


def hedged(sentence: str, rng: random.Random) -> str:
    """A hedge before a word in the middle, or a tail at the end."""
    if rng.random() < 0.35 and sentence[-1] == ".":
        return sentence[:-1] + rng.choice(TAILS) + "."
    match = [
        m for m in re.finditer(r" (?:is|are|was|can|will|must|has|have|should|may|to) ", sentence)
    ]
    if not match:
        return sentence
    place = rng.choice(match).end()
    return sentence[:place] + rng.choice(HEDGES) + " " + sentence[place:]


def opened(sentence: str, rng: random.Random) -> str:
    small = lowered(sentence)
    if small and re.match(
        r"(?:do|set|run|use|make|see|note|please|would|could|can|did|will|returns|waits|raises|reads|read|"
        r"fails|number|sorted|remember|check|pay|order|bring|open|buy|call|thanks?|unfortunately)\b",
        small,
    ):
        return sentence
    return f"{rng.choice(OPENERS)} {small}" if small and sentence[-1] == "." else sentence


def expletive(sentence: str, rng: random.Random) -> str:
    """ "There are some X that...", "It is the X that...", "What X does is that it...\""""
    sentence, some = re.subn(
        r"^(Some|Many|Several|Most|A few|Two|Three) (\w+s) (are|have|can|do|use|need|will|were)\b",
        lambda m: f"There are {m[1].lower()} {m[2]} that {m[3]}",
        sentence,
    )
    if some or rng.random() < 0.5:
        return sentence
    return re.sub(
        r"^(The|This|A|An) ((?:\w+ )?\w+) (is|was|has|can|will|must) ",
        lambda m: f"{m[1]} {m[2]} is something that {m[3]} ",
        sentence,
    )


THATS = [opener for opener in OPENERS if opener.endswith("that")]


def joined(parts: list[str], rng: random.Random, chance: float) -> str:
    """The sentences one after another, some of them run together by a clumsy join."""
    text = parts[0]
    for part in parts[1:]:
        small = lowered(part)
        if small and text == parts[0] and rng.random() < 0.25 * chance and lowered(text):
            text = f"{rng.choice(THATS)} {lowered(text).rstrip('.')}, and that {small}"
        elif small and text[-1] == "." and rng.random() < chance:
            text = text[:-1] + rng.choice(JOINS) + " " + small
        else:
            text += " " + part
    return text


def worse(text: str, rng: random.Random, strength: float, words: bool = True) -> str:
    """Wordy and clumsy; strength 0.2 is one phrase or two a sentence, 1 is hard to bear.

    @param words whether plain words may become wordy phrases, of which some drafts have enough
    """
    parts = []
    for sentence in sentences(text):
        if rng.random() < 0.25 * strength:
            sentence = expletive(sentence, rng)
        if words and rng.random() < strength:
            sentence = restructured(sentence, rng)
        if words:
            sentence = wordier(sentence, rng, 0.75 * strength)
        sentence = phrased(sentence, rng, 0.9 * strength if words else 0.3)
        if rng.random() < 0.5 * strength:
            sentence = hedged(sentence, rng)
        if rng.random() < 0.5 * strength:
            sentence = opened(sentence, rng)
        parts.append(sentence)
    return joined(parts, rng, 0.4 * strength)


def contracted(text: str, rng: random.Random, share: float = 0.8) -> str:
    for full, short in PAIRS_OF_CONTRACTIONS:
        if rng.random() < share:
            text = replace_words(text, full, short)
    return text


def written_out(text: str) -> str:
    for full, short in PAIRS_OF_CONTRACTIONS:
        text = replace_words(text, short, full)
    return text


def casual(text: str, rng: random.Random) -> str:
    """Puts casual words in the place of formal ones; both are used alike in a sentence."""
    for relaxed, formal in CASUAL_WORDS:
        if relaxed not in {"about", "so", "but", "also", "end", "show", "use"}:
            text = re.sub(rf"(?<![-\w]){formal}(?![-\w])", relaxed, text)
    return contracted(text, rng)


def replace_words(text: str, old: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(old)}\b", lambda m: like(new, m[0]), text, flags=re.IGNORECASE)
