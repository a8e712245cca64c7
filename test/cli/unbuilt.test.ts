import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('tqstar in a checkout that is not built', () => {
  it('names the command to run, in one sentence', () => {
    const checkout = mkdtempSync(join(tmpdir(), 'tqstar-'));
    try {
      const program = join(checkout, 'scripts/tqstar.mjs');
      cpSync(join(import.meta.dirname, '../../scripts/tqstar.mjs'), program);
      const { status, stderr } = spawnSync(process.execPath, [program, 'rewards'], {
        encoding: 'utf8',
      });
      assert.equal(status, 1);
      assert.equal(stderr, 'tqstar is not built yet; run "npm start" once to set everything up.\n');
    } finally {
      rmSync(checkout, { recursive: true });
    }
  });
});
