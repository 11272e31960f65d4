// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace assay {

/// The script of the HTML report: the colour switch, sorting, filtering, folding, copying and the plot's
/// hints. Holds no data, so that no name can break out of it; all that it shows is in the page already.
inline constexpr const char* html_script = R"js(
(function () {
'use strict';
var root = document.documentElement;
root.classList.add('js');
function all(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }
function button(words, className) {
  var b = document.createElement('button');
  b.type = 'button';
  b.textContent = words;
  if (className) b.className = className;
  return b;
}
var told = document.getElementById('told');
function tell(words) { told.textContent = words; }

// Colours: as the system has them, light, dark.
var theme = document.getElementById('theme'), themes = ['auto', 'light', 'dark'], chosen = 'auto';
function show(name) {
  chosen = name;
  if (name === 'auto') root.removeAttribute('data-theme'); else root.setAttribute('data-theme', name);
  theme.textContent = 'Colours: ' + name;
}
try { var stored = localStorage.getItem('assay-theme'); } catch (e) { stored = null; }
show(themes.indexOf(stored) > 0 ? stored : 'auto');
theme.addEventListener('click', function () {
  show(themes[(themes.indexOf(chosen) + 1) % themes.length]);
  try { localStorage.setItem('assay-theme', chosen); } catch (e) { /* a page from a file may have no storage */ }
});

var table = document.getElementById('results');
if (!table) return;
var body = table.tBodies[0];
var rows = all('tr.row', body).map(function (row, index) {
  return { row: row, more: row.nextElementSibling, index: index, text: row.textContent.toLowerCase() };
});

// Folding.
function unfold(entry, open) {
  entry.more.classList.toggle('open', open);
  entry.fold.setAttribute('aria-expanded', open);
  entry.fold.textContent = open ? '▾' : '▸';
}
rows.forEach(function (entry) {
  entry.fold = button('', 'fold');
  entry.fold.setAttribute('aria-controls', entry.more.id);
  entry.fold.setAttribute('aria-label', 'Details of ' + entry.row.cells[0].textContent + ', ' + entry.row.cells[1].textContent);
  entry.fold.addEventListener('click', function () { unfold(entry, !entry.more.classList.contains('open')); });
  entry.row.cells[0].insertBefore(entry.fold, entry.row.cells[0].firstChild);
  unfold(entry, entry.more.classList.contains('open'));
});

// Copying. A page from a file may have no clipboard; there the text is selected and copied the old way.
function copied(code, b) {
  function done() { b.textContent = 'Copied'; tell('Copied'); setTimeout(function () { b.textContent = 'Copy'; }, 1500); }
  function old() {
    var range = document.createRange(), selection = getSelection();
    range.selectNodeContents(code);
    selection.removeAllRanges();
    selection.addRange(range);
    if (document.execCommand('copy')) done();
  }
  if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, old); else old();
}
all('.replay').forEach(function (line) {
  var b = button('Copy'), code = line.querySelector('code');
  b.setAttribute('aria-label', 'Copy the command that repeats this');
  b.addEventListener('click', function () { copied(code, b); });
  line.appendChild(b);
});

// Sorting: up, down, as it was.
var heads = all('thead th', table);
function sort(column, way) {
  heads.forEach(function (head, i) { head.setAttribute('aria-sort', i === column && way ? (way > 0 ? 'ascending' : 'descending') : 'none'); });
  var numeric = heads[column].classList.contains('n');
  function key(entry) {
    var cell = entry.row.cells[column];
    if (!numeric) return entry.words || (entry.words = {}), entry.words[column] || (entry.words[column] = cell.textContent);
    return cell.hasAttribute('data-v') ? parseFloat(cell.getAttribute('data-v')) : null;
  }
  var order = rows.slice().sort(function (a, b) {
    if (!way) return a.index - b.index;
    var x = key(a), y = key(b);
    if (x === null || y === null) return (x === null) - (y === null) || a.index - b.index;
    return (numeric ? x - y : x.localeCompare(y, undefined, { numeric: true })) * way || a.index - b.index;
  });
  var sorted = document.createDocumentFragment();
  order.forEach(function (entry) { sorted.appendChild(entry.row); sorted.appendChild(entry.more); });
  body.appendChild(sorted);
}
heads.forEach(function (head, column) {
  var b = button(head.textContent), way = 0;
  head.textContent = '';
  head.setAttribute('aria-sort', 'none');
  head.appendChild(b);
  b.addEventListener('click', function () {
    var now = head.getAttribute('aria-sort');
    way = now === 'none' ? 1 : now === 'ascending' ? -1 : 0;
    sort(column, way);
  });
});

// Filtering.
var words = document.getElementById('words'), kind = document.getElementById('kind'), count = document.getElementById('count');
function filter() {
  var wanted = words.value.toLowerCase().split(/\s+/), left = 0;
  rows.forEach(function (entry) {
    var list = entry.row.classList, attention = list.contains('bad-row') || list.contains('doubtful-row');
    var fits = (kind.value === 'all' || (kind.value === 'attention') === attention) &&
      wanted.every(function (word) { return entry.text.indexOf(word) >= 0; });
    entry.row.hidden = entry.more.hidden = !fits;
    left += fits;
  });
  count.textContent = left === rows.length ? rows.length + ' rows' : left + ' of ' + rows.length + ' rows';
}
words.addEventListener('input', filter);
kind.addEventListener('change', filter);
filter();

// The roofline: what a point is, by pointer or by arrow keys; Enter and a click go to its row.
var tip = document.createElement('div');
tip.id = 'tip';
tip.hidden = true;
document.body.appendChild(tip);
function go(point) {
  var entry = rows[+point.getAttribute('data-r')];
  if (entry.row.hidden) { words.value = ''; kind.value = 'all'; filter(); }
  unfold(entry, true);
  location.hash = entry.row.id;
  entry.fold.focus();
}
all('.roofline').forEach(function (plot) {
  var points = all('g[data-r]', plot), at = -1, box = plot.parentNode;
  function mark(index) {
    if (at >= 0) points[at].classList.remove('at');
    at = index;
    tip.hidden = at < 0;
    if (at < 0) return;
    points[at].classList.add('at');
    var row = rows[+points[at].getAttribute('data-r')].row, place = points[at].getBoundingClientRect();
    tip.textContent = all('th,td', row).map(function (cell) { return cell.textContent.replace(/[▸▾]/g, '').trim(); }).filter(Boolean).join(' · ');
    tip.style.left = Math.max(4, Math.min(place.right + 10, innerWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.max(4, Math.min(place.top, innerHeight - tip.offsetHeight - 8)) + 'px';
  }
  plot.addEventListener('pointerover', function (event) {
    var point = event.target.closest('g[data-r]');
    mark(point ? points.indexOf(point) : -1);
  });
  plot.addEventListener('pointerleave', function () { mark(-1); });
  plot.addEventListener('click', function (event) { var point = event.target.closest('g[data-r]'); if (point) go(point); });
  box.addEventListener('keydown', function (event) {
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      var step = event.key === 'ArrowRight' ? 1 : -1;
      mark((at + step + points.length + (at < 0 && step < 0)) % points.length);
      tell(tip.textContent);
      event.preventDefault();
    } else if (event.key === 'Enter' && at >= 0) {
      go(points[at]);
    } else if (event.key === 'Escape') {
      mark(-1);
    }
  });
  box.addEventListener('blur', function () { mark(-1); });
});
})();
)js";

}  // namespace assay
