import type { Plugin } from 'esbuild';
import { billOfMaterials } from './bill-of-materials.ts';
import { builtinModules } from './builtin-modules.ts';
import { leftOut } from './left-out.ts';

export default [builtinModules, leftOut, billOfMaterials] satisfies Plugin[];
