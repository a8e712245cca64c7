"""Writes answers of the plain model and of a baseline, and measures their divergence.

    python evaluate_policy.py clear-dpo heldout.jsonl answers

writes answers/plain.jsonl and answers/clear-dpo.jsonl, one {"prompt", "response"} a line (greedy,
at most 64 tokens), for `npx tqstar score --jsonl FILE --reward REWARD`; and prints the mean of
KL(baseline || plain) over answers drawn from the baseline, in nats an answer, with a 95% interval.

    python evaluate_policy.py --compare plain-scores.jsonl clear-dpo-scores.jsonl

reads what those two commands printed, and prints both means and their paired difference.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from frozen import read_pairs
from pairs import encode_prompt, length_batches
from peft import PeftModel
from smollm2 import DEVICE, END_TOKEN, MODELS, load_model, load_tokenizer
from torch import Tensor

NEW_TOKENS = 64
# KL is over the whole vocabulary at each token, so few drawn answers tell it well.
DRAWN = 32


def read_prompts(name: str) -> list[dict[str, str]]:
    """Objects with "prompt" and perhaps "draft": of a JSONL file; single turns of hh-validation."""
    if name.startswith("hh-"):
        single = [pair.prompt[0][1] for pair in read_pairs(name) if len(pair.prompt) == 1]
        return [{"prompt": prompt} for prompt in dict.fromkeys(single)]
    lines = Path(name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@torch.no_grad()
def write_answers(model, prompts: list[list[int]], drawn: bool) -> list[list[int]]:
    """Response tokens for each prompt with the end token; greedy, or drawn at temperature 1."""
    answers: list[list[int]] = [[] for _ in prompts]
    for group in length_batches([len(prompt) for prompt in prompts], 2048):
        longest = max(len(prompts[i]) for i in group)
        padded = [[END_TOKEN] * (longest - len(prompts[i])) + prompts[i] for i in group]
        mask = [[0] * (longest - len(prompts[i])) + [1] * len(prompts[i]) for i in group]
        written = model.generate(
            input_ids=torch.tensor(padded, device=DEVICE),
            attention_mask=torch.tensor(mask, device=DEVICE),
            max_new_tokens=NEW_TOKENS,
            do_sample=drawn,
            temperature=1.0 if drawn else None,
            top_k=0 if drawn else None,
            eos_token_id=END_TOKEN,
            pad_token_id=END_TOKEN,
        )
        for i, tokens in zip(group, written[:, longest:].tolist()):
            end = tokens.index(END_TOKEN) + 1 if END_TOKEN in tokens else len(tokens)
            answers[i] = tokens[:end]
        print(f"{sum(map(bool, answers))}/{len(prompts)} answers", flush=True)
    return answers


@torch.no_grad()
def divergence(model: PeftModel, prompt: list[int], answer: list[int]) -> float:
    """Sum over the answer's tokens of KL(baseline || plain), in nats."""
    tokens = torch.tensor([prompt + answer[:-1]], device=DEVICE)

    def logprobs() -> Tensor:
        logits = model(tokens, logits_to_keep=len(answer), use_cache=False).logits[0]
        return torch.log_softmax(logits.float(), -1)

    baseline = logprobs()
    with model.disable_adapter():
        plain = logprobs()
    return (baseline.exp() * (baseline - plain)).sum().item()


def describe(name: str, values: np.ndarray) -> None:
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    mean, count = values.mean(), len(values)
    print(f"{name}: {mean:.3f} [{mean - half:.3f}, {mean + half:.3f}], {count} prompts")


def compare(plain_path: Path, baseline_path: Path) -> None:
    plain, baseline = (
        np.array([json.loads(line)["reward"] for line in path.read_text().splitlines()])
        for path in (plain_path, baseline_path)
    )
    describe("plain", plain)
    describe("baseline", baseline)
    describe("baseline - plain", baseline - plain)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--limit", type=int, help="only the first prompts")
    parser.add_argument("arguments", nargs="+")
    options = parser.parse_args()
    if options.compare:
        plain, baseline = map(Path, options.arguments)
        compare(plain, baseline)
    else:
        name, prompts, folder = options.arguments
        measure(name, read_prompts(prompts)[: options.limit], Path(folder))


def measure(name: str, prompts: list[dict[str, str]], folder: Path) -> None:
    torch.manual_seed(0)
    tokenizer = load_tokenizer()
    encoded = [encode_prompt(tokenizer, [("user", p["prompt"])], limit=512) for p in prompts]
    model = PeftModel.from_pretrained(load_model(), MODELS / name, autocast_adapter_dtype=False)
    folder.mkdir(parents=True, exist_ok=True)

    def save(writer: str) -> None:
        answers = write_answers(model, encoded, drawn=False)
        with (folder / f"{writer}.jsonl").open("w", encoding="utf-8") as file:
            for prompt, answer in zip(prompts, answers):
                response = tokenizer.decode(answer, skip_special_tokens=True)
                file.write(json.dumps({**prompt, "response": response}) + "\n")

    save(name)
    with model.disable_adapter():
        save("plain")
    drawn = write_answers(model, encoded[:DRAWN], drawn=True)
    describe(
        "KL(baseline || plain)", np.array([divergence(model, p, a) for p, a in zip(encoded, drawn)])
    )


if __name__ == "__main__":
    main()
