import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { TokenId } from '../../../decoding/policy.ts';
import { commonLength } from '../../runtime/common-length.ts';
import { DecoderText, type Decoder } from '../../runtime/decoder-text.ts';
import { runLimit } from '../../runtime/run-limit.ts';
import type { PrefixCache } from '../../runtime/prefix-cache.ts';
import type { TreeNode } from '../../runtime/token-tree.ts';

export interface ScorerOptions {
  /** Which of the head's numbers is the score. */
  readonly label: number;
  /** Whether what was read before serves, by this model or another on the same trunk. */
  readonly incremental: boolean;
}

/** Scores token lists with a compiled reward model; what it read of them stays in a tree. */
export class CausalScorer {
  #text: DecoderText | undefined;
  #positions = 0;
  /** Of the texts that were closed. */
  #trunkPositions = 0;

  constructor(
    private readonly id: string,
    private readonly decoder: Decoder,
    /** Texts that earlier scorers of the model have read. */
    private readonly kept: PrefixCache,
    private readonly options: ScorerOptions,
  ) {}

  /** Positions computed so far. */
  get positions(): number {
    return this.#positions;
  }

  /** Positions taken through the trunk so far; undefined without one. */
  get trunkPositions(): number | undefined {
    if (!this.decoder.trunk) return undefined;
    return this.#trunkPositions + (this.#text?.trunkPositions ?? 0);
  }

  /** Forgets what was read; the texts to come begin with `tokens`. */
  begin(tokens: readonly TokenId[]): void {
    this.close();
    this.#text = this.#open(tokens, !this.options.incremental);
  }

  /** The texts to come go on with `token`; what was computed for others is freed. */
  commit(token: TokenId): void {
    this.#text?.commit(token);
  }

  /** The texts to come begin with `tokens`: keeps what was read of them. */
  follow(tokens: readonly TokenId[]): void {
    const committed = this.#text?.tree.tokens ?? [];
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
        const missing = [...this.#text!.tree.missing(tip), tip].filter((node) => !rows.has(node));
        if (tips.length > 0 && rows.size + missing.length > this.#limit(this.#text!)) break;
        missing.forEach((node) => rows.add(node));
        tips.push(tip);
      }
      if (tips.length > 0) {
        scores.push(...(await this.#run(this.#text!, [...rows], tips, signal)));
        done += tips.length;
      } else {
        scores.push(await this.#scoreAlone(texts[done]!, signal));
        done += 1;
      }
    }
    return scores;
  }

  close(): void {
    if (this.#text) this.#end(this.#text, this.options.incremental);
    this.#text = undefined;
  }

  #open(tokens: readonly TokenId[], apart: boolean): DecoderText {
    const start = apart ? undefined : this.kept.take(tokens);
    return new DecoderText(this.decoder, tokens, { ...start, isolated: apart });
  }

  #end(text: DecoderText, keep: boolean): void {
    this.#trunkPositions += text.trunkPositions ?? 0;
    text.close();
    text.tree.dispose();
    if (keep) this.kept.keep(text.tree.cachedPrefix);
    else text.tree.prefix.dispose();
  }

  /**
   * The node of a text's last token; undefined where the text does not go on from the committed
   * one.
   */
  #tip(text: readonly TokenId[]): TreeNode | undefined {
    const tree = this.#text?.tree;
    if (!tree || commonLength(tree.tokens, text) < tree.tokens.length) return undefined;
    return text
      .slice(tree.tokens.length)
      .reduce<TreeNode>((node, token) => tree.child(node, token), tree.root);
  }

  async #scoreAlone(text: readonly TokenId[], signal: AbortSignal | undefined): Promise<number> {
    const alone = this.#open(text, true);
    try {
      const { root } = alone.tree;
      const [score] = await this.#run(alone, alone.tree.missing(root), [root], signal);
      return score!;
    } finally {
      this.#end(alone, false);
    }
  }

  async #run(
    text: DecoderText,
    rows: readonly TreeNode[],
    tips: readonly TreeNode[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const limit = this.#limit(text);
    for (let start = 0; start < rows.length; start += limit) {
      if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
      const piece = rows.slice(start, start + limit);
      const last = start + limit >= rows.length;
      this.#requireRoom(Math.max(...piece.map((node) => node.position)));
      this.#requireRows(piece.map((node) => node.token));
      const wanted = last ? tips.map((tip) => piece.indexOf(tip)) : [piece.length - 1];
      const scores = await text.runScores(piece, { rows: wanted, signal });
      this.#positions += piece.length;
      const labels = scores.length / wanted.length;
      if (last) return tips.map((_, i) => scores[i * labels + this.options.label]!);
    }
    return [];
  }

  #limit({ tree }: DecoderText): number {
    return runLimit(tree.tokens.length);
  }

  #requireRoom(position: number): void {
    const { contextLength } = this.decoder.session.shape;
    if (position < contextLength) return;
    throw new TqError(
      ErrorCode.contextFull,
      `The reward ${this.id} reads at most ${contextLength} tokens, but the text has ${position + 1}.`,
    );
  }

  /** A policy may have tokens, added after the reward model was trained, that it does not have. */
  #requireRows(tokens: readonly TokenId[]): void {
    const { vocabulary } = this.decoder.session.shape;
    const wrong = tokens.find((token) => token >= vocabulary);
    if (wrong === undefined) return;
    throw new TqError(
      ErrorCode.invalidInput,
      `The reward ${this.id} has ${vocabulary} tokens, but the text contains token ${wrong}.`,
    );
  }
}
