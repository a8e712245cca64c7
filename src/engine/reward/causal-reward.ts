import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { TokenId } from '../decoding/policy.ts';
import type {
  Range,
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../decoding/reward.ts';
import type { GraphSession } from '../policy/graph-session.ts';
import { SlotPool } from '../policy/slot-pool.ts';
import { TokenTree, type TreeNode } from '../policy/token-tree.ts';

/** Most positions in one run; bounds memory and the wait before a cancel. */
const runLimit = 256;

/**
 * A causal reward model: a decoder with a score head read at the last token of prompt and response,
 * as transformers' AutoModelForSequenceClassification does. It shares the policy's tokenizer, so
 * responses come as tokens, and keeps the positions of the response so far (shortcut 2).
 */
export class CausalReward implements Reward {
  constructor(
    readonly id: string,
    private readonly session: GraphSession,
    readonly range: Range | undefined,
    /** Names the token table it was trained on: responses must come in those tokens. */
    readonly vocabularyId?: string,
  ) {}

  async open(
    prompt: RewardPrompt,
    { incremental = true }: RewardOpenOptions = {},
  ): Promise<RewardSession> {
    if (prompt.tokens.length === 0) {
      throw new TqError(
        ErrorCode.invalidInput,
        `The reward ${this.id} needs a prompt of at least one token.`,
      );
    }
    return new CausalRewardSession(this.id, this.session, prompt.tokens, incremental);
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}

class CausalRewardSession implements RewardSession {
  #tree: TokenTree;
  #positions = 0;

  constructor(
    private readonly id: string,
    private readonly session: GraphSession,
    private readonly prompt: readonly TokenId[],
    private readonly incremental: boolean,
  ) {
    this.#tree = this.#start();
  }

  get positions(): number {
    return this.#positions;
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    if (!this.incremental) this.#tree = this.#start();
    const scores: number[] = [];
    for (let done = 0; done < responses.length;) {
      const tips: TreeNode[] = [];
      const rows = new Set<TreeNode>();
      for (; done + tips.length < responses.length;) {
        const tip = this.#tip(responses[done + tips.length]!);
        const missing = [...this.#tree.missing(tip), tip].filter((node) => !rows.has(node));
        if (tips.length > 0 && rows.size + missing.length > runLimit) break;
        missing.forEach((node) => rows.add(node));
        tips.push(tip);
      }
      scores.push(...(await this.#run([...rows], tips, signal)));
      done += tips.length;
    }
    return scores;
  }

  async commit(token: TokenId): Promise<void> {
    if (this.incremental) this.#tree.commit(token);
  }

  close(): void {
    this.#tree.free(this.#tree.root);
  }

  #start(): TokenTree {
    return new TokenTree(this.session.shape, this.prompt, new SlotPool(this.session.shape, 0), 0);
  }

  /** The node of a response's last token; the committed part must be how it begins. */
  #tip({ tokens }: Response): TreeNode {
    const committed = this.#tree.tokens.slice(this.prompt.length);
    if (committed.some((token, i) => tokens[i] !== token)) {
      throw new Error('a response does not begin with the committed tokens');
    }
    return tokens
      .slice(committed.length)
      .reduce<TreeNode>((node, token) => this.#tree.child(node, token), this.#tree.root);
  }

  async #run(
    rows: readonly TreeNode[],
    tips: readonly TreeNode[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    for (let start = 0; start < rows.length; start += runLimit) {
      if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
      const piece = rows.slice(start, start + runLimit);
      const last = start + runLimit >= rows.length;
      const { contextLength } = this.session.shape;
      const deepest = Math.max(...piece.map((node) => node.position));
      if (deepest >= contextLength) {
        throw new TqError(
          ErrorCode.contextFull,
          `The reward ${this.id} reads at most ${contextLength} tokens, but the text has ${deepest + 1}.`,
        );
      }
      const wanted = last ? tips.map((tip) => piece.indexOf(tip)) : [piece.length - 1];
      const { cache, scores } = await this.session.runScores({
        ...this.#tree.plan(piece),
        rows: wanted,
      });
      this.#positions += piece.length;
      this.#tree.store(piece, cache);
      if (last) return tips.map((_, i) => scores[(i * scores.length) / tips.length]!);
    }
    return [];
  }
}
