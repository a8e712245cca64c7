import type { Command } from 'commander';
import { printable } from '../../protocol/printable.ts';
import { requests } from '../../protocol/requests.ts';
import type { Alignment, MemoryNeed, ModelEntry, ModelPlan } from '../../protocol/store.ts';
import { formatBytes } from '../../protocol/units.ts';
import { addList } from '../list-command.ts';
import { printFound, type FoundOptions } from '../found-models.ts';
import { LoadReport } from '../load-report.ts';
import type { Session } from '../session.ts';
import { printItems, type Item } from '../view/listing.ts';

interface AddOptions {
  readonly id?: string;
  readonly file?: string;
  readonly base?: string;
  readonly plan?: boolean;
  readonly json?: boolean;
}

interface JsonOption {
  readonly json?: boolean;
}

export function addModels(program: Command, session: Session): void {
  const models = program.command('models').description('list, add, remove and verify models');
  const list = models
    .command('list', { isDefault: true })
    .description('list shipped and added models');
  addList(list, session, { type: 'model', request: requests.listModels, item });
  models
    .command('found')
    .description('list models of Ollama, LM Studio, llama.cpp and the hub, and servers that answer')
    .option('--no-servers', 'ask no port of this machine')
    .option('--json', 'one JSON object a line')
    .action((options: FoundOptions) => printFound(session, options));
  models
    .command('add')
    .description('add a model, adapter or reward model from a hub or a local path')
    .argument('<source>', 'owner/name, owner/name@revision, owner/name/file.gguf, or a path')
    .option('--id <id>', 'id of the added model')
    .option('--file <file>', 'which GGUF file to add, if there are several')
    .option('--base <model>', 'id or path of the model that an adapter belongs on')
    .option('--plan', 'show what would be added, without adding it')
    .option('--json', 'one JSON object')
    .action((source: string, options: AddOptions) => add(session, source, options));
  models
    .command('remove')
    .description('remove an added model or an unfinished download')
    .argument('<id>', 'id of the model')
    .option('--json', 'one JSON object')
    .action((id: string, options: JsonOption) => remove(session, id, options));
  models
    .command('verify')
    .description('verify the checksums of models')
    .argument('[id]', 'id of the model; all models by default')
    .option('--json', 'one JSON object a line')
    .action((id: string | undefined, options: JsonOption) => verify(session, id, options));
}

async function add(
  session: Session,
  source: string,
  { plan, json, ...given }: AddOptions,
): Promise<void> {
  const asked = { source, ...given };
  const request = plan ? requests.planModel : requests.addModel;
  const found = await withReport(session, (report) =>
    session.engine.stream(request, asked, report, session.signal),
  );
  if (json) session.printJson({ type: plan ? 'plan' : 'model', ...found });
  else printItems(session, ['choices' in found ? plannedItem(found) : item(found)]);
}

async function remove(session: Session, id: string, { json }: JsonOption): Promise<void> {
  const removed = await session.engine.request(requests.removeModel, { id });
  if (json) session.printJson({ type: 'removed', ...removed });
  else session.print(`Removed ${printable(id)}.`);
}

async function verify(
  session: Session,
  id: string | undefined,
  { json }: JsonOption,
): Promise<void> {
  const asked = id === undefined ? {} : { id };
  const results = await withReport(session, (report) =>
    session.engine.stream(requests.verifyModels, asked, report, session.signal),
  );
  if (json) {
    for (const each of results) session.printJson({ type: 'verified', ...each });
  } else {
    const lines = (problem: string): string[] => [
      problem === '' ? 'verified: all checksums match' : problem,
    ];
    printItems(
      session,
      results.map(({ id: term, problem }) => ({ term, lines: lines(problem) })),
    );
  }
  const bad = results.filter(({ problem }) => problem !== '').length;
  if (bad > 0) {
    throw new Error(`Problems in ${String(bad)} of ${String(results.length)} models.`);
  }
}

async function withReport<T>(
  { process }: Session,
  work: (onEvent: LoadReport['report']) => Promise<T>,
): Promise<T> {
  const report = new LoadReport(process.stderr);
  try {
    return await work((event) => {
      report.report(event);
    });
  } finally {
    report.end();
  }
}

function item(model: ModelEntry): Item {
  const state = model.problem === '' ? [] : [`Problem: ${model.problem}`];
  return { term: model.id, lines: [...facts(model), ...state] };
}

function plannedItem(plan: ModelPlan): Item {
  const { id, files, choices, leftOut, gated, present, freeDisk } = plan;
  if (choices.length > 0) {
    const lines = choices.map(({ path, bytes }) => `--file ${path} (${formatBytes(bytes)})`);
    return { term: id, lines: ['There are several GGUF files; choose one:', ...lines] };
  }
  const here = present > 0 ? `; ${formatBytes(present)} already downloaded` : '';
  return {
    term: id,
    lines: [
      ...facts(plan),
      ...files.map(({ path, bytes }) => `adds ${path} (${formatBytes(bytes)})`),
      ...(leftOut.length > 0 ? [`skips ${leftOut.join(', ')}: pickle files can run code`] : []),
      ...(gated ? ['gated: accept the terms on the hub and set HF_TOKEN'] : []),
      `${formatBytes(freeDisk)} free on the disk${here}`,
    ],
  };
}

function facts(model: Omit<ModelEntry, 'problem' | 'loaded' | 'shipped'>): string[] {
  const { title, kind, bytes, licence, source, family, format, memory } = model;
  const made = [family, format].filter((each) => each !== '').join(', ');
  return [
    `${title}; ${kind.replaceAll('-', ' ')}, ${formatBytes(bytes)}, licence ${licence}`,
    ...(made === '' ? [] : [made]),
    ...(model.alignment ? [alignedLine(model.alignment)] : []),
    ...(memory ? [memoryLine(memory)] : []),
    `from ${source}`,
  ];
}

function alignedLine({ reward, beta }: Alignment): string {
  return `aligned to ${reward}, beta ${beta}`;
}

function memoryLine({ int8, fp32, available }: MemoryNeed): string {
  const short = int8 > available ? ' (too little)' : '';
  return `needs ${formatBytes(int8)} of memory as int8, ${formatBytes(fp32)} as fp32; ${formatBytes(available)} free${short}`;
}
