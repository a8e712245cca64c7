import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type {
  DeviceName,
  DeviceRequest,
  FormatName,
  FormatRequest,
} from '../../protocol/options.ts';
import type { DeviceState } from '../../protocol/requests.ts';
import type { Probe, ProbeResult } from './device-probe.ts';

/** Where a model runs, as what, and why there. */
export interface DeviceChoice {
  readonly requested: DeviceRequest;
  readonly actual: DeviceName;
  readonly format: FormatName;
  readonly reason: string;
}

/** What the devices are chosen from. */
export interface DeviceDeps {
  /** Devices that this build of the runtime knows. */
  readonly supported: readonly string[];
  /** Why no GPU can be there, where that is known without trying; else empty. */
  readonly gpuProblem: string;
  readonly probe: Probe;
}

/** A GPU must be this many times as fast as the CPU, on which equal bits are promised. */
const worthwhile = 2;

/**
 * What a GPU is given unasked: 8-bit weights are near fp32 at a quarter of its size, 4-bit ones
 * move a small model by 0.39 nats a token (docs/devices.md), and not every GPU computes in half
 * precision.
 */
const usualOnGpu = 'q8';

const useCpu = 'choose the device cpu';

/** Chooses devices; each is tried out once, before the first model is loaded on it. */
export class Devices {
  readonly #results = new Map<DeviceName, Promise<ProbeResult>>();

  constructor(private readonly deps: DeviceDeps) {}

  /**
   * The device and format for a request. A device that is named is taken or refused, never
   * replaced.
   * @throws TqError device when it is not there, invalidInput when it cannot run the format
   */
  async choose(requested: DeviceRequest, format: FormatRequest): Promise<DeviceChoice> {
    if (requested === 'auto') return this.#best(format);
    if (requested === 'cpu') {
      return { requested, actual: 'cpu', format: orElse(format, 'int8'), reason: 'as asked for' };
    }
    if (format === 'int8') {
      throw new TqError(
        ErrorCode.invalidInput,
        `The format int8 runs on the CPU only; with the device ${requested} take q8, q4, fp16 or fp32, or ${useCpu}.`,
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
      format: orElse(format, usualOnGpu),
      reason: 'as asked for',
    };
  }

  /** Tries out all devices but the CPU. */
  async states(names: readonly DeviceName[]): Promise<DeviceState[]> {
    const states: DeviceState[] = [];
    for (const device of names) {
      const problem = device === 'cpu' ? '' : await this.#problem(device);
      states.push({ device, problem });
    }
    return states;
  }

  /** WebGPU where it is worth it: the other devices are not tried unasked. */
  async #best(format: FormatRequest): Promise<DeviceChoice> {
    const cpu = (reason: string): DeviceChoice => ({
      requested: 'auto',
      actual: 'cpu',
      format: orElse(format, 'int8'),
      reason,
    });
    if (format === 'int8') return cpu('the format int8 runs on the CPU only');
    const result = await this.#try('webgpu');
    if ('problem' in result) return cpu(`webgpu cannot be used: ${result.problem}`);
    const times = result.cpuMilliseconds / result.milliseconds;
    const speed = `webgpu is ${times.toFixed(1)} times as fast as the CPU`;
    if (times < worthwhile) return cpu(`${speed}, and ${String(worthwhile)} times are asked of it`);
    return {
      requested: 'auto',
      actual: 'webgpu',
      format: orElse(format, usualOnGpu),
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
      return Promise.resolve({ problem: `ONNX Runtime does not offer it on ${platform}` });
    }
    if (device === 'webgpu' && gpuProblem !== '') return Promise.resolve({ problem: gpuProblem });
    const result = this.#results.get(device) ?? probe(device);
    this.#results.set(device, result);
    return result;
  }
}

function orElse(format: FormatRequest, usual: FormatName): FormatName {
  return format === 'auto' ? usual : format;
}
