import chalk, { Chalk, type ChalkInstance } from 'chalk';
import type { TokenEvent } from '../../protocol/events.ts';

/** How the reward influenced the choice of a token. */
export type TokenKind =
  /** The method uses no reward. */
  | 'plain'
  /** No reward could have changed the choice. */
  | 'skipped'
  /** Rewards were computed, and the most likely candidate won. */
  | 'kept'
  /** A less likely candidate won. */
  | 'changed';

export function kindOf({ decision, candidates, id }: TokenEvent): TokenKind {
  if (decision === 'plain') return 'plain';
  if (candidates[0] !== undefined && candidates[0].id !== id) return 'changed';
  return decision === 'skipped' ? 'skipped' : 'kept';
}

/** Terminal colours; all functions return their text unchanged without colours. */
export interface Palette {
  readonly colour: boolean;
  readonly token: Readonly<Record<TokenKind, (text: string) => string>>;
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
}

/** Colours for a terminal that supports them, unless NO_COLOR (no-color.org) is set. */
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
