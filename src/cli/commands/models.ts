import type { Command } from 'commander';
import { requests } from '../../protocol/requests.ts';
import type { Alignment, MemoryNeed, ModelEntry, ModelPlan } from '../../protocol/store.ts';
import { formatBytes } from '../../protocol/units.ts';
import { addList } from '../list-command.ts';
import { LoadReport } from '../load-report.ts';
import type { Session } from '../session.ts';
import { printItems, type Item } from '../view/listing.ts';

interface AddOptions {
  readonly id?: string;
  readonly file?: string;
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
    .description('list the models that ship and those that were added');
  addList(list, session, { type: 'model', request: requests.listModels, item });
  models
    .command('add')
    .description('bring a model, adapter or reward model from a hub or this machine into the store')
    .argument('<source>', 'owner/name, owner/name@revision, owner/name/file.gguf, or a path')
    .option('--id <id>', 'the id it gets')
    .option('--file <file>', 'the GGUF file to take, where there are several')
    .option('--plan', 'only tell what would be taken')
    .option('--json', 'one JSON object')
    .action((source: string, options: AddOptions) => add(session, source, options));
  models
    .command('remove')
    .description('remove a model that was added, or what came of one that was cut')
    .argument('<id>', 'id of the model')
    .option('--json', 'one JSON object')
    .action((id: string, options: JsonOption) => remove(session, id, options));
  models
    .command('verify')
    .description('read every byte of the models and compare it with what it was')
    .argument('[id]', 'id of the model; all when left out')
    .option('--json', 'one JSON object a line')
    .action((id: string | undefined, options: JsonOption) => verify(session, id, options));
}

async function add(
  session: Session,
  source: string,
  { id, file, plan, json }: AddOptions,
): Promise<void> {
  const asked = { source, ...(id !== undefined && { id }), ...(file !== undefined && { file }) };
  const request = plan ? requests.planModel : requests.addModel;
  const found = await withReport(session, (report) =>
    session.engine.stream(request, asked, report, session.signal),
  );
  if (json) session.print(JSON.stringify({ type: plan ? 'plan' : 'model', ...found }));
  else printItems(session, ['choices' in found ? plannedItem(found) : item(found)]);
}

async function remove(session: Session, id: string, { json }: JsonOption): Promise<void> {
  const removed = await session.engine.request(requests.removeModel, { id });
  session.print(json ? JSON.stringify({ type: 'removed', ...removed }) : `Removed ${id}.`);
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
    for (const each of results) session.print(JSON.stringify({ type: 'verified', ...each }));
  } else {
    const lines = (problem: string): string[] => [problem === '' ? 'as it was' : problem];
    printItems(
      session,
      results.map(({ id: term, problem }) => ({ term, lines: lines(problem) })),
    );
  }
  const bad = results.filter(({ problem }) => problem !== '').length;
  if (bad > 0) {
    throw new Error(`Models with a problem: ${String(bad)} of ${String(results.length)}.`);
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
    return { term: id, lines: ['Several GGUF files; choose one:', ...lines] };
  }
  const here = present > 0 ? `, of which ${formatBytes(present)} are here` : '';
  return {
    term: id,
    lines: [
      ...facts(plan),
      ...files.map(({ path, bytes }) => `takes ${path} (${formatBytes(bytes)})`),
      ...(leftOut.length > 0 ? [`never takes ${leftOut.join(', ')}: pickles can run code`] : []),
      ...(gated ? ['gated: HF_TOKEN must be of someone who accepted the terms'] : []),
      `${formatBytes(freeDisk)} are free on the disk${here}`,
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
  const short = int8 > available ? ': too little' : '';
  return `needs ${formatBytes(int8)} of memory as int8, ${formatBytes(fp32)} as fp32; ${formatBytes(available)} are free${short}`;
}
