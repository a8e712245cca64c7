import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readDrafts, type HeldOutDraft } from '../../src/bench/rewriting/drafts.ts';
import { judgeDraft } from '../../src/bench/rewriting/judge.ts';
import { presetOf } from '../../src/bench/rewriting/measure.ts';
import type { FaultKind, Verdict } from '../../src/bench/rewriting/verdict.ts';
import type { GenerationOptionsInput } from '../../src/protocol/options.ts';
import { requests } from '../../src/protocol/requests.ts';
import type { RewriteResult } from '../../src/protocol/rewriting.ts';
import { loadLanguageOf, type LanguageOf } from '../../src/rewriting/languages.ts';
import { LoadedEngine } from './engine-texts.ts';

const project = join(import.meta.dirname, '../..');
const harms: readonly FaultKind[] = ['markup', 'bytes', 'cut', 'language', 'facts'];

describe('the ten sample drafts, rewritten with the shipped models', () => {
  const loaded = LoadedEngine.use();
  let samples: readonly HeldOutDraft[];
  let languageOf: LanguageOf;

  before(async () => {
    samples = (await readDrafts(project)).filter(({ sample }) => sample);
    languageOf = await loadLanguageOf();
  });

  function rewrite(
    { text, language, preset }: HeldOutDraft,
    options: GenerationOptionsInput,
  ): Promise<RewriteResult> {
    const params = { document: { text, language }, preset: presetOf(preset), options };
    return loaded.engine.stream(requests.rewrite, params, () => undefined);
  }

  /** What is judged by sense alone (listed facts, the wish) depends on the model: see the bench. */
  async function assertUndamaged(draft: HeldOutDraft, result: RewriteResult): Promise<Verdict> {
    const { verdict, faults, units, text } = await judgeDraft(draft, result, languageOf);
    const found = [...faults, ...units.flatMap((unit) => unit.faults)].filter(({ kind }) =>
      harms.includes(kind),
    );
    assert.deepEqual(found, [], `${draft.id}:\n${text}`);
    if (draft.tongue !== 'en') assert.equal(text, draft.text, draft.id);
    return verdict;
  }

  it('are not damaged, some are accepted, and the German one is kept', async () => {
    const verdicts: Verdict[] = [];
    for (const draft of samples) {
      verdicts.push(await assertUndamaged(draft, await rewrite(draft, { method: 'sft' })));
    }
    assert.equal(verdicts.length, 10);
    assert.ok(verdicts.includes('accepted'), verdicts.join(', '));
  });

  it('are not damaged towards their reward, and become the same text each time', async () => {
    const draft = samples.find(({ id }) => id === 'mail-boiler')!;
    const [first, second] = [await rewrite(draft, {}), await rewrite(draft, {})];
    await assertUndamaged(draft, first);
    assert.equal(first.text, second.text);
  });
});
