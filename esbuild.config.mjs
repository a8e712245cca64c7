import { build } from 'esbuild';
import { bundles } from './scripts/bundles.mjs';

await Promise.all(Object.values(bundles).map((options) => build(options)));
