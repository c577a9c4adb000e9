// Sends what the reader fills in, and shows what comes back. The token stays in this page's memory only.
import { element } from '/api/docs/docs.js';
import { exampleOf } from '/api/docs/schema.js';

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

// A stream of events has no end that is worth waiting for: shown as it comes.
async function follow(answer, show) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done && text.length < LONGEST; part = await reader.read()) show(text += part.value);
  await reader.cancel();
}

async function run(request, output) {
  const began = performance.now();
  output.textContent = '…';
  try {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new Error('no answer within 30 s')), 30000);
    const answer = await fetch(request.url, { ...request.options, signal: stop.signal });
    const type = answer.headers.get('content-type') || '';
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    const head = `${curlOf(request)}\n\n${answer.status} in ${Math.round(performance.now() - began)} ms\n${headers}\n\n`;
    const show = (text) => { output.textContent = head + text.slice(0, LONGEST); };
    if (type.startsWith('text/event-stream')) {
      clearTimeout(timer);
      show('');
      return await follow(answer, show);
    }
    let text = type.startsWith('image/') ? '(an image)' : await answer.text();
    clearTimeout(timer);
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it is */ }
    show(text);
  } catch (error) {
    output.textContent = `${curlOf(request)}\n\n${error}`;
  }
}

export function tryForm(api, operation) {
  const inputs = operation.parameters.map((each) => element('tr', {}, element('td', {}, element('code', {}, each.name), each.required ? ' *' : ''),
    element('td', {}, element('input', { name: each.name, 'aria-label': each.name, placeholder: each.in, ...(each.required ? { required: '' } : {}) }))));
  const type = Object.keys(operation.body?.content || {})[0];
  const area = type ? element('textarea', { 'aria-label': 'Body', spellcheck: 'false' }) : null;
  if (area) {
    const media = operation.body.content[type];
    const example = media.example ?? (type.endsWith('json') ? exampleOf(api, media.schema || {}) ?? {} : '');
    area.value = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
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
