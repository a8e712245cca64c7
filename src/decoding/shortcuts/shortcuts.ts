import type { ShortcutName } from '../../protocol/options.ts';

/** Exact shortcuts: each gives the same tokens as Algorithm 1 in full, for less work. */
export interface Shortcuts {
  /** 2: tells the reward which tokens are fixed, so that it reads only what is new. */
  readonly incrementalReward: boolean;
  /** 3: values candidates best first and leaves out those that cannot win. */
  readonly bounds: boolean;
  /** 4: lets the policy take positions of earlier rollouts instead of computing them again. */
  readonly carryOver: boolean;
  /** 5: rolls out alternatives of coming steps together with those of this one. */
  readonly lookAhead: boolean;
  /** 6: neither rolls out again what has ended nor scores again what has a score. */
  readonly dedupe: boolean;
}

export const noShortcuts: Shortcuts = {
  incrementalReward: false,
  bounds: false,
  carryOver: false,
  lookAhead: false,
  dedupe: false,
};

/** All shortcuts but those that are switched off. */
export function shortcutsOf(
  input: { readonly [Name in keyof Shortcuts]?: boolean | undefined } | undefined,
): Shortcuts {
  return {
    incrementalReward: input?.incrementalReward ?? true,
    bounds: input?.bounds ?? true,
    carryOver: input?.carryOver ?? true,
    lookAhead: input?.lookAhead ?? true,
    dedupe: input?.dedupe ?? true,
  };
}

const names: Readonly<Record<ShortcutName, keyof Shortcuts>> = {
  'incremental-reward': 'incrementalReward',
  bounds: 'bounds',
  'carry-over': 'carryOver',
  'look-ahead': 'lookAhead',
  'no-repetition': 'dedupe',
};

/** Switches off the shortcuts that are named, as people name them. */
export function shortcutsWithout(left: readonly ShortcutName[]): Partial<Shortcuts> {
  return Object.fromEntries(left.map((name) => [names[name], false]));
}
