#include <string_view>

#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

// Figures can be enlarged and saved, tables saved. The page says all without it.
std::string_view script() {
  return R"js(
(() => {
'use strict';
const space = 'http://www.w3.org/2000/svg';
const kept = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity',
  'font-size', 'font-weight', 'font-family', 'paint-order', 'filter', 'image-rendering'];

const save = (name, type, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

const titleOf = part => (part.querySelector('h3') || part.closest('section')?.querySelector('h2') ||
  document.querySelector('h1')).textContent.trim();
const fileName = (part, ending) => titleOf(part).replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, '') + ending;

// Numbers without the commas that group their digits; what is absent is empty.
const cell = text => {
  const plain = text === '\u2013' ? '' : /^-?\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text;
  return /[",\n]/.test(plain) ? '"' + plain.replaceAll('"', '""') + '"' : plain;
};
const csv = table => [...table.rows].map(row =>
  [...row.cells].map(c => cell(c.textContent.trim())).join(',')).join('\n') + '\n';

// A copy of a drawing that needs no style of a page.
const resolved = svg => {
  const copy = svg.cloneNode(true);
  const from = [svg, ...svg.querySelectorAll('*')], to = [copy, ...copy.querySelectorAll('*')];
  from.forEach((element, i) => {
    to[i].removeAttribute('class');
    to[i].removeAttribute('style');
    if (element === svg || element.tagName === 'title') return;
    const style = getComputedStyle(element);
    for (const key of kept) {
      const value = style.getPropertyValue(key);
      if (value && value !== 'normal' && !(value === 'none' && key !== 'fill')) to[i].style.setProperty(key, value);
    }
  });
  return copy;
};

// All drawings of a figure, and the words between them, where they stand on the page.
const drawing = figure => {
  const frame = figure.querySelector('.drawing'), box = frame.getBoundingClientRect();
  const out = document.createElementNS(space, 'svg'), look = getComputedStyle(figure);
  const top = 34, margin = 12;
  out.setAttribute('viewBox', `0 0 ${box.width + 2 * margin} ${box.height + top + margin}`);
  out.setAttribute('width', box.width + 2 * margin);
  out.setAttribute('height', box.height + top + margin);
  const write = (text, x, y, style) => {
    const t = document.createElementNS(space, 'text');
    t.textContent = text;
    t.setAttribute('x', x);
    t.setAttribute('y', y);
    for (const key of ['font-size', 'font-weight', 'font-family']) t.style.setProperty(key, style.getPropertyValue(key));
    t.style.fill = style.color;
    out.append(t);
  };
  const ground = document.createElementNS(space, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.style.fill = look.backgroundColor;
  const caption = document.createElementNS(space, 'desc');
  caption.textContent = figure.querySelector('figcaption').textContent;
  out.append(caption, ground);
  const heading = figure.querySelector('h3');
  if (heading) write(heading.textContent, margin, 22, getComputedStyle(heading));
  for (const svg of frame.querySelectorAll('svg')) {
    const place = svg.getBoundingClientRect(), copy = resolved(svg);
    copy.setAttribute('x', place.left - box.left + margin);
    copy.setAttribute('y', place.top - box.top + top);
    copy.setAttribute('width', place.width);
    copy.setAttribute('height', place.height);
    out.append(copy);
  }
  const words = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (words.nextNode()) {
    const node = words.currentNode;
    if (!node.data.trim() || node.parentElement.closest('svg')) continue;
    range.selectNodeContents(node);
    const place = range.getBoundingClientRect();
    write(node.data.trim(), place.left - box.left + margin, place.bottom - box.top + top - 5,
      getComputedStyle(node.parentElement));
  }
  return new XMLSerializer().serializeToString(out);
};

const button = (text, label, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
};

const dialog = document.createElement('dialog');
dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
document.body.append(dialog);
const enlarge = figure => {
  const copy = figure.cloneNode(true);
  for (const part of copy.querySelectorAll('.tools')) part.remove();
  dialog.setAttribute('aria-label', titleOf(figure));
  dialog.replaceChildren(button('Close', 'Close', () => dialog.close()), copy);
  dialog.showModal();
};

for (const figure of document.querySelectorAll('figure')) {
  const frame = figure.querySelector('.drawing');
  if (!frame.querySelector('svg')) continue;
  const tools = document.createElement('div'), title = titleOf(figure);
  tools.className = 'tools';
  tools.append(button('Enlarge', 'Enlarge: ' + title, () => enlarge(figure)),
    button('Save', 'Save as SVG: ' + title, () => save(fileName(figure, '.svg'), 'image/svg+xml', drawing(figure))));
  figure.prepend(tools);
  frame.addEventListener('click', () => enlarge(figure));
}
for (const details of document.querySelectorAll('details')) {
  const table = details.querySelector('table'), part = details.closest('figure, section');
  if (table) table.closest('.scroll').before(button('Save as CSV', 'Save as CSV: ' + titleOf(part),
    () => save(fileName(part, '.csv'), 'text/csv', csv(table))));
}
window.report = {csv, drawing, enlarge};
})();
)js";
}

}  // namespace cajal::analysis::report
