"""The shipped model in transformers, split at a layer: below it nothing is trained.

Its weights are those that the engine sees: Q4_1 dequantised. They are computed with in bfloat16.
"""

from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

MODELS = Path(__file__).resolve().parent.parent
SCRATCH = MODELS.parent / ".cache" / "recipes"
BASE_ID = "smollm2-135m-instruct"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
END_TOKEN = 2  # <|im_end|>
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
# Layers below are frozen: what comes out of them is computed once for each text. The backward
# pass stops here, so a step over the 8 layers above costs about a quarter of one over all 30.
SPLIT = 22

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def load_tokenizer():
    return AutoTokenizer.from_pretrained(MODELS / BASE_ID, gguf_file=GGUF)


def load_model(dtype: torch.dtype = torch.bfloat16):
    """The dequantised model with frozen weights, in evaluation mode.

    Dequantising takes longer than loading, so the fp32 weights are kept in the scratch folder.
    """
    kept = SCRATCH / "base.pt"
    if not kept.exists():
        dequantised = AutoModelForCausalLM.from_pretrained(
            MODELS / BASE_ID, gguf_file=GGUF, dtype=torch.float32
        )
        SCRATCH.mkdir(parents=True, exist_ok=True)
        config = dequantised.config
        del config.quantization_config
        torch.save((config, dequantised.state_dict()), kept)
    config, weights = torch.load(kept, weights_only=False, mmap=True)
    config._attn_implementation = "sdpa"
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    model.load_state_dict(weights, assign=True)
    model.tie_weights()
    model = model.to(dtype)
    # Its frequencies are in no file, and bfloat16 would turn late positions by the wrong angle.
    model.model.rotary_emb = type(model.model.rotary_emb)(config)
    return model.to(DEVICE).requires_grad_(False).eval()


def run_layers(decoder, hidden: Tensor, positions: Tensor, mask: Tensor, start: int, stop: int):
    """Hidden states [batch, length, width] after layer `stop - 1`, from those before `start`.

    mask [batch, 1, length, length] is true where a position (row) may look.
    """
    rotation = decoder.rotary_emb(hidden, position_ids=positions)
    for layer in decoder.layers[start:stop]:
        hidden = layer(
            hidden,
            attention_mask=mask,
            position_ids=positions,
            position_embeddings=rotation,
            use_cache=False,
        )
    return hidden


def token_logprobs(hidden: Tensor, targets: Tensor, embedding: Tensor) -> Tensor:
    """log p(target) for normed hidden states [n, width], through the tied head [vocabulary, width].

    The target's own logit is computed in fp32: bfloat16 rounds it by up to 0.06, which does not
    average out as it does in the sum over the vocabulary.
    """
    chosen = (hidden.float() * embedding[targets].float()).sum(-1)
    return chosen - torch.logsumexp((hidden @ embedding.T).float(), -1)
