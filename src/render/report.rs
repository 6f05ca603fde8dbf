//! A report of a plan as one HTML file that works offline: what was checked, a register, and a map that can be zoomed.
//! For inside use: a page for the public draws no map without a 审图号.

use std::fmt::Write as _;

use super::paper::Imprint;
use super::paper::{Mark, land::Land, land::zone_bounds, layout, svg};
use crate::base::{Key as _, Lang, Problem, Progress, Text};
use crate::io::export::{Certificate, escaped, printed_date, secrecy};
use crate::measures::{Figures, figures, round};
use crate::model::{Accepted, Plan};

use super::paper::PaperError;
use super::scene::{Scene, Show};
use super::style::Style;
use super::view::View;

/// Side of the map in its own units; it is drawn from lines, so that zooming stays sharp.
const SIDE: f64 = 1600.0;
/// Sides of maps that names are laid out for, in points as they are seen: the whole map, and a part of it.
const SIDES: [(&str, f64); 2] = [("far", 850.0), ("near", 3400.0)];

/// The report of a tier, given by its place in the plan's order, with what was found of it. Nothing in it is
/// fetched from anywhere: a policy in the page forbids it, and every text of the plan is escaped. O(plan).
///
/// # Errors
/// When asked to stop.
pub fn report(
    plan: &Plan,
    tier: usize,
    found: &Certificate,
    imprint: &Imprint,
    progress: &Progress,
) -> Result<String, PaperError> {
    let lang = imprint.lang;
    let entries = figures(plan, tier, progress)?;
    progress.check()?;
    let title = match lang {
        Lang::Zh => format!("{}责任网格划分报告", plan.name),
        Lang::En => format!("Responsibility grid report {}", plan.name),
    };
    let mut out = String::new();
    let code = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let _never_fails = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title><style>{STYLE}</style></head><body>\
         <header><h1>{0}</h1><p>{1}",
        escaped(title.trim()),
        escaped(secrecy().in_lang(lang)),
    );
    let date = printed_date(&imprint.date, lang);
    for part in [&imprint.maker, &date].into_iter().filter(|part| !part.is_empty()) {
        let _never_fails = write!(out, " · {}", escaped(part));
    }
    out.push_str("</p></header>\n<main>");
    certificate(&mut out, found, lang);
    map(&mut out, plan, tier, &entries, lang);
    register(&mut out, &entries, lang);
    let open = found.open.iter().map(|problem| (problem, None));
    let all: Vec<_> = open.chain(found.accepted.iter().map(|(problem, why)| (problem, Some(why)))).collect();
    let count = all.len();
    listed(&mut out, &Text::new(format!("Problems ({count})"), format!("质检问题（{count} 处）")), &all, lang);
    let notes: Vec<_> = found.notes.iter().map(|problem| (problem, None)).collect();
    let count = notes.len();
    if count > 0 {
        listed(&mut out, &Text::new(format!("Notes ({count})"), format!("说明事项（{count} 处）")), &notes, lang);
    }
    let _never_fails = writeln!(out, "</main><script>{SCRIPT}</script></body></html>");
    Ok(out)
}

/// What was counted and checked.
fn certificate(out: &mut String, found: &Certificate, lang: Lang) {
    let _never_fails = write!(out, "<section><h2>{}</h2><dl>", Text::new("Check results", "质检结论").in_lang(lang));
    let facts = found.facts.iter().map(|(name, value)| (name, value.in_lang(lang).to_owned()));
    let checks = found.checks.iter().map(|(name, result, verdict)| {
        let (verdict, result) = (verdict.title(), result.in_lang(lang));
        let told = match lang {
            Lang::Zh => format!("{}（{result}）", verdict.zh),
            Lang::En => format!("{} ({result})", verdict.en),
        };
        (name, told)
    });
    for (name, value) in facts.chain(checks) {
        let _never_fails =
            write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(name.in_lang(lang)), escaped(&value));
    }
    out.push_str("</dl></section>\n");
}

/// The map, with the zones as shapes of their own that answer to the pointer.
fn map(out: &mut String, plan: &Plan, tier: usize, entries: &[Figures], lang: Lang) {
    let scene = Scene::new(plan, Show { lang, labels: true, ..Show::default() }, Style::light());
    let bounds = plan.coverage.bounds();
    let mut view = View::fit(bounds, SIDE, SIDE, 10.0);
    // Four times as fine as the page: the map may be zoomed in.
    view.metres_per_point /= 4.0;
    (view.width, view.height) = (view.width * 4.0, view.height * 4.0);
    let land = Land::new(&scene, view, [0.0, 0.0]);
    let [left, top, width, height] = land.around(bounds);
    let _never_fails = write!(
        out,
        "<section><h2>{}</h2><p>{}</p><svg id=\"map\" xmlns=\"http://www.w3.org/2000/svg\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"{:.0} {:.0} {:.0} {:.0}\">",
        Text::new("Map", "地图").in_lang(lang),
        Text::new(
            "Scroll to zoom, drag to pan. Click a row to find the grid.",
            "滚轮缩放，拖动平移。点击登记表某行可定位。"
        )
        .in_lang(lang),
        left - 20.0,
        top - 20.0,
        width + 40.0,
        height + 40.0,
    );
    let faces = plan.tiers.get(tier).map(|tier| tier.faces_by_zone()).unwrap_or_default();
    for (number, entry) in entries.iter().enumerate() {
        let own = faces.get(entry.zone.index()).map_or(&[][..], Vec::as_slice);
        let d: String = land.outline(own).iter().map(|ring| svg::path(ring, true)).collect();
        let [x, y, wide, high] = land.around(zone_bounds(&scene, own));
        let _never_fails = writeln!(
            out,
            "<path class=\"zone\" id=\"z{number}\" d=\"{d}\" data-box=\"{x:.0} {y:.0} {wide:.0} {high:.0}\"><title>{} {}</title></path>",
            escaped(&entry.code),
            escaped(&entry.name),
        );
    }
    // Names are laid out once for the whole map and once for a nearer look, and brought to the scale of the lines.
    let named = SIDES.map(|(class, side)| {
        let map = Land::new(&scene, View::fit(bounds, side, side, 10.0), [0.0, 0.0]);
        let [from_left, from_top, from_width, _] = map.around(bounds);
        let scale = width / from_width;
        let place = [left - from_left * scale, top - from_top * scale];
        let start =
            format!("<g class=\"{class}\" transform=\"translate({:.2} {:.2}) scale({scale:.5})\">", place[0], place[1]);
        (start, layout::names_of(&map))
    });
    let marks: Vec<Mark> = named.iter().flat_map(|(_, marks)| marks.iter().cloned()).collect();
    out.push_str(&svg::definitions(&marks));
    out.push_str(&svg::drawn(&layout::lines_of(&land)));
    for (start, marks) in &named {
        let _never_fails = writeln!(out, "{start}{}</g>", svg::drawn(marks));
    }
    out.push_str("</svg></section>\n");
}

fn register(out: &mut String, entries: &[Figures], lang: Lang) {
    let heads = [
        Text::new("Code", "编码"),
        Text::new("Name", "名称"),
        Text::new("Town", "所属镇街"),
        Text::new("Communities", "包含社区"),
        Text::new("Area (km²)", "面积（平方公里）"),
        Text::new("Incidents", "案件数"),
        Text::new("Workload (h/week)", "工作量（小时/周）"),
        Text::new("Households", "户数"),
        Text::new("Squad", "所属分队"),
    ];
    let _never_fails =
        write!(out, "<section><h2>{}</h2><table><thead><tr>", Text::new("Grid register", "网格登记表").in_lang(lang));
    for head in &heads {
        let _never_fails = write!(out, "<th>{}</th>", head.in_lang(lang));
    }
    out.push_str("</tr></thead><tbody>\n");
    for (number, entry) in entries.iter().enumerate() {
        let _never_fails = write!(out, "<tr data-zone=\"z{number}\" tabindex=\"0\">");
        let texts = [&entry.code, &entry.name, &entry.parent, &entry.communities.join("、")].map(|text| escaped(text));
        let households = entry.households.map_or_else(String::new, round::grouped);
        let incidents = entry.incidents.map_or_else(String::new, |count| round::grouped(f64::from(count)));
        let figures = [round::km2(entry.area_m2), incidents, round::hours(entry.hours), households];
        texts.iter().for_each(|text| out.push_str(&format!("<td>{text}</td>")));
        figures.iter().for_each(|figure| out.push_str(&format!("<td class=\"n\">{figure}</td>")));
        out.push_str(&format!("<td>{}</td></tr>\n", escaped(&entry.squad)));
    }
    out.push_str("</tbody></table></section>\n");
}

/// Problems listed one by one at most.
const LISTED: usize = 500;

fn listed(out: &mut String, heading: &Text, all: &[(&Problem, Option<&Accepted>)], lang: Lang) {
    let _never_fails = write!(out, "<section><h2>{}</h2><ol>", heading.in_lang(lang));
    for (problem, why) in all.iter().take(LISTED) {
        let (rule, zones) = (problem.title(), problem.zones.join("、"));
        let _never_fails = write!(
            out,
            "<li><b>{}</b> {} {}",
            escaped(rule.in_lang(lang)),
            escaped(problem.reason.in_lang(lang)),
            escaped(&zones)
        );
        if let Some(place) = problem.place {
            let _never_fails = write!(out, " <small>{:.6}, {:.6}</small>", place.lon, place.lat);
        }
        if let Some(why) = why {
            let left = Text::new("accepted", "例外");
            let _never_fails = write!(out, " <em>{}: {}</em>", left.in_lang(lang), escaped(&why.reason));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ol>");
    if all.len() > LISTED {
        let more = all.len() - LISTED;
        let text = Text::new(format!("{more} more not listed"), format!("另有 {more} 处未列出"));
        let _never_fails = write!(out, "<p>{}</p>", text.in_lang(lang));
    }
    out.push_str("</section>\n");
}

const STYLE: &str = "body{font:14px/1.5 system-ui,'Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#2b303a;margin:0}\
header,section{max-width:1100px;margin:0 auto;padding:12px 20px}h1{margin:8px 0 0}h2{margin:12px 0 6px}\
dl{display:flex;flex-wrap:wrap;gap:8px;margin:0}dl div{border:1px solid #cfd4da;border-radius:6px;padding:6px 12px}\
dt{color:#6b7280;font-size:12px}dd{margin:0;font-weight:600}#map{width:100%;height:70vh;background:#d6e2e9;\
touch-action:none;cursor:grab}.zone{fill:#f7f5f0}.zone:hover{fill:#e7edd2}.zone.on{fill:#f4c6da}#map g{pointer-events:none}\
#map>path:not(.zone){pointer-events:none}.near{display:none}.close .near{display:inline}.close .far{display:none}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #cfd4da;padding:3px 8px;text-align:left}\
td.n{text-align:right}tbody tr{cursor:pointer}tr:focus,tr:hover{background:#fdf2f7}\
@media print{#map{height:auto}}";

/// Zooms and moves the map, and finds a zone; names keep their size on the screen however near one looks.
const SCRIPT: &str = "'use strict';(()=>{const m=document.getElementById('map');let b=m.getAttribute('viewBox').split(' ').map(Number);\
const w=b[2];const names=[...m.querySelectorAll('.near>g')].map(g=>{const u=g.querySelectorAll('use');\
return[g,g.getAttribute('transform'),u.length?(Number(u[u.length-1].getAttribute('x'))+1000)/2:0]});\
const show=()=>{m.setAttribute('viewBox',b.join(' '));m.classList.toggle('close',b[2]<w*0.3);const k=Math.min(1,b[2]/w/0.2);\
names.forEach(([g,t,c])=>g.setAttribute('transform',`${t} translate(${c} -370) scale(${k}) translate(${-c} 370)`))};\
const scale=()=>Math.max(b[2]/m.clientWidth,b[3]/m.clientHeight);\
const at=e=>{const r=m.getBoundingClientRect(),s=scale();\
return[b[0]+b[2]/2+(e.clientX-r.left-r.width/2)*s,b[1]+b[3]/2+(e.clientY-r.top-r.height/2)*s]};\
m.addEventListener('wheel',e=>{e.preventDefault();const f=e.deltaY>0?1.25:0.8,[x,y]=at(e);\
b=[x-(x-b[0])*f,y-(y-b[1])*f,b[2]*f,b[3]*f];show()},{passive:false});\
let d=null;m.addEventListener('pointerdown',e=>{d=[e.clientX,e.clientY];m.setPointerCapture(e.pointerId)});\
m.addEventListener('pointermove',e=>{if(!d)return;const s=scale();b[0]-=(e.clientX-d[0])*s;b[1]-=(e.clientY-d[1])*s;\
d=[e.clientX,e.clientY];show()});m.addEventListener('pointerup',()=>d=null);\
const find=r=>{document.querySelectorAll('.zone.on').forEach(z=>z.classList.remove('on'));\
const z=document.getElementById(r.dataset.zone);z.classList.add('on');\
const q=z.dataset.box.split(' ').map(Number),p=Math.max(q[2],q[3])*0.6+20;b=[q[0]-p,q[1]-p,q[2]+2*p,q[3]+2*p];show();\
m.scrollIntoView({block:'nearest'})};\
document.querySelectorAll('tr[data-zone]').forEach(r=>{r.addEventListener('click',()=>find(r));\
r.addEventListener('keydown',e=>{if(e.key==='Enter')find(r)})})})();";
