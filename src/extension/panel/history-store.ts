import * as vscode from 'vscode';
import type { CandidateLine, TokenEvent } from '../../protocol/events.ts';
import type { Comparison, HistoryEntry, StreamState } from '../../webview/panel/messages.ts';

const key = 'tqstar.history';
const kept = 30;

/** Stores the workspace's comparisons: a list in its state, and the tokens of each in a file. */
export class HistoryStore {
  readonly #folder: vscode.Uri;

  constructor(private readonly extension: vscode.ExtensionContext) {
    const root = extension.storageUri ?? extension.globalStorageUri;
    this.#folder = vscode.Uri.joinPath(root, 'history');
  }

  get entries(): readonly HistoryEntry[] {
    return this.extension.workspaceState.get<readonly HistoryEntry[]>(key, []);
  }

  async add(comparison: Comparison): Promise<void> {
    const { id, instruction, draft, rewardTitle, alpha, k, startedAt, aligned, plain } = comparison;
    const entry: HistoryEntry = {
      id,
      instruction: instruction.slice(0, 200),
      draft: draft?.slice(0, 200) ?? null,
      reward: rewardTitle,
      alpha,
      k,
      startedAt,
      alignedReward: aligned.done?.reward ?? null,
      plainReward: plain.done?.reward ?? null,
    };
    await vscode.workspace.fs.writeFile(
      this.#file(id),
      new TextEncoder().encode(JSON.stringify(comparison)),
    );
    const entries = [entry, ...this.entries.filter((each) => each.id !== id)];
    await this.#keep(entries);
  }

  async open(id: string): Promise<Comparison | undefined> {
    if (!this.entries.some((entry) => entry.id === id)) return undefined;
    try {
      const bytes = await vscode.workspace.fs.readFile(this.#file(id));
      return completed(JSON.parse(new TextDecoder().decode(bytes)) as StoredComparison);
    } catch {
      await this.#keep(this.entries.filter((entry) => entry.id !== id));
      return undefined;
    }
  }

  async clear(): Promise<void> {
    await this.#keep([], this.entries);
  }

  async #keep(
    entries: readonly HistoryEntry[],
    dropped: readonly HistoryEntry[] = entries.slice(kept),
  ): Promise<void> {
    await this.extension.workspaceState.update(key, entries.slice(0, kept));
    for (const { id } of dropped) {
      await vscode.workspace.fs.delete(this.#file(id)).then(undefined, () => undefined);
    }
  }

  #file(id: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, `${id}.json`);
  }
}

/** A candidate without what earlier versions did not store. */
type StoredCandidate = Omit<CandidateLine, LaterField> & Partial<Pick<CandidateLine, LaterField>>;
type LaterField = 'logMeanWeight' | 'noise' | 'rollouts';

/** A comparison as an earlier version of the extension may have stored it. */
type StoredComparison = Omit<Comparison, 'draft' | 'rewardTitle' | 'replaces'> &
  Partial<Pick<Comparison, 'draft' | 'rewardTitle'>> & {
    readonly replaces?: Comparison['replaces'] | boolean;
  };

function completed(stored: StoredComparison): Comparison {
  const { draft = null, rewardTitle = stored.reward, replaces } = stored;
  return {
    ...stored,
    draft,
    rewardTitle,
    replaces: typeof replaces === 'object' ? replaces : null,
    aligned: completedStream(stored.aligned),
    plain: completedStream(stored.plain),
  };
}

function completedStream({ tokens, done, review }: StreamState): StreamState {
  return {
    tokens: tokens.map((token) => ({
      ...withoutGuessedKl(token),
      candidates: token.candidates.map(completedCandidate),
    })),
    done: done && withoutGuessedKl(done),
    review,
  };
}

/** Earlier versions stored the KL as a number, part of which was guessed. */
function withoutGuessedKl<T extends Pick<TokenEvent, 'kl'>>(event: T): T {
  return typeof event.kl === 'number' ? { ...event, kl: null } : event;
}

function completedCandidate(stored: StoredCandidate): CandidateLine {
  return { logMeanWeight: null, noise: null, rollouts: [], ...stored };
}
