import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import reactHooks from 'eslint-plugin-react-hooks';

/** The engine is a function of its inputs (docs/ARCHITECTURE.md): what would make it impure is an error there. */
const impure = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'The core draws from its own seeded generator (lib/base/prng).',
  },
  { selector: "Identifier[name='Date']", message: 'Time is an argument of handle(input, now).' },
  {
    selector: ':function[async=true]',
    message: 'The core is synchronous: return an effect and wait for its input.',
  },
  {
    selector: 'AwaitExpression',
    message: 'The core is synchronous: return an effect and wait for its input.',
  },
  { selector: "NewExpression[callee.name='Promise']", message: 'The core is synchronous.' },
];

const saidInCode = 'Words are messages of a catalog (CONTRIBUTING.md, "Words").';
/** Letters that a person would read or hear, written into a component or a text function instead of a catalog. */
const wordsInComponents = [
  'JSXText[value=/\\p{L}/u]',
  'JSXElement > JSXExpressionContainer > :matches(Literal[value=/\\p{L}/u], TemplateLiteral)',
  'JSXElement > JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression) > Literal[value=/\\p{L}/u]',
  'JSXAttribute[name.name=/^(aria-label|aria-valuetext|aria-description|title|alt|placeholder|label|text)$/] > Literal[value=/\\p{L} |^\\p{Lu}/u]',
  'JSXAttribute[name.name=/^(aria-label|aria-valuetext|aria-description|title|alt|placeholder|label|text)$/] > JSXExpressionContainer > :matches(Literal, TemplateLiteral, ConditionalExpression > Literal)',
].map((selector) => ({ selector, message: saidInCode }));
const wordsInTexts = [
  { selector: ':not(ImportDeclaration) > Literal[value=/\\p{L} \\p{L}/u]', message: saidInCode },
  { selector: 'TemplateElement[value.raw=/\\p{L} \\p{L}/u]', message: saidInCode },
];

export default tseslint.config(
  {
    ignores: [
      'out/**',
      '.next/**',
      '.build/**',
      'node_modules/**',
      'public/sw.js',
      'public/engine.js',
      'next-env.d.ts',
      '.dependency-cruiser.cjs',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['app/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  {
    files: ['app/**/*.tsx'],
    rules: { 'no-restricted-syntax': ['error', ...wordsInComponents], 'max-lines': ['error', 200] },
  },
  {
    files: ['app/_text/**/*.ts'],
    // Names of peers are names: the same in every language.
    ignores: ['**/*.test.ts', 'app/_text/name-words.ts'],
    rules: { 'no-restricted-syntax': ['error', ...wordsInTexts] },
  },
  {
    files: ['lib/core/**/*.ts', 'lib/base/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...impure] },
  },
  { files: ['bench/**', 'sim/**', 'scripts/**', 'e2e/**'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  { files: ['**/*.test.ts', 'e2e/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
