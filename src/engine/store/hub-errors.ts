import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** The connection was lost; trying again may help. */
export class LostConnection extends TqError {
  constructor(sentence: string, cause?: unknown) {
    super(ErrorCode.hub, sentence, { cause });
  }
}

export function hubError(sentence: string, cause?: unknown): TqError {
  return new TqError(ErrorCode.hub, sentence, { cause });
}

/** The error code (or message) of the innermost cause of a network failure. */
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
  /** The hub's error code. */
  readonly code: string;
  readonly endpoint: string;
  readonly repository: string;
  readonly hasToken: boolean;
}

/** Explains a refusal of the hub and what to do. */
export function refusal({ status, code, endpoint, repository, hasToken }: Refusal): TqError {
  const page = `${endpoint}/${repository}`;
  const token = `${endpoint}/settings/tokens`;
  if (code === 'GatedRepo' || (status === 403 && code === '')) {
    return hubError(
      `${repository} is gated: you must accept its owners' terms. Accept them at ${page}, create a token at ${token}, and set it as HF_TOKEN${hasToken ? '; the current token has no access' : ''}.`,
    );
  }
  if (code === 'RevisionNotFound') {
    return hubError(`${repository} has no such revision; see ${page} for its branches and tags.`);
  }
  if (code === 'EntryNotFound')
    return hubError(`${repository} does not have that file; see ${page}.`);
  if (status === 401 && hasToken) {
    return hubError(
      `The hub ${endpoint} refused the token in HF_TOKEN for ${repository}, or the model does not exist; check the name, or create another token at ${token}.`,
    );
  }
  if (status === 401 || status === 404) {
    return hubError(
      `There is no public model ${repository} at ${endpoint}; check the name, or set HF_TOKEN for a private model.`,
    );
  }
  return hubError(`The hub ${endpoint} answered for ${repository} with HTTP status ${status}.`);
}
