import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import type { ModelPlace } from './own-model.ts';
import { conversations, newTokens, prompts, strings, texts } from './questions.ts';
import { type Answers, parseAnswers } from './reference.ts';
import { CannotCompare, type Subject } from './verdict.ts';

const program = join(import.meta.dirname, '../parity.py');

/** Versions that this comparison was tried with. */
const packages = 'torch==2.15.0 transformers==5.24.0 peft==0.21.2 gguf==0.19.0';

/**
 * What transformers and PEFT make of a model, in fp32.
 * @param python the Python program
 * @throws CannotCompare if Python or the packages are not there, or the program fails
 */
export async function askTransformers(
  { path, base }: ModelPlace,
  subjects: readonly Subject[],
  python: string,
): Promise<Answers> {
  const child = spawn(python, [program], {
    env: { ...process.env, HF_HUB_OFFLINE: '1', PYTHONIOENCODING: 'utf-8' },
  });
  const ended = once(child, 'close').catch(String);
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  // A program that does not start or stops early closes its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(
    JSON.stringify({
      ...{ model: path, base, subjects, strings, texts, conversations, prompts, newTokens },
    }),
  );
  const [answers, log] = await outputs;
  const problem = await ended;
  if (child.exitCode === 0) return parseAnswers(answers, 'The answer of scripts/parity.py');
  const lastLine = log.trim().split('\n').at(-1) ?? '';
  const isMissing = /^ModuleNotFoundError|^ImportError/u.test(lastLine);
  if (typeof problem === 'string' || isMissing) {
    const reason = isMissing ? lastLine : problem;
    throw new CannotCompare(
      `Python with transformers is not there (${String(reason)}): python -m pip install ${packages}, or name another Python with --python. Without it, a GGUF file is compared with llama.cpp (--llama-server FILE), and any model with a recorded reference (--reference FILE).`,
    );
  }
  throw new CannotCompare(`scripts/parity.py failed: ${lastLine}`);
}
