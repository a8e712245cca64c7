import { stream } from '../../decoding/random.ts';
import { endedByItself } from '../run/response.ts';
import type { SetupResult } from './analysis.ts';
import type { Cell, Table } from './table.ts';

/** Prompts of each setup that are shown. */
const shown = 2;

/** Responses of every method to the same prompts, drawn by the seed (appendix I of the paper). */
export function examplesTable(results: readonly SetupResult[], seed: number): Table {
  return {
    id: 'examples',
    title: 'Examples',
    notes: [
      `Whole responses of every method to the same prompts. The seed draws ${shown} prompts of each setup; nobody chose them. A text without "ended" was cut at the longest length. All other texts are in texts.jsonl.gz.`,
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Prompt', prose: true },
      { name: 'Method' },
      { name: 'Reward', digits: 3 },
      { name: 'End' },
      { name: 'Response', prose: true },
    ],
    rows: results.flatMap(({ setup, main }) =>
      drawn(setup.prompts.length, seed).flatMap((promptIndex) =>
        main.map(({ variant, responses }, row): Cell[] => {
          const written = responses[promptIndex]!;
          const { text, reward } = written;
          return [
            setup.id,
            row === 0 ? setup.prompts[promptIndex]!.text : '',
            variant.method,
            reward,
            endedByItself(written) ? 'ended' : 'cut',
            text,
          ];
        }),
      ),
    ),
  };
}

/** Different indices below `count`, in order. */
function drawn(count: number, seed: number): number[] {
  const random = stream(seed, 'sample', 0);
  const left = [...Array(count).keys()];
  const chosen = Array.from(
    { length: Math.min(shown, count) },
    () => left.splice(Math.floor(random.uniform() * left.length), 1)[0]!,
  );
  return chosen.sort((a, b) => a - b);
}
