"""Writes data/hh-instructions.jsonl and data/hh-heldout.jsonl: what people asked first in the
dialogues of HH-RLHF, of the training split (evenly taken) and of the validation split (all).

    python hh_instructions.py
"""

import json

from frozen import read_pairs
from pairs import DATA

TAKEN = 640


def first_questions(split: str) -> list[str]:
    return list(dict.fromkeys(pair.prompt[0][1] for pair in read_pairs(split)))


def write(name: str, questions: list[str]) -> None:
    lines = (json.dumps({"prompt": question}, ensure_ascii=False) + "\n" for question in questions)
    (DATA / name).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    training = first_questions("hh-train")
    write("hh-instructions.jsonl", [training[i * len(training) // TAKEN] for i in range(TAKEN)])
    write("hh-heldout.jsonl", first_questions("hh-validation"))
