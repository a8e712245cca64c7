"""What the cards of hh-harmless and its sparse variants say; writes the variants too.

    python evaluate_reward.py         (after train_reward.py)

Scores are of the validation pairs, prompts and responses cut as in training.
"""

import shutil

import numpy as np
import torch
from peft import set_peft_model_state_dict
from safetensors.torch import load_file, save_file

from baselines import describe, wins_of
from frozen import read_pairs
from histogram import draw_histograms
from pairs import encode_pairs
from smollm2 import DEVICE, MODELS, load_model, load_tokenizer
from train_reward import score_pairs
from training import FrozenPairs, Settings, add_lora

REWARD = "hh-harmless"
WEIGHTS = "adapter_model.safetensors"
HEAD = "base_model.model.score.weight"
# Share of the score head's weights that are set to zero, those of least magnitude.
SPARSITY = {"hh-sparse-a": 0.5, "hh-sparse-b": 0.9}


def main() -> None:
    tokens = encode_pairs(load_tokenizer(), read_pairs("hh-validation"))
    validation = FrozenPairs("hh-validation", tokens)
    trained = load_file(MODELS / REWARD / WEIGHTS)
    model = load_model()
    adapter = add_lora(model, Settings())
    set_peft_model_state_dict(adapter, {k: v for k, v in trained.items() if k != HEAD})
    heads = {REWARD: trained[HEAD]}
    for name, share in SPARSITY.items():
        heads[name] = sparse(trained[HEAD], share)
        write_variant(name, {**trained, HEAD: heads[name]})

    stacked = torch.cat(list(heads.values())).to(DEVICE)
    found = dict(zip(heads, score_pairs(model, stacked, validation, Settings.tokens_per_pass)))
    before = found[REWARD].last.flatten().numpy()
    for name, scores in found.items():
        last = scores.last.flatten().numpy()
        describe(name, wins_of(scores.last.numpy()))
        ends, every = (np.percentile(x, [0.5, 99.5]) for x in (last, scores.every.numpy()))
        print(
            f"  0.5 and 99.5 percent of scores: {ends.round(2)}; at every token: {every.round(2)}"
        )
        print(f"  correlation with {REWARD}: {np.corrcoef(before, last)[0, 1]:.3f}")
        if name != REWARD:
            draw_histograms(MODELS / name / "scores.svg", {REWARD: before, name: last})


def sparse(head: torch.Tensor, share: float) -> torch.Tensor:
    """With the given share of the weights [1, width] set to zero."""
    kept = head.clone()
    kept[0, head[0].abs().argsort()[: round(share * head.shape[1])]] = 0
    return kept


def write_variant(name: str, tensors: dict[str, torch.Tensor]) -> None:
    folder = MODELS / name
    folder.mkdir(exist_ok=True)
    shutil.copy(MODELS / REWARD / "adapter_config.json", folder)
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


if __name__ == "__main__":
    main()
