/** The index of the pictures, docs/screens/README.md: each state with its four looks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { fileOf } from './camera';
import { looks } from './looks';
import { groups, type State } from './states';

const title = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1).replace('-', ', ')}`;

/** Markdown. A state whose pictures are not there is left out: a branch that does not have it yet must not show broken ones. */
export async function contentsOf(folder: string): Promise<string> {
  const lines = [
    '# Screens',
    '',
    'Every state of the page, on a phone and on a desktop, light and dark, with motion off. Made by `npm run shots` from real',
    'browsers; not drawn, so what is wrong here is wrong in Shoal.',
  ];
  for (const [group, states] of Object.entries(groups)) {
    lines.push('', `## ${group}`);
    for (const [state, caption] of Object.entries(states) as [State, string][]) {
      const there = looks.filter((look) => existsSync(join(folder, fileOf(state, look))));
      if (there.length < looks.length) continue;
      lines.push('', `### ${caption}`, '');
      lines.push(
        `| ${looks.map(({ name }) => title(name)).join(' | ')} |`,
        `|${' --- |'.repeat(looks.length)}`,
      );
      const pictures = looks.map(
        (look) =>
          `<img src="${fileOf(state, look)}" width="${look.name.startsWith('phone') ? 150 : 300}" alt="${caption}: ${title(look.name).toLowerCase()}">`,
      );
      lines.push(`| ${pictures.join(' | ')} |`);
    }
  }
  const path = join(folder, 'README.md');
  return format(lines.join('\n'), { ...(await resolveConfig(path)), filepath: path });
}
