/** Rules [UI81], [UI82]: every language says everything, with the same placeholders; every id in the code is said, with its values. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { languages } from '../words';

type Catalog = Readonly<Record<string, string>>;

const here = import.meta.dirname;
const app = join(here, '..', '..');
const areas = readdirSync(join(here, 'en')).flatMap((name) =>
  name.endsWith('.json') ? [name.slice(0, -5)] : [],
);
const others = Object.keys(languages).filter((language) => language !== 'en');

const catalog = (language: string, area: string): Catalog =>
  JSON.parse(readFileSync(join(here, language, `${area}.json`), 'utf8')) as Catalog;
const english: Catalog = Object.assign({}, ...areas.map((area) => catalog('en', area))) as Catalog;

type Tokens = ReturnType<typeof compileMessage>;

/** "count plural", "size": what a message wants, from all its branches. */
function placeholders(message: string): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (tokens: Tokens): void => {
    for (const token of tokens) {
      if (typeof token === 'string') continue;
      const [name, type, format] = token;
      if (name !== '#') found.add([name, type].join(' ').trim());
      if (format && typeof format === 'object')
        for (const branch of Object.values(format)) if (Array.isArray(branch)) walk(branch as Tokens);
    }
  };
  walk(compileMessage(message));
  return found;
}

/** Plurals without a branch for a form the language has. A form only large or broken numbers take may be left to "other". */
function lackingForms(language: string, message: string): readonly string[] {
  const forms = new Intl.PluralRules(language)
    .resolvedOptions()
    .pluralCategories.filter((form) => form !== 'many' || language === 'ar');
  return compileMessage(message).flatMap((token) => {
    if (
      typeof token === 'string' ||
      token[1] !== 'plural' ||
      typeof token[2] !== 'object' ||
      token[2] === null
    )
      return [];
    const given = Object.keys(token[2]);
    return forms.filter((form) => !given.includes(form));
  });
}

describe('catalogs', () => {
  it.each(others)(
    '[UI81] %s says all that English says, by the same ids and placeholders',
    async (language) => {
      for (const area of areas) {
        const own = catalog(language, area);
        const ids = Object.keys(catalog('en', area));
        expect(Object.keys(own).sort(), `ids of ${language}/${area}.json`).toEqual([...ids].sort());
        for (const id of ids)
          expect(placeholders(own[id]!), `${language} ${id}`).toEqual(placeholders(english[id]!));
      }
      const { default: loaded } = (await import(`./${language}/all.ts`)) as { default: Catalog };
      expect(Object.keys(loaded).sort()).toEqual(Object.keys(english).sort());
    },
  );

  it.each(Object.keys(languages))('[UI81] %s has every plural form it needs', (language) => {
    for (const area of areas)
      for (const [id, message] of Object.entries(catalog(language, area))) {
        expect(message.trim(), id).not.toBe('');
        expect(lackingForms(language, message), `${language} ${id}`).toEqual([]);
      }
  });

  it('[UI81] English is in the first load or in the rest, each id under its area', async () => {
    const { default: first } = await import('../messages/en/first');
    const { default: rest } = await import('../messages/en/rest');
    expect(Object.keys({ ...first, ...rest }).sort()).toEqual(Object.keys(english).sort());
    for (const area of areas)
      for (const id of Object.keys(catalog('en', area)))
        expect(id).toMatch(new RegExp(`^${area}\\.[a-z0-9.-]+$`));
  });
});

/** Each place where the code says something: its id, as a pattern where a part is put in, and the names of the values it gives (null: not written there). */
interface Use {
  readonly where: string;
  readonly id: RegExp;
  readonly exact: string | null;
  readonly values: readonly string[] | null;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function idsIn(node: ts.Expression): { id: RegExp; exact: string | null }[] {
  if (ts.isConditionalExpression(node)) return [...idsIn(node.whenTrue), ...idsIn(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return idsIn(node.expression);
  if (ts.isStringLiteralLike(node)) return [{ id: new RegExp(`^${escaped(node.text)}$`), exact: node.text }];
  if (!ts.isTemplateExpression(node)) return [];
  const rest = node.templateSpans.map(({ literal }) => escaped(literal.text));
  return [{ id: new RegExp(`^${[escaped(node.head.text), ...rest].join('[a-z0-9.-]+')}$`), exact: null }];
}

const keysOf = (node: ts.Expression | undefined): readonly string[] | null => {
  if (!node) return [];
  if (!ts.isObjectLiteralExpression(node)) return null;
  return node.properties.map(({ name }) => name?.getText() ?? '…');
};

function usesIn(path: string): Use[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Use[] = [];
  const where = (node: ts.Node): string =>
    `${path.slice(app.length + 1)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 't' &&
      node.arguments[0]
    ) {
      const values = keysOf(node.arguments[1]);
      for (const ids of idsIn(node.arguments[0])) found.push({ where: where(node), ...ids, values });
    } else if (ts.isJsxSelfClosingElement(node) && node.tagName.getText() === 'Sentence') {
      const given = new Map(
        node.attributes.properties.flatMap((property) =>
          ts.isJsxAttribute(property) && property.initializer
            ? [[property.name.getText(), property.initializer]]
            : [],
        ),
      );
      const inside = (name: string): ts.Expression | undefined => {
        const value = given.get(name);
        return value && ts.isJsxExpression(value) ? value.expression : value;
      };
      const id = inside('id');
      const values = [keysOf(inside('values')), keysOf(inside('elements'))];
      const all = values.includes(null) ? null : values.flatMap((names) => names ?? []);
      for (const ids of id ? idsIn(id) : []) found.push({ where: where(node), ...ids, values: all });
    } else if (ts.isStringLiteralLike(node) && Object.hasOwn(english, node.text)) {
      // An id kept in a table and said elsewhere.
      found.push({
        where: where(node),
        id: new RegExp(`^${escaped(node.text)}$`),
        exact: node.text,
        values: null,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const sources = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name),
);
const uses = sources.flatMap((name) => usesIn(join(app, name)));

describe('ids in the code', () => {
  it('[UI82] each is in the catalogs and gives the values its message wants', () => {
    expect(uses.length).toBeGreaterThan(0);
    for (const { where, exact, values } of uses) {
      if (exact === null) continue;
      expect(Object.hasOwn(english, exact), `${where}: ${exact}`).toBe(true);
      const wanted = [...placeholders(english[exact] ?? '')].map((name) => name.split(' ')[0]);
      if (values)
        expect([...new Set(values)].sort(), `${where}: values of ${exact}`).toEqual(
          [...new Set(wanted)].sort(),
        );
    }
  });

  it('[UI82] no message is left that nothing says', () => {
    expect(Object.keys(english).filter((id) => !uses.some((use) => use.id.test(id)))).toEqual([]);
  });
});
