import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { findViolations } from './accessibility.ts';
import { openWindow, type OpenWindow } from './window.ts';

const fixture = join(import.meta.dirname, '../fixtures/evaluation-report');
const attack = `<img src="https://example.org/x.png" onerror="document.title='ran'">`;

describe('The report of an evaluation in an untrusted workspace', function () {
  this.timeout(900_000);
  let source: string;
  let window: OpenWindow;
  let report: Frame;
  const outside = new Set<string>();

  before(async function () {
    source = await mkdtemp(join(tmpdir(), 'tqstar-evaluation-'));
    await cp(fixture, join(source, 'run'), { recursive: true });
    const vsix = process.env['TQSTAR_VSIX'];
    window = await openWindow({
      workspace: source,
      trusted: false,
      ...(vsix !== undefined && { vsix: [vsix] }),
    });
    window.workbench.page.on('request', (request) => {
      if (new URL(request.url()).hostname === 'example.org') outside.add(request.url());
    });
  });

  after(async function () {
    assert.deepEqual(await window.close(), []);
    await rm(source, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await window.workbench.page.screenshot({ path: '.vscode-test/failures/evaluation.png' });
  });

  /** Widths of the figures once all are drawn; fails when one cannot be drawn. */
  const widths = (): Promise<number[]> =>
    report.locator('.drawing img').evaluateAll(async (elements) => {
      const images = elements as HTMLImageElement[];
      await Promise.all(images.map((image) => image.decode()));
      return images.map(({ clientWidth }) => clientWidth);
    });

  it("opens from the explorer's menu of its folder with every figure and table", async function () {
    await window.workbench.chooseInExplorer('run', 'Show Evaluation');
    report = await window.workbench.webview('#panel .report');
    await report.locator('.drawing img').nth(5).waitFor();

    assert.equal(await report.locator('table').count(), 8);
    const drawn = await widths();
    assert.ok(drawn.length === 6 && Math.min(...drawn) > 200, drawn.join());
    assert.match(
      await report.locator('tbody tr').first().innerText(),
      /clear-writing\s+sft\s+3\s+0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]/u,
    );
  });

  for (const [theme, name, ground] of [
    ['Light Modern', 'vscode-light', 'light'],
    ['Dark High Contrast', 'vscode-high-contrast', 'dark'],
    ['Dark Modern', 'vscode-dark', 'dark'],
  ] as const) {
    it(`draws its figures for the editor's theme and is accessible in ${theme}`, async function () {
      await window.workbench.setTheme(theme);
      await report.locator(`body.${name} .drawing.${ground}`).first().waitFor();
      const image = report.locator('.drawing img').first();

      assert.ok((await image.getAttribute('src'))!.includes(`data-theme%3D%22${ground}%22`));
      assert.deepEqual(await findViolations(report), []);
    });
  }

  it('shows the texts of a hostile report as text, and refuses a figure that holds more than shapes', async function () {
    const folder = join(window.server.workspace, 'run');
    const figure = join(folder, 'figures/rewards.svg');
    const svg = await readFile(figure, 'utf8');
    const script = `<script>${`fetch('https://example.org/')`}</script>`;
    const load = '<image href="https://example.org/y.png" width="9" height="9"/>';
    await writeFile(figure, svg.replace('</svg>', `${script}${load}</svg>`));
    const text = await readFile(join(folder, 'report.json'), 'utf8');
    await writeFile(
      join(folder, 'report.json'),
      text.replaceAll(/"(?:Evaluation: )?Clear writing"/gu, JSON.stringify(attack)),
    );
    await report.locator('h1', { hasText: attack }).waitFor();
    await report.locator('.problem', { hasText: 'the element <script> is not allowed' }).waitFor();

    assert.equal(await report.locator('img:not(.drawing img)').count(), 0);
    assert.ok((await widths())[0]! > 200);
    assert.notEqual(await report.title(), 'ran');
    assert.deepEqual([...outside], []);
  });

  it('is restored after the window reloads', async function () {
    await window.workbench.reload('tqstar.evaluation');
    report = await window.workbench.webview('#panel .report');
    await report.locator('h1', { hasText: attack }).waitFor();
  });
});
