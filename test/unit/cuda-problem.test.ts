import assert from 'node:assert/strict';
import { cudaProblem } from '../../src/engine/device/cuda-problem.ts';

/** A message of ONNX Runtime 1.30, without colours and times. */
function log(library: string, missing: string): string {
  return `[E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] 1 : FAIL : Failed to load library bin/${library} with error: ${missing}: cannot open shared object file: No such file or directory`;
}

describe('why CUDA cannot be used', () => {
  it('names the provider and the npm command if it is not installed', () => {
    const shared = 'libonnxruntime_providers_shared.so';
    assert.equal(
      cudaProblem(log(shared, `bin/${shared}`)),
      'ONNX Runtime\'s CUDA provider (libonnxruntime_providers_shared.so) is not installed; run "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node"',
    );
  });

  for (const [missing, expected] of [
    ['libcudnn.so.9', /^libcudnn\.so\.9 of cuDNN 9 .* "apt-get install libcudnn9-cuda-12"/u],
    [
      'libcublasLt.so.12',
      /^libcublasLt\.so\.12 of CUDA 12 .* "apt-get install cuda-libraries-12-/u,
    ],
    ['libcuda.so.1', /^the NVIDIA driver \(libcuda\.so\.1\)/u],
  ] as const) {
    it(`names the package that contains ${missing}`, () => {
      const problem = cudaProblem(log('libonnxruntime_providers_cuda.so', missing));
      assert.match(problem!, expected);
    });
  }

  it('returns nothing for other failures', () => {
    assert.equal(cudaProblem('Error: CUDA failure 100: no CUDA-capable device'), undefined);
  });
});
