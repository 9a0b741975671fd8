// SPDX-License-Identifier: Apache-2.0
// The page's style: light and dark, nothing loaded.

/// CSS of the report.
let pageStyle = #"""
  :root { --ink:#1d2430; --soft:#5b6675; --line:#dfe4ea; --paper:#f4f6f8; --card:#ffffff; --root:#77859a;
    --sat:62%; --light:45%; --good:#167c4a; --bad:#c0293b; --warn:#a96c00; --note:#2b6cb0; --kept:#3a4250;
    --mark:#fde9c4; --chiptext:#ffffff; --shadow:0 1px 2px rgba(20,30,45,.07),0 4px 14px rgba(20,30,45,.05); }
  @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {
    --ink:#e4e9f0; --soft:#98a4b3; --line:#2c3542; --paper:#12161c; --card:#1a2029; --root:#6d7a8c; --sat:52%;
    --light:58%; --good:#4cc38a; --bad:#f0707f; --warn:#e3aa3e; --note:#74aeea; --kept:#aab4c2; --mark:#4b3c17;
    --chiptext:#0e1116; --shadow:0 1px 2px rgba(0,0,0,.5); } }
  :root[data-theme=dark] {
    --ink:#e4e9f0; --soft:#98a4b3; --line:#2c3542; --paper:#12161c; --card:#1a2029; --root:#6d7a8c; --sat:52%;
    --light:58%; --good:#4cc38a; --bad:#f0707f; --warn:#e3aa3e; --note:#74aeea; --kept:#aab4c2; --mark:#4b3c17;
    --chiptext:#0e1116; --shadow:0 1px 2px rgba(0,0,0,.5); }
  * { box-sizing:border-box; }
  html { background:var(--paper); color:var(--ink); font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif; }
  body { margin:0; }
  header.page { display:flex; justify-content:space-between; align-items:center; padding:14px 28px;
    border-bottom:1px solid var(--line); background:var(--card); color:var(--soft); }
  .brand { font-weight:700; color:var(--ink); letter-spacing:.02em; }
  header .meta { font-size:13px; }
  main { max-width:1240px; margin:0 auto; padding:24px 28px 60px; }
  button { font:inherit; font-size:13px; color:var(--ink); background:var(--card); border:1px solid var(--line);
    border-radius:7px; padding:3px 10px; cursor:pointer; }
  button:hover { border-color:var(--soft); }
  button.on { background:var(--ink); color:var(--card); border-color:var(--ink); }
  a { color:inherit; }
  .machine + .machine { margin-top:60px; }
  .verdict { display:grid; grid-template-columns:auto 1fr auto; gap:20px; align-items:center; margin-bottom:20px; }
  .verdict h1 { margin:0; font-size:28px; line-height:1.2; letter-spacing:-.01em; }
  .verdict p { margin:2px 0 0; color:var(--soft); }
  .verdict p b, .bad { color:var(--bad); }
  .seal { width:56px; height:56px; border-radius:50%; display:grid; place-items:center; font-size:30px; color:#fff;
    background:var(--good); }
  .verdict.bad .seal { background:var(--bad); }
  .verdict.bad { color:inherit; }
  .legend { list-style:none; display:flex; flex-wrap:wrap; gap:6px; margin:0; padding:0; max-width:520px;
    justify-content:flex-end; }
  .chip { display:inline-block; background:var(--c); color:var(--chiptext); border-radius:6px; padding:0 8px;
    font-size:13px; font-weight:600; line-height:22px; white-space:nowrap; }
  .card { background:var(--card); border:1px solid var(--line); border-radius:12px; padding:16px 20px 18px;
    margin-bottom:18px; box-shadow:var(--shadow); min-width:0; }
  .card h2 { margin:0 0 10px; font-size:16px; }
  .card h2 small { font-weight:400; color:var(--soft); margin-left:6px; }
  .card h3 { margin:0 0 6px; font-size:13px; color:var(--soft); font-weight:600; }
  .columns { display:grid; grid-template-columns:1fr 1fr; gap:18px; }
  .quiet, .hint { color:var(--soft); font-size:13px; }
  .nothing { color:var(--bad); }
  .mono, .range, .place, pre { font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace; }
  .range { font-size:12px; background:var(--paper); border:1px solid var(--line); border-radius:5px; padding:1px 6px;
    display:inline-block; margin:1px 0; }
  .tools { display:flex; gap:14px; flex-wrap:wrap; align-items:center; margin-bottom:10px; }
  .modes, .zoom { display:inline-flex; gap:4px; }
  .map .canvas { position:relative; }
  .map svg { display:block; width:100%; cursor:grab; user-select:none; touch-action:none; }
  .map svg:active { cursor:grabbing; }
  .map text { font:12px system-ui,sans-serif; fill:var(--ink); }
  .map text.addr { font:10.5px ui-monospace,Menlo,"DejaVu Sans Mono",monospace; fill:var(--soft); }
  .map text.in { fill:var(--chiptext); font-size:11px; pointer-events:none; }
  .map text.lane { font-weight:600; }
  .map .row { fill:var(--paper); }
  .map .band { fill:var(--ink); opacity:.06; }
  .map .gap { stroke:var(--line); stroke-width:1; stroke-dasharray:2 3; }
  .map .tick { stroke:var(--line); }
  .map rect.item { stroke:var(--card); stroke-width:1; }
  .map rect.item:hover { stroke:var(--ink); stroke-width:1.5; }
  .map .flag { cursor:default; }
  .map .flag.error { fill:var(--bad); } .map .flag.warning { fill:var(--warn); } .map .flag.note { fill:var(--note); }
  #tip { position:fixed; z-index:9; background:var(--ink); color:var(--card); font-size:12.5px; line-height:1.45;
    padding:6px 10px; border-radius:7px; max-width:420px; pointer-events:none; white-space:pre-line; }
  .cpus { display:flex; flex-wrap:wrap; gap:8px; }
  .cpu { width:44px; height:44px; border-radius:8px; display:grid; place-items:center; background:var(--c);
    color:var(--chiptext); font-weight:700; }
  .core { display:inline-flex; gap:4px; padding:5px; border:1.5px dashed var(--soft); border-radius:12px; }
  .pins { display:flex; flex-wrap:wrap; gap:3px; }
  .pin { min-width:27px; height:24px; border-radius:5px; background:var(--c); color:var(--chiptext); font-size:11px;
    display:grid; place-items:center; padding:0 4px; }
  .pin.none { background:var(--paper); color:var(--soft); }
  .chipgrid + .chipgrid { margin-top:12px; }
  .ways td { width:26px; height:18px; border:1px solid var(--line); } .ways { border-collapse:collapse; }
  .ways th { text-align:left; padding-right:10px; }
  table { border-collapse:collapse; width:100%; font-size:14px; } .ways { width:auto; }
  .devices th, .files th { text-align:left; font-size:12px; color:var(--soft); font-weight:600;
    border-bottom:1px solid var(--line); padding:2px 10px 4px 0; }
  .devices td, .files td { border-bottom:1px solid var(--line); padding:5px 10px 5px 0; vertical-align:top; }
  .devices tr:last-child td, .files tr:last-child td { border-bottom:0; }
  .devices td:first-child { font-weight:600; white-space:nowrap; }
  .files .mono { font-size:11.5px; overflow-wrap:anywhere; color:var(--soft); }
  .arcs { width:100%; max-height:240px; } .arc { fill:none; stroke:var(--soft); stroke-width:2.5; }
  .arc:hover { stroke:var(--ink); }
  .arclabel { font-size:11px; fill:var(--soft); text-anchor:middle; paint-order:stroke; stroke:var(--card);
    stroke-width:5px; } .node { font-size:13px; fill:var(--ink);
    text-anchor:middle; font-weight:600; }
  .channels { list-style:none; margin:8px 0 0; padding:0; } .channels li { margin:4px 0; }
  .channels small { color:var(--soft); } .channels .end { white-space:nowrap; margin-right:4px; }
  .finding { border-left:4px solid var(--note); padding:4px 0 4px 14px; margin:14px 0 20px; }
  .finding.error { border-color:var(--bad); } .finding.warning { border-color:var(--warn); }
  .finding h3 { font-size:15px; color:var(--ink); margin:0 0 8px; }
  .finding .code { font-family:ui-monospace,Menlo,monospace; }
  .finding.error .word, .finding.error .code { color:var(--bad); }
  .finding.warning .word, .finding.warning .code { color:var(--warn); }
  .side { margin:6px 0; } .place { font-size:12px; color:var(--soft); }
  pre { margin:2px 0; padding:6px 10px; background:var(--paper); border:1px solid var(--line); border-radius:6px;
    font-size:12.5px; overflow-x:auto; }
  pre .line { color:var(--soft); margin-right:14px; user-select:none; }
  mark { background:var(--mark); color:inherit; border-radius:3px; padding:1px 0; }
  .label { font-size:13px; }
  .finding dl { display:grid; grid-template-columns:auto 1fr; gap:2px 14px; margin:8px 0 0; font-size:14px; }
  .finding dt, .reach dt { color:var(--soft); } .finding dd, .reach dd { margin:0; }
  .proved { list-style:none; margin:0; padding:0; } .proved li { padding-left:24px; position:relative; margin:5px 0; }
  .proved li::before { content:"✓"; position:absolute; left:2px; color:var(--good); font-weight:700; }
  .proved small { color:var(--soft); }
  .uncovered { margin:0; } .uncovered dt { font-weight:600; position:relative; padding-left:24px; }
  .uncovered dt::before { content:"○"; position:absolute; left:2px; color:var(--warn); font-weight:700; }
  .uncovered dd { margin:0 0 8px; padding-left:24px; color:var(--soft); font-size:14px; }
  .bar { display:flex; height:22px; border-radius:7px; overflow:hidden; background:var(--paper);
    border:1px solid var(--line); }
  .part { display:block; min-width:2px; } .parts { list-style:none; display:flex; flex-wrap:wrap; gap:4px 18px; margin:8px 0 0;
    padding:0; font-size:13px; color:var(--soft); } .parts i { display:inline-block; width:11px; height:11px;
    border-radius:3px; margin-right:6px; } .parts b { color:var(--ink); }
  .p0 { background:hsl(215 55% 55%); } .p1 { background:hsl(215 40% 72%); } .p2 { background:hsl(28 65% 55%); }
  .p3 { background:hsl(285 35% 58%); } .p4 { background:hsl(160 45% 45%); } .p5 { background:hsl(350 50% 60%); }
  details { border-top:1px solid var(--line); padding:8px 0; } details:first-of-type { border-top:0; }
  summary { cursor:pointer; } .reach { display:grid; grid-template-columns:130px 1fr; gap:6px 14px; margin:10px 0 4px; }
  @media (max-width:900px) { .columns { grid-template-columns:1fr; } .verdict { grid-template-columns:auto 1fr; }
    .legend { grid-column:1/-1; justify-content:flex-start; } main { padding:16px; } }
  @media (max-width:640px) { header.page { padding:10px 16px; gap:12px; } header .meta { text-align:right; }
    .card { padding:14px 14px 16px; } .devices thead, .files thead { display:none; }
    .devices tr, .files tr { display:flex; flex-wrap:wrap; justify-content:space-between; gap:2px 8px; padding:7px 0;
      border-bottom:1px solid var(--line); } .devices td, .files td { border:0; padding:0; }
    .devices tr:last-child, .files tr:last-child { border:0; } .devices td:last-child, .files td:last-child { width:100%; }
    .reach { grid-template-columns:1fr; gap:2px; } .reach dd { margin-bottom:8px; } }
  @media print { .tools, #theme { display:none; } .card { break-inside:avoid; box-shadow:none; } }
  """#
