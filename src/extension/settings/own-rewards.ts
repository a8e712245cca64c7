import type { OwnReward } from './settings.ts';

/** A reward, with the name that people see. */
export interface RewardChoice {
  readonly label: string;
  /** An expression, a path, or a definition from the settings. */
  readonly spec: string | Record<string, unknown>;
}

/** Looks a reward up in the settings, and replaces the names of other such rewards in it. */
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
  const withReward = (part: Record<string, unknown>): Record<string, unknown> => {
    // The engine says what a part that is no object must be.
    if (typeof part !== 'object' || part === null) return part;
    const inner = own.find(({ id }) => id === part['reward']);
    // Leave a circular definition unchanged; the engine reports the error.
    if (!inner || path.includes(inner.id)) return { ...part };
    return { ...part, reward: withParts(inner, own, [...path, inner.id]) };
  };
  if (definition.type === 'constraint') return withReward(definition);
  const { parts } = definition;
  return { ...definition, ...(Array.isArray(parts) && { parts: parts.map(withReward) }) };
}

/** Whether a reward or one of its parts is a script. Does not look into reward files. */
export function runsScript(spec: unknown): boolean {
  if (typeof spec === 'string') return /(?:^|\+)\s*"?script"?\s*:/u.test(spec);
  if (typeof spec !== 'object' || spec === null) return false;
  const { type, parts, reward } = spec as Readonly<Record<string, unknown>>;
  return (
    type === 'script' ||
    runsScript(reward) ||
    (Array.isArray(parts) && parts.some((part: { reward?: unknown }) => runsScript(part?.reward)))
  );
}
