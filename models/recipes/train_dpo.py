"""Trains a baseline policy: DPO (Rafailov et al. 2023) with LoRA on the shipped model.

    python train_dpo.py clear-dpo pairs.jsonl --beta 0.1       (resumes by itself)

Run `python frozen.py pairs.jsonl` first. The pairs are one JSON object a line with "prompt",
"chosen" and "rejected", or `hh-train`. One pair of 16 is kept out to choose the step by.
"""

import argparse

import torch
from frozen import read_pairs
from pairs import encode_pairs
from smollm2 import DEVICE, MODELS, SCRATCH, load_model, load_tokenizer, token_logprobs
from torch import Tensor
from torch.nn import functional
from training import FrozenPairs, Settings, add_lora, save_adapter, train, upper_layers

KEPT_OUT = 16


def response_logprobs(model, data: FrozenPairs, indexes: list[int]) -> Tensor:
    """log p(response | prompt) of (chosen, rejected) [batch, 2], in nats."""
    batch, hidden = data.batch(indexes)
    normed = upper_layers(model, batch, hidden)
    rows, targets, owners = [], [], []
    for place, index in enumerate(indexes):
        pair = data.pairs[index]
        for k, (predicting, tokens) in enumerate(
            zip(pair.predicting_rows(), (pair.chosen, pair.rejected))
        ):
            rows += [place * normed.shape[1] + row for row in predicting]
            targets += tokens
            owners += [2 * place + k] * len(tokens)
    rows, targets, owners = (torch.tensor(part, device=DEVICE) for part in (rows, targets, owners))
    logprobs = token_logprobs(normed.flatten(0, 1)[rows], targets, model.lm_head.weight)
    sums = torch.zeros(2 * len(indexes), device=DEVICE).index_add(0, owners, logprobs)
    return sums.view(-1, 2)


@torch.no_grad()
def all_logprobs(model, data: FrozenPairs, indexes: list[int], tokens: int) -> Tensor:
    """As response_logprobs for any number of pairs; rows of other pairs are left zero."""
    found = torch.zeros(len(data), 2)
    for group in data.passes(indexes, tokens):
        found[group] = response_logprobs(model, data, group).cpu()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="id of the adapter, and its folder in models/")
    parser.add_argument("pairs", help="JSONL file, or hh-train")
    parser.add_argument("--limit", type=int, help="train on so many of the pairs, the shortest")
    parser.add_argument("--beta", type=float, default=0.1)
    parser.add_argument(
        "--nll",
        type=float,
        default=0.0,
        help="weight of -log p(chosen) a token: keeps DPO from lowering both responses (Pang et al. 2024)",
    )
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--learning-rate", type=float, default=Settings.learning_rate)
    parser.add_argument("--finish", action="store_true", help="end a stopped run with its best")
    arguments = parser.parse_args()
    settings = Settings(
        epochs=arguments.epochs,
        learning_rate=arguments.learning_rate,
        tokens_per_pass=1024,
        evaluate_every=10,
    )
    pairs = encode_pairs(load_tokenizer(), read_pairs(arguments.pairs))
    data = FrozenPairs(arguments.pairs, pairs, arguments.limit)
    model = load_model()
    reference = reference_logprobs(arguments.name, model, data, settings.tokens_per_pass)
    peft_model = add_lora(model, settings)
    order = torch.randperm(
        len(data), generator=torch.Generator().manual_seed(settings.seed)
    ).tolist()
    validation, training = order[: len(data) // KEPT_OUT], order[len(data) // KEPT_OUT :]

    def margins(logprobs: Tensor, indexes: list[int]) -> Tensor:
        ratios = logprobs - reference[indexes].to(logprobs.device)
        return arguments.beta * (ratios[:, 0] - ratios[:, 1])

    def loss(indexes: list[int]) -> Tensor:
        found = response_logprobs(model, data, indexes)
        lengths = torch.tensor([len(data.pairs[i].chosen) for i in indexes], device=DEVICE)
        kept = arguments.nll * found[:, 0] / lengths
        return -(functional.logsigmoid(margins(found, indexes)) + kept).sum()

    def evaluate() -> dict[str, float]:
        found = all_logprobs(model, data, validation, settings.tokens_per_pass)[validation]
        margin = margins(found, validation)
        return {
            "fit": functional.logsigmoid(margin).mean().item(),
            "accuracy": (margin > 0).float().mean().item(),
            "chosen log ratio": (found - reference[validation])[:, 0].mean().item(),
        }

    weights = [p for p in peft_model.parameters() if p.requires_grad]
    train(arguments.name, weights, data, training, settings, loss, evaluate, arguments.finish)
    save_adapter(peft_model, MODELS / arguments.name, "CAUSAL_LM", {})


def reference_logprobs(name: str, model, data: FrozenPairs, tokens: int) -> Tensor:
    """Of the plain model [pairs, 2]; computed once."""
    path = SCRATCH / name / "reference.pt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        found = all_logprobs(model, data, list(range(len(data))), tokens)
        torch.save({"indexes": data.indexes, "logprobs": found}, path)
    kept = torch.load(path)
    if kept["indexes"] != data.indexes:
        raise SystemExit(f"{path} is of other pairs; move it away first.")
    return kept["logprobs"]


if __name__ == "__main__":
    main()
