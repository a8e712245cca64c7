import { l10n, ThemeIcon } from 'vscode';
import { formatBytes } from '../../protocol/units.ts';
import { plainInMarkdown } from '../plain.ts';
import type { MemoryNeed, ModelEntry, ModelPlan } from '../../protocol/store.ts';

/** Whether a model can be chosen as the baseline policy. */
export function canBeBaseline({ kind }: Pick<ModelEntry, 'kind'>): boolean {
  return kind === 'language-model' || kind === 'policy-adapter';
}

/** Size, licence and state of a model on one line. */
export function summaryOf({ bytes, licence, problem, loaded }: ModelEntry): string {
  const place = loaded ? l10n.t('in memory') : l10n.t('on disk');
  return [formatBytes(bytes), licence, problem || place].join(' · ');
}

/** The icon of a model in lists. */
export function iconOf({ problem }: ModelEntry): ThemeIcon {
  return new ThemeIcon(problem === '' ? 'hubot' : 'warning');
}

/** The memory that a model needs, and how much is free. */
export function memoryText({ int8, fp32, available }: MemoryNeed): string {
  const need = l10n.t(
    'needs {0} of memory as int8, {1} as fp32; {2} free',
    formatBytes(int8),
    formatBytes(fp32),
    formatBytes(available),
  );
  return int8 > available ? `⚠ ${need}` : need;
}

/** Family, format and memory of a model on one line. */
export function factsText({
  family,
  format,
  memory,
}: Pick<ModelEntry, 'family' | 'format' | 'memory'>): string {
  return [family, format, memory && memoryText(memory)].filter(Boolean).join(' · ');
}

/** Details of a model, as a Markdown document. */
export function describeEntry(model: ModelEntry): string {
  return document(model, [
    [l10n.t('state'), model.problem === '' ? l10n.t('complete') : model.problem],
    [l10n.t('in memory'), model.loaded ? l10n.t('yes') : l10n.t('no')],
    [l10n.t('ships with the extension'), model.shipped ? l10n.t('yes') : l10n.t('no')],
  ]);
}

/** What adding a model would download and store, in a few lines. */
export function describePlan(plan: ModelPlan): string[] {
  const { bytes, present, freeDisk, licence, leftOut, gated } = plan;
  const rest = l10n.t(
    '{0} to download, {1} free on disk',
    formatBytes(bytes - present),
    formatBytes(freeDisk),
  );
  return [
    factsText(plan),
    [rest, l10n.t('licence: {0}', licence)].join(' · '),
    ...(leftOut.length === 0
      ? []
      : [l10n.t('skipped, because pickle files can run code: {0}', leftOut.join(', '))]),
    ...(gated ? [l10n.t('gated: HF_TOKEN must belong to an account that accepted the terms')] : []),
  ];
}

function document(model: ModelEntry, more: readonly (readonly [string, string])[]): string {
  const { id, title, kind, bytes, licence, source, family, format, memory } = model;
  const lines: readonly (readonly [string, string])[] = [
    [l10n.t('title'), title],
    [l10n.t('kind'), kind],
    [l10n.t('size'), formatBytes(bytes)],
    [l10n.t('licence'), licence],
    [l10n.t('family'), family],
    [l10n.t('format on disk'), format],
    ...(memory ? [[l10n.t('memory'), memoryText(memory)] as const] : []),
    [l10n.t('source'), source],
    ...more,
  ];
  return [
    `# ${plainInMarkdown(id)}`,
    '',
    ...lines.map(([name, value]) => `- ${name}: ${plainInMarkdown(value)}`),
    '',
  ].join('\n');
}
