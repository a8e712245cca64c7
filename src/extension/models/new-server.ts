import type { FoundServerEntry } from '../../protocol/found-models.ts';
import { originOf } from '../../protocol/server-address.ts';
import type { ServerOptions, ServerOptionsInput } from '../../protocol/servers.ts';

type Known = Pick<ServerOptions, 'id' | 'url' | 'model'>;

/** A server that was found, with one of its models; undefined for the only one. */
export interface FoundServerModel {
  readonly server: FoundServerEntry;
  readonly model: string | undefined;
}

/** What can be chosen of the servers that answered: those models that no setting names yet. */
export function newServerModels(
  found: readonly FoundServerEntry[],
  known: readonly Known[],
): FoundServerModel[] {
  return found
    .flatMap((server): FoundServerModel[] =>
      server.models.length > 1
        ? server.models.map((model) => ({ server, model }))
        : [{ server, model: undefined }],
    )
    .filter(({ server, model }) => !known.some((each) => isSame(each, server.url, model)));
}

/** The entry of tqstar.servers for a server that was found. */
export function newServer(
  { server: { kind, program, url }, model }: FoundServerModel,
  known: readonly Pick<Known, 'id'>[],
): ServerOptionsInput {
  return {
    id: freeId(program, known),
    url,
    ...(kind !== null && { kind }),
    ...(model !== undefined && { model }),
  };
}

function isSame(known: Known, url: string, model: string | undefined): boolean {
  return originOf(known.url) === originOf(url) && (model === undefined || known.model === model);
}

/** The name of the program, with a number if another server has it. */
function freeId(program: string, known: readonly Pick<Known, 'id'>[]): string {
  const name = program.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
  let id = name;
  for (let count = 2; known.some((each) => each.id === id); count++) id = `${name}-${count}`;
  return id;
}
