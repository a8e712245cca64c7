import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import {
  requests,
  type Capabilities,
  type DeviceState,
  type ModelEntry,
} from '../protocol/requests.ts';
import { shippedEngineMemory } from '../protocol/shipped-memory.ts';
import { formatBytes } from '../protocol/units.ts';
import { nodeProblem } from './node-version.ts';
import type { Session } from './session.ts';

/** The result of one check. */
export interface Check {
  readonly name: string;
  /** The state of the thing, or its problem. */
  readonly found: string;
  /** What to do; empty when there is no problem. */
  readonly advice: string;
}

/** Bytes on disk for the shipped models, compiled in both formats. */
const neededDisk = 1e9;
const probeMs = 30_000;

/** Checks everything that a generation needs; loads the runtime in a separate process first. */
export async function diagnose(session: Session): Promise<Check[]> {
  const { process } = session;
  const node = nodeProblem(process.versions.node);
  const first = [
    check('node', node ?? `${process.versions.node}, ${process.platform} ${process.arch}`, {
      when: node !== undefined,
      advice: 'Install a newer Node.js.',
    }),
    await probe(process.execPath, session.engineProgram),
  ];
  if (first.some(({ advice }) => advice !== '')) return first;
  try {
    const capabilities = await session.engine.request(requests.capabilities, {});
    const models = await session.engine.request(requests.listModels, {}).catch(messageOf);
    const devices = await session.engine.request(requests.checkDevices, {});
    return [
      ...first,
      ...(await checkEngine(capabilities)),
      ...devices.map(checkDevice),
      ...checkModels(models),
    ];
  } catch (error) {
    const advice = 'Run "npm ci" and "npm run build" in the project folder.';
    return [...first, check('engine', messageOf(error), { when: true, advice })];
  }
}

/** Loads the native binding in its own process, which may fail or crash. */
function probe(node: string, program: string): Promise<Check> {
  const options = { timeout: probeMs };
  return new Promise((resolve) => {
    const child = execFile(node, [program, '--probe'], options, (error, stdout, stderr) => {
      const reason = /^\w*Error(?: \[\w+\])?: (.+)$/mu.exec(stderr)?.[1];
      const how = error?.signal
        ? `the process was ended by ${error.signal}`
        : (reason ?? error?.message);
      resolve(
        check('onnxruntime', error ? `The runtime cannot be loaded: ${how!}` : stdout.trim(), {
          when: error !== null,
          advice:
            'Run "npm ci" in the project folder. Binaries exist for Linux and Windows (x64, arm64) and for macOS (arm64).',
        }),
      );
    });
    child.stdin?.end();
  });
}

async function checkEngine(capabilities: Capabilities): Promise<Check[]> {
  const { version, threads, threadsReason, formats, memory } = capabilities;
  return [
    check('engine', `version ${version} responds; formats ${formats.join(', ')}`),
    check('threads', `${threads} (${threadsReason})`),
    check('memory', `${formatBytes(memory.available)} of ${formatBytes(memory.total)} free`, {
      when: memory.available < shippedEngineMemory,
      advice: `Close other programs. An engine with the shipped model needs about ${formatBytes(shippedEngineMemory)}.`,
    }),
    await checkCache(capabilities),
  ];
}

/** A missing device is not a problem: the CPU can always be used. */
function checkDevice({ device, problem }: DeviceState): Check {
  return check(`device ${device}`, problem === '' ? 'available' : `unavailable: ${problem}`);
}

async function checkCache({ cacheFolder, cacheBytes, cacheProblem }: Capabilities): Promise<Check> {
  if (cacheProblem !== '') {
    const advice = 'Make the folder writable, or set TQSTAR_CACHE to another folder.';
    return check('cache', cacheProblem, { when: true, advice });
  }
  const { bavail, bsize } = await statfs(cacheFolder);
  const free = bavail * bsize;
  return check(
    'cache',
    `${cacheFolder}, ${formatBytes(cacheBytes)} used, ${formatBytes(free)} free on the disk`,
    {
      when: free < neededDisk && cacheBytes === 0,
      advice: `Free ${formatBytes(neededDisk)} of disk space, or set TQSTAR_CACHE to a folder on another disk.`,
    },
  );
}

function checkModels(models: readonly ModelEntry[] | string): Check[] {
  const advice = 'Restore the models folder from the repository or the release.';
  if (typeof models === 'string') return [check('models', models, { when: true, advice })];
  return models.map(({ id, problem, bytes, shipped }) =>
    check(`model ${id}`, problem === '' ? `complete, ${formatBytes(bytes)}` : problem, {
      when: problem !== '',
      advice: shipped ? advice : `Run "tqstar models remove ${id}" and add the model again.`,
    }),
  );
}

function check(
  name: string,
  found: string,
  problem: { readonly when: boolean; readonly advice: string } = { when: false, advice: '' },
): Check {
  return { name, found, advice: problem.when ? problem.advice : '' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
