import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { modelMemory } from '../../src/engine/models/memory.ts';
import type { GenerationOptionsInput, PromptInput } from '../../src/protocol/options.ts';
import { requests } from '../../src/protocol/requests.ts';
import { shippedEngineMemory } from '../../src/protocol/shipped-memory.ts';
import type { EngineProcess } from '../../src/client/engine-process.ts';
import { buildEngine, startEngine } from './engine-program.ts';
import { model, prompt } from './engine-texts.ts';

/** Weights of the shipped model; its embedding is its head. */
const weights = 134_515_008;
const draft =
  'I am writing in order to let you know that the parts are late because the supplier has no steel.';

/** Resident bytes of a process now, not at its peak. */
function residentOf({ processId }: EngineProcess): number {
  const status = readFileSync(`/proc/${processId!}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)![1]);
}

/** Resident bytes of a new engine before it loads a model, and after it wrote a text. */
async function measure(
  asked: PromptInput,
  options: GenerationOptionsInput,
): Promise<{ before: number; after: number }> {
  const { engine } = startEngine();
  try {
    await engine.request(requests.capabilities, {});
    const before = residentOf(engine);
    const { format, device } = options;
    // The model is compiled before, so that only loading it counts.
    await engine.stream(requests.load, { model, format, device }, () => undefined);
    await engine.stream(
      requests.generate,
      { prompt: asked, options: { maxTokens: 32, ...options } },
      () => undefined,
    );
    return { before, after: residentOf(engine) };
  } finally {
    await engine.stop();
  }
}

function assertWithin25(told: number, held: number): void {
  const ratio = told / held;
  assert.ok(ratio > 0.75 && ratio < 1.25, `says ${told} bytes, holds ${held}`);
}

describe('the memory that the product names', function () {
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    buildEngine();
    // Compiles what is not in the cache: a process that compiled holds more for a while.
    for (const format of ['int8', 'q4'] as const) {
      await measure(prompt, { method: 'sft', format, maxTokens: 1 });
    }
  });

  for (const format of ['int8', 'q4'] as const) {
    it(`for the shipped model in ${format} is within 25% of what the engine holds more`, async () => {
      const { before, after } = await measure(prompt, { method: 'sft', format });
      assertWithin25(modelMemory(weights, format), after - before);
    });
  }

  it('in the list of models is that of the format', async () => {
    const { engine } = startEngine();
    const models = await engine.request(requests.listModels, {});
    await engine.stop();
    const { memory } = models.find(({ id }) => id === model)!;
    assert.equal(memory!.int8, modelMemory(weights, 'int8'));
  });

  it('for an engine with a reward that compares meanings is within 25% of its own', async () => {
    const asked = { text: draft, draft };
    const { after } = await measure(asked, { reward: 'clear-writing', format: 'int8' });
    assertWithin25(shippedEngineMemory, after);
  });
});
