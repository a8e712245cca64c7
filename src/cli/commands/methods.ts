import type { Command } from 'commander';
import { requests, type MethodEntry } from '../../protocol/requests.ts';
import { addList } from '../list-command.ts';
import type { Session } from '../session.ts';
import type { Item } from '../view/listing.ts';

export function addMethods(program: Command, session: Session): void {
  const command = program.command('methods').description('list the decoding methods');
  addList(command, session, { type: 'method', request: requests.listMethods, item });
}

function item({ id, title, candidates, rollouts, score }: MethodEntry): Item {
  return {
    term: id,
    lines: [title, `candidates: ${candidates}; rollouts: ${rollouts}; score: ${score}`],
  };
}
