import type { Policy, PolicySequence, TokenId } from '../../decoding/policy.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { RemoteSequence, type RemoteServer } from './remote-sequence.ts';

/** What of a policy is not the server's: its name, and the tokens by the local tokenizer. */
export interface RemoteIdentity {
  readonly id: string;
  readonly vocabularyId: string;
  readonly vocabularySize: number;
  readonly endTokens: ReadonlySet<TokenId>;
}

/** A language model that a server runs, as a policy. */
export class RemotePolicy implements Policy {
  /** A server names the likeliest tokens and those that are asked for, never all. */
  readonly partial = true;
  readonly id: string;
  readonly vocabularyId: string;
  readonly vocabularySize: number;
  readonly endTokens: ReadonlySet<TokenId>;

  constructor(
    identity: RemoteIdentity,
    readonly server: RemoteServer,
  ) {
    this.id = identity.id;
    this.vocabularyId = identity.vocabularyId;
    this.vocabularySize = identity.vocabularySize;
    this.endTokens = identity.endTokens;
  }

  get contextLength(): number {
    return this.server.facts.contextLength;
  }

  async open(prompt: readonly TokenId[], signal?: AbortSignal): Promise<PolicySequence> {
    if (prompt.length === 0) throw new TqError(ErrorCode.invalidInput, 'The prompt is empty.');
    const wrong = prompt.find(
      (token) => !Number.isInteger(token) || token < 0 || token >= this.vocabularySize,
    );
    if (wrong !== undefined) {
      throw new TqError(
        ErrorCode.invalidInput,
        `Token id ${wrong} is not in the vocabulary; ids are 0 to ${this.vocabularySize - 1}.`,
      );
    }
    return new RemoteSequence(this.server, this.endTokens, prompt, signal);
  }
}
