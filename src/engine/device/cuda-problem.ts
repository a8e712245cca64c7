/** The release of onnxruntime-node whose CUDA provider this is about links to these. */
const cudaVersion = '12';
const cudnnVersion = '9';

/**
 * What keeps ONNX Runtime's CUDA provider from loading, and the command that mends it.
 * @param log what the runtime wrote to standard error
 * @returns undefined where the log names no library that is missing
 */
export function cudaProblem(log: string): string | undefined {
  // The loader's message about a file it cannot open names the first that is missing.
  const missing = /([\w.+-]+\.so[.\d]*): cannot open shared object file/u.exec(log)?.[1];
  if (missing === undefined) return undefined;
  if (missing.startsWith('libonnxruntime_providers_')) {
    return `ONNX Runtime's CUDA provider (${missing}) is not installed; run "ONNXRUNTIME_NODE_INSTALL=cuda${cudaVersion} npm rebuild onnxruntime-node"`;
  }
  if (missing.startsWith('libcuda.')) {
    return `the NVIDIA driver (${missing}) is not installed; run "apt-get install nvidia-driver", or your system's like`;
  }
  const [library, command] = missing.startsWith('libcudnn')
    ? [`cuDNN ${cudnnVersion}`, `apt-get install libcudnn${cudnnVersion}-cuda-${cudaVersion}`]
    : [`CUDA ${cudaVersion}`, `apt-get install cuda-libraries-${cudaVersion}-9`];
  return `${missing} of ${library} is not installed; run "${command}" with NVIDIA's package repository`;
}
