import type { Plugin } from 'esbuild';
import { billOfMaterials } from './bill-of-materials.ts';
import { leftOut } from './left-out.ts';

export default [leftOut, billOfMaterials] satisfies Plugin[];
