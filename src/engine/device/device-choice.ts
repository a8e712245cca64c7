import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type {
  DeviceName,
  DeviceRequest,
  FormatName,
  FormatRequest,
} from '../../protocol/options.ts';
import type { DeviceState } from '../../protocol/requests.ts';
import type { Probe, ProbeResult } from './device-probe.ts';

/** The device and format that a model runs with, and why. */
export interface DeviceChoice {
  readonly requested: DeviceRequest;
  readonly actual: DeviceName;
  readonly format: FormatName;
  readonly reason: string;
}

/** What Devices needs to know of this machine. */
export interface DeviceDeps {
  /** Devices that this build of ONNX Runtime supports. */
  readonly supported: readonly string[];
  /** Why no GPU can be used, if known without a probe; else empty. */
  readonly gpuProblem: string;
  readonly probe: Probe;
}

/**
 * `auto` uses a GPU only if it is this many times as fast as the CPU, which has reproducible bits.
 */
const minSpeedup = 2;

/**
 * The default format of GPUs: 8-bit weights are close to fp32 at a quarter of its size. 4-bit
 * weights change a small model by 0.39 nats a token (docs/devices.md), and some GPUs have no half
 * precision.
 */
const defaultGpuFormat = 'q8';

const useCpu = 'use the device cpu';

/** Chooses devices; each is probed once, before the first model is loaded on it. */
export class Devices {
  readonly #results = new Map<DeviceName, Promise<ProbeResult>>();

  constructor(private readonly deps: DeviceDeps) {}

  /**
   * The device and format for a request. A named device is used or refused, never replaced.
   * @throws TqError device if it cannot be used, invalidInput if it cannot run the format
   */
  async choose(requested: DeviceRequest, format: FormatRequest): Promise<DeviceChoice> {
    if (requested === 'auto') return this.#best(format);
    if (requested === 'cpu') {
      return { requested, actual: 'cpu', format: formatOr(format, 'int8'), reason: 'as requested' };
    }
    if (format === 'int8') {
      throw new TqError(
        ErrorCode.invalidInput,
        `The format int8 runs only on the CPU; on the device ${requested} use q8, q4, fp16 or fp32, or ${useCpu}.`,
      );
    }
    const problem = await this.#problem(requested);
    if (problem !== '') {
      this.#results.delete(requested);
      throw new TqError(
        ErrorCode.device,
        `The device ${requested} cannot be used: ${problem}; ${useCpu}.`,
      );
    }
    return {
      requested,
      actual: requested,
      format: formatOr(format, defaultGpuFormat),
      reason: 'as requested',
    };
  }

  /** Probes the named devices; the CPU always works. */
  async states(names: readonly DeviceName[]): Promise<DeviceState[]> {
    const states: DeviceState[] = [];
    for (const device of names) {
      const problem = device === 'cpu' ? '' : await this.#problem(device);
      states.push({ device, problem });
    }
    return states;
  }

  /** WebGPU if it is fast enough, else the CPU; other devices are used only when named. */
  async #best(format: FormatRequest): Promise<DeviceChoice> {
    const cpu = (reason: string): DeviceChoice => ({
      requested: 'auto',
      actual: 'cpu',
      format: formatOr(format, 'int8'),
      reason,
    });
    if (format === 'int8') return cpu('the format int8 runs only on the CPU');
    const result = await this.#try('webgpu');
    if ('problem' in result) return cpu(`webgpu cannot be used: ${result.problem}`);
    const times = result.cpuMilliseconds / result.milliseconds;
    const speed = `webgpu is ${times.toFixed(1)} times as fast as the CPU`;
    if (times < minSpeedup)
      return cpu(`${speed}; at least ${String(minSpeedup)} times are required`);
    return {
      requested: 'auto',
      actual: 'webgpu',
      format: formatOr(format, defaultGpuFormat),
      reason: speed,
    };
  }

  async #problem(device: DeviceName): Promise<string> {
    const result = await this.#try(device);
    return 'problem' in result ? result.problem : '';
  }

  #try(device: DeviceName): Promise<ProbeResult> {
    const { supported, gpuProblem, probe } = this.deps;
    if (!supported.includes(device)) {
      const platform = `${process.platform}-${process.arch}`;
      return Promise.resolve({ problem: `ONNX Runtime does not support it on ${platform}` });
    }
    if (device === 'webgpu' && gpuProblem !== '') return Promise.resolve({ problem: gpuProblem });
    const result = this.#results.get(device) ?? probe(device);
    this.#results.set(device, result);
    return result;
  }
}

function formatOr(format: FormatRequest, usual: FormatName): FormatName {
  return format === 'auto' ? usual : format;
}
