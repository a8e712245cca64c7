import type { CatalogueEntry } from '../catalogue-entry.ts';
import { classifierEntry } from '../model/classifier.ts';
import { clearWritingEntry } from '../model/clear-writing.ts';
import { keepsMeaningEntry } from '../model/keeps-meaning.ts';
import { warmToneEntry } from '../model/warm-tone.ts';
import { scriptEntry } from '../script/script-reward.ts';
import { activeVoiceEntry } from '../text/active-voice.ts';
import { clarityEntry } from '../text/clarity.ts';
import { concisionEntry } from '../text/concision.ts';
import { formalityEntry } from '../text/formality.ts';
import { friendlinessEntry } from '../text/friendliness.ts';
import { keepsFactsEntry } from '../text/keeps-facts.ts';
import { lengthEntry } from '../text/length.ts';
import { noClichesEntry } from '../text/no-cliches.ts';
import { politenessEntry } from '../text/politeness.ts';
import { positiveToneEntry } from '../text/positive-tone.ts';
import { readabilityEntry } from '../text/readability.ts';
import { styleGuideEntry } from '../text/style-guide.ts';

/** All rewards except causal reward models, in the order that listings and settings show. */
export const catalogue: readonly CatalogueEntry[] = [
  positiveToneEntry,
  clearWritingEntry,
  warmToneEntry,
  readabilityEntry,
  concisionEntry,
  clarityEntry,
  activeVoiceEntry,
  noClichesEntry,
  friendlinessEntry,
  politenessEntry,
  formalityEntry,
  styleGuideEntry,
  keepsMeaningEntry,
  keepsFactsEntry,
  lengthEntry,
  classifierEntry,
  scriptEntry,
];
