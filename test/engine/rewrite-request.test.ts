import assert from 'node:assert/strict';
import { builtInPresets } from '../../src/client/presets.ts';
import type { EngineEvent } from '../../src/protocol/events.ts';
import { requests } from '../../src/protocol/requests.ts';
import { LoadedEngine } from './engine-texts.ts';

const first =
  'Please make sure that you close all of the windows and the doors before you leave the building in the evening.';
const second =
  'In the event that you want to cancel the order, please make sure to let us know by Friday at 10 a.m.';
const text = `Dear Ann,\n\n${first}\n\n${second}\n`;
const document = { text, language: 'plaintext' };
const preset = builtInPresets.shorter;
const options = { method: 'sft', policy: 'smollm2-135m-instruct' } as const;

describe('the request rewrite', () => {
  const loaded = LoadedEngine.use();

  it('streams the plan, the text so far and each unit, and scores what the preset asks', async () => {
    const events: EngineEvent[] = [];
    const params = { document, preset, options };
    const result = await loaded.engine.stream(requests.rewrite, params, (event) =>
      events.push(event),
    );

    const types = events.map(({ type }) => type).filter((type) => type.startsWith('rewrite-'));
    assert.equal(types[0], 'rewrite-plan');
    assert.equal(types.filter((type) => type === 'rewrite-unit').length, result.units.length);
    assert.ok(types.includes('rewrite-text'));
    const changed = result.units.filter(({ status }) => status === 'changed');
    assert.ok(changed.length > 0, JSON.stringify(result.units.map(({ kept }) => kept)));
    for (const { reward, facts } of changed) {
      assert.equal(reward!.name, 'concision and length');
      assert.ok(reward!.after > reward!.before);
      assert.deepEqual(facts.missing, []);
    }
  });

  it('returns the finished units when it is cancelled in the middle', async () => {
    const controller = new AbortController();
    const params = { document, preset, options };
    const result = await loaded.engine.stream(
      requests.rewrite,
      params,
      (event) => {
        if (event.type === 'rewrite-text' && event.text.length > 20) controller.abort();
      },
      controller.signal,
    );

    assert.equal(result.stopped, true);
    assert.equal(result.text, text);
    assert.ok(result.units.every(({ status }) => status === 'kept'));
  });

  it('returns the document when it is cancelled while it waits', async () => {
    const controller = new AbortController();
    const running = loaded.generate({ method: 'sft', maxTokens: 30 });
    const waiting = loaded.engine.stream(
      requests.rewrite,
      { document, preset, options },
      (event) => {
        if (event.type === 'queued') controller.abort();
      },
      controller.signal,
    );

    assert.deepEqual(await waiting, {
      ...{ text, units: [], reward: null, stopped: true },
      facts: { missing: [], changed: [], added: [], kept: 0, total: 0 },
    });
    await running;
  });

  it('keeps the draft where no text meets a constraint', async () => {
    const constraints = [{ reward: 'length:words=1', atLeast: 0.9 }];
    const params = { document, preset: { ...preset, constraints }, options };
    const { text: rewritten } = await loaded.engine.stream(
      requests.rewrite,
      params,
      () => undefined,
    );

    assert.equal(rewritten, text);
  });
});
