import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}
declare const axe: {
  run(document: Document, options: unknown): Promise<{ violations: Violation[] }>;
};

/** Accessibility problems that axe-core finds in a frame, one line each. */
export async function findViolations(frame: Frame): Promise<string[]> {
  // The page's policy forbids script tags, but does not apply to evaluate().
  await frame.evaluate(source);
  const { violations } = await frame.evaluate(() =>
    axe.run(document, { resultTypes: ['violations'] }),
  );
  return violations.map(
    ({ id, impact, nodes }) =>
      `${id} (${String(impact)}): ${nodes.map(({ html }) => html).join(' ')}`,
  );
}
