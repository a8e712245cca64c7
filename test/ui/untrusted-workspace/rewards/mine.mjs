import { writeFileSync } from 'node:fs';

writeFileSync('ran', '');
export const score = () => 1;
