import { gzipSync } from 'node:zlib';
import type { Measured } from '../metrics/measure.ts';
import { endedByItself } from '../run/response.ts';

/** File with every text of a run; `tqstar score --jsonl` reads it. */
export const textsFileName = 'texts.jsonl.gz';

/**
 * Every text of a run with what it answers, one JSON object a line, compressed. The lines are in
 * the order of the tables, and the bytes depend on the texts alone.
 */
export function textsFile(measured: readonly Measured[]): Record<string, Uint8Array> {
  const lines = measured.flatMap(({ variant, responses, rewards }) =>
    responses.map((written, index) => {
      const { text, reward, tokens } = written;
      const { setup, method, alpha, k, bestOf } = variant;
      const promptIndex = index % rewards.length;
      const prompt = setup.prompts[promptIndex]!;
      return {
        setup: setup.id,
        method,
        ...(alpha !== null && { alpha }),
        ...(k !== null && { k }),
        ...(bestOf !== null && { bestOf }),
        promptIndex,
        repeat: Math.floor(index / rewards.length),
        prompt: prompt.text,
        ...(prompt.draft !== undefined && { draft: prompt.draft }),
        ...(prompt.system !== undefined && { system: prompt.system }),
        ...(prompt.raw && { raw: true }),
        response: text,
        ended: endedByItself(written),
        tokens,
        reward,
      };
    }),
  );
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return { [textsFileName]: gzipSync(text, { level: 9 }) };
}
