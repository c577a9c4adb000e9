// Sends what the reader fills in, and shows what comes back. The token stays in this page's memory only.
import { element } from '/api/docs/docs.js';
import { exampleOf, resolve } from '/api/docs/schema.js';

const LONGEST = 100000;  // characters of an answer that are shown
let token = '';

export async function login(event) {
  event.preventDefault();
  const who = document.querySelector('#who');
  const { email, password } = Object.fromEntries(new FormData(event.target));
  const answer = await fetch('/api/auth/login', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }),
  });
  const body = await answer.json().catch(() => ({}));
  token = answer.ok ? body.access_token : '';
  who.textContent = answer.ok ? `as ${email}` : body.title || `refused: ${answer.status}`;
}

function requestOf({ path, method, parameters }, values, type, text) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const query = new URLSearchParams();
  let url = path;
  for (const { name, in: where } of parameters) {
    const value = values.get(name);
    if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value || ''));
    if (where === 'query' && value) query.append(name, value);
    if (where === 'header' && value) headers[name] = value;
  }
  if (text) headers['Content-Type'] = type;
  return { url: url + (query.size ? `?${query}` : ''), options: { method: method.toUpperCase(), headers, body: text || undefined } };
}

const quoted = (text) => `'${text.replace(/'/g, `'\\''`)}'`;

function curlOf({ url, options }) {
  const headers = Object.entries(options.headers).map(([name, value]) => `-H ${quoted(`${name}: ${name === 'Authorization' ? 'Bearer $TOKEN' : value}`)}`);
  return ['curl', '-X', options.method, quoted(location.origin + url), ...headers, ...(options.body ? ['-d', quoted(options.body)] : [])].join(' ');
}

async function run(request, output) {
  const began = performance.now();
  output.textContent = '…';
  try {
    const answer = await fetch(request.url, { ...request.options, signal: AbortSignal.timeout(30000) });
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    let text = answer.headers.get('content-type')?.startsWith('image/') ? '(an image)' : await answer.text();
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it is */ }
    output.textContent = `${curlOf(request)}\n\n${answer.status} in ${Math.round(performance.now() - began)} ms\n${headers}\n\n${text.slice(0, LONGEST)}`;
  } catch (error) {
    output.textContent = `${curlOf(request)}\n\n${error}`;
  }
}

export function tryForm(api, operation) {
  const inputs = operation.parameters.map((each) => element('tr', {}, element('td', {}, element('code', {}, each.name), each.required ? ' *' : ''),
    element('td', {}, element('input', { name: each.name, 'aria-label': each.name, placeholder: each.in, ...(each.required ? { required: '' } : {}) }))));
  const type = Object.keys(operation.body?.content || {})[0];
  const area = type ? element('textarea', { 'aria-label': 'Body', spellcheck: 'false' }) : null;
  if (area && type.includes('json')) {
    const media = operation.body.content[type];
    area.value = JSON.stringify(media.example ?? exampleOf(api, resolve(api, media.schema || {})) ?? {}, null, 2);
  }
  const output = element('pre', { 'aria-live': 'polite' });
  const form = element('form', {}, element('h3', {}, 'Try it'), element('table', {}, ...inputs), area, element('button', {}, 'Send'), output);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const values = new Map(new FormData(form));
    run(requestOf(operation, values, type, area?.value), output);
  });
  return form;
}
