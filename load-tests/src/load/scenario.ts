/** Scenarios: plans in files, by name or by path. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { planSchema, type Plan } from './plan.js';

const folder = fileURLToPath(new URL('../../scenarios', import.meta.url));

/** Says what is wrong with a scenario, so that its author can put it right. */
export class ScenarioError extends Error {}

export async function scenarioNames(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.yaml')).map((name) => basename(name, '.yaml'));
}

/**
 * @param nameOrPath of one that comes with MiniMeet, or of a file
 * @param changes what is otherwise than in the file
 * @throws ScenarioError
 */
export async function loadScenario(nameOrPath: string, changes: object = {}): Promise<Plan> {
  const isPath = /[/\\.]/.test(nameOrPath);
  let text: string;

  try {
    text = await readFile(isPath ? nameOrPath : join(folder, `${nameOrPath}.yaml`), 'utf8');
  } catch (error) {
    if (isPath) {
      throw new ScenarioError(`The scenario cannot be read: ${(error as Error).message}`);
    }

    throw new ScenarioError(`There is no scenario ${nameOrPath}. There are: ${(await scenarioNames()).join(', ')}`);
  }

  return readPlan(nameOrPath, parseYaml(nameOrPath, text), changes);
}

/** @throws ScenarioError */
export function readPlan(origin: string, content: unknown, changes: object = {}): Plan {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ScenarioError(`${origin}: a scenario is a list of names with values`);
  }

  const { success, data, error } = planSchema.safeParse({ ...content, ...changes });

  if (!success) {
    const faults = error.issues.map(({ path, message }) => `  ${path.join('.') || 'scenario'}: ${message}`);
    throw new ScenarioError(`${origin}:\n${faults.join('\n')}`);
  }

  return data;
}

function parseYaml(origin: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ScenarioError(`${origin}: ${(error as Error).message}`);
  }
}
