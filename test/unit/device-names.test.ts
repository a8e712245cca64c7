import assert from 'node:assert/strict';
import { folderOfId } from '../../src/engine/store/model-reference.ts';
import { isDeviceName } from '../../src/protocol/device-names.ts';
import { reportSchema } from '../../src/protocol/report.ts';

describe('Names of devices on Windows', function () {
  const devices = [
    'con',
    'NUL.json',
    'aux.tar.gz',
    'COM1',
    'lpt9.csv',
    'com¹',
    'prn .txt',
    'CONIN$',
  ];

  it('are found with any extension and in any case', function () {
    for (const name of devices) assert.ok(isDeviceName(name), name);
    for (const name of ['console', 'com', 'com10', 'nullable.json', 'aux-1', 'my.con', 'lpt']) {
      assert.ok(!isDeviceName(name), name);
    }
  });

  it('are refused as ids of models, and as files of a report', function () {
    assert.throws(() => folderOfId('con'), /The id "con" cannot be used/u);
    const figure = { id: 'nul', title: '', notes: [] };
    const section = { title: '', notes: [], tables: [], figures: [figure] };
    const report = { format: 'tqstar-report-1', title: '', facts: [], sections: [section] };
    const { error } = reportSchema.safeParse(report);
    assert.match(error!.issues[0]!.message, /device on Windows/u);
  });
});
