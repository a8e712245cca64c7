"""Times the authors' Transfer-Q code and plain greedy decoding of transformers on the CPU.

Reads {"texts": [...], "tokens": N, "authorTokens": M, "alpha": a, "topK": k, "threads": t} from standard
input, each text as the engine reads it (chat template applied), and prints a JSON line for each text:
milliseconds a token of both. Needs the packages of models/recipes/requirements.txt and tqdm.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import torch
from peft import PeftModel
from transformers import LlamaForSequenceClassification

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "models" / "recipes"))
from smollm2 import MODELS, load_model, load_tokenizer  # noqa: E402


def load_reward_model(base):
    """hh-harmless as the authors' code takes it: a sequence classifier with one label."""
    config = base.config.to_dict() | {"num_labels": 1, "pad_token_id": base.config.eos_token_id}
    model = LlamaForSequenceClassification(type(base.config).from_dict(config))
    model.model.load_state_dict(base.model.state_dict())
    model = PeftModel.from_pretrained(model.to(torch.float32), MODELS / "hh-harmless")
    return model.merge_and_unload().eval()


def authors_search(folder: Path, base, reward_model, tokenizer):
    """Their TQ_direct with these models in the place of those that its constructor downloads."""
    sys.path.insert(0, str(folder))
    from direct import TQ_direct

    search = TQ_direct.__new__(TQ_direct)
    search.llm_dev = search.rm_dev = "cpu"
    search.LLM, search.RM = base, reward_model
    search.tokenizer = search.reward_tokenizer = tokenizer
    return search


def without_devices() -> None:
    """Their code names cuda:0 and cuda:1 in places; here everything is on the CPU."""
    move = torch.Tensor.to

    def to(self, *args, **kwargs):
        on_cpu = ["cpu" if isinstance(a, str) and a.startswith("cuda") else a for a in args]
        return move(self, *on_cpu, **kwargs)

    torch.Tensor.to = to


def plain_ms(model, tokens, count: int) -> float:
    """Milliseconds a token after the first of greedy decoding."""

    def write(length: int) -> float:
        start = time.perf_counter()
        model.generate(tokens, min_new_tokens=length, max_new_tokens=length, do_sample=False)
        return time.perf_counter() - start

    write(2)
    return 1000 * (write(count + 1) - write(1)) / count


def main() -> None:
    asked = json.load(sys.stdin)
    torch.set_num_threads(asked["threads"])
    tokenizer = load_tokenizer()
    tokenizer.pad_token = tokenizer.eos_token
    base = load_model(torch.float32)
    base.generation_config.pad_token_id = base.config.eos_token_id
    without_devices()
    search = authors_search(Path(sys.argv[1]), base, load_reward_model(base), tokenizer)
    for text in asked["texts"]:
        tokens = tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        plain = plain_ms(base, tokens, asked["tokens"])
        with torch.no_grad(), contextlib.redirect_stdout(sys.stderr):
            start = time.perf_counter()
            search.generate(
                text,
                weight=1 / asked["alpha"],
                topk=asked["topK"],
                max_new_token=asked["authorTokens"],
                method="greedy",
            )
            authors = 1000 * (time.perf_counter() - start) / asked["authorTokens"]
        print(json.dumps({"length": tokens.shape[-1], "plain": plain, "authors": authors}))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
