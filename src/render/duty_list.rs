//! The duty list as one HTML page to be printed; for inside use.

use std::fmt::Write as _;

use crate::balance::duty::{DutyDay, DutyLine, DutyList, day_words};
use crate::base::{Lang, Text};
use crate::io::export::{escaped, missing, secrecy, staff};

/// The page. Nothing in it is fetched from anywhere, and every text of the plan is escaped.
#[must_use]
pub fn duty_list(list: &DutyList, lang: Lang) -> String {
    let word = |en: &str, zh: &str| escaped(Text::new(en, zh).in_lang(lang));
    let title = match lang {
        Lang::Zh => format!("{}联合巡逻勤务表", escaped(&list.town)),
        Lang::En => format!("{} joint patrol duty list", escaped(&list.town)),
    };
    let code = if lang == Lang::Zh { "zh-CN" } else { "en" };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1><p>{} — {} · {}: {} · {}</p>\n",
        list.date(0),
        list.date(6),
        word("shift pattern", "班制"),
        escaped(list.by.in_lang(lang)),
        escaped(secrecy().in_lang(lang)),
    );
    let _never_fails = write!(out, "<table><thead><tr><th>{}</th>", word("Squad", "分队"));
    for (day, name) in days(lang).iter().enumerate() {
        let _never_fails = write!(out, "<th>{name}<br><small>{}</small></th>", &list.date(day)[5..]);
    }
    let _never_fails = writeln!(out, "<th>{}</th></tr></thead><tbody>", word("Hours", "工时"));
    for line in &list.lines {
        let _never_fails = write!(out, "<tr><td>{}</td>", who(line, lang));
        for day in &line.days {
            let class = if *day == DutyDay::default() { "off" } else { "on" };
            let _never_fails = write!(out, "<td class=\"{class}\">{}</td>", escaped(&day_words(day, lang)));
        }
        let _never_fails = writeln!(out, "<td class=\"n\">{}</td></tr>", line.hours);
    }
    out.push_str("</tbody></table>\n");
    let _never_fails = writeln!(out, "<p>{}</p>", escaped(missing(list).in_lang(lang)));
    beats(&mut out, list, lang);
    let sign =
        [word("Prepared by", "编制"), word("Checked by", "审核"), word("Approved by", "批准"), word("Date", "日期")];
    let _never_fails = writeln!(
        out,
        "<p class=\"sign\">{}</p></body></html>",
        sign.map(|who| format!("<span>{who}：</span>")).join("")
    );
    out
}

/// A squad, its people and who joins it.
fn who(line: &DutyLine, lang: Lang) -> String {
    let people = line.people;
    let told = match lang {
        Lang::Zh => staff(people),
        Lang::En => format!(
            "{} police, {} auxiliaries, {} officers, {} assistants",
            people.police, people.auxiliaries, people.officers, people.assistants
        ),
    };
    let agencies = line.agencies.join("、");
    let vehicles = if line.vehicles.is_empty() { String::new() } else { format!("<br>{}", escaped(&line.vehicles)) };
    format!("<b>{}</b><br><small>{told}<br>{}{vehicles}</small>", escaped(&line.squad), escaped(&agencies))
}

/// Which squad patrols where in which hours: every hour of the week is in one of the rows.
fn beats(out: &mut String, list: &DutyList, lang: Lang) {
    let word = |en: &str, zh: &str| escaped(Text::new(en, zh).in_lang(lang));
    let _never_fails = writeln!(
        out,
        "<h2>{}</h2><table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
        word("Beats by the hour", "各时段巡区"),
        word("Hours", "时段"),
        word("Squad on duty", "当班分队"),
        word("Grids", "巡区")
    );
    for watch in &list.watches {
        let hours = escaped(watch.hours.in_lang(lang));
        if watch.posts.is_empty() {
            let _never_fails =
                writeln!(out, "<tr><td>{hours}</td><td></td><td>{}</td></tr>", word("nobody is on duty", "无分队当班"));
        }
        for post in &watch.posts {
            let (squad, grids) = (escaped(&post.squad), escaped(&post.words(lang)));
            let _never_fails = writeln!(out, "<tr><td>{hours}</td><td>{squad}</td><td>{grids}</td></tr>");
        }
    }
    out.push_str("</tbody></table>\n");
    for note in list.watches.iter().flat_map(|watch| &watch.notes) {
        let _never_fails = writeln!(out, "<p class=\"note\">{}</p>", escaped(note.in_lang(lang)));
    }
}

/// The days of a week.
fn days(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Zh => ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"],
        Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    }
}

const STYLE: &str = "@page{size:A4 landscape;margin:12mm}body{font:13px/1.5 system-ui,'Microsoft YaHei','Noto Sans CJK SC',\
sans-serif;color:#2b303a;margin:16px}h1{font-size:20px;margin:0}h2{font-size:15px;margin:14px 0 4px}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #98a1ab;padding:4px 6px;text-align:left;vertical-align:top}\
td.off{color:#8a929c}td.n{text-align:right}small{color:#6b7280}.sign span{display:inline-block;min-width:220px;margin-top:18px}";
