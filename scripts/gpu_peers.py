"""Times transformers and Algorithm 1 in plain torch on the shipped weights, on a GPU or the CPU.

    python3 scripts/gpu_peers.py < asked.json

Needs Python 3.10 with torch and transformers; no network. Reads one JSON object:

    gguf, adapter     the language model's file; folder of the reward's LoRA and score head
    device            "cuda" or "cpu"
    dtypes            any of "fp16", "bf16", "fp32"
    prompts           lists of token ids, chat template applied
    tokens            of a response: T
    algorithm1Tokens  how many of them Algorithm 1 writes
    k, rollout, alpha as the engine's options --k, --rollout, --alpha
    range             optional [low, high] to which rewards are clamped, as the engine clamps them to
                      the "range" of models/manifest.json; without it they are not

and prints lines of JSON as they are known: {"peer": "versions", "torch", "transformers", "device",
"cuda"}, then for each dtype and prompt {"peer": "transformers", "dtype", "promptTokens",
"msPerToken", "ids"} and {"peer": "algorithm1", the same, "rewardCalls"}. rewardCalls counts the
responses that were scored. ids end at an end token, which is among them.

The tests need no Python, so repeat this check by hand after a change: with "device": "cpu",
"dtypes": ["fp32"] and "range", the ids are those that the engine writes for the same prompt,
`tqstar generate --json --format fp32 --device cpu --max-tokens T --prompt TEXT` with `--method sft`
and with `--method tq --exhaustive --reward hh-harmless --k K --rollout H --alpha A`.
"""

import json
import platform
import sys
import time
from pathlib import Path

try:
    import torch
    import transformers
    from algorithm1 import Algorithm1, Setting
    from gguf_llama import RewardModel, UnusableFile, language_model, merge_adapter, read_llama
    from safetensors import SafetensorError
except ImportError as error:
    sys.exit(f"{Path(__file__).name} needs the Python module {error.name}: {error}.")

DTYPES = {"fp16": torch.float16, "bf16": torch.bfloat16, "fp32": torch.float32}
REPEATS = 3


def is_count(value, least: int = 1) -> bool:
    return type(value) is int and value >= least


def is_number(value) -> bool:
    return type(value) in (int, float) and abs(value) < float("inf")


def is_prompts(value) -> bool:
    return isinstance(value, list) and all(
        isinstance(ids, list) and ids and all(is_count(token, 0) for token in ids) for ids in value
    )


FIELDS = {
    "gguf": (lambda v: isinstance(v, str), "the path of a GGUF file"),
    "adapter": (lambda v: isinstance(v, str), "the path of an adapter's folder"),
    "device": (lambda v: v in ("cuda", "cpu"), '"cuda" or "cpu"'),
    "dtypes": (
        lambda v: isinstance(v, list) and v and all(name in DTYPES for name in v),
        f"a list of {', '.join(DTYPES)}",
    ),
    "prompts": (is_prompts, "a list of lists of token ids"),
    "tokens": (lambda v: is_count(v, 2), "a whole number of 2 or more"),
    "algorithm1Tokens": (is_count, "a whole number of 1 or more"),
    "k": (is_count, "a whole number of 1 or more"),
    "rollout": (is_count, "a whole number of 1 or more"),
    "alpha": (lambda v: is_number(v) and v > 0, "a number above 0"),
    "range": (
        lambda v: v is None
        or (isinstance(v, list) and len(v) == 2 and all(map(is_number, v)) and v[0] < v[1]),
        "two numbers, the smaller first, or left out",
    ),
}


def read_asked() -> dict:
    """Standard input, checked."""
    try:
        asked = json.load(sys.stdin)
    except ValueError as error:
        sys.exit(f"Standard input is not JSON: {error}.")
    if not isinstance(asked, dict):
        sys.exit("Standard input must be one JSON object.")
    for name, (allowed, what) in FIELDS.items():
        if not allowed(asked.get(name)):
            sys.exit(f'"{name}" is {json.dumps(asked.get(name))}; it must be {what}.')
    if asked["algorithm1Tokens"] > asked["tokens"]:
        sys.exit(f'"algorithm1Tokens" must be at most "tokens", {asked["tokens"]}.')
    return asked


def check_device(asked: dict) -> None:
    if asked["device"] == "cpu":
        return
    if not torch.cuda.is_available():
        sys.exit(f"The device cuda is not there: torch {torch.__version__} finds no usable card.")
    if "bf16" in asked["dtypes"] and not torch.cuda.is_bf16_supported():
        sys.exit(f'{torch.cuda.get_device_name()} has no bfloat16; leave "bf16" out of "dtypes".')


def check_prompts(asked: dict, config: transformers.LlamaConfig) -> None:
    for index, ids in enumerate(asked["prompts"], 1):
        if max(ids) >= config.vocab_size:
            sys.exit(f"Prompt {index} has token {max(ids)}; the model has {config.vocab_size} tokens.")
        if len(ids) + asked["tokens"] > config.max_position_embeddings:
            sys.exit(
                f"Prompt {index} of {len(ids)} tokens and {asked['tokens']} more are over the "
                f"{config.max_position_embeddings} that the model reads."
            )


def emit(**line) -> None:
    print(json.dumps(line), flush=True)


class Clock:
    """Milliseconds of work on the device, waited for."""

    def __init__(self, device: str):
        self.on_card = device == "cuda"

    def time(self, work) -> tuple[float, object]:
        start = self.now()
        done = work()
        return self.now() - start, done

    def now(self) -> float:
        if self.on_card:
            torch.cuda.synchronize()
        return 1000 * time.perf_counter()


def plain(model, prompt: list[int], count: int, clock: Clock) -> tuple[float, list[int]]:
    """Greedy decoding with the cache: milliseconds a token after the first, and the tokens.

    It does not stop at an end token, so that every prompt is timed over the same number of tokens.
    """
    tokens = torch.tensor([prompt], device=model.device)

    def write(length: int) -> list[int]:
        how = transformers.GenerationConfig(max_new_tokens=length, do_sample=False, use_cache=True)
        mask = torch.ones_like(tokens)
        whole = model.generate(tokens, attention_mask=mask, generation_config=how)
        return whole[0, len(prompt) :].tolist()

    ids = write(count)  # warms up
    # What else runs on the machine only ever adds time.
    first = min(clock.time(lambda: write(1))[0] for _ in range(REPEATS))
    whole = min(clock.time(lambda: write(count))[0] for _ in range(REPEATS))
    return (whole - first) / (count - 1), ids


def up_to_end(ids: list[int], ends: list[int]) -> list[int]:
    end = next((index for index, token in enumerate(ids) if token in ends), len(ids))
    return ids[: end + 1]


def run(asked: dict) -> None:
    config, weights, ends = read_llama(Path(asked["gguf"]))
    check_prompts(asked, config)
    reward_weights, head = merge_adapter(weights, Path(asked["adapter"]))
    setting = Setting(
        top_k=asked["k"],
        rollout_length=asked["rollout"],
        alpha=asked["alpha"],
        longest=asked["tokens"],
        range=asked.get("range"),
    )
    clock = Clock(asked["device"])
    for dtype in asked["dtypes"]:
        how = {"device": asked["device"], "dtype": DTYPES[dtype]}
        policy = language_model(config, weights, **how)
        reward = RewardModel(config, reward_weights, head, **how)
        search = Algorithm1(policy, reward, ends, setting)
        for prompt in asked["prompts"]:
            about = {"dtype": dtype, "promptTokens": len(prompt)}
            ms, ids = plain(policy, prompt, asked["tokens"], clock)
            emit(peer="transformers", **about, msPerToken=ms, ids=up_to_end(ids, ends))
            search.write(prompt, 1)  # warms up
            ms, written = clock.time(lambda: search.write(prompt, asked["algorithm1Tokens"]))
            emit(
                peer="algorithm1",
                **about,
                msPerToken=ms / len(written.ids),
                ids=written.ids,
                rewardCalls=written.reward_calls,
            )


def main() -> None:
    asked = read_asked()
    transformers.logging.set_verbosity_error()
    check_device(asked)
    on_card = asked["device"] == "cuda"
    emit(
        peer="versions",
        torch=torch.__version__,
        transformers=transformers.__version__,
        device=torch.cuda.get_device_name() if on_card else platform.processor() or platform.machine(),
        cuda=torch.version.cuda if on_card else None,
    )
    try:
        run(asked)
    except OSError as error:
        sys.exit(f"{error.filename or asked['adapter']} cannot be read: {error.strerror or error}.")
    except UnusableFile as error:
        sys.exit(str(error))
    except SafetensorError as error:
        sys.exit(f"{asked['adapter']} has no readable adapter_model.safetensors: {error}.")
    except torch.cuda.OutOfMemoryError:
        sys.exit("The card's memory does not hold the models and the batch; free some or lower k.")


if __name__ == "__main__":
    main()
