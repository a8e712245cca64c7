import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineRegistry } from '../../src/extension/service/engine-registry.ts';
import { EngineService } from '../../src/extension/service/engine-service.ts';
import { requests } from '../../src/protocol/requests.ts';
import { useExtension } from './extension-api.ts';

describe('The engine of a second window', function () {
  const fixture = useExtension();
  let registry: EngineRegistry;
  let window: EngineService | undefined;

  beforeEach(function () {
    registry = new EngineRegistry(mkdtempSync(join(tmpdir(), 'engines-')));
  });

  afterEach(async function () {
    await window?.stop();
    window?.dispose();
  });

  /** The service of another window; answers its question with `answer`. */
  function open(answer: boolean): { service: EngineService; asked: () => number } {
    const { extension, log, servers } = fixture.api.ctx;
    let count = 0;
    window = new EngineService({
      program: join(extension.extensionUri.fsPath, 'dist', 'engine.js'),
      nodePath: () => '',
      storeFolder: () => '',
      idleMinutes: () => 0,
      log,
      registry,
      servers,
      confirmSecondEngine: () => {
        count++;
        return Promise.resolve(answer);
      },
      onCrash: () => undefined,
    });
    return { service: window, asked: () => count };
  }

  const little = { prompt: { text: 'a' }, responses: ['b'], options: { reward: 'concision' } };

  it('does not start when the person declines', async function () {
    await registry.add(process.pid);
    const { service, asked } = open(false);
    await assert.rejects(service.run(requests.score, little), /The engine was not started/u);
    assert.equal(asked(), 1);
    assert.equal(service.state.processId, undefined);
  });

  it('starts when the person agrees, and asks once', async function () {
    await registry.add(process.pid);
    const { service, asked } = open(true);
    await service.run(requests.score, little);
    await service.run(requests.score, little);
    assert.equal(asked(), 1);
    assert.deepEqual(await registry.others(process.pid), [service.state.processId]);
  });

  it('starts without a question when the other engine has ended', async function () {
    // Larger than any process id.
    await registry.add(2 ** 22 + 1);
    const { service, asked } = open(false);
    await service.run(requests.score, little);
    assert.equal(asked(), 0);
  });

  it('ends when its service stops', async function () {
    const { service } = open(true);
    await service.query(requests.capabilities, {});
    const pid = service.state.processId!;
    await service.stop();
    assert.throws(() => process.kill(pid, 0));
    assert.deepEqual(await registry.others(undefined), []);
  });
});
