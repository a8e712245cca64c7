"""The Llama models of a GGUF file and of a LoRA adapter with a score head, in transformers.

Needs torch, transformers and what those bring (numpy, safetensors). Weights are dequantised to
fp32, as the engine's are, and cast to the wanted dtype at the end.
"""

import json
import re
import struct
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaForCausalLM, LlamaModel

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
F32, F16, Q4_1, Q8_0 = 0, 1, 3, 8
# Weights and bytes of a block.
BLOCKS = {F32: (1, 4), F16: (1, 2), Q4_1: (32, 20), Q8_0: (32, 34)}
MODULES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
WHOLE = {
    "token_embd": "model.embed_tokens.weight",
    "output_norm": "model.norm.weight",
    "output": "lm_head.weight",
}
CONTROL_TOKEN = 3
# Those of src/engine/models/tokenizer/end-tokens.ts: the engine ends a response at any of them.
END_TEXTS = {
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<end_of_turn>",
    "<|end_of_turn|>",
    "<\uff5cend\u2581of\u2581sentence\uff5c>",
}
# What makes another product than B A * alpha / r, or changes more than linears.
OTHER_LORA = ("use_dora", "use_rslora", "rank_pattern", "alpha_pattern", "fan_in_fan_out")


class UnusableFile(Exception):
    """A model file that is not what is read here; the message is a sentence."""


def read_gguf(path: Path) -> tuple[dict, dict[str, tuple[np.ndarray, int, tuple[int, ...]]]]:
    """Metadata, and of each tensor its bytes from its first on, type and shape (outermost first)."""
    data = np.memmap(path, np.uint8, "r")
    place = 0

    def take(code: str):
        nonlocal place
        place += struct.calcsize("<" + code)
        return struct.unpack_from("<" + code, data, place - struct.calcsize("<" + code))[0]

    def text() -> str:
        nonlocal place
        length = take("Q")
        place += length
        return data[place - length : place].tobytes().decode()

    def value(kind: int):
        if kind == ARRAY:
            kind, count = take("I"), take("Q")
            return [value(kind) for _ in range(count)]
        return text() if kind == STRING else take(SCALARS[kind])

    if data[:4].tobytes() != b"GGUF":
        raise UnusableFile(f"{path} is not a GGUF file.")
    place = 8
    tensors, entries = take("Q"), take("Q")
    metadata = {text(): value(take("I")) for _ in range(entries)}
    table = []
    for _ in range(tensors):
        name = text()
        shape = tuple(take("Q") for _ in range(take("I")))[::-1]
        table.append((name, shape, take("I"), take("Q")))
    alignment = metadata.get("general.alignment", 32)
    start = -(-place // alignment) * alignment
    return metadata, {
        name: (data[start + offset :], kind, shape) for name, shape, kind, offset in table
    }


def dequantised(stored: np.ndarray, kind: int, shape: tuple[int, ...], name: str) -> Tensor:
    """A tensor in fp32 from F32, F16, Q4_1 (w = d q + m) or Q8_0 (w = d q), blocks of 32."""
    count = int(np.prod(shape))
    if kind not in BLOCKS:
        raise UnusableFile(f"The tensor {name} has GGUF type {kind}; F32, F16, Q4_1 and Q8_0 are read.")
    weights_a_block, bytes_a_block = BLOCKS[kind]
    stored = stored[: count // weights_a_block * bytes_a_block]
    if len(stored) * weights_a_block < count * bytes_a_block:
        raise UnusableFile(f"The GGUF file is cut: it ends within the tensor {name}.")
    block = stored.reshape(-1, bytes_a_block)

    def halves(part: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(part).view("<f2").astype(np.float32)

    if kind == F32:
        weights = np.ascontiguousarray(block).view("<f4")
    elif kind == F16:
        weights = halves(block)
    elif kind == Q4_1:
        # Low four bits are the first half of a block, high ones the second.
        nibbles = np.concatenate([block[:, 4:] & 15, block[:, 4:] >> 4], axis=1)
        weights = halves(block[:, :2]) * nibbles + halves(block[:, 2:4])
    else:
        weights = halves(block[:, :2]) * block[:, 2:].view(np.int8)
    return torch.from_numpy(weights.astype(np.float32).reshape(shape))


def without_interleave(rows: Tensor, heads: int) -> Tensor:
    """Rows of q or k in transformers' order: llama.cpp interleaves the halves of each head."""
    return rows.reshape(heads, -1, 2, rows.shape[-1]).transpose(1, 2).reshape(rows.shape)


def read_llama(path: Path) -> tuple[LlamaConfig, dict[str, Tensor], list[int]]:
    """Configuration, fp32 weights by transformers' names, and the tokens that end a response."""
    try:
        metadata, tensors = read_gguf(path)
    except (struct.error, KeyError, UnicodeDecodeError):
        raise UnusableFile(f"{path} is cut or damaged: its header cannot be read.") from None
    family = metadata["general.architecture"]
    if family != "llama":
        raise UnusableFile(f'{path} holds a model of architecture "{family}"; only "llama" is read.')
    field = {key[6:]: found for key, found in metadata.items() if key.startswith("llama.")}
    heads = field["attention.head_count"]
    config = LlamaConfig(
        vocab_size=tensors["token_embd.weight"][2][0],
        hidden_size=field["embedding_length"],
        intermediate_size=field["feed_forward_length"],
        num_hidden_layers=field["block_count"],
        num_attention_heads=heads,
        num_key_value_heads=field.get("attention.head_count_kv", heads),
        max_position_embeddings=field["context_length"],
        rms_norm_eps=field["attention.layer_norm_rms_epsilon"],
        rope_theta=field.get("rope.freq_base", 10000.0),
        tie_word_embeddings="output.weight" not in tensors,
        # Of generate(): each caller says where it ends.
        bos_token_id=None,
        eos_token_id=None,
    )
    weights = {}
    for name, (stored, kind, shape) in tensors.items():
        layer = re.fullmatch(r"blk\.(\d+)\.(\w+)\.weight", name)
        rows = dequantised(stored, kind, shape, name)
        if name.endswith(("attn_q.weight", "attn_k.weight")):
            of_query = name.endswith("attn_q.weight")
            rows = without_interleave(rows, heads if of_query else config.num_key_value_heads)
        known = WHOLE.get(name.removesuffix(".weight")) or (layer and MODULES.get(layer[2]))
        if not known:
            raise UnusableFile(f"{path} has a tensor {name}, which has no place in a plain Llama.")
        weights[f"model.layers.{layer[1]}.{known}.weight" if layer else known] = rows
    return config, weights, end_tokens(metadata)


def end_tokens(metadata: dict) -> list[int]:
    """Tokens declared as ends, and control tokens that are ends by their name."""
    found = {
        metadata[f"tokenizer.ggml.{kind}_token_id"]
        for kind in ("eos", "eot", "eom")
        if f"tokenizer.ggml.{kind}_token_id" in metadata
    }
    kinds = metadata["tokenizer.ggml.token_type"]
    for token, text in enumerate(metadata["tokenizer.ggml.tokens"]):
        if kinds[token] == CONTROL_TOKEN and text in END_TEXTS:
            found.add(token)
    return sorted(found)


def merge_adapter(weights: dict[str, Tensor], folder: Path) -> tuple[dict[str, Tensor], Tensor]:
    """The weights with W + B A * alpha / r in the place of W, and the score head [1, width]."""
    config = json.loads((folder / "adapter_config.json").read_text())
    other = next((setting for setting in OTHER_LORA if config.get(setting)), None)
    if other:
        raise UnusableFile(f"The adapter {folder} has {other} set; only plain LoRA is read.")
    scale = config["lora_alpha"] / config["r"]
    merged, head = dict(weights), None
    tensors = load_file(folder / "adapter_model.safetensors")
    for name, tensor in tensors.items():
        bare = name.removeprefix("base_model.model.")
        if bare.endswith(".lora_A.weight"):
            target = bare.replace(".lora_A.weight", ".weight")
            low = tensors[name.replace("lora_A", "lora_B")].float() @ tensor.float()
            merged[target] = weights[target] + scale * low
        elif bare.startswith("score."):
            head = tensor.float()
        elif not bare.endswith(".lora_B.weight"):
            raise UnusableFile(f"The adapter {folder} has a tensor {name}, which is not LoRA's.")
    if head is None or head.shape[0] != 1:
        raise UnusableFile(f"The adapter {folder} has no score head of one label.")
    return merged, head


def build(kind: type[nn.Module], config: LlamaConfig, weights: dict[str, Tensor], how: dict):
    """A model of the given weights, on the device and in the dtype of `how`, for evaluation only."""
    with torch.device("meta"):
        model = kind(config)
    model.load_state_dict(weights, strict=False, assign=True)
    model.tie_weights()
    missing = next((name for name, weight in model.named_parameters() if weight.is_meta), None)
    if missing:
        raise UnusableFile(f"The GGUF file has no weight {missing} of the model that it describes.")
    model = model.to(how["dtype"])
    # Its frequencies are in no file, and half precision would turn late positions by a wrong angle.
    decoder = model if kind is LlamaModel else model.model
    decoder.rotary_emb = type(decoder.rotary_emb)(config)
    return model.to(how["device"]).requires_grad_(False).eval()


def language_model(config: LlamaConfig, weights: dict[str, Tensor], **how) -> LlamaForCausalLM:
    return build(LlamaForCausalLM, config, weights, how)


class RewardModel:
    """A sequence classifier of one label, read at the last token."""

    def __init__(self, config: LlamaConfig, weights: dict[str, Tensor], head: Tensor, **how):
        bare = {
            name.removeprefix("model."): rows
            for name, rows in weights.items()
            if name.startswith("model.")
        }
        self.decoder = build(LlamaModel, config, bare, how)
        self.head = head.to(how["device"], how["dtype"])

    @torch.inference_mode()
    def score(self, texts: list[list[int]]) -> list[float]:
        """One score a text of prompt and response, all texts in one batch."""
        device = self.head.device
        last = torch.tensor([len(text) - 1 for text in texts], device=device)
        length = int(max(map(len, texts)))
        # Padding stands to the right, where no earlier position sees it.
        tokens = torch.tensor([text + [0] * (length - len(text)) for text in texts], device=device)
        hidden = self.decoder(input_ids=tokens, use_cache=False).last_hidden_state
        return (hidden[torch.arange(len(texts), device=device), last] @ self.head.T)[:, 0].float().tolist()
