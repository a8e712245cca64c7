import { stat } from 'node:fs/promises';
import { modelName, snapshotOf } from '../models/hub-cache.ts';
import { resolve } from 'node:path';
import { isDeviceName } from '../../protocol/device-names.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** A model on a hub: a repository or one of its files, at a revision. */
export interface HubReference {
  readonly kind: 'hub';
  /** owner/name */
  readonly repository: string;
  /** Branch, tag or commit; default main. */
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
 * Reads a model's source: an existing path on this machine, else a hub's `owner/name`,
 * `owner/name@revision` or `owner/name/file.gguf`.
 * @throws TqError unknownId if it is neither
 */
export async function readReference(source: string): Promise<HubReference | LocalReference> {
  const path = resolve(source);
  const found = await stat(path).catch(() => undefined);
  if (found) return { kind: 'local', path: await snapshotOf(path) };
  const [, repository, revision, file] = hubPattern.exec(source) ?? [];
  if (repository === undefined || source.includes('..')) {
    throw new TqError(
      ErrorCode.unknownId,
      `"${source}" is neither a file or folder on this machine nor a model of a hub; write owner/name, owner/name@revision or owner/name/file.gguf for a hub.`,
    );
  }
  return { kind: 'hub', repository, revision, file };
}

/** The end of a GGUF file's name, with the number of its part. */
const ending = /(?:-\d{5}-of-\d{5})?\.gguf$/iu;

/** The default id of a model: what a user writes to add it. */
export function defaultId(reference: HubReference | LocalReference, file?: string): string {
  if (reference.kind === 'local') return modelName(reference.path).replace(ending, '');
  const revision = reference.revision === undefined ? '' : `@${reference.revision}`;
  const inside = reference.file ?? file;
  return `${reference.repository}${revision}${inside === undefined ? '' : `/${inside}`}`;
}

/**
 * The name of a model's folder in the store.
 * @throws TqError invalidInput for an id that could leave the store or is an invalid folder name
 */
export function folderOfId(id: string): string {
  const parts = id.split('/');
  const allowed = parts.every((part) => /^[A-Za-z0-9][\w.@-]*$/u.test(part) && !part.endsWith('.'));
  if (!allowed || id.length > 200 || isDeviceName(id)) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The id "${id.slice(0, 80)}" cannot be used; an id has parts of letters, digits and _ . @ - with / between them, each part starts with a letter or digit, and at most 200 characters are allowed.`,
    );
  }
  return parts.join('--');
}
