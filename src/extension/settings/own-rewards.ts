import type { OwnReward } from './settings.ts';

/** A reward as the engine takes it, and as a person reads it. */
export interface RewardChoice {
  readonly label: string;
  /** An expression or path, or a definition of the settings. */
  readonly spec: string | Record<string, unknown>;
}

/** The definition of a reward of the settings, with the names of others in it filled in. */
export function expandReward(name: string, own: readonly OwnReward[]): RewardChoice {
  const definition = own.find(({ id }) => id === name);
  if (!definition) return { label: name, spec: name };
  return { label: name, spec: withParts(definition, own, [name]) };
}

function withParts(
  definition: OwnReward,
  own: readonly OwnReward[],
  path: readonly string[],
): Record<string, unknown> {
  const { parts } = definition;
  if (!Array.isArray(parts)) return { ...definition };
  return {
    ...definition,
    parts: parts.map((part: Record<string, unknown>) => {
      const inner = own.find(({ id }) => id === part['reward']);
      // A definition that names itself goes to the engine as written, which says what is wrong.
      if (!inner || path.includes(inner.id)) return part;
      return { ...part, reward: withParts(inner, own, [...path, inner.id]) };
    }),
  };
}

/** Whether a reward, or a part of it, is a script; what a file of its own defines is not seen. */
export function runsScript(spec: unknown): boolean {
  if (typeof spec === 'string') return /(?:^|\+)\s*"?script"?\s*:/u.test(spec);
  if (typeof spec !== 'object' || spec === null) return false;
  const { type, parts } = spec as { readonly type?: unknown; readonly parts?: unknown };
  return (
    type === 'script' ||
    (Array.isArray(parts) && parts.some((part: { reward?: unknown }) => runsScript(part?.reward)))
  );
}
