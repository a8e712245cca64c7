import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { TokenId } from '../decoding/policy.ts';
import type { GraphSession } from '../policy/graph-session.ts';
import { TokenTree, type TreeNode } from '../policy/token-tree.ts';
import { commonLength } from './causal-text.ts';

/** Most positions in one run; bounds memory and the wait before a cancel. */
const runLimit = 256;

/** Scores token lists with a compiled reward model; what it read of them stays in a tree. */
export class CausalScorer {
  #tree: TokenTree | undefined;
  #positions = 0;

  /** @param label which of the head's numbers is the score */
  constructor(
    private readonly id: string,
    private readonly session: GraphSession,
    private readonly label: number,
  ) {}

  /** Positions computed so far. */
  get positions(): number {
    return this.#positions;
  }

  /** Forgets what was read; the texts to come begin with `tokens`. */
  begin(tokens: readonly TokenId[]): void {
    this.close();
    this.#tree = new TokenTree(this.session.shape, tokens, this.session.pool(0), 0);
  }

  /** The texts to come go on with `token`; what was computed for others is freed. */
  commit(token: TokenId): void {
    this.#tree?.commit(token);
  }

  /** The texts to come begin with `tokens`: keeps what was read of them. */
  follow(tokens: readonly TokenId[]): void {
    const committed = this.#tree?.tokens ?? [];
    if (committed.length === 0 || commonLength(committed, tokens) < committed.length) {
      this.begin(tokens);
      return;
    }
    for (const token of tokens.slice(committed.length)) this.commit(token);
  }

  /** One score a text, read at its last token. */
  async score(
    texts: readonly (readonly TokenId[])[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const scores: number[] = [];
    for (let done = 0; done < texts.length;) {
      const tips: TreeNode[] = [];
      const rows = new Set<TreeNode>();
      for (; done + tips.length < texts.length;) {
        const text = texts[done + tips.length]!;
        const tip = this.#tip(text);
        // The text ends before the committed one does, as where padding was committed.
        if (tip === undefined) break;
        const missing = [...this.#tree!.missing(tip), tip].filter((node) => !rows.has(node));
        if (tips.length > 0 && rows.size + missing.length > runLimit) break;
        missing.forEach((node) => rows.add(node));
        tips.push(tip);
      }
      if (tips.length > 0) {
        scores.push(...(await this.#run(this.#tree!, [...rows], tips, signal)));
        done += tips.length;
      } else {
        scores.push(await this.#scoreAlone(texts[done]!, signal));
        done += 1;
      }
    }
    return scores;
  }

  close(): void {
    if (this.#tree) discard(this.#tree);
    this.#tree = undefined;
  }

  /** The node of a text's last token; undefined where the text does not go on from the committed one. */
  #tip(text: readonly TokenId[]): TreeNode | undefined {
    const tree = this.#tree;
    if (!tree || commonLength(tree.tokens, text) < tree.tokens.length) return undefined;
    return text
      .slice(tree.tokens.length)
      .reduce<TreeNode>((node, token) => tree.child(node, token), tree.root);
  }

  async #scoreAlone(text: readonly TokenId[], signal: AbortSignal | undefined): Promise<number> {
    const tree = new TokenTree(this.session.shape, text, this.session.pool(0), 0);
    try {
      const [score] = await this.#run(tree, tree.missing(tree.root), [tree.root], signal);
      return score!;
    } finally {
      discard(tree);
    }
  }

  async #run(
    tree: TokenTree,
    rows: readonly TreeNode[],
    tips: readonly TreeNode[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    for (let start = 0; start < rows.length; start += runLimit) {
      if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
      const piece = rows.slice(start, start + runLimit);
      const last = start + runLimit >= rows.length;
      this.#requireRoom(Math.max(...piece.map((node) => node.position)));
      const wanted = last ? tips.map((tip) => piece.indexOf(tip)) : [piece.length - 1];
      const { cache, scores } = await this.session.runScores({ ...tree.plan(piece), rows: wanted });
      this.#positions += piece.length;
      tree.store(piece, cache);
      const labels = scores.length / wanted.length;
      if (last) return tips.map((_, i) => scores[i * labels + this.label]!);
    }
    return [];
  }

  #requireRoom(position: number): void {
    const { contextLength } = this.session.shape;
    if (position < contextLength) return;
    throw new TqError(
      ErrorCode.contextFull,
      `The reward ${this.id} reads at most ${contextLength} tokens, but the text has ${position + 1}.`,
    );
  }
}

function discard(tree: TokenTree): void {
  tree.dispose();
  tree.prefix.dispose();
}
