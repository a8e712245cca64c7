import type { ShortcutName } from '../../protocol/options.ts';

/** Exact shortcuts: each writes the same tokens as Algorithm 1 in full, with less work. */
export interface Shortcuts {
  /** 2: announces fixed tokens to the reward, so that it reads only new ones. */
  readonly incrementalReward: boolean;
  /** 3: values candidates best first and leaves out those that cannot win. */
  readonly bounds: boolean;
  /** 4: lets the policy reuse positions of earlier rollouts. */
  readonly carryOver: boolean;
  /** 5: computes rollouts of later steps in the runs of this one. */
  readonly lookAhead: boolean;
  /** 6: reuses rollouts that have ended, and scores of equal responses. */
  readonly dedupe: boolean;
}

export const noShortcuts: Shortcuts = {
  incrementalReward: false,
  bounds: false,
  carryOver: false,
  lookAhead: false,
  dedupe: false,
};

/** All shortcuts except those that are switched off. */
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

/** Switches off the shortcuts of these names. */
export function shortcutsWithout(left: readonly ShortcutName[]): Partial<Shortcuts> {
  return Object.fromEntries(left.map((name) => [names[name], false]));
}
