import type { FoundModelEntry, FoundServerEntry } from '../protocol/found-models.ts';
import { requests } from '../protocol/requests.ts';
import { formatBytes } from '../protocol/units.ts';
import type { Session } from './session.ts';
import { printItems, type Item } from './view/listing.ts';

export interface FoundOptions {
  readonly servers: boolean;
  readonly json?: boolean;
}

/** Prints the models and servers of other programs on this machine. */
export async function printFound(session: Session, { servers, json }: FoundOptions): Promise<void> {
  const found = await session.engine.request(requests.findModels, { servers });
  if (json) {
    for (const each of found.models) session.print(JSON.stringify({ type: 'found', ...each }));
    for (const each of found.servers) session.print(JSON.stringify({ type: 'server', ...each }));
    return;
  }
  const items = [...found.models.map(modelItem), ...found.servers.map(serverItem)];
  if (items.length > 0) printItems(session, items);
  else session.print('No models of other programs were found on this machine.');
}

function modelItem({
  program,
  name,
  reference,
  bytes,
  format,
  context,
  chat,
}: FoundModelEntry): Item {
  const facts = [
    `${program}, ${formatBytes(bytes)}`,
    ...(format === '' ? ['its header cannot be read'] : [format]),
    ...(context === null ? [] : [`${context} tokens of context`]),
    ...(chat === false ? ['a base model: it has no chat template'] : []),
  ];
  return { term: name, lines: [facts.join(', '), `--policy ${reference}`] };
}

function serverItem({ url, kind, program, models }: FoundServerEntry): Item {
  const names = models.length === 0 ? 'no model is loaded' : models.join(', ');
  const use =
    kind === null
      ? `${program} gives no token ids: use its model files, or llama-server on them`
      : `--server ${url}`;
  return { term: `${program} at ${url}`, lines: [names, use] };
}
