import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

describe('npm run faults', function () {
  before(function () {
    // It reads /proc.
    if (process.platform !== 'linux') this.skip();
  });

  it('finds every promise kept at one random moment of each command', async () => {
    const args = ['--import', 'tsx', 'scripts/faults.ts', '--moments', '1', '--only'];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...args, 'kills,stop,disk', '--seed', '2'],
      { cwd: root },
    );
    const broken = [...stdout.matchAll(/\| +\d+ \| +(\d+) \|$/gmu)].map(([, count]) => count);
    assert.deepEqual(broken, ['0', '0', '0', '0', '0', '0'], stdout);
  }).timeout(600_000);

  it('refuses a part that it does not have', async () => {
    const refused = promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'scripts/faults.ts', '--only', 'fire'],
      { cwd: root },
    );
    await assert.rejects(refused, { code: 2, stderr: /no part "fire"; it must be one of kills/u });
  });
});
