import { l10n } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { EngineDeps } from './engine-deps.ts';

/** Asks before this window starts an engine although another window already runs one. */
export class SecondEngineCheck {
  #passed = false;

  constructor(private readonly deps: Pick<EngineDeps, 'registry' | 'confirmSecondEngine'>) {}

  /**
   * Asks at most once, and only when another engine runs.
   * @throws TqError cancelled when the person declines
   */
  async pass(): Promise<void> {
    if (this.#passed) return;
    const others = await this.deps.registry.others(undefined);
    if (others.length > 0 && !(await this.deps.confirmSecondEngine())) {
      throw new TqError(ErrorCode.cancelled, l10n.t('The engine was not started.'));
    }
    this.#passed = true;
  }
}
