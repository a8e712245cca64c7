import assert from 'node:assert/strict';
import { countKernels } from '../../src/bench/gpu/kernel-count.ts';

const run = (ts: number, dur: number) => ({
  cat: 'Session',
  name: 'model_run',
  ts,
  dur,
  args: {},
});

const kernel = (ts: number, operator: string, provider: string) => ({
  cat: 'Node',
  name: `${operator}_kernel_time`,
  ts,
  dur: 1,
  args: { op_name: operator, provider },
});

const gpu = 'WebGpuExecutionProvider';
const cpu = 'CPUExecutionProvider';

describe('the kernel count of a profile', () => {
  it('counts the nodes of the last run by provider and operator, and the dispatches of a run', () => {
    const profile = [
      { cat: 'Session', name: 'session_initialization', ts: 0, dur: 5, args: {} },
      kernel(11, 'MatMul', gpu),
      run(10, 9),
      kernel(21, 'MatMul', gpu),
      kernel(22, 'MatMul', gpu),
      kernel(23, 'Add', gpu),
      kernel(24, 'Gather', gpu),
      kernel(25, 'Gather', cpu),
      { ...kernel(26, 'Add', gpu), name: 'Add_fence_before' },
      ...Array.from({ length: 12 }, (_, i) => ({
        ...kernel(i, '', gpu),
        cat: 'Api',
        name: 'MatMul',
      })),
      run(20, 9),
    ];
    const counted = countKernels(JSON.stringify(profile));
    assert.deepEqual(counted, {
      nodes: 5,
      dispatches: 6,
      byProvider: { [gpu]: 4, [cpu]: 1 },
      byOperator: { MatMul: 2, Add: 1, Gather: 1, 'Gather (CPU)': 1 },
    });
    assert.deepEqual(Object.keys(counted.byOperator), ['MatMul', 'Add', 'Gather', 'Gather (CPU)']);
  });

  it('keeps the names of operators if everything runs on the CPU', () => {
    const profile = [kernel(1, 'Add', cpu), run(0, 5)];
    assert.deepEqual(countKernels(JSON.stringify(profile)).byOperator, { Add: 1 });
  });

  it('refuses a profile without a run', () => {
    assert.throws(() => countKernels('[]'), /the profile has no run/u);
  });
});
