// The page at /api/docs: reads /api/openapi.json and shows it. Everything that it shows is put in as text, never as markup.
import { exampleOf, resolve, typeOf } from '/api/docs/schema.js';
import { login, tryForm } from '/api/docs/try.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== ''));
  return made;
}

const paragraphs = (text) => (text || '').trim().split(/\n\s*\n/).filter(Boolean).map((each) => element('p', {}, each));

function operationsOf(api) {
  const found = [];
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      const operation = item[method];
      const parameters = [...(item.parameters || []), ...(operation.parameters || [])].map((each) => resolve(api, each));
      found.push({ path, method, operation, parameters, tag: (operation.tags || ['other'])[0], id: `${method}-${path}` });
    }
  }
  return found;
}

const needsToken = (operation) => (operation.security || []).length > 0 && !operation.security.some((each) => Object.keys(each).length === 0);

function parametersTable(api, parameters) {
  if (!parameters.length) return null;
  const rows = parameters.map((each) => element('tr', {},
    element('td', {}, element('code', {}, each.name), each.required ? ' *' : ''), element('td', {}, each.in),
    element('td', {}, typeOf(api, each.schema || {})), element('td', {}, each.description || '')));
  return element('section', {}, element('h3', {}, 'Parameters'), element('table', {},
    element('tr', {}, ...['Name', 'In', 'Type', 'Meaning'].map((name) => element('th', {}, name))), ...rows));
}

function contentOf(api, content) {
  return Object.entries(content || {}).flatMap(([type, media]) => {
    const schema = media.schema ? resolve(api, media.schema) : {};
    const example = media.example ?? exampleOf(api, schema);
    return [element('p', {}, element('code', {}, type), ' ', typeOf(api, media.schema || {}), ' ', schema.description || ''),
      example === undefined ? null : element('pre', {}, typeof example === 'string' ? example : JSON.stringify(example, null, 2))];
  });
}

function responsesTable(api, responses) {
  const rows = Object.entries(responses || {}).map(([status, response]) => {
    const known = resolve(api, response);
    const inside = status < 400 ? contentOf(api, known.content) : [];
    return element('tr', {}, element('td', {}, element('code', {}, status)), element('td', {}, known.description || '', ...inside.filter(Boolean)));
  });
  return element('section', {}, element('h3', {}, 'Answers'), element('table', {}, ...rows));
}

function show(api, { path, method, operation, parameters, id }) {
  const body = operation.requestBody ? resolve(api, operation.requestBody) : null;
  const details = element('details', { class: 'operation', id },
    element('summary', {}, element('span', { class: `method ${method}` }, method), element('span', { class: 'path' }, path),
      element('span', {}, operation.summary || ''), needsToken(operation) ? element('span', { class: 'lock' }, 'token') : null));
  // Built when it is opened: a hundred forms at once are slow.
  details.addEventListener('toggle', () => {
    if (!details.open || details.dataset.built) return;
    details.dataset.built = 'yes';
    details.append(element('div', {}, ...paragraphs(operation.description), parametersTable(api, parameters),
      body ? element('section', {}, element('h3', {}, 'Body'), ...contentOf(api, body.content).filter(Boolean)) : null,
      responsesTable(api, operation.responses), tryForm(api, { path, method, parameters, body })));
  });
  return details;
}

function draw(api, all, words) {
  const matching = all.filter(({ path, method, operation }) => {
    const text = `${method} ${path} ${operation.summary || ''} ${operation.description || ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const index = [];
  const content = [];
  for (const tag of [...new Set(matching.map((each) => each.tag))]) {
    const about = (api.tags || []).find((each) => each.name === tag);
    index.push(element('h2', {}, tag));
    content.push(element('h2', {}, tag), ...paragraphs(about?.description));
    for (const each of matching.filter((one) => one.tag === tag)) {
      index.push(element('a', { href: `#${each.id}` }, `${each.method.toUpperCase()} ${each.path}`));
      content.push(show(api, each));
    }
  }
  document.querySelector('#index').replaceChildren(...index);
  document.querySelector('#operations').replaceChildren(...(content.length ? content : [element('p', {}, 'Nothing matches.')]));
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  target.open = true;
  target.scrollIntoView();
}

async function start() {
  const answer = await fetch('/api/openapi.json');
  if (!answer.ok) throw new Error(`/api/openapi.json answered ${answer.status}`);
  const api = await answer.json();
  const all = operationsOf(api);
  document.querySelector('#version').textContent = api.info.version;
  document.querySelector('#login').addEventListener('submit', login);
  const search = document.querySelector('#search');
  const redraw = () => draw(api, all, search.value.toLowerCase().split(/\s+/).filter(Boolean));
  search.addEventListener('input', redraw);
  addEventListener('hashchange', openTarget);
  redraw();
  openTarget();
}

start().catch((error) => document.querySelector('#operations').replaceChildren(element('p', {}, String(error))));
