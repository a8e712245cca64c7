"""Teaches the shipped model to rewrite: LoRA on the layers above the 10th, no pair twice.

    python -m rewriting.prose
    python -m rewriting.train --minutes 97      (in models/recipes; resumes by itself)

The learning rate decays with the time that is left of `--minutes`. After each checkpoint the
adapter so far lies in .cache/recipes/rewriter/preview; --finish writes it to models/rewriter.
"""

import argparse
import json
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from transformers import DynamicCache

from pairs import length_batches, render
from rewriting.examples import Example, Examples
from smollm2 import DEVICE, END_TOKEN, MODELS, SCRATCH, load_model, load_tokenizer
from training import TARGETS, MasterWeights, Settings, save_adapter

NAME = "rewriter"
RANK, ALPHA = 16, 32
# Layers below stay as they are: a third less work than all layers, and the engine computes them
# once for this model and the plain one.
FIRST_LAYER = 10
BRANCHES = 2  # rewrites of a draft that a step learns from; the prompt is computed once for both
POOL = 192  # drafts that are sorted by instruction and length into passes
TOKENS_PER_PASS, PASSES_PER_STEP = 1200, 2
WARM_UP_STEPS = 20
SMOOTHING = 0.02
VALIDATION_SEED = 10_000
CHECKPOINT_SECONDS = 240


@dataclass(frozen=True)
class Tree:
    """A prompt and the rewrites that go on from it, in tokens."""

    prompt: list[int]
    branches: list[list[int]]

    def __len__(self) -> int:
        return len(self.prompt) + sum(map(len, self.branches))


def encode(tokenizer, example: Example, rng: random.Random) -> Tree:
    chosen = rng.sample(example.targets, min(BRANCHES, len(example.targets)))
    prompt = render([("user", example.prompt)]) + "<|im_start|>assistant\n"
    return Tree(tokenizer.encode(prompt), [[*tokenizer.encode(text), END_TOKEN] for text in chosen])


def shared_length(trees: list[Tree]) -> int:
    """How many tokens all prompts begin with: system message, and instruction if they share it."""
    shortest = min(len(tree.prompt) for tree in trees)
    for place in range(shortest - 1):
        if len({tree.prompt[place] for tree in trees}) > 1:
            return place
    return shortest - 1


def run_cached(model, tokens: Tensor, positions: Tensor, mask: Tensor | None, cache: DynamicCache):
    """Normed hidden states [batch, length, width] of tokens that follow those in the cache."""
    decoder = model.model
    hidden = decoder.embed_tokens(tokens)
    rotation = decoder.rotary_emb(hidden, position_ids=positions)
    for layer in decoder.layers:
        hidden = layer(
            hidden,
            attention_mask=mask,
            position_ids=positions,
            position_embeddings=rotation,
            past_key_values=cache,
            use_cache=True,
        )
    return decoder.norm(hidden)


def predict(model, trees: list[Tree]) -> tuple[Tensor, Tensor]:
    """Normed hidden states [n, width] that predict the rewrites' tokens, and those tokens [n].

    What all prompts begin with is computed once, a third of the work.
    """
    shared = shared_length(trees)
    length = max(map(len, trees)) - shared
    tokens, positions, kind = (
        torch.full((len(trees), length), fill) for fill in (END_TOKEN, 0, -1)
    )
    rows, targets = [], []
    for row, tree in enumerate(trees):
        asked = len(tree.prompt) - shared
        tokens[row, :asked] = torch.tensor(tree.prompt[shared:])
        positions[row, :asked] = torch.arange(asked) + shared
        kind[row, :asked] = 0
        start = asked
        for number, branch in enumerate(tree.branches, 1):
            stop = start + len(branch)
            tokens[row, start:stop] = torch.tensor(branch)
            positions[row, start:stop] = torch.arange(len(branch)) + len(tree.prompt)
            kind[row, start:stop] = number
            rows += [row * length + place for place in (asked - 1, *range(start, stop - 1))]
            targets += branch
            start = stop
    seen = (kind[:, None, :] == 0) | (kind[:, None, :] == kind[:, :, None])
    own = (seen & torch.ones(length, length, dtype=torch.bool).tril())[:, None]
    mask = torch.cat([torch.ones(len(trees), 1, length, shared, dtype=torch.bool), own], -1)
    cache = DynamicCache()
    first = torch.tensor([trees[0].prompt[:shared]], device=DEVICE)
    causal = torch.ones(1, 1, shared, shared, dtype=torch.bool, device=DEVICE).tril()
    run_cached(model, first, torch.arange(shared, device=DEVICE)[None], causal, cache)
    for layer in cache.layers:
        layer.keys = layer.keys.expand(len(trees), -1, -1, -1)
        layer.values = layer.values.expand(len(trees), -1, -1, -1)
    normed = run_cached(
        model, tokens.to(DEVICE), positions.to(DEVICE), mask.to(DEVICE), cache
    ).flatten(0, 1)
    return normed[torch.tensor(rows, device=DEVICE)], torch.tensor(targets, device=DEVICE)


def target_losses(model, trees: list[Tree]) -> tuple[Tensor, Tensor]:
    """-log p of each token of the rewrites [n] in nats, and the same for a token drawn evenly."""
    hidden, targets = predict(model, trees)
    logits = (hidden @ model.lm_head.weight.T).float()
    total = torch.logsumexp(logits, -1)
    return total - logits.gather(1, targets[:, None])[:, 0], total - logits.mean(-1)


def in_passes(trees: list[Tree]) -> list[list[Tree]]:
    """Trees of the same instruction and of similar length; rare instructions share passes."""
    kinds: dict[tuple[int, ...], list[Tree]] = {}
    for tree in trees:
        # The system message is 24 tokens long.
        kinds.setdefault(tuple(tree.prompt[:36]), []).append(tree)
    rest = [tree for kind in kinds.values() if len(kind) < 8 for tree in kind]
    groups = [kind for kind in kinds.values() if len(kind) >= 8] + [rest] * bool(rest)
    return [
        [group[i] for i in batch]
        for group in groups
        for batch in length_batches(list(map(len, group)), TOKENS_PER_PASS)
    ]


class Passes:
    """An endless run of passes of similar length; `taken` drafts were drawn from the examples."""

    def __init__(self, tokenizer, seed: int, taken: int) -> None:
        self.tokenizer, self.examples = tokenizer, Examples(seed)
        for _ in range(taken):
            next(self.examples)
        self.taken = taken
        self.rng = random.Random(seed + taken)
        self.waiting: list[list[Tree]] = []

    def __next__(self) -> list[Tree]:
        if not self.waiting:
            trees = [encode(self.tokenizer, next(self.examples), self.rng) for _ in range(POOL)]
            self.taken += POOL
            self.waiting = in_passes(trees)
            self.rng.shuffle(self.waiting)
        return self.waiting.pop()


@torch.no_grad()
def validate(model, groups: list[list[Tree]]) -> float:
    """Mean -log p of a token of the rewrites of kept-out drafts, in nats."""
    losses = torch.cat([target_losses(model, group)[0] for group in groups])
    return losses.mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=97)
    parser.add_argument("--learning-rate", type=float, default=7e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--finish", action="store_true", help="write the adapter so far, and end")
    arguments = parser.parse_args()
    folder = SCRATCH / NAME
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer, model = load_tokenizer(), load_model()
    torch.manual_seed(arguments.seed)
    peft_model = get_peft_model(
        model,
        LoraConfig(
            r=RANK,
            lora_alpha=ALPHA,
            target_modules=TARGETS,
            layers_to_transform=list(range(FIRST_LAYER, model.config.num_hidden_layers)),
        ),
        autocast_adapter_dtype=False,
    )
    weights = [p for p in peft_model.parameters() if p.requires_grad]
    masters = MasterWeights(weights, Settings(learning_rate=arguments.learning_rate))
    state = {"step": 0, "seconds": 0.0, "taken": 0, "tokens": 0, "targets": 0, "history": []}
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        masters.restore(saved)
        state = saved["state"]
        print(f"going on after step {state['step']}", flush=True)
    if arguments.finish:
        save_adapter(peft_model, MODELS / NAME, "CAUSAL_LM", {})
        return
    train(arguments, tokenizer, model, peft_model, masters, state, checkpoint)


def train(arguments, tokenizer, model, peft_model, masters, state, checkpoint: Path) -> None:
    passes = Passes(tokenizer, arguments.seed, state["taken"])
    held_out = Passes(tokenizer, VALIDATION_SEED, 0)
    groups = [next(held_out) for _ in range(4)]
    budget, before = arguments.minutes * 60, state["seconds"]
    started = saved_at = time.time()
    recent: list[float] = []
    while state["seconds"] < budget:
        step_groups = [next(passes) for _ in range(PASSES_PER_STEP)]
        count = sum(
            len(branch) for group in step_groups for tree in group for branch in tree.branches
        )
        total = 0.0
        for group in step_groups:
            losses, even = target_losses(model, group)
            ((1 - SMOOTHING) * losses + SMOOTHING * even).sum().div(count).backward()
            masters.collect()
            total += losses.sum().item() / count
        progress = state["seconds"] / budget
        factor = min(1, (state["step"] + 1) / WARM_UP_STEPS)
        masters.step(
            arguments.learning_rate * factor * (0.525 + 0.475 * math.cos(math.pi * progress))
        )
        state["step"] += 1
        state["taken"] = passes.taken
        state["tokens"] += sum(len(tree) for group in step_groups for tree in group)
        state["targets"] += count
        state["seconds"] = before + time.time() - started
        recent = [*recent[-19:], total]
        if state["step"] % 4 == 0:
            speed = state["tokens"] / state["seconds"]
            print(
                f"step {state['step']} loss {sum(recent) / len(recent):.4f}, "
                f"{state['taken']} drafts, {speed:.0f} tokens/s, {(budget - state['seconds']) / 60:.1f} min left",
                flush=True,
            )
        if time.time() - saved_at > CHECKPOINT_SECONDS or state["seconds"] >= budget:
            saved_at = time.time()
            figures = {"step": state["step"], "loss": sum(recent) / len(recent)}
            if len(state["history"]) % 4 == 0 or state["seconds"] >= budget:
                figures["validation"] = validate(model, groups)
            state["history"].append(figures)
            print(json.dumps(figures), flush=True)
            new = checkpoint.with_suffix(".new")
            torch.save({"state": state, **masters.state()}, new)
            new.replace(checkpoint)
            save_adapter(peft_model, checkpoint.parent / "preview", "CAUSAL_LM", {})
    (checkpoint.parent / "history.json").write_text(json.dumps(state, indent=1))


if __name__ == "__main__":
    main()
