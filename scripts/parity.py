"""What transformers and PEFT make of a model: the reference that scripts/parity.ts compares with.

Reads a request from standard input (scripts/parity/transformers.ts) and writes the answers (the
schema of scripts/parity/reference.ts) to standard output. Nothing is asked of a network, and no
code of a model is run.
"""

import base64
import contextlib
import json
import os
import sys
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402
from transformers.utils.chat_template_utils import render_jinja_template  # noqa: E402

# Positions of a text whose logits are compared: enough to see a fault, few enough to read.
POSITIONS = 24
# Names of tokens that end a turn or a text, most of them from llama.cpp's src/llama-vocab.cpp: a
# program may end an answer at them whether the model's files declare them or not.
END_NAMES = {
    *("</s>", "<eos>", "[EOS]", "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>"),
    *("<|eom_id|>", "<|end|>", "<|return|>", "<|call|>", "<end_of_turn>", "<|end_of_turn|>"),
    *("<turn|>", "<EOT>", "[EOT]", "<end_of_utterance>", "<|endofprompt|>"),
    "<\uff5cend\u2581of\u2581sentence\uff5c>",
}


class Model:
    """The weights in fp32: a folder, a GGUF file (dequantised), or an adapter on either."""

    def __init__(self, path: Path, base: Path | None):
        source = base or path
        is_file = source.is_file()
        where, more = (source.parent, {"gguf_file": source.name}) if is_file else (source, {})
        # Eager attention is the formula itself. Pickled weights can run code: they are never read.
        self.model, loading = AutoModelForCausalLM.from_pretrained(
            where,
            dtype=torch.float32,
            attn_implementation="eager",
            use_safetensors=True,
            output_loading_info=True,
            **more,
        )
        # transformers fills in random numbers for these, and says so in a warning only.
        absent = sorted({*loading["missing_keys"], *map(str, loading.get("mismatched_keys", ()))})
        if absent:
            raise ValueError(f"transformers finds no weights for {', '.join(absent[:3])}")
        if is_file:
            # It would compute another model without a word.
            unread = Gguf(source).unread(getattr(self.model.config, "head_dim", None))
            if unread:
                raise ValueError(f"transformers leaves out {', '.join(unread)}; give --llama-server")
        if base is not None:
            self.model = adapted(self.model, path)
        self.model.eval()

    @property
    def rows(self) -> int:
        return self.model.get_input_embeddings().weight.shape[0]

    @torch.no_grad()
    def logits(self, ids: list[int]) -> np.ndarray:
        """[positions, vocabulary]"""
        return self.model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float().numpy()


def adapted(model, folder: Path):
    from peft import PeftModel

    # As AutoPeftModel does: an adapter whose own tokenizer has more tokens brings their rows.
    if (folder / "tokenizer_config.json").exists():
        tokens = len(AutoTokenizer.from_pretrained(folder))
        if tokens > model.get_input_embeddings().weight.shape[0]:
            model.resize_token_embeddings(tokens)
    return PeftModel.from_pretrained(model, folder)


def tokenizer_of(path: Path, base: Path | None):
    """The adapter's own tokenizer, else the base's; None for a GGUF file or without a file."""
    for folder in (path, base):
        if folder is not None and folder.is_dir() and (folder / "tokenizer.json").exists():
            return AutoTokenizer.from_pretrained(folder)
    return None


class Gguf:
    """Chat template and named tokens of a GGUF file."""

    def __init__(self, path: Path):
        from gguf import GGUFReader

        self.reader = GGUFReader(path)
        fields = self.reader.fields
        value = lambda key: fields[key].contents() if key in fields else None  # noqa: E731
        self.architecture = value("general.architecture")
        self.chat_template = value("tokenizer.chat_template")
        tokens = value("tokenizer.ggml.tokens") or []
        names = {"bos": "bos", "eos": "eos", "unk": "unknown", "pad": "padding"}
        ids = {name: value(f"tokenizer.ggml.{key}_token_id") for name, key in names.items()}
        self.special_tokens_map = {
            f"{name}_token": tokens[i]
            for name, i in ids.items()
            if i is not None and i < len(tokens)
        }

    def unread(self, head_dim: int | None) -> list[str]:
        """What transformers leaves out of the file's settings when it makes a model of them."""
        from transformers.integrations.ggml import GGUF_CONFIG_MAPPING

        start = f"{self.architecture}."
        names = {key.removeprefix(start) for key in self.reader.fields if key.startswith(start)}
        lengths = ("attention.key_length", "attention.value_length")
        same = {name for name in lengths if self.setting(name) == head_dim}
        factors = {tensor.name for tensor in self.reader.tensors} & {"rope_freqs.weight"}
        return sorted(names - same - set(GGUF_CONFIG_MAPPING[self.architecture]) | factors)

    def setting(self, name: str):
        field = self.reader.fields.get(f"{self.architecture}.{name}")
        return field.contents() if field else None


def variables_of(template: str) -> dict:
    """Text goes into a document, so a model that can think before it answers is asked not to."""
    return {"enable_thinking": False} if "enable_thinking" in template else {}


def rendered(source, messages: list[dict], add_generation_prompt: bool) -> str:
    template = source.chat_template
    (text,), _ = render_jinja_template(
        conversations=[messages],
        chat_template=template,
        add_generation_prompt=add_generation_prompt,
        **{**source.special_tokens_map, **variables_of(template)},
    )
    return text


def template_answers(source, conversations: list[dict]) -> list[dict]:
    answers = []
    for conversation in conversations:
        try:
            text = rendered(source, conversation["messages"], conversation["addGenerationPrompt"])
        # A template refuses by whatever exception it likes.
        except Exception:  # noqa: BLE001
            text = None
        answers.append({**conversation, "text": text})
    return answers


def token_answers(tokenizer, strings: list[str]) -> list[dict]:
    return [
        {
            "text": text,
            "ids": tokenizer.encode(text),
            "bare": tokenizer.encode(text, add_special_tokens=False),
        }
        for text in strings
    ]


def prompt_answers(tokenizer, prompts: list[dict]) -> list[dict]:
    """The tokens of a prompt laid out by the template, without a second begin token."""
    answers = []
    for prompt in prompts:
        system = [{"role": "system", "content": prompt["system"]}] if "system" in prompt else []
        try:
            text = rendered(tokenizer, [*system, {"role": "user", "content": prompt["text"]}], True)
            ids = tokenizer.encode(text, add_special_tokens=False)
        except Exception:  # noqa: BLE001
            ids = None
        answers.append({**prompt, "ids": ids})
    return answers


def declared_ends(tokenizer, folders: list[Path]) -> set[int]:
    ends = {tokenizer.eos_token_id}
    for folder in folders:
        for name in ("config.json", "generation_config.json"):
            if not (folder / name).exists():
                continue
            config = json.loads((folder / name).read_text("utf-8-sig"))
            for part in (config, config.get("text_config") or {}):
                value = part.get("eos_token_id")
                ends.update(value if isinstance(value, list) else [value])
    return {end for end in ends if isinstance(end, int)}


def end_answer(tokenizer, folders: list[Path]) -> dict:
    must = declared_ends(tokenizer, folders)
    special = set(tokenizer.all_special_ids) | {
        i for i, token in tokenizer.added_tokens_decoder.items() if token.special
    }
    may = {i for i in special if tokenizer.convert_ids_to_tokens(i) in END_NAMES}
    closes = None
    if tokenizer.chat_template:
        turns = (("user", "Question"), ("assistant", "Answer"))
        messages = [{"role": role, "content": content} for role, content in turns]
        with contextlib.suppress(Exception):
            after = rendered(tokenizer, messages, False).split("Answer")[1]
            ids = tokenizer.encode(after, add_special_tokens=False)
            closes = next((i for i in ids if i in must | may), None)
    if closes is None:
        closes = tokenizer.eos_token_id
    if closes is not None:
        must.add(closes)
    return {"must": sorted(must), "may": sorted(may | must), "closes": closes}


def texts_to_score(model: Model, tokenizer, texts: list[str]) -> list[list[int]]:
    """Token ids with a row in the model; without a tokenizer, ids from all of the vocabulary."""
    if tokenizer is None:
        return np.random.default_rng(1).integers(0, model.rows, (3, POSITIONS)).tolist()
    ids = [[i for i in tokenizer.encode(text) if i < model.rows][:POSITIONS] for text in texts]
    return [each for each in ids if each]


def logits_answers(model: Model, sequences: list[list[int]]) -> list[dict]:
    answers = []
    for ids in sequences:
        logits = model.logits(ids)
        encoded = base64.b64encode(np.ascontiguousarray(logits, "<f4").tobytes()).decode()
        answers.append({"inputIds": ids, "logitsShape": list(logits.shape), "logits": encoded})
    return answers


def greedy_answers(model: Model, starts: list[list[int]], ends: set[int], count: int) -> list[dict]:
    """The likeliest continuation, with how far the likeliest token is before the second one."""
    answers = []
    for start in starts:
        ids, margins = list(start), []
        while len(margins) < count and not (margins and ids[-1] in ends):
            last = model.logits(ids)[-1]
            second, first = np.sort(np.partition(last, -2)[-2:])
            ids.append(int(last.argmax()))
            margins.append(float(first - second))
        answers.append({"inputIds": start, "ids": ids[len(start) :], "margins": margins})
    return answers


def main() -> None:
    # What libraries print must not get into the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    request = json.load(sys.stdin)
    path, base = Path(request["model"]), request.get("base")
    base = Path(base) if base else None
    wanted = set(request["subjects"])
    by = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}"
    if base is not None:
        import peft

        by += f", peft {peft.__version__}"
    result: dict = {"by": by, "missing": {}}
    try:
        fill(result, request, path, base, wanted)
    # Whatever goes wrong in opening a model is the answer: it cannot be opened.
    except Exception as error:  # noqa: BLE001
        result["error"] = f"{type(error).__name__}: {' '.join(str(error).split())}"[:600]
    json.dump(result, answers)


def fill(result: dict, request: dict, path: Path, base: Path | None, wanted: set[str]) -> None:
    tokenizer = tokenizer_of(path, base)
    source = tokenizer
    weights = base or path
    if tokenizer is None:
        reason = "the folder has no tokenizer.json"
        if weights.is_file():
            source = Gguf(weights)
            reason = "transformers only converts a GGUF's tokenizer; give --llama-server"
        lacking = wanted & {"tokens", "prompt", "ends"}
        result["missing"] |= {subject: reason for subject in lacking}
    if "template" in wanted and source is not None and source.chat_template:
        result["template"] = template_answers(source, request["conversations"])
    elif "template" in wanted and source is not None:
        result["template"] = []
    elif "template" in wanted:
        result["missing"]["template"] = reason
    ends: set[int] = set()
    if tokenizer is not None:
        if "tokens" in wanted:
            result["tokens"] = token_answers(tokenizer, request["strings"])
        if "prompt" in wanted:
            laid_out = request["prompts"] if tokenizer.chat_template else []
            result["prompt"] = prompt_answers(tokenizer, laid_out)
        answer = end_answer(tokenizer, [each for each in (base, path) if each and each.is_dir()])
        ends = set(answer["may"])
        if "ends" in wanted:
            result["ends"] = answer
    if not wanted & {"logits", "greedy"}:
        return
    try:
        model = Model(path, base)
    except Exception as error:  # noqa: BLE001
        result["modelError"] = f"{type(error).__name__}: {' '.join(str(error).split())}"[:600]
        return
    sequences = texts_to_score(model, tokenizer, request["texts"])
    if "logits" in wanted:
        result["logits"] = logits_answers(model, sequences)
    if "greedy" in wanted:
        asked = [each["ids"] for each in result.get("prompt", []) if each["ids"]]
        starts = [ids for ids in [*asked, *sequences] if max(ids) < model.rows][:2]
        result["greedy"] = greedy_answers(model, starts, ends, request["newTokens"])


if __name__ == "__main__":
    main()
