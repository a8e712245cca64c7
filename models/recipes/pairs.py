"""Preference pairs, each as one tree of tokens: a prompt, and two responses that share it."""

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from smollm2 import DEVICE, END_TOKEN, SYSTEM
from torch import Tensor

DATA = Path(__file__).resolve().parent / "data"
# Most tokens of a prompt, whose oldest turns go first, and of a response.
PROMPT_LIMIT = 192
RESPONSE_LIMIT = 112

Turn = tuple[str, str]  # role, text


@dataclass(frozen=True)
class Pair:
    """The turns that both dialogues begin with, how each goes on, and whether it came to an end."""

    prompt: list[Turn]
    chosen: str
    rejected: str
    ended: tuple[bool, bool] = (True, True)


@dataclass(frozen=True)
class TokenPair:
    prompt: list[int]
    chosen: list[int]
    rejected: list[int]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.chosen) + len(self.rejected)

    def predicting_rows(self) -> tuple[list[int], list[int]]:
        """Rows that predict the tokens of the chosen response, and of the rejected one."""
        p, c, r = len(self.prompt), len(self.chosen), len(self.rejected)
        return [*range(p - 1, p + c - 1)], [p - 1, *range(p + c, p + c + r - 1)]


def render(turns: list[Turn]) -> str:
    """SmolLM2's chat template, its default system message included."""
    return "".join(
        f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in [("system", SYSTEM), *turns]
    )


def hh_turns(dialogue: str) -> list[Turn]:
    parts = re.split(r"\n\n(Human|Assistant): ?", dialogue)[1:]
    roles = {"Human": "user", "Assistant": "assistant"}
    return [(roles[role], text.strip()) for role, text in zip(parts[::2], parts[1::2])]


def read_hh(split: str) -> list[Pair]:
    """Pairs of HH-RLHF harmless-base (Bai et al. 2022), `split` "train" or "validation".

    Five dialogues of 2,152 differ before their last turn; they go on with several turns each.
    """
    pairs = []
    with gzip.open(DATA / "hh-rlhf-harmless" / f"{split}.jsonl.gz", "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            chosen, rejected = hh_turns(record["chosen"]), hh_turns(record["rejected"])
            shared = 0
            while (
                shared < min(len(chosen), len(rejected)) - 1 and chosen[shared] == rejected[shared]
            ):
                shared += 1
            shared -= chosen[shared][0] == "user"
            pairs.append(
                Pair(
                    chosen[:shared], continuation(chosen[shared:]), continuation(rejected[shared:])
                )
            )
    return pairs


def continuation(turns: list[Turn]) -> str:
    """What follows `<|im_start|>assistant` and a line end, up to the last turn's end token."""
    (_, first), *more = turns
    return first + "".join(f"<|im_end|>\n<|im_start|>{role}\n{text}" for role, text in more)


def read_jsonl_pairs(path: Path) -> list[Pair]:
    """One object a line, gzipped or not: {"prompt", "chosen", "rejected"}, all strings.

    "chosen_ended" and "rejected_ended" are false for a response that was cut, where they are given.
    """
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open()
    with opened as file:
        records = [json.loads(line) for line in file]
    return [
        Pair(
            [("user", r["prompt"])],
            r["chosen"],
            r["rejected"],
            (r.get("chosen_ended", True), r.get("rejected_ended", True)),
        )
        for r in records
    ]


def encode_prompt(tokenizer, turns: list[Turn], limit: int = PROMPT_LIMIT) -> list[int]:
    """The prompt up to where the assistant writes, with its oldest turns left out to fit."""
    while True:
        tokens = tokenizer.encode(render(turns) + "<|im_start|>assistant\n")
        if len(tokens) <= limit:
            return tokens
        if len(turns) > 1:
            later = turns[1:]
            turns = later[1:] if later[0][0] == "assistant" and len(later) > 1 else later
        else:
            [(role, text)] = turns
            excess = len(tokens) - limit
            turns = [(role, tokenizer.decode(tokenizer.encode(text)[excess + 1 :]))]


def encode_response(
    tokenizer, text: str, ended: bool = True, limit: int = RESPONSE_LIMIT
) -> list[int]:
    """With the end token, unless it was cut, before or here."""
    return [*tokenizer.encode(text), *[END_TOKEN] * ended][:limit]


def encode_pairs(tokenizer, pairs: list[Pair]) -> list[TokenPair]:
    return [
        TokenPair(
            encode_prompt(tokenizer, pair.prompt),
            encode_response(tokenizer, pair.chosen, pair.ended[0]),
            encode_response(tokenizer, pair.rejected, pair.ended[1]),
        )
        for pair in pairs
    ]


@dataclass(frozen=True)
class Batch:
    """Trees side by side, right-padded: prompt, chosen, rejected in each row.

    tokens, positions [batch, length]; mask [batch, 1, length, length]; kind [batch, length] is 0 in
    the prompt, 1 in the chosen response, 2 in the rejected one and -1 in padding.
    """

    tokens: Tensor
    positions: Tensor
    kind: Tensor
    mask: Tensor


def make_batch(pairs: list[TokenPair]) -> Batch:
    length = max(map(len, pairs))
    tokens, positions, kind = (
        torch.full((len(pairs), length), fill) for fill in (END_TOKEN, 0, -1)
    )
    for row, pair in enumerate(pairs):
        p, c, r = len(pair.prompt), len(pair.chosen), len(pair.rejected)
        tokens[row, : p + c + r] = torch.tensor(pair.prompt + pair.chosen + pair.rejected)
        positions[row, : p + c + r] = torch.cat([torch.arange(p + c), torch.arange(p, p + r)])
        kind[row, : p + c + r] = torch.tensor([0] * p + [1] * c + [2] * r)
    seen = (kind[:, None, :] == 0) | (kind[:, None, :] == kind[:, :, None])
    mask = seen & torch.ones(length, length, dtype=torch.bool).tril()
    return Batch(*(t.to(DEVICE) for t in (tokens, positions, kind, mask[:, None])))


def length_batches(lengths: list[int], tokens: int) -> list[list[int]]:
    """Indexes in batches of similar length, each at most `tokens` with padding (or one item)."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches and (len(batches[-1]) + 1) * lengths[index] <= tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
