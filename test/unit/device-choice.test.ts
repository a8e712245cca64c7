import assert from 'node:assert/strict';
import { Devices } from '../../src/engine/device/device-choice.ts';
import type { ProbeResult } from '../../src/engine/device/device-probe.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import type { DeviceName } from '../../src/protocol/options.ts';

const quick: ProbeResult = { milliseconds: 1, cpuMilliseconds: 5 };
const slow: ProbeResult = { milliseconds: 9, cpuMilliseconds: 3 };

/** Devices of a machine on which each probe returns `result`, and a list of the probes. */
function machine(result: ProbeResult, gpuProblem = '') {
  const tried: DeviceName[] = [];
  const devices = new Devices({
    supported: ['cpu', 'webgpu', 'cuda'],
    gpuProblem,
    probe: (device) => {
      tried.push(device);
      return Promise.resolve(result);
    },
  });
  return { devices, tried };
}

function refusal(code: number, sentence: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError);
    assert.equal(error.code, code);
    assert.match(error.message, sentence);
    return true;
  };
}

describe('a named device', () => {
  it('is used if possible, with q8 unless another format is named', async () => {
    const { devices } = machine(slow);
    const usual = await devices.choose('webgpu', 'auto');
    assert.deepEqual(usual, {
      requested: 'webgpu',
      actual: 'webgpu',
      format: 'q8',
      reason: 'as requested',
    });
    assert.equal((await devices.choose('webgpu', 'fp16')).format, 'fp16');
  });

  it('is probed once', async () => {
    const { devices, tried } = machine(quick);
    await devices.choose('webgpu', 'auto');
    await devices.choose('webgpu', 'fp32');
    assert.deepEqual(tried, ['webgpu']);
  });

  it('is refused in one sentence that offers the CPU', async () => {
    const { devices } = machine({ problem: 'no supported adapters' });
    await assert.rejects(
      devices.choose('webgpu', 'auto'),
      refusal(
        ErrorCode.device,
        /^The device webgpu cannot be used: no supported adapters; use the device cpu\.$/u,
      ),
    );
  });

  it('is refused without a probe if the runtime does not support it', async () => {
    const { devices, tried } = machine(quick);
    await assert.rejects(
      devices.choose('coreml', 'auto'),
      refusal(ErrorCode.device, /coreml cannot be used: ONNX Runtime does not support it on/u),
    );
    assert.deepEqual(tried, []);
  });

  it('is refused with a format that only the CPU runs', async () => {
    const { devices } = machine(quick);
    await assert.rejects(
      devices.choose('cuda', 'int8'),
      refusal(ErrorCode.invalidInput, /int8 runs only on the CPU.*q8, q4, fp16 or fp32/u),
    );
  });

  it('is the CPU without probing others', async () => {
    const { devices, tried } = machine(quick);
    const { actual, format } = await devices.choose('cpu', 'auto');
    assert.deepEqual([actual, format, tried], ['cpu', 'int8', []]);
  });
});

describe('the device auto', () => {
  it('is WebGPU if it is at least twice as fast, with the factor as the reason', async () => {
    const { actual, format, reason } = await machine(quick).devices.choose('auto', 'auto');
    assert.deepEqual([actual, format], ['webgpu', 'q8']);
    assert.match(reason, /5\.0 times as fast/u);
  });

  it('is the CPU if WebGPU is slower, as with a software driver', async () => {
    const { actual, format, reason } = await machine(slow).devices.choose('auto', 'auto');
    assert.deepEqual([actual, format], ['cpu', 'int8']);
    assert.match(reason, /0\.3 times as fast as the CPU; at least 2 times are required/u);
  });

  it('is the CPU if there is no GPU, with the reason', async () => {
    const { devices, tried } = machine(quick, 'no Vulkan driver is installed');
    const { actual, reason } = await devices.choose('auto', 'auto');
    assert.equal(actual, 'cpu');
    assert.equal(reason, 'webgpu cannot be used: no Vulkan driver is installed');
    assert.deepEqual(tried, []);
  });

  it('is the CPU for a format that only the CPU runs', async () => {
    const { actual, format } = await machine(quick).devices.choose('auto', 'int8');
    assert.deepEqual([actual, format], ['cpu', 'int8']);
  });
});

describe('the state of the devices', () => {
  it('lists each device with its problem', async () => {
    const { devices } = machine({ problem: 'its driver crashed (SIGSEGV)' });
    assert.deepEqual(await devices.states(['cpu', 'webgpu', 'dml']), [
      { device: 'cpu', problem: '' },
      { device: 'webgpu', problem: 'its driver crashed (SIGSEGV)' },
      {
        device: 'dml',
        problem: `ONNX Runtime does not support it on ${process.platform}-${process.arch}`,
      },
    ]);
  });
});
