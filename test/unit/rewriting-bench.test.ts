import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armOptions } from '../../src/bench/rewriting/arms.ts';
import { readDrafts, type HeldOutDraft } from '../../src/bench/rewriting/drafts.ts';
import { judgeDraft, type JudgedDraft } from '../../src/bench/rewriting/judge.ts';
import type { RewriteRun } from '../../src/bench/rewriting/measure.ts';
import { rewritingPage } from '../../src/bench/rewriting/page.ts';
import { difference, summarise } from '../../src/bench/rewriting/summary.ts';
import { verdictOf, verdictOfAll, type Verdict } from '../../src/bench/rewriting/verdict.ts';
import type { RewritingMethod } from '../../src/cli/parser/bench.ts';
import { proseUnits } from '../../src/documents/prose-units.ts';
import type { RewriteResult, UnitResult } from '../../src/protocol/rewriting.ts';
import { loadLanguageOf } from '../../src/rewriting/languages.ts';

const project = join(import.meta.dirname, '../..');
const noFacts = { missing: [], changed: [], added: [], kept: 0, total: 0 };

/** The answer of an engine that puts `change(source)` in the place of each unit. */
async function answered(
  { text, language }: HeldOutDraft,
  change: (source: string) => string,
  reward = { name: 'r', before: 0.2, after: 0.4 },
): Promise<RewriteResult> {
  const found = await proseUnits(text, language);
  const units = found.map(({ start, end }, index): UnitResult => {
    const draft = text.slice(start, end);
    const source = change(draft);
    const common = { index, start, end, source, facts: noFacts, alternatives: [] };
    const figures = { seconds: 1, positions: 10 };
    if (source !== draft) return { ...common, ...figures, status: 'changed', kept: null, reward };
    const kept = { reason: 'same' as const, text: 'It is the same.' };
    return { ...common, ...figures, status: 'kept', kept, reward: null };
  });
  let whole = text;
  for (const { start, end, source } of [...units].reverse()) {
    whole = whole.slice(0, start) + source + whole.slice(end);
  }
  return { text: whole, units, facts: noFacts, reward: null, stopped: false };
}

describe('the judge of rewrites', () => {
  let drafts: readonly HeldOutDraft[];
  let judge: (
    id: string,
    change: (source: string) => string,
    reward?: { name: string; before: number; after: number },
  ) => Promise<JudgedDraft>;

  before(async () => {
    drafts = await readDrafts(project);
    const languageOf = await loadLanguageOf();
    judge = async (id, change, reward) => {
      const draft = drafts.find((each) => each.id === id)!;
      return judgeDraft(draft, await answered(draft, change, reward), languageOf);
    };
  });

  it('keeps every draft that an engine leaves unchanged', async () => {
    for (const { id } of drafts) {
      const { verdict } = await judge(id, (source) => source);
      assert.equal(verdict, 'kept', id);
    }
  });

  it('accepts a shorter text with all facts', async () => {
    const judged = await judge('chat-decision', () =>
      [
        "In today's meeting we agreed that for the time being we stay with Postgres and do not move",
        'to the hosted thing, because it would have cost us about 1,900 dollars more every month.',
        'Greta writes up the numbers before the 8th, and we will look at it again together at the beginning of Q3.',
      ].join(' '),
    );
    const faults = judged.units.flatMap((unit) => unit.faults);
    assert.deepEqual(faults, []);
    assert.equal(judged.verdict, 'accepted');
  });

  const changes: readonly [string, string, (source: string) => string, string][] = [
    ['a lost fact', 'chat-decision', (text) => text.replace('1,900 dollars', 'a lot'), 'facts'],
    ['a changed fact', 'chat-decision', (text) => text.replace('the 8th', 'the 9th'), 'facts'],
    [
      'a fact that only the index lists',
      'html-shop',
      (text) => text.replace('Print the label', 'Take the label'),
      'listed facts',
    ],
    ['lost code', 'docs-install', (text) => text.replace('`node --version`', 'node'), 'markup'],
    ['another target', 'docs-cache', (text) => text.replace('inputs.md', 'x.md'), 'markup'],
    [
      'a new paragraph',
      'docs-cache',
      (text) => text.replace(' The deletion', '\n\nThe deletion'),
      'markup',
    ],
    ['a lost entity', 'html-shop', (text) => text.replace('&pound;', '£'), 'bytes'],
    ['an unfinished text', 'chat-decision', (text) => text.slice(0, -20), 'cut'],
    [
      'another language',
      'chat-angry',
      () =>
        'Du hast den Build schon wieder kaputt gemacht, zum dritten Mal in dieser Woche. Bitte mach das rückgängig.',
      'language',
    ],
  ];

  for (const [name, id, change, kind] of changes) {
    it(`calls a draft damaged by ${name}`, async () => {
      const { verdict, units } = await judge(id, change);
      assert.equal(verdict, 'damaged');
      const kinds = units.flatMap((unit) => unit.faults.map((fault) => fault.kind));
      assert.ok(
        kinds.some((each) => each === kind),
        `${kinds.join()} has no ${kind}`,
      );
    });
  }

  it('does not accept what is not shorter, not better, or leaves the errors', async () => {
    const longer = await judge('chat-decision', (text) =>
      text.replace('we basically', 'we all basically'),
    );
    assert.equal(longer.verdict, 'other');
    const change = (text: string): string => text.replace('the build again', 'our build again');
    const worse = await judge('chat-angry', change, { name: 'r', before: 0.4, after: 0.4 });
    assert.equal(worse.verdict, 'other');
    assert.equal((await judge('chat-angry', change)).verdict, 'accepted');
    const errors = await judge('chat-support', (text) => text.replace('buyed', 'bought'));
    assert.equal(errors.verdict, 'other');
  });

  it('finds a change outside the units', async () => {
    const draft = drafts.find(({ id }) => id === 'mail-boiler')!;
    const result = await answered(draft, (source) => source);
    const changed = { ...result, text: result.text.replace('Hi Ms', 'Hello Ms') };
    const { verdict, faults } = await judgeDraft(draft, changed, await loadLanguageOf());
    assert.equal(verdict, 'damaged');
    assert.ok(faults.some(({ text }) => text === 'Something outside the units changed.'));
  });
});

describe('verdicts on rewrites', () => {
  it('call a draft by its worst unit', () => {
    assert.equal(verdictOfAll([]), 'kept');
    assert.equal(verdictOfAll(['kept', 'kept']), 'kept');
    assert.equal(verdictOfAll(['kept', 'accepted']), 'accepted');
    assert.equal(verdictOfAll(['other', 'accepted']), 'other');
    assert.equal(verdictOfAll(['accepted', 'damaged', 'other']), 'damaged');
  });

  it('call only a loss damage', () => {
    assert.equal(verdictOf([]), 'accepted');
    assert.equal(verdictOf([{ kind: 'new facts', text: '' }]), 'other');
    assert.equal(
      verdictOf([
        { kind: 'not shorter', text: '' },
        { kind: 'cut', text: '' },
      ]),
      'damaged',
    );
  });
});

describe('the figures of the benchmark of rewriting', () => {
  let draft: HeldOutDraft;

  before(async () => {
    draft = (await readDrafts(project))[0]!;
  });

  function run(id: string, arm: RewritingMethod, verdict: Verdict, gain: number): RewriteRun {
    const changed = verdict !== 'kept';
    const faults = verdict === 'damaged' ? [{ kind: 'facts' as const, text: '' }] : [];
    return {
      ...{ draft: { ...draft, id }, arm, verdict, faults, text: '', units: [], gain },
      length: changed ? 0.8 : null,
      meaning: changed ? 0.9 : null,
      reward: changed ? { name: 'r', before: 0.2, after: 0.2 + gain } : null,
      ...{ seconds: 2, positions: 100, refused: {} },
    };
  }

  const ids = Array.from({ length: 12 }, (_, index) => `draft-${index}`);

  it('are shares of all drafts, and of the changed ones where they say so', () => {
    const runs = [
      run('a', 'plain', 'accepted', 0.2),
      run('b', 'plain', 'kept', 0),
      run('c', 'plain', 'damaged', 0.4),
      run('d', 'plain', 'kept', 0),
    ];
    const found = summarise('plain', runs);
    assert.deepEqual(found.shares, { accepted: 0.25, kept: 0.5, damaged: 0.25, other: 0 });
    assert.equal(found.factsKept, 0.5);
    assert.equal(found.markupWhole, 1);
    assert.equal(found.changed, 2);
    assert.ok(Math.abs(found.after! - 0.5) < 1e-12);
  });

  it('pair the arms by draft', () => {
    const runs = ids.flatMap((id, index) => [
      run(id, 'rewriter', index % 2 ? 'kept' : 'accepted', index % 2 ? 0 : 0.1),
      run(id, 'rewriter+tq', 'accepted', index % 2 ? 0.1 : 0.2),
    ]);
    const found = difference('rewriter+tq', 'rewriter', runs)!;
    assert.ok(Math.abs(found.gain.value - 0.1) < 1e-12);
    assert.equal(found.accepted.value, 0.5);
    assert.equal(found.factsKept.value, 0);
    assert.equal(difference('rewriter+tq', 'plain', runs), undefined);
  });

  it('say whether tq adds to the rewriter', async () => {
    const page = (gain: number, verdict: Verdict): string => {
      const runs = ids.flatMap((id) => [
        run(id, 'rewriter', 'accepted', 0.1),
        run(id, 'rewriter+tq', verdict, gain),
      ]);
      const machine = JSON.parse('{}') as Parameters<typeof rewritingPage>[0]['machine'];
      const arms = ['rewriter', 'rewriter+tq'] as const;
      return rewritingPage({ machine, command: 'x', rewriter: 'rewriter', arms, runs });
    };
    assert.match(page(0.2, 'accepted'), /\ntq adds to the rewriter/u);
    assert.match(page(0.1, 'accepted'), /\ntq does not add to the rewriter/u);
    assert.match(page(0.2, 'damaged'), /\ntq raises the reward, but at the price of facts/u);
  });

  it('use the models and methods of their arm', () => {
    const models = { plain: 'p', rewriter: 'r' };
    assert.equal(armOptions('plain', models).policy, 'p');
    assert.equal(armOptions('plain', models).method, 'sft');
    assert.equal(armOptions('rewriter+tq', models).policy, 'r');
    assert.equal(armOptions('rewriter+tq', models).method, undefined);
    const { contributes } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { default: unknown }> }[] };
    };
    const settings = [contributes.configuration].flat().map(({ properties }) => properties);
    const alpha = settings.flatMap((group) => group['tqstar.alpha'] ?? []);
    assert.deepEqual(
      alpha.map((setting) => setting.default),
      [armOptions('rewriter+tq', models).alpha],
    );
  });
});
