// What a reader wants to know of a JSON schema: its type in a few words, and an example.

const DEEPEST = 6;

export function resolve(api, value) {
  for (let hops = 0; value?.$ref && hops < 10; ++hops)
    value = value.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], api);
  return value || {};
}

export function typeOf(api, schema) {
  if (schema.$ref) return schema.$ref.split('/').pop();
  const parts = [];
  if (schema.type) parts.push([].concat(schema.type).join(' or '));
  if (schema.items) parts.push(`of ${typeOf(api, schema.items)}`);
  if (schema.format) parts.push(`(${schema.format})`);
  if (schema.enum) parts.push(schema.enum.map((each) => JSON.stringify(each)).join(' | '));
  if (schema.minimum !== undefined || schema.maximum !== undefined) parts.push(`${schema.minimum ?? '…'} to ${schema.maximum ?? '…'}`);
  if (schema.maxLength !== undefined) parts.push(`at most ${schema.maxLength} characters`);
  for (const key of ['oneOf', 'anyOf']) if (schema[key]) parts.push(schema[key].map((each) => typeOf(api, each)).join(' or '));
  return parts.join(' ') || 'anything';
}

function exampleText(schema) {
  if (schema.format === 'date-time') return '2026-01-31T12:00:00Z';
  if (schema.format === 'email') return 'alice@example.com';
  if (schema.format === 'uri') return 'https://example.com/';
  return 'text';
}

export function exampleOf(api, given, depth = 0) {
  const schema = resolve(api, given);
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (depth > DEEPEST) return undefined;
  const choice = schema.oneOf || schema.anyOf;
  if (choice) return exampleOf(api, choice[0], depth + 1);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((each) => exampleOf(api, each, depth + 1)));
  switch ([].concat(schema.type)[0]) {
    case 'object': {
      const entries = Object.entries(schema.properties || {}).map(([name, each]) => [name, exampleOf(api, each, depth + 1)]);
      return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
    }
    case 'array': return [exampleOf(api, schema.items || {}, depth + 1)].filter((each) => each !== undefined);
    case 'integer': return schema.minimum ?? 1;
    case 'number': return schema.minimum ?? 9.99;
    case 'boolean': return true;
    case 'string': return exampleText(schema);
    default: return undefined;
  }
}
