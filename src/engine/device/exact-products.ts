/**
 * Session entry of ONNX Runtime without which int8 differs from processor to processor. Those of x86
 * that lack VNNI add products of bytes in pairs of 16 bits, which saturate where one byte is signed; told
 * so, it makes the weights unsigned there, which are added in 32 (microsoft/onnxruntime pull request 12088).
 */
export const exactProducts = { x64quantprecision: '1' } as const;
