import type { Command } from 'commander';
import { requests, type RewardEntry } from '../../protocol/requests.ts';
import { formatBytes } from '../../protocol/units.ts';
import { addList } from '../list-command.ts';
import type { Session } from '../session.ts';
import type { Item } from '../view/listing.ts';

export function addRewards(program: Command, session: Session): void {
  const command = program.command('rewards').description('list the rewards and what each favours');
  addList(command, session, { type: 'reward', request: requests.listRewards, item });
}

function item(entry: RewardEntry): Item {
  const { id, favours, description, range, licence, bytes } = entry;
  const { needsDraft, readsWhole, parameters } = entry;
  const bounds = range ? `from ${String(range[0])} to ${String(range[1])}` : 'without a range';
  const compares = needsDraft ? ['compares with the draft'] : [];
  const whole = readsWhole ? ['judges whole answers: rollouts go to the end by default'] : [];
  const named = Object.entries(parameters).map(([name, accepts]) => `${name}: ${accepts}`);
  return {
    term: id,
    lines: [
      `favours ${favours}`,
      description,
      [
        bounds,
        licence,
        ...(bytes === null ? [] : [formatBytes(bytes)]),
        ...compares,
        ...whole,
      ].join('; '),
      ...named,
    ],
  };
}
