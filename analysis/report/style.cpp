#include <string_view>

#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

// Colours of series: Okabe & Ito 2008, "Color Universal Design", in an order for white paper and one for dark screens.
std::string_view style() {
  return R"css(
:root{color-scheme:light dark;--bg:#fff;--panel:#fafaf8;--text:#1c1c1a;--soft:#5d5d58;--line:#d9d9d3;--grid:#ebebe6;--on:#fff;
--best:#e3f2ea;--right:#0072b2;--wrong:#d55e00;--warn:#fff3df;
--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#b9578f;--s4:#b97f00;--s5:#3a9bd1;--s6:#55554f}
@media (prefers-color-scheme:dark){:root{--bg:#141413;--panel:#1c1c1a;--text:#ebebe6;--soft:#a5a59d;--line:#3b3b37;--grid:#2a2a27;--on:#0c0c0b;
--best:#143528;--right:#56b4e9;--wrong:#e69f00;--warn:#3a2a0c;
--s0:#56b4e9;--s1:#e69f00;--s2:#1fbf8f;--s3:#dc93bd;--s4:#f0e442;--s5:#f07b2e;--s6:#c9c9c2}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1160px;margin:0 auto;padding:24px 16px 64px}
header h1{font-size:1.9rem;line-height:1.2;margin:.2em 0 .1em;overflow-wrap:anywhere}
header .kind{color:var(--soft);margin:0;letter-spacing:.04em;text-transform:uppercase;font-size:.75rem}
header .abstract{font-size:1.08rem;max-width:70ch;margin:.5em 0 0}
.warn{background:var(--warn);border-left:4px solid var(--s1);padding:.6em .9em;margin:1em 0;border-radius:4px;overflow-wrap:anywhere}
.warn summary{color:inherit}.warn ul{margin:.4em 0 0;padding-left:1.2em}
nav{margin:1.1em 0 0;font-size:.92rem}
nav a{margin-right:1.1em;white-space:nowrap}
a{color:var(--s0)}
section{margin-top:40px}
h2{font-size:1.3rem;margin:0 0 .3em;padding-bottom:.25em;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:0 0 .5em;overflow-wrap:anywhere}
h4{font-size:.88rem;margin:.9em 0 .2em;font-weight:600}
.intro{max-width:75ch;margin:.4em 0 0;color:var(--soft)}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));gap:20px;margin-top:16px;align-items:start}
figure{margin:0;padding:16px;background:var(--panel);border:1px solid var(--line);border-radius:10px;min-width:0}
figure.wide{grid-column:1/-1}
figcaption{font-size:.9rem;color:var(--soft);margin-top:.6em;max-width:75ch}
details{margin-top:.6em;font-size:.86rem}
summary{cursor:pointer;color:var(--s0)}
.note{color:var(--soft);font-size:.86rem;margin:.5em 0 0}
.scroll{overflow-x:auto;max-height:26em;margin-top:.5em}
.summary .scroll{max-height:none}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.28em .7em;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left;font-weight:500;position:sticky;left:0;background:var(--bg)}
figure th:first-child{background:var(--panel)}
.summary table{font-size:1rem}
.summary th:first-child{white-space:normal;min-width:15em}
.summary td small{display:block;color:var(--soft)}
.summary th small{color:var(--soft);font-weight:400}
td.best{background:var(--best);font-weight:650}
.facts td,.facts th{text-align:left;white-space:normal;overflow-wrap:anywhere;vertical-align:top}
.facts th:first-child{white-space:nowrap;position:static}
pre{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:12px;overflow:auto;max-height:32em;font:.82rem/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
svg{display:block;width:100%;height:auto;margin:0 auto}
svg text{font-size:12px;fill:var(--text)}
svg text.name{fill:var(--soft)}
svg text.small{font-size:9.5px;fill:var(--soft)}
svg text.faint{fill:var(--soft);opacity:.55}
svg text.on{fill:var(--on);font-weight:600}
svg text.label{paint-order:stroke;stroke:var(--panel);stroke-width:4px;font-weight:600;fill:var(--c)}
.axis{stroke:var(--soft)}.grid{stroke:var(--grid)}.frame{fill:none;stroke:var(--line)}
.line{fill:none;stroke:var(--c);stroke-width:1.8;stroke-linejoin:round}
.dashed{stroke-dasharray:4 4;opacity:.75}
.mark{fill:var(--c);stroke:var(--panel);stroke-width:.8}
.hollow{fill:var(--panel);stroke:var(--c);stroke-width:1.6}
.thin{stroke:var(--c);stroke-width:1;stroke-dasharray:2 3}
.bar{stroke:var(--c);stroke-width:2}
.dots{fill:none;stroke:var(--c);stroke-width:1.3}
.area{fill:var(--c);fill-opacity:.75}
.chosen{fill:none;stroke:var(--s1);stroke-width:3}
.cell{stroke:var(--panel)}.fill{fill:var(--c)}.right{fill:var(--right)}.wrong{fill:var(--wrong)}
.s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}.s6{--c:var(--s6)}
.picture{image-rendering:pixelated}.smooth{image-rendering:auto}
.legend{margin:14px 0 0;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.92rem}
.legend span{display:inline-flex;align-items:center;gap:6px}
.legend svg{width:16px;height:16px;flex:none}
.drawing>svg,.strips svg{cursor:zoom-in}
.tools{float:right;display:flex;gap:6px;margin:-4px 0 4px 8px}
button{font:inherit;font-size:.8rem;color:var(--s0);background:none;border:1px solid var(--line);border-radius:6px;padding:2px 9px;cursor:pointer}
button:hover,button:focus-visible{border-color:var(--s0)}
details button{margin-top:.5em}
dialog{width:100vw;height:100vh;max-width:none;max-height:none;border:0;padding:16px;background:var(--panel);color:var(--text);overflow:auto}
dialog>button{float:right;font-size:1rem}
dialog figure{border:0;padding:0}
dialog .drawing>svg{max-width:none!important;max-height:82vh}
dialog .strips{grid-template-columns:repeat(auto-fill,minmax(min(100%,560px),1fr))}
dialog .legend{font-size:1.05rem}
.claims{list-style:none;margin:14px 0 0;padding:0;columns:2 440px;column-gap:28px}
.claims li{border-left:3px solid var(--line);padding-left:.7em;margin:0 0 9px;break-inside:avoid}
.claims li:first-child{border-color:var(--right);column-span:all;font-size:1.12rem;margin-bottom:12px}
.strips{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));gap:18px 32px;margin-top:10px}
.strips svg{margin:0}
article{border-top:3px solid var(--line);margin-top:48px;padding-top:16px}
.band{fill:var(--c);fill-opacity:.14;stroke:none}
svg text.title{font-weight:600}
.input{width:120px}
.input svg,.panels svg{margin:0}
.blocks{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr));gap:0 24px}
.block{border-top:1px solid var(--line);margin-top:12px;min-width:0}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:2px 18px}
.panels svg{max-width:320px!important}
h5{font-size:.86rem;font-weight:500;margin:.3em 0}
h5 small{color:var(--soft)}
@media (prefers-color-scheme:dark){.ink{filter:invert(1)}.picture:not(.ink){filter:brightness(1.3)}}
.again{stroke-dasharray:8 3}
@media (max-width:560px){.summary th:first-child{min-width:8.5em}figure{padding:12px 10px}.drawing>svg text,.strips svg text{font-size:14.5px}.drawing>svg text.small{font-size:11px}}
@media print{:root{color-scheme:light;--bg:#fff;--panel:#fff;--text:#000;--soft:#444}body{font-size:11px}main{max-width:none;padding:0}
nav,button,.tools,dialog,details:not([open]){display:none}h2,h3{break-after:avoid}figure,.claims li{break-inside:avoid}.scroll{max-height:none;overflow:visible}.figures{grid-template-columns:1fr 1fr}}
)css";
}

}  // namespace cajal::analysis::report
