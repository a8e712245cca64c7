/** Versions that the CUDA provider of this onnxruntime-node release links to. */
const cudaVersion = '12';
const cudnnVersion = '9';

/**
 * Names the library that ONNX Runtime's CUDA provider cannot load and the command to install it.
 * @param log what the runtime wrote to standard error
 * @returns undefined if the log names no missing library
 */
export function cudaProblem(log: string): string | undefined {
  // The dynamic loader names the first missing file.
  const missing = /([\w.+-]+\.so[.\d]*): cannot open shared object file/u.exec(log)?.[1];
  if (missing === undefined) return undefined;
  if (missing.startsWith('libonnxruntime_providers_')) {
    return `ONNX Runtime's CUDA provider (${missing}) is not installed; run "ONNXRUNTIME_NODE_INSTALL=cuda${cudaVersion} npm rebuild onnxruntime-node"`;
  }
  if (missing.startsWith('libcuda.')) {
    return `the NVIDIA driver (${missing}) is not installed; run "apt-get install nvidia-driver", or your system's equivalent`;
  }
  const [library, command] = missing.startsWith('libcudnn')
    ? [`cuDNN ${cudnnVersion}`, `apt-get install libcudnn${cudnnVersion}-cuda-${cudaVersion}`]
    : [`CUDA ${cudaVersion}`, `apt-get install cuda-libraries-${cudaVersion}-9`];
  return `${missing} of ${library} is not installed; run "${command}" with NVIDIA's package repository enabled`;
}
