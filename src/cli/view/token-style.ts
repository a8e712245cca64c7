import chalk, { Chalk, type ChalkInstance } from 'chalk';
import type { TokenEvent } from '../../protocol/events.ts';

/** How a token came to be chosen, as far as the reward is concerned. */
export type TokenKind =
  /** The method asks no reward. */
  | 'plain'
  /** No reward could have changed the choice. */
  | 'skipped'
  /** Rewards were asked, and the likeliest candidate won. */
  | 'kept'
  /** Another candidate than the likeliest was chosen. */
  | 'changed';

export function kindOf({ decision, candidates, id }: TokenEvent): TokenKind {
  if (decision === 'plain') return 'plain';
  if (candidates[0] !== undefined && candidates[0].id !== id) return 'changed';
  return decision === 'skipped' ? 'skipped' : 'kept';
}

/** Colours of a terminal, or none. */
export interface Palette {
  readonly colour: boolean;
  readonly token: Readonly<Record<TokenKind, (text: string) => string>>;
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
}

/** Colours for a terminal that has them, unless NO_COLOR (no-color.org) is set. */
export function paletteFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Palette {
  const wanted = isTerminal && !env['NO_COLOR'];
  return paletteOf(new Chalk({ level: wanted ? chalk.level : 0 }));
}

export function paletteOf(paint: ChalkInstance): Palette {
  return {
    colour: paint.level > 0,
    token: {
      plain: unpainted,
      skipped: unpainted,
      kept: paint.cyan,
      changed: paint.bold.magenta,
    },
    heading: paint.bold,
    faint: paint.dim,
  };
}

function unpainted(text: string): string {
  return text;
}
