"""Trains hh-harmless: LoRA and a score head on the shipped model, Bradley-Terry loss.

    python train_reward.py            (resumes by itself)

Run `python frozen.py hh-train` and `python frozen.py hh-validation` first.
"""

import argparse
from dataclasses import dataclass

import torch
from frozen import read_pairs
from pairs import Batch, encode_pairs
from smollm2 import DEVICE, MODELS, load_model, load_tokenizer
from torch import Tensor
from torch.nn import functional
from training import FrozenPairs, Settings, add_lora, save_adapter, train, upper_layers

# Weight of the loss on the mean score over a response's tokens. Decoding reads the score of texts
# that are not finished, which the loss at the last token alone leaves free.
EVERY_TOKEN = 0.5
# Keeps the scores of a pair around zero, which Bradley-Terry leaves free (Eisenstein et al. 2023).
CENTRED = 0.01


@dataclass(frozen=True)
class Scores:
    """Of (chosen, rejected): at the last token and the mean over tokens [pairs, 2].

    every [tokens] has those at all tokens of all responses.
    """

    last: Tensor
    mean: Tensor
    every: Tensor


def scores_of(normed: Tensor, head: Tensor, batch: Batch) -> Scores:
    """For normed last hidden states [batch, length, width] and the score head's weights [width]."""
    every = normed.float() @ head.float()
    last, mean = [], []
    for k in (1, 2):
        own = batch.kind == k
        mean.append((every * own).sum(1) / own.sum(1))
        end = own.long().cumsum(1).argmax(1)
        last.append(every.gather(1, end[:, None])[:, 0])
    return Scores(torch.stack(last, 1), torch.stack(mean, 1), every[batch.kind > 0])


def bradley_terry(scores: Tensor) -> Tensor:
    return -functional.logsigmoid(scores[:, 0] - scores[:, 1])


@torch.no_grad()
def score_pairs(model, heads: Tensor, data: FrozenPairs, tokens: int) -> list[Scores]:
    """For all pairs, in their order, and each of the heads [heads, width]."""
    parts: list[list[Scores]] = [[] for _ in heads]
    order = data.passes(list(range(len(data))), tokens)
    for group in order:
        batch, hidden = data.batch(group)
        normed = upper_layers(model, batch, hidden)
        for own, head in zip(parts, heads):
            own.append(scores_of(normed, head, batch))
    back = torch.tensor([index for group in order for index in group]).argsort()
    return [
        Scores(
            torch.cat([part.last for part in own]).cpu()[back],
            torch.cat([part.mean for part in own]).cpu()[back],
            torch.cat([part.every for part in own]).cpu(),
        )
        for own in parts
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="hh-harmless")
    parser.add_argument("--epochs", type=float, default=Settings.epochs)
    parser.add_argument("--learning-rate", type=float, default=Settings.learning_rate)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="train on so many of the pairs, the shortest")
    parser.add_argument("--finish", action="store_true", help="end a stopped run with its best")
    arguments = parser.parse_args()
    settings = Settings(
        epochs=arguments.epochs, learning_rate=arguments.learning_rate, seed=arguments.seed
    )
    tokenizer = load_tokenizer()
    training, validation = (
        FrozenPairs(name, encode_pairs(tokenizer, read_pairs(name)), limit)
        for name, limit in (("hh-train", arguments.limit), ("hh-validation", None))
    )
    model = load_model()
    peft_model = add_lora(model, settings)
    head = torch.nn.Parameter(
        torch.zeros(1, model.config.hidden_size, device=DEVICE, dtype=model.dtype)
    )
    weights = [p for p in peft_model.parameters() if p.requires_grad] + [head]

    def loss(indexes: list[int]) -> Tensor:
        batch, hidden = training.batch(indexes)
        found = scores_of(upper_layers(model, batch, hidden), head[0], batch)
        centre = CENTRED * found.last.sum(1) ** 2
        return (bradley_terry(found.last) + EVERY_TOKEN * bradley_terry(found.mean) + centre).sum()

    def evaluate() -> dict[str, float]:
        [found] = score_pairs(model, head, validation, settings.tokens_per_pass)
        return {
            "accuracy": (found.last[:, 0] > found.last[:, 1]).float().mean().item(),
            "accuracy of mean": (found.mean[:, 0] > found.mean[:, 1]).float().mean().item(),
            "fit": -bradley_terry(found.last).mean().item(),
        }

    train(
        arguments.name,
        weights,
        training,
        list(range(len(training))),
        settings,
        loss,
        evaluate,
        arguments.finish,
    )
    save_adapter(
        peft_model, MODELS / arguments.name, "SEQ_CLS", {"base_model.model.score.weight": head}
    )


if __name__ == "__main__":
    main()
