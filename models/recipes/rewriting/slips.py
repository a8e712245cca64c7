"""Puts slips into good English: the drafts of "correct the grammar and spelling"."""

import random
import re
from collections.abc import Callable

CONFUSED = """their=there|there=their|they're=their|its=it's|it's=its|your=you're|you're=your|
then=than|than=then|to=too|too=to|affect=effect|effect=affect|lose=loose|whose=who's|were=where|
where=were|of=off|accept=except|advice=advise|quite=quiet|past=passed|weather=whether|
principal=principle|whether=weather|by=buy|hear=here|here=hear|no=know|know=no|new=knew|
whole=hole|excited=exited|buy=by|wait=weight|who's=whose|lose=loose|allowed=aloud|
through=threw|would=wood|our=are|write=right|right=write|piece=peace|brake=break|break=brake|week=weak|two=too""".replace(
    "\n", ""
).split("|")
MISSPELT = """receive=recieve|separate=seperate|definitely=definately|necessary=neccessary|
which=wich|because=becuase|believe=beleive|until=untill|address=adress|tomorrow=tommorow|
beginning=begining|occurred=occured|successful=succesful|calendar=calender|different=diffrent|
government=goverment|environment=enviroment|available=availible|immediately=immediatly|
business=buisness|really=realy|committee=comittee|possible=posible|probably=probaly|until=untl|
usually=usualy|people=poeple|friend=freind|their=thier|with=wiht|and=adn|the=teh|that=taht|
from=form|what=waht|could=coud|should=shoud|would=woud|finished=finnished|library=libary|
February=Febuary|Wednesday=Wendesday|appointment=apointment|accommodation=accomodation|
maintenance=maintainance|recommend=recomend|argument=arguement|grateful=greatful|
unfortunately=unfortunatly|sincerely=sincerly|before=befor|after=aftr|meeting=meetting|
please=pleas|thank=thnak|again=agian|always=allways|until=til|across=accross|equipment=equiptment|
delivery=delivry|invoice=invioce|customer=costumer|schedule=schedual|together=togther""".replace(
    "\n", ""
).split("|")
AGREEMENT = """is=are|are=is|was=were|were=was|has=have|have=has|does=do|do=does|doesn't=don't|
need=needs|needs=need|works=work|work=works|wants=want|uses=use|reads=read|a=an|an=a|much=many|
these=this|this=these|those=that|me=I|us=we|him=he""".replace("\n", "").split("|")
TENSE = """sent=sended|went=go|came=come|bought=buyed|wrote=writed|chose=choosed|paid=payed|
broken=broke|written=wrote|spoken=spoke|eaten=ate|driven=drove|seen=saw|gone=went|been=being|saw=seen|made=maked|
kept=keeped|felt=feeled|taught=teached|taken=took|done=did|found=finded|forgotten=forgot|given=gave|
left=leaved|told=telled|chosen=chose|began=begun|knew=knowed|sold=selled|read=readed""".replace(
    "\n", ""
).split("|")


def table(pairs: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for good, bad in (pair.split("=") for pair in pairs):
        found.setdefault(good, []).append(bad)
    return found


TABLES = [table(CONFUSED), table(MISSPELT), table(AGREEMENT), table(TENSE)]


def swap_word(text: str, rng: random.Random) -> str:
    """A confused or misspelt word, an error of agreement or of tense."""
    words = text.split(" ")
    places = []
    for place, word in enumerate(words):
        core = word.strip(",.!?;:")
        for entries in TABLES:
            for bad in entries.get(core, entries.get(core.lower(), [])):
                if core:
                    places.append((place, core, bad, entries))
    if not places:
        return mistyped(text, rng)
    # Each kind of slip is as likely as another: words such as "is" would drown the rest.
    kind = rng.choice(sorted({id(entries) for *_, entries in places}))
    place, core, bad, _ = rng.choice([found for found in places if id(found[3]) == kind])
    if core[0].isupper() and bad != "I":
        bad = bad[0].upper() + bad[1:]
    words[place] = words[place].replace(core, bad, 1)
    return " ".join(words)


def mistyped(text: str, rng: random.Random) -> str:
    """Two letters changed about, or one left out, doubled or hit beside, in a longer word."""
    words = [m for m in re.finditer(r"\b[a-z]{5,}\b", text)]
    if not words:
        return text
    match = rng.choice(words)
    word, at = match[0], rng.randint(1, len(match[0]) - 2)
    wrong = rng.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice("aeiourtn") + word[at + 1 :],
        ]
    )
    return text[: match.start()] + wrong + text[match.end() :]


def pattern(expression: str, replacement: str) -> Callable[[str, random.Random], str]:
    def slip(text: str, rng: random.Random) -> str:
        found = list(re.finditer(expression, text))
        if not found:
            return text
        match = rng.choice(found)
        return text[: match.start()] + match.expand(replacement) + text[match.end() :]

    return slip


def doubled(text: str, rng: random.Random) -> str:
    found = list(re.finditer(r"(?<= )(the|to|a|of|in|is|that|and|for|we|you|on|it) ", text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.end()] + match[0] + text[match.end() :]


def small_letters(text: str, rng: random.Random) -> str:
    """A sentence, a day, a month or "I" in a small letter."""
    days = r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    months = r"\b(?:January|February|April|June|July|August|September|October|November|December)\b"
    found = list(
        re.finditer(rf"{days}|{months}|\bI\b|^[A-Z](?=[a-z])|(?<=[.!?] )[A-Z](?=[a-z])", text)
    )
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + match[0].lower() + text[match.end() :]


SLIPS: list[tuple[Callable[[str, random.Random], str], int]] = [
    (swap_word, 34),
    (mistyped, 20),
    (pattern(r" (?:the|a|an) (?=[a-z])", " "), 12),
    (doubled, 6),
    (small_letters, 12),
    (pattern(r"([a-z])[.!] ([A-Z])", r"\1, \2"), 2),
    (pattern(r"([a-z])\.$", r"\1"), 4),
    (pattern(r"([a-z]), ", r"\1 "), 5),
    (pattern(r"(?<=[a-z]{2})n't\b", "nt"), 6),
    (pattern(r"([a-z])'s\b", r"\1s"), 3),
    (pattern(r"\b(in|on|at|of|for|to|with) (?=the\b)", r""), 3),
    (pattern(r"\b(\w{3,})s (?=(?:are|were|have|on|in|for|of|to)\b)", r"\1 "), 5),
    (pattern(r" ([a-z]+)ed (?=the|by|in|on|to|a)", r" \1 "), 4),
    (pattern(r"\bhave to\b", "has to"), 2),
    (pattern(r"(\d [a-z]{3,})s\b", r"\1"), 5),
    (
        pattern(
            r"\b([a-z]{2,}s) (need|use|work|read|pass|show|want|make|cost|run|get)\b", r"\1 \2s"
        ),
        5,
    ),
    (pattern(r"\b(it|that|he|she)'s\b", r"\1s"), 4),
    (pattern(r"\b(ask|contact|call|tell|discuss|answer) (?=[a-z]+ )", r"\1 to "), 1),
]


def slipped(text: str, rng: random.Random) -> str:
    """With one slip for about nine words, and one at least where the text has room for one."""
    wanted = max(1, round(len(text.split()) / rng.uniform(6, 16)))
    made = text
    for _ in range(wanted):
        slip = rng.choices([slip for slip, _ in SLIPS], [weight for _, weight in SLIPS])[0]
        made = slip(made, rng)
    return made
