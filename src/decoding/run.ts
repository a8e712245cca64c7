import { KlMeter } from './accounting/kl.ts';
import { Ledger } from './accounting/ledger.ts';
import { LookAhead } from './shortcuts/look-ahead.ts';
import type { DecodingPlan, DecodingRequest } from './plan.ts';
import type { TokenId } from './policy.ts';
import { RolloutSamplers } from './rollout-samplers.ts';
import { DecodingSession } from './session.ts';
import { ResponseText, TextStream } from './text.ts';
import { CandidateValuer } from './valuation.ts';

/** One response in progress: the text so far, and what writes it. */
export class Run {
  /** The response's tokens. */
  readonly ids: TokenId[] = [];
  readonly session: DecodingSession;
  readonly text: ResponseText;
  readonly stream: TextStream;
  readonly valuer: CandidateValuer;
  readonly lookAhead: LookAhead | undefined;
  readonly ledger: Ledger;
  readonly kl: KlMeter;

  constructor(
    readonly plan: DecodingPlan,
    { decode, encode, hides }: Pick<DecodingRequest, 'decode' | 'encode' | 'hides'>,
    now: () => number,
    readonly signal: AbortSignal | undefined,
  ) {
    this.session = new DecodingSession(plan, signal);
    const { endTokens } = plan.policy;
    this.text = new ResponseText(decode, endTokens, plan.options.stop, encode, hides);
    this.stream = new TextStream(this.text);
    const samplers = new RolloutSamplers(plan.options, plan.prompt.tokens.length);
    this.valuer = new CandidateValuer(plan, this.session, this.text, samplers, signal);
    if (LookAhead.applies(plan)) this.lookAhead = new LookAhead(plan, this.session, samplers);
    this.ledger = new Ledger(plan, this.session, now);
    this.kl = new KlMeter(plan, this.session);
  }
}
