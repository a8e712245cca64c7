import {
  type GraphResult,
  type GraphSession,
  TokenTree,
  type Traffic,
  type TreeNode,
  runLimit,
} from '../../engine/exports/bench.ts';

/** Likely tokens per prediction: as many as decoding requests. */
const topCount = 10;

/** A timed run of a graph. */
export interface TimedRun {
  /** Milliseconds. */
  readonly ms: number;
  /** Tokens that went through the graph. */
  readonly positions: number;
  /** Bytes to the device and back, without the weights. */
  readonly up: number;
  readonly down: number;
}

/** Meaningless token ids, the same every time. */
function fillerTokens(count: number, vocabulary: number): number[] {
  return Array.from({ length: count }, (_, i) => (7919 * (i + 1)) % vocabulary);
}

/** A text of filler tokens on a session, with branches, to time the runs that decoding makes. */
export class GraphText {
  readonly #tree: TokenTree;

  constructor(
    private readonly session: GraphSession,
    length: number,
  ) {
    const tokens = fillerTokens(length, session.shape.vocabulary);
    this.#tree = new TokenTree(tokens, session.pool(0), 0);
  }

  /** Reads the unread text except its last `left` tokens, in the same pieces as decoding. */
  async prefill(left = 0): Promise<TimedRun> {
    return this.#timed(async () => {
      const tree = this.#tree;
      const end = tree.tokens.length - left;
      const before = tree.computed;
      while (tree.computed < end) {
        const count = Math.min(runLimit(tree.computed), end - tree.computed);
        const piece = tree.pending(count);
        tree.store(piece, (await this.#run(piece, [piece.at(-1)!])).cache);
      }
      return end - before;
    });
  }

  /** Runs `count` branches of `depth` tokens after the read text in one run; keeps nothing. */
  async runBranches(count: number, depth: number): Promise<TimedRun> {
    const branches = this.#grow(count, depth);
    const nodes = branches.flat();
    const tips = branches.map((branch) => branch.at(-1)!);
    const timed = await this.#timed(async () => {
      await this.#run(nodes, tips);
      return nodes.length;
    });
    this.#tree.root.children.clear();
    return timed;
  }

  /**
   * Adds one token to each of `count` branches of `depth` tokens, `times` times.
   * @returns the timed runs, without the run of the branches themselves
   */
  async runNextTokens(count: number, depth: number, times: number): Promise<TimedRun[]> {
    const tree = this.#tree;
    const branches = this.#grow(count, depth);
    const nodes = branches.flat();
    const tips = branches.map((branch) => branch.at(-1)!);
    tree.store(nodes, (await this.#run(nodes, tips)).cache);
    const next = tips.map((tip) => tree.child(tip, 0));
    const found: TimedRun[] = [];
    for (let i = 0; i < times; i++) {
      const run = async (): Promise<number> => {
        await this.#run(next, next);
        return next.length;
      };
      found.push(await this.#timed(run));
    }
    for (const [first] of branches) tree.free(first!);
    tree.root.children.clear();
    return found;
  }

  dispose(): void {
    this.#tree.dispose();
    this.#tree.prefix.dispose();
  }

  #grow(count: number, depth: number): TreeNode[][] {
    return fillerTokens(count, this.session.shape.vocabulary).map((first) => {
      const branch = [this.#tree.child(this.#tree.root, first)];
      while (branch.length < depth) branch.push(this.#tree.child(branch.at(-1)!, branch.length));
      return branch;
    });
  }

  #run(nodes: readonly TreeNode[], tips: readonly TreeNode[]): Promise<GraphResult> {
    const rowOf = new Map(nodes.map((node, row) => [node, row]));
    const rows = tips.map((tip) => rowOf.get(tip)!);
    return this.session.run({ ...this.#tree.plan(nodes), rows, topCount, wantLogits: false });
  }

  /** @param work returns how many positions it read */
  async #timed(work: () => Promise<number>): Promise<TimedRun> {
    const before: Traffic = { ...this.session.traffic };
    const start = performance.now();
    const positions = await work();
    const ms = performance.now() - start;
    const { up, down } = this.session.traffic;
    return { ms, positions, up: up - before.up, down: down - before.down };
  }
}
