import { l10n } from 'vscode';
import type { MemoryNeed, ModelEntry, ModelPlan } from '../../protocol/store.ts';

/** A size in decimal units, as file managers show it. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(0)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Memory that a model needs against what is free, told before it is loaded. */
export function memoryText({ int8, fp32, available }: MemoryNeed): string {
  const need = l10n.t(
    'needs {0} of memory as int8, {1} as fp32; {2} are free',
    size(int8),
    size(fp32),
    size(available),
  );
  return int8 > available ? `$(warning) ${need}` : need;
}

/** Family, format and memory, in a line. */
export function factsText({
  family,
  format,
  memory,
}: Pick<ModelEntry, 'family' | 'format' | 'memory'>): string {
  return [family, format, memory && memoryText(memory)].filter(Boolean).join(' · ');
}

/** What a model is, as a document. */
export function describeEntry(model: ModelEntry): string {
  return document(model, [
    [l10n.t('state'), model.problem === '' ? l10n.t('complete') : model.problem],
    [l10n.t('in memory'), model.loaded ? l10n.t('yes') : l10n.t('no')],
    [l10n.t('comes with the program'), model.shipped ? l10n.t('yes') : l10n.t('no')],
  ]);
}

/** What adding a model would do, in a few lines. */
export function describePlan(plan: ModelPlan): string[] {
  const { bytes, present, freeDisk, licence, leftOut, gated } = plan;
  const rest = l10n.t(
    '{0} to fetch, {1} are free on the disk',
    size(bytes - present),
    size(freeDisk),
  );
  return [
    factsText(plan),
    [rest, l10n.t('licence: {0}', licence)].join(' · '),
    ...(leftOut.length === 0
      ? []
      : [l10n.t('never taken, because pickle files can run code: {0}', leftOut.join(', '))]),
    ...(gated ? [l10n.t('gated: HF_TOKEN must be of someone who accepted the terms')] : []),
  ];
}

function document(model: ModelEntry, more: readonly (readonly [string, string])[]): string {
  const { id, title, kind, bytes, licence, source, family, format, memory } = model;
  const lines: readonly (readonly [string, string])[] = [
    [l10n.t('title'), title],
    [l10n.t('kind'), kind],
    [l10n.t('size'), size(bytes)],
    [l10n.t('licence'), licence],
    [l10n.t('family'), family],
    [l10n.t('format on disk'), format],
    ...(memory ? [[l10n.t('memory'), memoryText(memory).replace('$(warning) ', '')] as const] : []),
    [l10n.t('source'), source],
    ...more,
  ];
  return [`# ${id}`, '', ...lines.map(([name, value]) => `- ${name}: ${value}`), ''].join('\n');
}
