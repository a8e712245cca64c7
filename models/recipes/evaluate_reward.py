"""What the cards of hh-harmless and its sparse variants say; writes the variants too.

    python evaluate_reward.py         (after train_reward.py)

Scores are of the validation pairs, prompts and responses cut as in training.
"""

import json
import math
import shutil

import numpy as np
import onnxruntime
import torch
from peft import set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from sklearn.linear_model import LogisticRegressionCV
from tokenizers import Tokenizer

from frozen import read_pairs
from histogram import draw_histograms
from pairs import Pair, encode_pairs
from smollm2 import MODELS, SCRATCH, load_model, load_tokenizer
from train_reward import score_pairs
from training import FrozenPairs, Settings, add_lora

REWARD = "hh-harmless"
WEIGHTS = "adapter_model.safetensors"
HEAD = "base_model.model.score.weight"
# Share of the score head's weights that are set to zero, those of least magnitude.
SPARSITY = {"hh-sparse-a": 0.5, "hh-sparse-b": 0.9}


def main() -> None:
    tokenizer = load_tokenizer()
    pairs = read_pairs("hh-validation")
    tokens = encode_pairs(tokenizer, pairs)
    validation = FrozenPairs("hh-validation", tokens)
    trained = load_file(MODELS / REWARD / WEIGHTS)
    model = load_model()
    adapter = add_lora(model, Settings(), "SEQ_CLS")
    heads = {REWARD: trained[HEAD].float()}
    for name, share in SPARSITY.items():
        heads[name] = sparse(heads[REWARD], share)
        write_variant(name, {**trained, HEAD: heads[name].half()})
    set_peft_model_state_dict(adapter, {k: v.bfloat16() for k, v in trained.items() if k != HEAD})
    found = {
        name: score_pairs(model, head, validation, Settings.tokens_per_pass) for name, head in heads.items()
    }

    report: dict = {"range": {}}
    for name, scores in found.items():
        report[name] = describe(name, wins_of(scores.last.numpy()))
        report["range"][name] = np.percentile(scores.every.numpy(), [0.5, 99.5]).tolist()
        print(f"  0.5 and 99.5 percent of the scores at all tokens: {report['range'][name]}")
    lengths = -np.array([[len(pair.chosen), len(pair.rejected)] for pair in tokens])
    report["shorter"] = describe("the shorter response", wins_of(lengths))
    report["minilm"] = describe("MiniLM and logistic regression", minilm_wins(read_pairs("hh-train"), pairs))
    (SCRATCH / REWARD / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    for name in SPARSITY:
        before, after = (found[key].last.flatten().numpy() for key in (REWARD, name))
        draw_histograms(MODELS / name / "scores.svg", {REWARD: before, name: after})


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


def wins_of(scores: np.ndarray) -> np.ndarray:
    """1 where the chosen response scores more, 0.5 on a tie; scores [pairs, 2]."""
    return (scores[:, 0] > scores[:, 1]) + 0.5 * (scores[:, 0] == scores[:, 1])


def describe(name: str, wins: np.ndarray) -> dict:
    low, high = wilson(wins.mean(), len(wins))
    print(f"{name}: {wins.mean():.3f} [{low:.3f}, {high:.3f}] of {len(wins)} pairs", flush=True)
    return {"accuracy": wins.mean(), "interval": [low, high]}


def wilson(share: float, count: int) -> tuple[float, float]:
    """95% interval of a proportion (Wilson 1927)."""
    z = 1.96
    centre = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (centre - half) / (1 + z * z / count), (centre + half) / (1 + z * z / count)


def minilm_wins(training: list[Pair], validation: list[Pair]) -> np.ndarray:
    """Logistic regression on the difference of the embeddings of last question with answer."""
    embed = load_embedding()

    def differences(pairs: list[Pair]) -> np.ndarray:
        asked = [pair.prompt[-1][1] if pair.prompt else "" for pair in pairs]
        chosen = np.stack([embed(f"{a}\n{pair.chosen}") for a, pair in zip(asked, pairs)])
        return chosen - np.stack([embed(f"{a}\n{pair.rejected}") for a, pair in zip(asked, pairs)])

    x = differences(training)
    regression = LogisticRegressionCV(Cs=np.logspace(-3, 2, 6), fit_intercept=False, cv=5)
    regression.fit(np.concatenate([x, -x]), np.repeat([1, 0], len(x)))
    return (regression.decision_function(differences(validation)) > 0).astype(float)


def load_embedding():
    """Maps a text to its all-MiniLM-L6-v2 embedding [384]: mean-pooled, normalised, 128 tokens."""
    folder = MODELS / "all-minilm-l6-v2"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(128)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(folder / "onnx" / "model_quantized.onnx", options)
    inputs = {entry.name for entry in session.get_inputs()}

    def embed(text: str) -> np.ndarray:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": 0 * ids}
        states = session.run(None, {name: feeds[name] for name in inputs})[0]
        mean = states[0].mean(0)
        return mean / np.linalg.norm(mean)

    return embed


if __name__ == "__main__":
    main()
