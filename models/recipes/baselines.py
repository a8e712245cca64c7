"""What a reward model must beat on the validation pairs: response length, and MiniLM embeddings.

python baselines.py
"""

import math

import numpy as np
import onnxruntime
from sklearn.linear_model import LogisticRegressionCV
from tokenizers import Tokenizer

from pairs import Pair, encode_pairs, read_hh
from smollm2 import MODELS, load_tokenizer


def main() -> None:
    validation = read_hh("validation")
    lengths = [
        [-len(pair.chosen), -len(pair.rejected)]
        for pair in encode_pairs(load_tokenizer(), validation)
    ]
    describe("the shorter response", wins_of(np.array(lengths)))
    describe("MiniLM and logistic regression", minilm_wins(read_hh("train"), validation))


def wins_of(scores: np.ndarray) -> np.ndarray:
    """1 where the chosen response scores more, 0.5 on a tie; scores [pairs, 2]."""
    return (scores[:, 0] > scores[:, 1]) + 0.5 * (scores[:, 0] == scores[:, 1])


def describe(name: str, wins: np.ndarray) -> None:
    low, high = wilson(wins.mean(), len(wins))
    print(f"{name}: {wins.mean():.3f} [{low:.3f}, {high:.3f}] of {len(wins)} pairs", flush=True)


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
    options.intra_op_num_threads = 2
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
