"""Greedy rewrites of the drafts written by hand, to choose the data and the step by.

    python -m rewriting.evaluate                    the preview in .cache/recipes/rewriter
    python -m rewriting.evaluate ../rewriter        an adapter's folder

Prints every draft with its rewrite, and at the end how many keep the numbers, names and marks.
"""

import argparse
import json
import re
from pathlib import Path

import torch
from peft import PeftModel

from pairs import DATA, render
from rewriting.examples import marks_of, numbers
from rewriting.presets import PRESETS, prompt
from smollm2 import DEVICE, END_TOKEN, SCRATCH, load_model, load_tokenizer

DRAFTS = DATA / "rewriting-dev.jsonl"


@torch.no_grad()
def rewrite(model, tokenizer, prompts: list[str]) -> list[str]:
    """Greedy answers, at most 1.5 times as long as the prompt's draft and 32 tokens."""
    texts = [render([("user", text)]) + "<|im_start|>assistant\n" for text in prompts]
    tokens = [tokenizer.encode(text) for text in texts]
    width = max(map(len, tokens))
    ids = torch.tensor([[END_TOKEN] * (width - len(row)) + row for row in tokens])
    seen = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in tokens])
    answers = model.generate(
        input_ids=ids.to(DEVICE),
        attention_mask=seen.to(DEVICE),
        max_new_tokens=110,
        do_sample=False,
        eos_token_id=END_TOKEN,
        pad_token_id=END_TOKEN,
    )[:, width:]
    return [tokenizer.decode(row, skip_special_tokens=True) for row in answers]


def names(text: str) -> set[str]:
    return set(re.findall(r"(?<=[a-z,] )[A-Z][a-zA-Z]+", text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("adapter", nargs="?", type=Path, default=SCRATCH / "rewriter" / "preview")
    arguments = parser.parse_args()
    tokenizer = load_tokenizer()
    model = PeftModel.from_pretrained(load_model(), arguments.adapter)
    records = [json.loads(line) for line in DRAFTS.read_text("utf-8").splitlines()]
    prompts = [
        prompt(PRESETS.get(r["preset"], r["preset"]), r["draft"], "[1]" in r["draft"])
        for r in records
    ]
    order = sorted(range(len(records)), key=lambda i: len(prompts[i]))
    answers: dict[int, str] = {}
    for start in range(0, len(order), 14):
        some = order[start : start + 14]
        answers.update(zip(some, rewrite(model, tokenizer, [prompts[i] for i in some])))
    kept = changed = 0
    ratios = []
    for number, record in enumerate(records):
        draft, answer = record["draft"], answers[number]
        lost = [name for name in names(draft) if name.lower() not in answer.lower()]
        good = (
            numbers(draft) == numbers(answer) and marks_of(draft) == marks_of(answer) and not lost
        )
        kept += good
        changed += answer != draft
        ratios.append(len(answer.split()) / len(draft.split()))
        note = ("" if good else " LOST ") + (" SAME" if answer == draft else "")
        print(f"\n{record['preset']}{note}\n  {draft}\n  {answer}", flush=True)
    mean = sum(ratios) / len(ratios)
    print(f"\n{kept} of {len(records)} keep the facts, {changed} changed, length {mean:.2f}")


if __name__ == "__main__":
    main()
