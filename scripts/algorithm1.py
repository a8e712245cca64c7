"""Algorithm 1 of the paper (Transfer Q*, direct transfer) as written, with torch and transformers.

k candidates a step, each rolled out and scored. Nothing is kept from one step to the next: a cache
is only what generate() of transformers has inside one call.
"""

from dataclasses import dataclass

import torch
from gguf_llama import RewardModel
from torch import Tensor
from transformers import GenerationConfig, LlamaForCausalLM


@dataclass(frozen=True)
class Setting:
    """What the paper leaves open; names as in the engine."""

    top_k: int
    """k: candidates a step."""
    rollout_length: int
    """H: tokens a rollout may add after the candidate."""
    alpha: float
    """Decoding strength; small is strong."""
    longest: int
    """T: tokens of a whole response. No rollout goes beyond, for such a text is never written."""
    range: tuple[float, float] | None
    """Rewards are clamped to it, as the engine does with the range that a model's card states."""


@dataclass(frozen=True)
class Written:
    ids: list[int]
    """Tokens of the response; the last may be an end token."""
    reward_calls: int
    """Responses that the reward model scored."""


class Algorithm1:
    """Decoding of pi_alg with a baseline policy pi_BL and the reward r that it was aligned to."""

    def __init__(
        self, policy: LlamaForCausalLM, reward: RewardModel, ends: list[int], setting: Setting
    ):
        self.policy, self.reward, self.ends, self.setting = policy, reward, ends, setting

    @torch.inference_mode()
    def write(self, prompt: list[int], count: int) -> Written:
        """The first `count` tokens of the response, fewer where it ends before."""
        response: list[int] = []
        calls = 0
        while len(response) < count and not (response and response[-1] in self.ends):
            candidates, log_probs = self.candidates(prompt + response)
            values = self.values(prompt, response, candidates)
            calls += len(candidates)
            # (12), greedy: the largest exponent of pi_BL(z|s) exp(TQ*(s,z) / alpha); C(s) is the
            # same for all. Of equal ones the first wins, which is the more likely.
            scores = [log + value / self.setting.alpha for log, value in zip(log_probs, values)]
            response.append(candidates[scores.index(max(scores))])
        return Written(response, calls)

    def candidates(self, text: list[int]) -> tuple[list[int], list[float]]:
        """The k most likely tokens z of pi_BL(.|s) and their log pi_BL(z|s), most likely first."""
        tokens = torch.tensor([text], device=self.policy.device)
        logits = self.policy(tokens, use_cache=False, logits_to_keep=1).logits[0, -1]
        # Half-precision logits are often equal; a stable sort then puts the smaller id first.
        log_probs, ids = logits.float().log_softmax(-1).sort(descending=True, stable=True)
        k = self.setting.top_k
        return ids[:k].tolist(), log_probs[:k].tolist()

    def values(self, prompt: list[int], response: list[int], candidates: list[int]) -> list[float]:
        """TQ*(s,z) of each candidate, (10): the reward of [s,z] and its rollout tau ~ rho_BL.

        The rollout is greedy, so that one stands for the expectation.
        """
        texts = [prompt + response + [z] for z in candidates]
        room = min(self.setting.rollout_length, self.setting.longest - len(response) - 1)
        going_on = [i for i, z in enumerate(candidates) if z not in self.ends]
        if room > 0 and going_on:
            rollouts = self.roll_out([texts[i] for i in going_on], room)
            for i, rollout in zip(going_on, rollouts):
                texts[i] = texts[i] + rollout
        rewards = self.reward.score(texts)
        if self.setting.range is None:
            return rewards
        low, high = self.setting.range
        return [min(high, max(low, reward)) for reward in rewards]

    def roll_out(self, texts: list[list[int]], length: int) -> list[list[int]]:
        """What the policy adds greedily to each text (all of one length), in one batch."""
        tokens = torch.tensor(texts, device=self.policy.device)
        how = GenerationConfig(
            max_new_tokens=length,
            do_sample=False,
            use_cache=True,
            eos_token_id=self.ends,
            pad_token_id=self.ends[0],
        )
        whole = self.policy.generate(tokens, attention_mask=torch.ones_like(tokens), generation_config=how)
        return [self.up_to_end(added) for added in whole[:, tokens.shape[1] :]]

    def up_to_end(self, added: Tensor) -> list[int]:
        """Without the padding after an end token."""
        ids = added.tolist()
        end = next((i for i, token in enumerate(ids) if token in self.ends), len(ids))
        return ids[: end + 1]
