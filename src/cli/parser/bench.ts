import type { Command } from 'commander';
import { addGpuBench, type GpuBenchActions } from './bench-gpu.ts';
import { wrongUsage } from './failure.ts';
import { listOf, someOf, wholeNumber } from './option-values.ts';

/** Options of the whole benchmark. */
export interface BenchSuiteOptions {
  readonly quick?: boolean;
  readonly output?: string;
}

export interface BenchExactnessOptions {
  readonly prompts: number;
  readonly maxTokens: number;
  readonly engines: number;
}

export interface BenchPeerOptions {
  /** A clone of the authors' code, and the Python that has its packages. */
  readonly transferQ?: string;
  readonly python: string;
  /** llama.cpp's llama-bench. */
  readonly llamaBench?: string;
}

/** Ways to rewrite: who writes, and whether towards the preset's reward. */
export const rewritingMethods = ['plain', 'plain+tq', 'rewriter', 'rewriter+tq'] as const;
export type RewritingMethod = (typeof rewritingMethods)[number];

/** What a run compares that names no methods. */
export const comparedMethods: readonly RewritingMethod[] = ['plain', 'rewriter', 'rewriter+tq'];

export interface BenchRewritingOptions {
  readonly quick?: boolean;
  /** Ids of drafts; all without. */
  readonly only?: readonly string[];
  readonly methods: readonly RewritingMethod[];
  /** Id or folder of the model that was trained to rewrite. */
  readonly rewriter: string;
  readonly out?: string;
}

export interface BenchRemoteOptions {
  readonly server: string;
  readonly serverTokenizer?: string;
  readonly prompts: number;
  readonly maxTokens: number;
}

/** What each command of the benchmark does. */
export interface BenchActions extends GpuBenchActions {
  suite(options: BenchSuiteOptions): Promise<void>;
  accuracy(): Promise<void>;
  exactness(options: BenchExactnessOptions): Promise<void>;
  peers(options: BenchPeerOptions): Promise<void>;
  remote(options: BenchRemoteOptions): Promise<void>;
  rewriting(options: BenchRewritingOptions): Promise<void>;
}

/** The page of the whole benchmark, from the project's folder. */
export const benchPage = 'docs/benchmarks.md';

/** The page of the benchmark of rewriting, from the project's folder. */
export const rewritingPagePath = 'docs/notes/rewriting.md';

/** Gives a command the options and subcommands of the benchmark. */
export function addBenchCommands(bench: Command, actions: BenchActions): void {
  bench
    // Subcommands have options of the same names.
    .enablePositionalOptions()
    .description('measure speed, cost, memory and accuracy on this machine')
    .option('--quick', 'one prompt, few tokens; saves nothing without --output')
    .option('--output <file>', `page to write instead of ${benchPage}; plot and JSON go with it`)
    .allowExcessArguments()
    .action((options: BenchSuiteOptions) => {
      refuseUnknownCommand(bench);
      return actions.suite(options);
    });
  bench
    .command('accuracy')
    .description('compare int8 with fp32 on prose; exit code 1 when a limit is missed')
    .action(() => actions.accuracy());
  addExactness(bench, actions);
  bench
    .command('peers')
    .description("time the authors' Transfer-Q code and llama.cpp against ours, if you have them")
    .option('--transfer-q <folder>', "the authors' code, a clone of umd-huang-lab/Transfer-Q")
    .option('--python <file>', 'Python with the packages of models/recipes', 'python3')
    .option('--llama-bench <file>', 'llama-bench of llama.cpp')
    .action((options: BenchPeerOptions) => {
      if (options.transferQ !== undefined || options.llamaBench !== undefined) {
        return actions.peers(options);
      }
      throw wrongUsage(
        'Nothing to compare with; name --transfer-q <folder>, --llama-bench <file> or both.',
      );
    });
  addRemote(bench, actions);
  addRewriting(bench, actions);
  addGpuBench(bench, actions);
}

function refuseUnknownCommand({ args, commands }: Command): void {
  const [name] = args;
  if (name === undefined) return;
  const names = commands.map((command) => command.name()).join(', ');
  throw wrongUsage(`There is no benchmark "${name}"; it must be one of ${names}.`);
}

function addExactness(bench: Command, actions: BenchActions): void {
  const count = (flag: string, description: string, value: number) =>
    [`${flag} <count>`, description, wholeNumber(flag, 1), value] as const;
  bench
    .command('exactness')
    .description('compare exact decoding with Algorithm 1 in full (hours); resumes when run again')
    .option(...count('--prompts', 'prompts', 30))
    .option(...count('--max-tokens', 'longest text', 64))
    .option(...count('--engines', 'engines to run in parallel, each with its own memory', 1))
    .action((options: BenchExactnessOptions) => actions.exactness(options));
}

function addRemote(bench: Command, actions: BenchActions): void {
  bench
    .command('remote')
    .description('compare exact decoding at a server with Algorithm 1 in full, and with plain text')
    .requiredOption('--server <url>', 'address of llama-server, vLLM or SGLang')
    .option('--server-tokenizer <model>', "a model on this machine with the server's tokenizer")
    .option('--prompts <count>', 'prompts', wholeNumber('--prompts', 1), 20)
    .option('--max-tokens <count>', 'longest text', wholeNumber('--max-tokens', 1), 40)
    .action((options: BenchRemoteOptions) => actions.remote(options));
}

function addRewriting(bench: Command, actions: BenchActions): void {
  const ids = listOf('--only', (id) => id);
  bench
    .command('rewriting')
    .description('rewrite the 60 held-out drafts as the editor does, and judge every text')
    .option('--quick', 'the ten sample drafts; saves nothing without --out')
    .option('--only <ids>', 'drafts, by their ids with commas; saves nothing without --out', ids)
    .option(
      '--methods <names>',
      `with commas: ${rewritingMethods.join(', ')}`,
      someOf('--methods', rewritingMethods),
      comparedMethods,
    )
    .option('--rewriter <model>', 'the model trained to rewrite: an id or a folder', 'rewriter')
    .option('--out <file>', `page to write instead of ${rewritingPagePath}; JSON goes with it`)
    .action((options: BenchRewritingOptions) => actions.rewriting(options));
}
