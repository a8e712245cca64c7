"""The one pass over a set of pairs through the frozen layers, kept on disk.

For each pair: the hidden states where training starts, and pooled hidden states for a linear probe.
A pass that was stopped goes on where it was.
"""

import argparse
import time
from pathlib import Path

import torch
from pairs import TokenPair, encode_pairs, length_batches, make_batch, read_hh, read_jsonl_pairs
from smollm2 import SCRATCH, SPLIT, load_model, load_tokenizer, run_layers
from torch import Tensor

# Layers after which they are pooled; the last is where training starts.
PROBED = (10, 16, SPLIT)


def read_pairs(name: str) -> list:
    """`hh-train`, `hh-validation`, or the path of a JSONL file."""
    return (
        read_hh(name.removeprefix("hh-"))
        if name.startswith("hh-")
        else read_jsonl_pairs(Path(name))
    )


@torch.no_grad()
def run_batch(model, pairs: list[TokenPair]) -> list[dict[str, Tensor]]:
    batch = make_batch(pairs)
    hidden = model.model.embed_tokens(batch.tokens)
    pooled: list[list[Tensor]] = [[] for _ in pairs]
    for start, stop in zip((0, *PROBED), PROBED):
        hidden = run_layers(model.model, hidden, batch.positions, batch.mask, start, stop)
        for row, kinds in enumerate(batch.kind):
            responses = [hidden[row][kinds == k].float() for k in (1, 2)]
            pooled[row].append(torch.stack([torch.stack([r[-1], r.mean(0)]) for r in responses]))
    return [
        {
            "hidden": hidden[row, : len(pair)].clone().cpu(),
            "pooled": torch.stack(pooled[row]).half().cpu(),
        }
        for row, pair in enumerate(pairs)
    ]


def frozen_folder(name: str) -> Path:
    return SCRATCH / f"frozen-{Path(name).stem}"


def read_frozen(name: str) -> dict[int, dict[str, Tensor]]:
    """What is kept of each pair, by its index: hidden [length, width] at the split, and pooled
    [layers, 2, 2, width]: the chosen and the rejected response's last and mean hidden states.
    """
    kept: dict[int, dict[str, Tensor]] = {}
    for path in sorted(frozen_folder(name).glob("*.pt")):
        kept.update(torch.load(path))
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="hh-train, hh-validation or a JSONL file")
    parser.add_argument("--shard", type=int, nargs=2, default=(0, 1), metavar=("I", "N"))
    arguments = parser.parse_args()
    folder = frozen_folder(arguments.name)
    folder.mkdir(parents=True, exist_ok=True)
    pairs = encode_pairs(load_tokenizer(), read_pairs(arguments.name))
    # The shortest come first: a pass that is cut short has then seen the most pairs for its time.
    shard, shards = arguments.shard
    batches = list(enumerate(length_batches([len(p) for p in pairs], 2048)))[shard::shards]
    wanted = [(folder / f"{n:04}.pt", batch) for n, batch in batches]
    wanted = [(path, batch) for path, batch in wanted if not path.exists()]
    total = sum(len(pairs[i]) for _, batch in wanted for i in batch)
    model = load_model()
    done, start = 0, time.time()
    for path, indexes in wanted:
        results = run_batch(model, [pairs[i] for i in indexes])
        torch.save(dict(zip(indexes, results)), path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)
        done += sum(len(pairs[i]) for i in indexes)
        speed = done / (time.time() - start)
        left = (total - done) / speed / 60
        print(f"{done}/{total} tokens, {speed:.0f}/s, {left:.1f} min left", flush=True)


if __name__ == "__main__":
    main()
