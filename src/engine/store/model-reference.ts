import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** A model on a hub: a repository, at a revision, whole or one file of it. */
export interface HubReference {
  readonly kind: 'hub';
  /** owner/name */
  readonly repository: string;
  /** Branch, tag or commit; main when left out. */
  readonly revision: string | undefined;
  /** A GGUF file of the repository. */
  readonly file: string | undefined;
}

/** A model on this machine. */
export interface LocalReference {
  readonly kind: 'local';
  /** Absolute. */
  readonly path: string;
}

const word = '[A-Za-z0-9][\\w.-]{0,95}';
const hubPattern = new RegExp(
  `^(${word}/${word})(?:@(refs/pr/\\d+|${word}))?(?:/((?:${word}/){0,4}${word}\\.gguf))?$`,
  'iu',
);

/**
 * Reads what a person names: something that is on this machine is taken from there, else a hub's
 * `owner/name`, `owner/name@revision` or `owner/name/file.gguf`.
 * @throws TqError unknownId when it is neither
 */
export async function readReference(source: string): Promise<HubReference | LocalReference> {
  const path = resolve(source);
  const found = await stat(path).catch(() => undefined);
  if (found) return { kind: 'local', path };
  const [, repository, revision, file] = hubPattern.exec(source) ?? [];
  if (repository === undefined || source.includes('..')) {
    throw new TqError(
      ErrorCode.unknownId,
      `"${source}" is neither a file or folder on this machine nor a model of a hub; a hub's are written owner/name, owner/name@revision or owner/name/file.gguf.`,
    );
  }
  return { kind: 'hub', repository, revision, file };
}

/** The id a model gets where none is chosen: what a person would write to add it. */
export function defaultId(reference: HubReference | LocalReference, file?: string): string {
  if (reference.kind === 'local') return basename(reference.path).replace(/\.gguf$/iu, '');
  const revision = reference.revision === undefined ? '' : `@${reference.revision}`;
  const inside = reference.file ?? file;
  return `${reference.repository}${revision}${inside === undefined ? '' : `/${inside}`}`;
}

const reservedNames = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/**
 * Name of the folder that a model of this id has in the store.
 * @throws TqError invalidInput for an id that could leave the store or be no folder somewhere
 */
export function folderOfId(id: string): string {
  const parts = id.split('/');
  const allowed = parts.every((part) => /^[A-Za-z0-9][\w.@-]*$/u.test(part) && !part.endsWith('.'));
  if (!allowed || id.length > 200 || reservedNames.test(id)) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The id "${id.slice(0, 80)}" cannot be used; ids are letters, digits and _ . @ - in parts with / between, each beginning with a letter or digit, 200 characters at most.`,
    );
  }
  return parts.join('--');
}
