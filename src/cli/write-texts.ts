import type { EngineEvent, StreamName } from '../protocol/events.ts';
import type { GenerationOptionsInput, PromptInput } from '../protocol/options.ts';
import { requests } from '../protocol/requests.ts';
import { LoadReport } from './load-report.ts';
import type { Session } from './session.ts';
import { requireReward } from './target-reward.ts';
import { createView } from './view/create-view.ts';

/** A request for texts, and how to show them. */
export interface Writing {
  readonly request: typeof requests.generate | typeof requests.compare;
  readonly prompt: PromptInput;
  readonly options: GenerationOptionsInput;
  readonly json: boolean;
}

/** Sends a request for texts and shows them as they arrive, even if the request then fails. */
export async function writeTexts(session: Session, writing: Writing): Promise<void> {
  const { request, prompt, options, json } = writing;
  await requireReward(session, options);
  const reward = options.reward === undefined ? undefined : rewardName(options.reward);
  const view = createView(session, { headings: headingsOf(writing), reward, json });
  const report = new LoadReport(session.process.stderr);
  const onEvent = (event: EngineEvent): void => {
    if (event.type === 'token') {
      report.end();
      view.token(event);
    } else if (event.type === 'done') view.done(event);
    else report.report(event);
  };
  try {
    await session.engine.stream(request, { prompt, options }, onEvent, session.signal);
  } finally {
    report.end();
    view.finish();
  }
}

function headingsOf({ request, options }: Writing): Map<StreamName, string> {
  const { policy, baseline = policy, reward, alpha } = options;
  const { method } = options;
  const ownBaseline = baseline !== undefined && baseline !== policy;
  if (request === requests.generate) return new Map([['aligned', '']]);
  const details = [
    `Aligned: ${methodName(method, ownBaseline)}`,
    ...(reward === undefined ? [] : [`reward ${rewardName(reward)}`]),
    ...(alpha === undefined ? [] : [`alpha ${String(alpha)}`]),
  ];
  return new Map([
    ['plain', 'Plain'],
    ['aligned', details.join(', ')],
  ]);
}

/** The method as the engine will run it; it says what it chose where only it can know. */
function methodName(method: GenerationOptionsInput['method'], ownBaseline: boolean): string {
  // Without a baseline policy of its own, Transfer Q* is controlled decoding.
  if (!ownBaseline && (method === undefined || method === 'tq' || method === 'dt')) return 'cd';
  return method ?? 'Transfer Q*';
}

function rewardName(reward: NonNullable<GenerationOptionsInput['reward']>): string {
  return typeof reward === 'string' ? reward : JSON.stringify(reward);
}
