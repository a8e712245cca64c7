"""Turns verbs of good prose into passives and nouns, where a pattern makes it safe."""

import random
import re

from rewriting.slots import forms

# Verb, and its noun where there is a common one.
VERBS = """add addition|allocate allocation|analyse analysis|assign assignment|attach|block|build|
call|cancel|change change|check check|clear|close|collect collection|compare comparison|
compile compilation|compute computation|configure configuration|connect connection|contain|
convert conversion|copy|create creation|define definition|delete deletion|deliver delivery|
describe description|detect detection|determine determination|disable|display|divide division|
download|enable|encode|ensure|enter|evaluate evaluation|examine examination|execute execution|
expand expansion|explain explanation|export|extend extension|extract extraction|fetch|filter|
format|generate generation|handle|identify identification|ignore|implement implementation|
import|improve improvement|include inclusion|increase increase|initialize initialization|
insert insertion|inspect inspection|install installation|limit limitation|list|load|lock|
manage management|mark|measure measurement|modify modification|monitor|move|open|override|parse|
pass|perform|prepare preparation|prevent prevention|print|process|produce production|provide|
raise|receive|record|reduce reduction|register registration|reject|release|reload|
remove removal|rename|repeat repetition|replace replacement|report|represent|require|
reserve reservation|reset|resolve resolution|restart|restore restoration|retrieve retrieval|
return|review review|save|scan|select selection|separate separation|share|show|sign|skip|
specify specification|start|stop|store storage|suppress|test|track|transform transformation|
translate translation|update|upgrade|use use|validate validation|verify verification|
visit|wrap|access""".replace("\n", "").split("|")
DOUBLED = {"cancel", "stop", "skip", "reset", "scan", "wrap", "format", "filter"}
IRREGULAR = {
    "build": "built",
    "override": "overridden",
    "reset": "reset",
    "show": "shown",
    "stop": "stopped",
    "skip": "skipped",
    "scan": "scanned",
    "wrap": "wrapped",
    "copy": "copied",
}
NOUNS = {verb.split()[0]: verb.split()[1] for verb in VERBS if " " in verb}
PARTICIPLES = {
    word: IRREGULAR.get(word, forms(word)[2]) for word in (verb.split()[0] for verb in VERBS)
}


def third(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(?:s|sh|ch|x|z)$", verb) else "s")


THIRDS = {third(verb): verb for verb in PARTICIPLES}
ANY_VERB = "|".join(PARTICIPLES)
ANY_THIRD = "|".join(THIRDS)
ANY_NOUNED = "|".join(NOUNS)
ANY_NOUNED_THIRD = "|".join(third(verb) for verb in NOUNS)
THING = r"(?:the|a|an|all|any|each|this|its|your) (?:[a-z]+ )?[a-z]+"
STOPS = r"(?=[.,;]| (?:to|in|with|by|for|from|on|when|if|at|into|after|before|and|as|using|that)\b)"


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def be(thing: str) -> str:
    return "are" if thing.endswith("s") and not thing.endswith("ss") else "is"


def passive_you(match: re.Match[str]) -> str:
    return f"{capital(match[3])} {match[1]} be {PARTICIPLES[match[2]]} by you"


def passive_it(match: re.Match[str]) -> str:
    verb = PARTICIPLES[THIRDS[match[2]]]
    return f"{capital(match[3])} {be(match[3])} {verb} by {match[1][0].lower()}{match[1][1:]}"


def passive_modal(match: re.Match[str]) -> str:
    agent = match[1][0].lower() + match[1][1:]
    return f"{capital(match[4])} {match[2]} be {PARTICIPLES[match[3]]} by {agent}"


def noun_to(match: re.Match[str]) -> str:
    light = {"use": "make"}.get(match[1], "carry out")
    return f" to {light} {'' if match[1] == 'use' else 'the '}{NOUNS[match[1]]} of {match[2]}"


def noun_third(match: re.Match[str]) -> str:
    verb = THIRDS[match[1]]
    light = "makes" if verb == "use" else "performs the"
    return f" {light} {NOUNS[verb]} of {match[2]}"


RULES = [
    (rf"^You (can|must|should|may) ({ANY_VERB}) ({THING}){STOPS}", passive_you),
    (rf"^((?:The|This|A|An) (?:[a-z]+ )?[a-z]+) ({ANY_THIRD}) ({THING}){STOPS}", passive_it),
    (
        rf"^((?:The|This|A|An) (?:[a-z]+ )?[a-z]+) (can|must|should|may|will) ({ANY_VERB}) ({THING})"
        rf"{STOPS}",
        passive_modal,
    ),
    (rf"(?<!order) to ({ANY_NOUNED}) ({THING}){STOPS}", noun_to),
    (rf" ({ANY_NOUNED_THIRD}) ({THING}){STOPS}", noun_third),
]


def restructured(sentence: str, rng: random.Random) -> str:
    """With one verb made passive or a noun, if there is one to find."""
    for pattern, change in rng.sample(RULES, len(RULES)):
        made = re.sub(pattern, change, sentence, count=1)
        if made != sentence:
            return made
    return sentence
