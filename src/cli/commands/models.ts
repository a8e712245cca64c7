import type { Command } from 'commander';
import { requests, type ModelEntry } from '../../protocol/requests.ts';
import { addList } from '../list-command.ts';
import type { Session } from '../session.ts';
import type { Item } from '../view/listing.ts';
import { size } from '../view/numbers.ts';

export function addModels(program: Command, session: Session): void {
  const command = program.command('models').description('list the models that ship');
  addList(command, session, { type: 'model', request: requests.listModels, item });
}

function item(entry: ModelEntry): Item {
  const { id, title, kind, bytes, licence, source, problem, alignment } = entry;
  const facts = `${title}; ${kind.replaceAll('-', ' ')}, ${size(bytes)}, ${licence}`;
  const state = problem === '' ? [] : [`Problem: ${problem}`];
  const aligned = alignment ? [`aligned to ${alignment.reward}, beta ${alignment.beta}`] : [];
  return { term: id, lines: [facts, ...aligned, `from ${source}`, ...state] };
}
