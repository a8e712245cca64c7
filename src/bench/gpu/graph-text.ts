import {
  type GraphResult,
  type GraphSession,
  TokenTree,
  type Traffic,
  type TreeNode,
  runLimit,
} from '../../engine/exports/bench.ts';

/** How many likely tokens each prediction holds: as many as decoding asks for. */
const topCount = 10;

/** One timed piece of work of a graph. */
export interface TimedRun {
  /** Milliseconds. */
  readonly ms: number;
  /** Tokens that went through the graph. */
  readonly positions: number;
  /** Bytes to the device and back, the weights aside. */
  readonly up: number;
  readonly down: number;
}

/** Token ids that mean nothing, the same every time. */
function fillerTokens(count: number, vocabulary: number): number[] {
  return Array.from({ length: count }, (_, i) => (7919 * (i + 1)) % vocabulary);
}

/** A text of filler tokens on a session, with branches, for timing runs as decoding makes them. */
export class GraphText {
  readonly #tree: TokenTree;

  constructor(
    private readonly session: GraphSession,
    length: number,
  ) {
    const tokens = fillerTokens(length, session.shape.vocabulary);
    this.#tree = new TokenTree(tokens, session.pool(0), 0);
  }

  /** Reads what was not read of the text but its last `left` tokens, in the pieces that decoding reads it in. */
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

  /** Branches of `depth` tokens off the read text, all in one run; nothing of it is kept. */
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
   * One new token on each of so many branches of `depth` tokens, `times` times.
   * @returns the runs, those of the branches themselves aside
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

  /** @param work gives how many positions it read */
  async #timed(work: () => Promise<number>): Promise<TimedRun> {
    const before: Traffic = { ...this.session.traffic };
    const start = performance.now();
    const positions = await work();
    const ms = performance.now() - start;
    const { up, down } = this.session.traffic;
    return { ms, positions, up: up - before.up, down: down - before.down };
  }
}
