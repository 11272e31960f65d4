// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay::detail {

inline constexpr const char* html_light =
    "--ground:#fff;--panel:#f5f7f9;--ink:#1b2127;--soft:#55606b;--line:#d9dfe5;--accent:#0b5cb8;--good:#"
    "17733a;"
    "--doubtful:#855800;--bad:#b3261e;--mark:#fff1f0;--fill:#0b5cb82e;"
    "--c0:#0b5cb8;--c1:#b2541a;--c2:#187a55;--c3:#8639ac;--c4:#a62c4b;--c5:#5d6873";
inline constexpr const char* html_dark =
    "--ground:#101519;--panel:#181f25;--ink:#e4eaf0;--soft:#9eabb7;--line:#2d3841;--accent:#74b4ff;--good:#"
    "5fc882;"
    "--doubtful:#e5b84b;--bad:#ff8a80;--mark:#2a1a1b;--fill:#74b4ff38;"
    "--c0:#74b4ff;--c1:#f2a561;--c2:#59c99b;--c3:#cc99ee;--c4:#ff93a8;--c5:#a3afba";

inline constexpr const char* html_rules = R"css(
*{box-sizing:border-box}
html{color-scheme:light dark;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
body{overflow-wrap:anywhere;max-width:1320px;margin:0 auto;padding:0 20px 64px}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
h1{font-size:22px;line-height:1.25;margin:0}
h2{font-size:17px;margin:40px 0 10px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:22px 0 6px}
p{margin:6px 0}
small,.soft,figcaption,.note{color:var(--soft)}
small{font-size:12px}
code,pre{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{overflow-x:auto;overflow-wrap:normal;margin:6px 0}
button,input,select{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:5px;padding:4px 10px;min-height:32px}
button{cursor:pointer}
.skip{position:absolute;left:-9999px}
.skip:focus{left:20px;top:8px;background:var(--ground);padding:6px 10px;z-index:3}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
header{display:flex;flex-wrap:wrap;gap:6px 20px;align-items:flex-start;justify-content:space-between;padding:22px 0 12px}
nav ul{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:5px 0}
.good{color:var(--good)}.doubtful{color:var(--doubtful)}.bad{color:var(--bad)}.quiet{color:var(--soft)}
.verdict{font-weight:600}
.figures{display:flex;flex-wrap:wrap;gap:10px 36px;margin:14px 0 0}
.figures div{min-width:88px}
.figures dt{color:var(--soft);font-size:13px}
.figures dd{margin:0;font-size:20px;font-variant-numeric:tabular-nums}
.figures dd small{font-size:13px}
.tools{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:8px 0}
.tools label{display:flex;gap:6px;align-items:center}
.tools input{width:15em}
html:not(.js) .tools,html:not(.js) #theme{display:none}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{overflow-wrap:break-word;padding:5px 10px;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{background:var(--panel);font-size:13px;white-space:nowrap}
thead button{border:0;background:none;padding:0;min-height:24px;font-weight:600}
th[aria-sort=ascending] button::after{content:" ▲"}
th[aria-sort=descending] button::after{content:" ▼"}
tbody th{font-weight:400}
.n{text-align:right;white-space:nowrap}
#results i{color:var(--soft);font-style:normal;font-size:12px}
#results{font-size:14px}
#results td,#results th{padding:4px 8px}
#results .row>*{white-space:nowrap}
#results .row>td:last-child{white-space:normal;min-width:7em}
.name{display:inline-block;width:max-content;max-width:30em;white-space:normal;overflow-wrap:anywhere;vertical-align:top}
td .name{max-width:12em}
.scores{font-size:14px}
.scores th,.scores td{padding:4px 8px}
.scores th{white-space:nowrap}
.scores th bdi{display:inline-block;max-width:22em;white-space:normal;overflow-wrap:anywhere;vertical-align:top}
.words td,.words th{min-width:6em;overflow-wrap:anywhere}
.words td:last-child{min-width:15em}
.row>*{border-bottom-color:transparent}
.row+.more:not(.open){visibility:visible}
.js .more:not(.open){display:none}
.js .row:not(:has(+.open))>*{border-bottom-color:var(--line)}
.bad-row>*,.bad-row+.more>*{background:var(--mark)}
.more>td{overflow-wrap:anywhere;padding:0 10px 8px 26px}
.row:target>*{box-shadow:inset 0 0 0 999px var(--fill)}
.about{position:sticky;left:10px;max-width:min(100%,calc(100vw - 60px))}
.crowd circle{r:2.5px;stroke:none;opacity:.75}
.why{font-weight:500}
.replay{display:flex;gap:8px;align-items:flex-start}
.replay code{background:var(--panel);padding:4px 8px;border-radius:4px}
.replay button{min-height:24px;padding:0 8px;font-size:13px}
.fold{border:0;background:none;padding:0 4px 0 0;width:18px;vertical-align:top;line-height:inherit;min-height:20px}
.bar{display:inline-block;width:44px;height:6px;margin-left:8px;background:linear-gradient(90deg,var(--accent) var(--v),var(--line) var(--v))}
.bar.over{background:var(--bad)}
figure{margin:0}
.scroll{overflow-x:auto}
.plot{display:block;width:100%;height:auto}
.roofline{min-width:620px;max-width:980px}
.curve{min-width:520px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,540px),1fr));gap:0 32px}
.pair>*{min-width:0}
.plot text{font-size:12px;fill:var(--soft)}
.plot .title,.plot .value,.plot .roof-label{fill:var(--ink)}
.plot .roof-label,.plot .value{paint-order:stroke;stroke:var(--ground);stroke-width:3px}
.grid{stroke:var(--line);stroke-width:1}
.frame{stroke:var(--soft);stroke-width:1}
.roof{stroke:var(--ink);stroke-width:1.6;fill:none}
.roof.hard{stroke-width:1;stroke-dasharray:9 3}
.roof.adjusted{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:5 3}
.roof.datasheet{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:1.5 3}
.roof.measured{stroke:var(--accent);stroke-width:1.2;stroke-dasharray:7 2 2 2}
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}
g circle{fill:var(--c,var(--soft));stroke:var(--ground);stroke-width:.8}
g path{stroke:var(--c);stroke-width:1.4}
g.base circle{fill:var(--ground);stroke:var(--c,var(--soft));stroke-width:1.6}
g[data-r]{cursor:pointer}
g.at circle{stroke:var(--ink);stroke-width:2.5}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;margin:8px 0 0;padding:0;font-size:13px}
.legend svg{width:24px;height:12px;vertical-align:-1px;margin-right:6px}
.band{fill:var(--fill);stroke:none}
.step{fill:none;stroke:var(--accent);stroke-width:2}
.mark{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,360px),1fr));gap:22px 28px}
.charts figure{content-visibility:auto;contain-intrinsic-size:auto 210px;min-width:0}
figcaption{font-size:13px}
.samples text{font-size:11px}
.dots{stroke:var(--accent);stroke-width:2.6;stroke-linecap:round;opacity:.75}
.bars{fill:var(--accent);opacity:.5}
.median{stroke:var(--ink);stroke-width:1}
.outliers{stroke:var(--bad);stroke-width:1.3;fill:none}
.samples .outlier-label{fill:var(--bad);paint-order:stroke;stroke:var(--ground);stroke-width:3px}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;margin:6px 0}
.facts dt{color:var(--soft)}
.facts dd{margin:0;min-width:0}
#tip{position:fixed;z-index:2;pointer-events:none;max-width:280px;background:var(--panel);border:1px solid var(--soft);border-radius:5px;padding:5px 9px;font-size:13px}
@media (max-width:640px){body{padding:0 12px 48px}th,td{padding:5px 7px}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:6px}.more>td{padding-left:10px}.replay{display:block}#results{font-size:13px}#results th .name{max-width:9em}#results td .name{max-width:6em}}
@media print{.tools,#theme,.skip,nav{display:none}.js .more{display:table-row}}
)css";

}  // namespace assay::detail

namespace assay {

/// The style sheet of the HTML report. Two sets of colours, by the reader's system or as the switch of the
/// page says; all text has a contrast of at least 4.5 to its ground (WCAG AA).
[[nodiscard]] inline std::string html_style() {
  const std::string light = detail::html_light, dark = detail::html_dark;
  return ":root{" + light + "}@media (prefers-color-scheme:dark){:root:not([data-theme=light]){" + dark +
         "}}:root[data-theme=dark]{" + dark + "}" + detail::html_rules;
}

}  // namespace assay
