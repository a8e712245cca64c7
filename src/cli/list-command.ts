import type { Command } from 'commander';
import type { z } from 'zod';
import type { EngineRequest } from '../protocol/requests.ts';
import type { Session } from './session.ts';
import { printItems, type Item } from './view/listing.ts';

/** A list that the engine returns, and how to show an entry. */
export interface List<Entry> {
  /** The "type" of an entry's JSON line. */
  readonly type: string;
  readonly request: EngineRequest<z.ZodType, z.ZodType<Entry[]>>;
  readonly item: (entry: Entry) => Item;
}

/** Makes a command print a list as text or as one JSON object a line. */
export function addList<Entry extends object>(
  command: Command,
  session: Session,
  { type, request, item }: List<Entry>,
): void {
  command
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const entries = await session.engine.request(request, {});
      if (json) {
        for (const entry of entries) session.printJson({ type, ...entry });
        return;
      }
      printItems(session, entries.map(item));
    });
}
