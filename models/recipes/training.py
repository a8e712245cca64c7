"""LoRA on the layers above the split, and a training loop that can be stopped and resumed."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from frozen import read_frozen
from pairs import Batch, TokenPair, length_batches, make_batch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from smollm2 import BASE_ID, DEVICE, SCRATCH, SPLIT, run_layers
from torch import Tensor

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True)
class Settings:
    epochs: float = 3
    pairs_per_step: int = 16
    tokens_per_pass: int = 2048
    learning_rate: float = 2e-4
    warm_up_steps: int = 10
    weight_decay: float = 0.01
    rank: int = 16
    alpha: int = 32
    seed: int = 0
    evaluate_every: int = 31


def add_lora(model, settings: Settings):
    """Puts the adapter into the model itself; the PEFT wrapper that is returned saves it."""
    torch.manual_seed(settings.seed)
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        target_modules=TARGETS,
        layers_to_transform=list(range(SPLIT, model.config.num_hidden_layers)),
    )
    return get_peft_model(model, config, autocast_adapter_dtype=False)


def upper_layers(model, batch: Batch, hidden: Tensor) -> Tensor:
    """Normed last hidden states [batch, length, width] from the states at the split."""
    decoder = model.model
    stop = model.config.num_hidden_layers
    return decoder.norm(run_layers(decoder, hidden, batch.positions, batch.mask, SPLIT, stop))


class FrozenPairs:
    """Token pairs with what frozen.py kept of them.

    @param limit takes only so many, the shortest, which is what an unfinished pass has seen
    """

    def __init__(self, name: str, pairs: list[TokenPair], limit: int | None = None) -> None:
        kept = read_frozen(name)
        if len(kept) < min(len(pairs), limit or len(pairs)):
            raise SystemExit(
                f"{len(kept)} of {len(pairs)} pairs are prepared; run: python frozen.py {name}"
            )
        self.indexes = sorted(sorted(kept, key=lambda i: len(pairs[i]))[:limit])
        self.pairs = [pairs[i] for i in self.indexes]
        self.kept = [kept[i] for i in self.indexes]

    def __len__(self) -> int:
        return len(self.pairs)

    def batch(self, indexes: list[int]) -> tuple[Batch, Tensor]:
        """The trees of some pairs, and their hidden states at the split [batch, length, width]."""
        states = [self.kept[i]["hidden"] for i in indexes]
        hidden = torch.nn.utils.rnn.pad_sequence(states, batch_first=True)
        return make_batch([self.pairs[i] for i in indexes]), hidden.to(DEVICE)

    def passes(self, indexes: list[int], tokens: int) -> list[list[int]]:
        groups = length_batches([len(self.pairs[i]) for i in indexes], tokens)
        return [[indexes[j] for j in group] for group in groups]


class MasterWeights:
    """AdamW over fp32 copies of bfloat16 weights, which are too coarse for small steps."""

    def __init__(self, weights: list[Tensor], settings: Settings) -> None:
        self.weights = weights
        self.masters = [weight.detach().float().clone() for weight in weights]
        for master in self.masters:
            master.grad = torch.zeros_like(master)
        self.optimizer = torch.optim.AdamW(
            self.masters,
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            betas=(0.9, 0.98),
        )

    def collect(self) -> None:
        for weight, master in zip(self.weights, self.masters):
            if weight.grad is not None:
                master.grad += weight.grad.float()
                weight.grad = None

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        torch.nn.utils.clip_grad_norm_(self.masters, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        self.optimizer.step()
        for weight, master in zip(self.weights, self.masters):
            weight.copy_(master)
            master.grad.zero_()

    def state(self) -> dict:
        return {"masters": self.masters, "optimizer": self.optimizer.state_dict()}

    @torch.no_grad()
    def restore(self, state: dict) -> None:
        for weight, master, saved in zip(self.weights, self.masters, state["masters"]):
            master.copy_(saved)
            weight.copy_(saved)
        self.optimizer.load_state_dict(state["optimizer"])


def train(
    name: str,
    weights: list[Tensor],
    data: FrozenPairs,
    indexes: list[int],
    settings: Settings,
    loss: Callable[[list[int]], Tensor],
    evaluate: Callable[[], dict[str, float]],
    finish: bool = False,
) -> None:
    """Trains `weights` on the pairs `indexes`; leaves them as evaluate()["fit"] was largest.

    loss(some) is the sum over those pairs. A run that was stopped goes on from its last checkpoint;
    with `finish` it takes the best so far instead.
    """
    folder = SCRATCH / name
    folder.mkdir(parents=True, exist_ok=True)
    masters = MasterWeights(weights, settings)
    per_epoch = len(indexes) // settings.pairs_per_step
    steps = round(per_epoch * settings.epochs)
    step, best, history = 0, None, []
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        if saved["settings"] != asdict(settings):
            raise SystemExit(f"{checkpoint} is of a run with other settings; move it away first.")
        masters.restore(saved)
        step, best, history = saved["step"], saved["best"], saved["history"]
        print(f"{'ending' if finish else 'going on'} after step {step}")
    elif finish:
        raise SystemExit(f"There is no run to finish: {checkpoint} does not exist.")
    started, first = time.time(), step
    while step < steps and not finish:
        epoch, place = divmod(step, per_epoch)
        shuffled = torch.Generator().manual_seed(settings.seed * 1000 + epoch)
        order = torch.randperm(len(indexes), generator=shuffled).tolist()
        chosen = order[place * settings.pairs_per_step : (place + 1) * settings.pairs_per_step]
        step_indexes = [indexes[i] for i in chosen]
        total = 0.0
        for group in data.passes(step_indexes, settings.tokens_per_pass):
            value = loss(group) / len(step_indexes)
            value.backward()
            masters.collect()
            total += value.item()
        masters.step(settings.learning_rate * schedule(step, steps, settings.warm_up_steps))
        step += 1
        left = (time.time() - started) / (step - first) * (steps - step) / 60
        print(f"{name} step {step}/{steps} loss {total:.4f}, {left:.1f} min left", flush=True)
        if step % settings.evaluate_every == 0 or step == steps:
            figures = {"step": step, "loss": total, **evaluate()}
            history.append(figures)
            print(json.dumps(figures), flush=True)
            if best is None or figures["fit"] > best["figures"]["fit"]:
                best = {"figures": figures, "weights": [m.clone() for m in masters.masters]}
            saved = {"settings": asdict(settings), "step": step, "best": best, "history": history}
            torch.save({**saved, **masters.state()}, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
    with torch.no_grad():
        for weight, value in zip(weights, best["weights"]):
            weight.copy_(value)
    (folder / "history.json").write_text(json.dumps(history, indent=1))


def schedule(step: int, steps: int, warm_up: int) -> float:
    """Linear warm-up, then a cosine down to a tenth."""
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.55 + 0.45 * math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up))


def save_adapter(peft_model, folder: Path, task: str, extra: dict[str, Tensor]) -> None:
    """PEFT's layout, weights in fp16; `extra` holds whole weights such as a score head."""
    folder.mkdir(parents=True, exist_ok=True)
    config = peft_model.peft_config["default"]
    config.base_model_name_or_path = BASE_ID
    config.target_modules = TARGETS
    config.inference_mode = True
    config.task_type = task
    config.modules_to_save = sorted({key.split(".")[-2] for key in extra}) or None
    config.save_pretrained(folder)
    path = folder / "adapter_config.json"
    # The runtime's version is no property of the adapter.
    described = {k: v for k, v in json.loads(path.read_text()).items() if k != "peft_version"}
    path.write_text(json.dumps(described, indent=2) + "\n")
    tensors = {**get_peft_model_state_dict(peft_model, save_embedding_layers=False), **extra}
    save_file(
        {key: value.detach().half().contiguous().cpu() for key, value in tensors.items()},
        folder / "adapter_model.safetensors",
        metadata={"format": "pt"},
    )
