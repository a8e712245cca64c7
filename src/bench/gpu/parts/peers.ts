import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { z } from 'zod';
import { defaultModel, readManifest } from '../../../engine/exports/bench.ts';
import { rewardKinds } from '../../cases.ts';
import { mean } from '../../../evaluation/metrics/interval.ts';
import { lastRun, type Finding } from '../lines.ts';
import type { Part, PartContext } from '../part-context.ts';
import { shippedForGpus, shippedPrompts } from '../shipped-writing.ts';

/** R/alpha of the plain implementation: alpha is the width of the reward's range. */
const ratio = 1;

const peerSchema = z.looseObject({ peer: z.string() });
const algorithmSchema = z.looseObject({
  peer: z.literal('algorithm1'),
  dtype: z.string(),
  msPerToken: z.number(),
});
const ownSchema = z.looseObject({
  part: z.literal('speed'),
  method: z.literal('tq'),
  reward: z.literal(rewardKinds.causal.reward),
  ratio: z.literal(ratio),
  format: z.string(),
  ms: z.number(),
});

/** Times Transformers and a plain implementation of Algorithm 1 in torch, if Python has both. */
export const peersPart: Part = async (context) => {
  const { tell, python, programs, file } = context;
  const script = join(dirname(programs.bench), '../scripts/gpu_peers.py');
  const missing = existsSync(script) ? undefined : `The script ${script} does not exist.`;
  const found = missing === undefined ? await findTorch(python) : { missing };
  if ('missing' in found) {
    tell({ skipped: found.missing });
    return;
  }
  const device = context.device !== 'cpu' && found.cuda ? 'cuda' : 'cpu';
  const lines = await runPeers(python, script, await asked(context, device), tell);
  const own = file === undefined ? [] : lastRun(await readFile(file, 'utf8'));
  for (const headline of headlines(own, lines)) tell(headline);
};

/** Compares exact tq of our engine with Algorithm 1 in torch, by format and number type. */
export function headlines(own: readonly unknown[], peers: readonly unknown[]): Finding[] {
  const ours = own.flatMap((line) => ownSchema.safeParse(line).data ?? []);
  const algorithm = peers.flatMap((line) => algorithmSchema.safeParse(line).data ?? []);
  const types = [...new Set(algorithm.map(({ dtype }) => dtype))];
  return types.flatMap((dtype) => {
    const times = algorithm.filter((line) => line.dtype === dtype);
    const algorithmMs = mean(times.map(({ msPerToken }) => msPerToken));
    return ours.map(({ format, ms }) => ({
      peer: 'exact tq beside algorithm1',
      dtype,
      format,
      ms,
      algorithmMs,
      timesFaster: algorithmMs / ms,
    }));
  });
}

/** Whether torch can use a CUDA device, or why this Python cannot run the script. */
async function findTorch(python: string): Promise<{ cuda: boolean } | { missing: string }> {
  const question = 'import torch, transformers; print(torch.cuda.is_available())';
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', question], { timeout: 120_000 });
    return { cuda: stdout.trim() === 'True' };
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    const why = reason === '' ? message : reason;
    return { missing: `${python} cannot be used for the peers: ${why}.` };
  }
}

async function asked(context: PartContext, device: 'cuda' | 'cpu'): Promise<object> {
  const { size, locations } = context;
  const manifest = await readManifest(locations.models);
  const causal = manifest.find(({ id }) => id === rewardKinds.causal.reward)!;
  const base = manifest.find(({ id }) => id === defaultModel)!;
  const prompts = shippedPrompts(await shippedForGpus(context), size.prompts);
  return {
    gguf: join(locations.models, base.files[0]!.path),
    adapter: join(locations.models, dirname(causal.files[0]!.path)),
    device,
    dtypes: device === 'cpu' ? ['fp32'] : ['fp16', 'bf16'],
    prompts: prompts.map(({ tokens }) => tokens),
    tokens: size.timedTokens,
    algorithm1Tokens: size.algorithm1Tokens,
    k: size.k,
    rollout: size.rollout,
    alpha: rewardKinds.causal.width / ratio,
    range: causal.range,
  };
}

/** Runs the script and reports each of its lines as it arrives. */
async function runPeers(
  python: string,
  script: string,
  request: object,
  tell: PartContext['tell'],
): Promise<Finding[]> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined).end(JSON.stringify(request));
  const complaint = text(child.stderr);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const lines: Finding[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const finding = peerSchema.parse(JSON.parse(line));
    lines.push(finding);
    tell(finding);
  }
  const [code] = await ended;
  if (code === 0) return lines;
  const last = (await complaint).trim().split('\n').at(-1) ?? '';
  throw new Error(`gpu_peers.py ended with exit code ${String(code)}: ${last}`);
}
