import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** The connection was lost or the hub is overloaded: asking again may help. */
export class LostConnection extends TqError {
  constructor(sentence: string, cause?: unknown) {
    super(ErrorCode.hub, sentence, { cause });
  }
}

export function hubError(sentence: string, cause?: unknown): TqError {
  return new TqError(ErrorCode.hub, sentence, { cause });
}

/** What is wrong with a network, in a word: the code of the innermost cause. */
export function networkReason(error: unknown): string {
  let reason = '';
  for (let each = error; each instanceof Error; each = each.cause) {
    const code = 'code' in each && typeof each.code === 'string' ? each.code : '';
    reason = code || each.message || reason;
  }
  return reason || String(error);
}

interface Refusal {
  readonly status: number;
  /** The hub's own name of the error. */
  readonly code: string;
  readonly endpoint: string;
  readonly repository: string;
  readonly hasToken: boolean;
}

/** Why the hub does not answer with what was asked for, and what helps. */
export function refusal({ status, code, endpoint, repository, hasToken }: Refusal): TqError {
  const page = `${endpoint}/${repository}`;
  const token = `${endpoint}/settings/tokens`;
  if (code === 'GatedRepo' || (status === 403 && code === '')) {
    return hubError(
      `${repository} is gated: its owners give it to those who accept their terms. Accept them at ${page}, make a token at ${token}, and set it as HF_TOKEN${hasToken ? '; the token that is set has no access' : ''}.`,
    );
  }
  if (code === 'RevisionNotFound') {
    return hubError(`${repository} has no such revision; ${page} lists its branches and tags.`);
  }
  if (code === 'EntryNotFound')
    return hubError(`${repository} does not have that file; see ${page}.`);
  if (status === 401 && hasToken) {
    return hubError(
      `The hub ${endpoint} refuses the token in HF_TOKEN for ${repository}, or there is no such model; make another token at ${token}, or check the name.`,
    );
  }
  if (status === 401 || status === 404) {
    return hubError(
      `There is no public model ${repository} at ${endpoint}; check the name, and for a private one set HF_TOKEN.`,
    );
  }
  return hubError(`The hub ${endpoint} answered for ${repository} with HTTP status ${status}.`);
}
