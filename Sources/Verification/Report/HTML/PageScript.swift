// SPDX-License-Identifier: Apache-2.0
// The page's script: zoomable maps, tips, light and dark. No library, nothing loaded.

/// JavaScript of the report.
let pageScript = #"""
  (function () {
    'use strict';
    const NS = 'http://www.w3.org/2000/svg', tip = document.getElementById('tip');
    const hex = n => '0x' + n.toString(16);
    function size(n) {
      for (const [s, u] of [[2 ** 40, 'TiB'], [2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [1024, 'KiB']])
        if (n >= s) return (n % s ? (n / s).toFixed(1) : n / s) + ' ' + u;
      return n === 1 ? '1 byte' : n + ' bytes';
    }
    function show(text, e) {
      tip.textContent = text; tip.hidden = false;
      const w = tip.offsetWidth, h = tip.offsetHeight;
      tip.style.left = Math.min(e.clientX + 14, innerWidth - w - 8) + 'px';
      tip.style.top = (e.clientY + h + 24 > innerHeight ? e.clientY - h - 10 : e.clientY + 16) + 'px';
    }
    document.addEventListener('mousemove', e => {
      const at = e.target.closest && e.target.closest('[data-tip]');
      if (at) show(at.dataset.tip, e); else tip.hidden = true;
    });
    document.getElementById('theme').onclick = () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === 'dark'
        : matchMedia('(prefers-color-scheme: dark)').matches;
      root.dataset.theme = dark ? 'light' : 'dark';
    };
    function node(name, attributes, parent, text) {
      const n = document.createElementNS(NS, name);
      for (const k in attributes) n.setAttribute(k, attributes[k]);
      if (text !== undefined) n.textContent = text;
      parent.appendChild(n);
      return n;
    }

    // A piecewise linear map from addresses to 0 … 1, by mode.
    function scale(data, mode) {
      const edges = new Set();
      let spans = [];
      for (const lane of data.lanes) for (const i of lane.items) {
        edges.add(i[0]); edges.add(i[1] + 1); spans.push([i[0], i[1] + 1]);
      }
      for (const m of data.marks) { edges.add(m.at); edges.add(m.at + 1); spans.push([m.at, m.at + 1]); }
      const sorted = [...edges].sort((a, b) => a - b);
      spans.sort((a, b) => a[0] - b[0]);
      const parts = [];
      let reach = -1, next = 0, used = 0;
      for (let k = 0; k + 1 < sorted.length; k++) {
        const a = sorted[k], b = sorted[k + 1];
        while (next < spans.length && spans[next][0] <= a) { reach = Math.max(reach, spans[next][1]); next++; }
        const full = reach > a;
        parts.push({ a, b, full });
        if (full) used += b - a;
      }
      const gapWeight = mode === 'fold' ? used / 45 : 0;
      let total = 0;
      for (const p of parts) {
        const length = p.b - p.a;
        if (mode === 'linear') p.w = length;
        else if (mode === 'log') p.w = p.full ? Math.log2(length / (data.kind === 'memory' ? 4096 : 1) + 1) + 1.2 : 1.6;
        else p.w = p.full ? Math.max(length, used / 260) : Math.min(length, gapWeight);
        p.x = total; total += p.w;
      }
      for (const p of parts) { p.x /= total; p.w /= total; }
      return {
        parts,
        x(address) {
          let low = 0, high = parts.length - 1;
          while (low < high) { const m = (low + high + 1) >> 1; if (parts[m].a <= address) low = m; else high = m - 1; }
          const p = parts[low];
          return p ? p.x + p.w * Math.min(1, Math.max(0, (address - p.a) / (p.b - p.a))) : 0;
        },
        at(x) {
          for (const p of parts) if (x <= p.x + p.w || p === parts[parts.length - 1])
            return Math.floor(p.a + (p.b - p.a) * Math.min(1, Math.max(0, (x - p.x) / p.w)));
          return 0;
        }
      };
    }

    function map(box) {
      const data = JSON.parse(document.getElementById(box.dataset.map).textContent);
      const canvas = box.querySelector('.canvas'), gutter = 116, row = 30, top = data.marks.length ? 20 : 6;
      const height = top + data.lanes.length * row + 44;
      let mode = 'fold', view = [0, 1], lens = scale(data, mode);
      const svg = node('svg', { height }, canvas);
      const ends = new Map();
      for (const lane of data.lanes) for (const i of lane.items) if (i[5]) ends.set(i[0] + '-' + i[1], [i[0], i[1] + 1]);
      const shared = [];
      for (const [a, b] of [...ends.values()].sort((p, q) => p[0] - q[0])) {
        const last = shared[shared.length - 1];
        if (last && a <= last[1]) last[1] = Math.max(last[1], b); else shared.push([a, b]);
      }
      function draw() {
        svg.replaceChildren();
        const width = Math.max(300, canvas.clientWidth), inner = width - gutter - 6;
        svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
        const defs = node('defs', {}, svg);
        const clip = node('clipPath', { id: box.dataset.map + '-clip' }, defs);
        node('rect', { x: gutter, y: 0, width: inner, height }, clip);
        const hatch = node('pattern', { id: box.dataset.map + '-hatch', width: 7, height: 7,
          patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, defs);
        node('rect', { width: 3, height: 7, style: 'fill:var(--card)', opacity: .45 }, hatch);
        const place = a => gutter + (lens.x(a) - view[0]) / (view[1] - view[0]) * inner;
        data.lanes.forEach((lane, k) => {
          const y = top + k * row;
          node('rect', { class: 'row', x: gutter, y: y + 3, width: inner, height: row - 6, rx: 5 }, svg);
          node('text', { class: 'lane', x: gutter - 10, y: y + row / 2 + 4, 'text-anchor': 'end' }, svg,
            lane.name.length > 15 ? lane.name.slice(0, 14) + '…' : lane.name);
        });
        const g = node('g', { 'clip-path': `url(#${box.dataset.map}-clip)` }, svg);
        const bottom = top + data.lanes.length * row;
        for (const [a, b] of shared) {
          const x = place(a), w = Math.max(1, place(b) - x);
          if (x + w >= gutter && x <= width) node('rect', { class: 'band', x, y: top, width: w, height: bottom - top }, g);
        }
        // Address labels where something begins or ends, as far as there is room; gaps get their size.
        let free = gutter - 30;
        for (const p of lens.parts) {
          const x = place(p.a), end = place(p.b);
          if (end < gutter || x > width) continue;
          if (!p.full) node('path', { class: 'gap', d: `M${(x + end) / 2} ${top} V${bottom + 4}` }, g);
          if (x >= gutter - 1 && x > free) {
            const need = hex(p.a).length * 6.6 + 10;
            if (x + need > width + 8) continue;
            node('path', { class: 'tick', d: `M${x} ${bottom} v6` }, g);
            node('text', { class: 'addr', x, y: bottom + 17 }, g, hex(p.a));
            free = x + need;
          }
        }
        free = 0;
        for (const p of lens.parts) {
          const x = place(p.a), end = place(p.b), middle = (Math.max(x, gutter) + Math.min(end, width)) / 2;
          const text = (p.full ? '' : 'gap ') + (data.kind === 'memory' ? size(p.b - p.a) : (p.b - p.a) + '');
          const need = text.length * 6.4 + 8;
          if (end < gutter || x > width || middle - need / 2 < Math.max(free, gutter - 8) || middle + need / 2 > width + 4 || (p.full && end - x < need)) continue;
          if (!p.full && end - x < 14) continue;
          node('text', { class: 'addr', x: middle, y: bottom + 32, 'text-anchor': 'middle' }, g, text);
          free = middle + need / 2;
        }
        data.lanes.forEach((lane, k) => {
          const y = top + k * row + 4;
          for (const [first, last, name, rights, note, both] of lane.items) {
            const x = place(first), w = Math.max(2, place(last + 1) - x);
            if (x + w < gutter || x > width) continue;
            const lines = [lane.name + (name ? ': ' + name : ''), hex(first) + '-' + hex(last) +
              (data.kind === 'memory' ? ' (' + size(last - first + 1) + ')' : ''), [rights, note].filter(s => s).join(', ')];
            const a = { class: 'item', x, y, width: w, height: row - 8, rx: Math.min(4, w / 2),
              style: 'fill:' + lane.colour, 'data-tip': lines.filter(s => s).join('\n') };
            const r = node('rect', a, g);
            r.ondblclick = e => { e.stopPropagation(); focus(lens.x(first), lens.x(last + 1)); };
            if (both) node('rect', { ...a, class: '', style: `fill:url(#${box.dataset.map}-hatch);pointer-events:none` }, g);
            const from = Math.max(x, gutter), room = Math.min(x + w, width) - from;
            const short = data.kind === 'memory' ? size(last - first + 1) : hex(first);
            const label = [name && data.kind === 'memory' ? name + ', ' + short : '', name, short].find(
              s => s && room > s.length * 6.2 + 10);
            if (label) node('text', { class: 'in', x: from + 6, y: y + 15 }, g, label);
          }
        });
        for (const m of data.marks) {
          const x = place(m.at);
          if (x >= gutter - 4) node('path', { class: 'flag ' + m.severity, d: `M${x - 6} 3 h12 l-6 12 z`,
            'data-tip': `${m.severity} ${m.code}: ${m.title}\n${hex(m.at)}` }, g);
        }
      }
      function clamp(a, b) {
        const w = Math.min(1, Math.max(b - a, 1e-9));
        let from = Math.min(Math.max(0, a), 1 - w);
        view = [from, from + w];
      }
      function focus(a, b) { const m = (b - a) * .6 || .001; clamp(a - m, b + m); draw(); }
      function zoom(factor, center) {
        if (!factor) view = [0, 1];
        else clamp(center - (center - view[0]) * factor, center + (view[1] - center) * factor);
        draw();
      }
      const where = e => view[0] + (view[1] - view[0]) *
        (e.clientX - svg.getBoundingClientRect().left - gutter) / (canvas.clientWidth - gutter - 6);
      svg.addEventListener('wheel', e => { e.preventDefault(); zoom(e.deltaY > 0 ? 1.25 : .8, where(e)); },
        { passive: false });
      let drag = null;
      svg.addEventListener('pointerdown', e => { drag = { x: e.clientX, view: [...view] }; });
      addEventListener('pointermove', e => {
        if (!drag) return;
        const d = (drag.x - e.clientX) / (canvas.clientWidth - gutter - 6) * (drag.view[1] - drag.view[0]);
        if (Math.abs(e.clientX - drag.x) > 2) { clamp(drag.view[0] + d, drag.view[1] + d); draw(); }
      });
      addEventListener('pointerup', () => { drag = null; });
      box.querySelectorAll('[data-mode]').forEach(b => b.onclick = () => {
        box.querySelectorAll('[data-mode]').forEach(o => o.classList.toggle('on', o === b));
        mode = b.dataset.mode; lens = scale(data, mode); view = [0, 1]; draw();
      });
      box.querySelectorAll('[data-zoom]').forEach(b => b.onclick = () =>
        zoom(+b.dataset.zoom, (view[0] + view[1]) / 2));
      new ResizeObserver(draw).observe(canvas);
      draw();
    }
    document.querySelectorAll('.map').forEach(map);
  })();
  """#
